using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class JsonPrefixTests
{
    [Fact]
    public void A_journal_record_is_read_with_its_own_time_and_pid()
    {
        var said = new ReadLines()["""{"__REALTIME_TIMESTAMP":"1795363550999999","_SOURCE_REALTIME_TIMESTAMP":"1795363550275778","_PID":"9","SYSLOG_PID":"7","_HOSTNAME":"vm","SYSLOG_IDENTIFIER":"postfix/relay/smtp","PRIORITY":"6","MESSAGE":"4A1B2C3D4: to=<\"a b\"@example.com>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)"}"""];
        Assert.Equal((EventKind.Delivery, "Smtp", "relay", "7", "vm"), (said.Kind, said["daemon"], said["service"], said["pid"], said.Host));
        Assert.Equal("\"a b\"@example.com", said["to"]);
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T16:05:50.275Z"), said.Time);
    }

    [Theory]
    [InlineData("[99,111,110,110,101,99,116,32,102,114,111,109,32,97,91,98,93]")] // a message that is no UTF-8 comes as bytes
    [InlineData("[\"connect from a[b]\",\"something else\"]")] // a field that is given twice comes as an array
    [InlineData("\"connect from a[b]\"")]
    public void A_message_may_be_text_bytes_or_repeated(string message)
    {
        var said = new ReadLines()["{\"_HOSTNAME\":[\"vm\",\"vm2\"],\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"MESSAGE\":" + message + "}"];
        Assert.Equal((EventKind.Connect, "a[b]", "vm"), (said.Kind, said["client"], said.Host));
    }

    [Fact]
    public void A_message_that_journalctl_left_out_is_unread() =>
        Assert.Equal(EventKind.Unread, new ReadLines()["""{"_HOSTNAME":"vm","SYSLOG_IDENTIFIER":"postfix/smtpd","MESSAGE":null}"""].Kind);

    [Theory]
    [InlineData("""{"log":"Nov 22 17:05:46 vm postfix/smtpd[534]: connect from a[b]\n","stream":"stdout","time":"2026-11-22T16:05:46.04Z"}""")]
    [InlineData("""{"log":"postfix/smtpd[534]: connect from a[b]\r\n","stream":"stdout","time":"2026-11-22T16:05:46.04Z"}""")]
    [InlineData("""{"time":"2026-11-22T16:05:46.04Z","attrs":{"a":{"b":[1,2]}},"log":"2026-11-22T16:05:46.04Z vm postfix/smtpd[534]: connect from a[b]\n"}""")]
    [InlineData("""postfix-1 | {"time":"2026-11-22T16:05:46.04Z","log":"<22>1 2026-11-22T16:05:46.04Z vm postfix/smtpd 534 - - connect from a[b]\n"}""")]
    public void A_line_of_dockers_json_file_is_read(string line)
    {
        var said = new ReadLines()[line];
        Assert.Equal((EventKind.Connect, "a[b]", "534"), (said.Kind, said["client"], said["pid"]));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T16:05:46.04Z"), said.Time);
    }

    [Theory]
    // syslog-ng to Redis, as mailcow has it
    [InlineData("""{"time":"1795363546","priority":"info","program":"postfix/smtpd","message":"connect from a[b]"}""", "", "")]
    // fluentd
    [InlineData("""{"host":"vm","ident":"postfix/smtpd","pid":"534","message":"connect from a[b]","time":"2026-11-22T16:05:46+00:00"}""", "vm", "534")]
    // syslog-ng
    [InlineData("""{"PROGRAM":"postfix/smtpd","PRIORITY":"info","PID":"534","MESSAGE":"connect from a[b]","HOST":"vm","ISODATE":"2026-11-22T17:05:46+01:00"}""",
        "vm", "534")]
    // Vector
    [InlineData(
        """{"appname":"postfix/smtpd","facility":"mail","host":"vm","hostname":"vm","message":"connect from a[b]","procid":534,"severity":"info","timestamp":"2026-11-22T16:05:46Z"}""",
        "vm",
        "534")]
    // host is the collector's name for the sender; the dash is RFC 5424's word for none; log is an object of filebeat's
    [InlineData(
        """{"timestamp":"2026-11-22T16:05:46Z","logsource":"vm","appname":"postfix/smtpd","procid":"-","message":"connect from a[b]","log":{"offset":12},"host":"192.0.2.1"}""",
        "vm",
        "")]
    [InlineData("""{"timestamp":"2026-11-22T16:05:46Z","host":"192.0.2.1","hostname":"vm","appname":"postfix/smtpd","message":"connect from a[b]"}""", "vm", "")]
    // rsyslog to Elasticsearch, as the tutorials have it
    [InlineData(
        """{"@timestamp":"2026-11-22T16:05:46.000000+00:00","@version":"1","message":" connect from a[b]","sysloghost":"vm","severity":"info","programname":"postfix","procid":"534"}""",
        "vm",
        "534")]
    // logstash
    [InlineData(
        """{"@timestamp":"2026-11-22T16:05:46.000Z","logsource":"vm","program":"postfix/smtpd","pid":"534","message":"connect from a[b]","host":{"name":"collector"}}""",
        "vm",
        "534")]
    [InlineData(
        """{"@timestamp":"2026-11-22T16:05:46.000Z","message":"Nov 22 17:05:46 vm postfix/smtpd[534]: connect from a[b]\r","host":{"name":"collector"}}""",
        "vm",
        "534")]
    [InlineData(
        """{"message":"Nov 22 16:05:46 vm postfix/smtpd[534]: connect from a[b]","@version":"1","@timestamp":"2026-11-22T16:05:46.000Z","host":"192.0.2.1:58850"}""",
        "vm",
        "534")]
    public void A_record_of_a_collector_is_read(string line, string host, string pid)
    {
        var said = new ReadLines()[line];
        Assert.Equal((EventKind.Connect, "a[b]", pid, host), (said.Kind, said["client"], said["pid"], said.Host.Trim('-')));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T16:05:46Z"), said.Time);
    }

    [Theory]
    [InlineData("{\"message\":\"connect from a[b]\"}")]
    [InlineData("{\"program\":\"sshd\",\"message\":\"connect from a[b]\"}")]
    [InlineData("{\"program\":{\"a\":1},\"message\":[{}],\"time\":{\"x\":[1]},\"pid\":true}")]
    [InlineData("{\"time\":1e400,\"program\":\"postfix/smtpd\",\"message\":5}")]
    [InlineData("{\"MESSAGE\":\"connect from a[b]\",\"SYSLOG_IDENTIFIER\":\"sshd\"}")]
    [InlineData("{\"MESSAGE\":\"connect from a[b]\",\"SYSLOG_ID")]
    [InlineData("{\"MESSAGE\":\"\\ud800\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\"}")]
    [InlineData("{\"log\":[[[[[[[[[[[[1]]]]]]]]]]]]}")]
    [InlineData("{\"_PID\":12345678901234567890123,\"x\":1e99999}")]
    public void Broken_or_foreign_json_says_nothing_and_throws_nothing(string line) => Assert.NotEqual(EventKind.Connect, new ReadLines()[line].Kind);
}
