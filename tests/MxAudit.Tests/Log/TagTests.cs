using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class TagTests
{
    [Theory]
    [InlineData("postfix/smtpd[1]", "Smtpd", "postfix", "")]
    [InlineData("postfix/relay/smtp[1]", "Smtp", "postfix", "relay")]
    [InlineData("postfix-x/relay/smtp[1]", "Smtp", "postfix-x", "relay")]
    [InlineData("postfix/submission/smtpd[1]", "Smtpd", "postfix", "")]
    [InlineData("mail-in/smtpd[1]", "Smtpd", "mail-in", "")]
    [InlineData("relay/smtpd[1]", "Smtpd", "relay", "")]
    [InlineData("postfix/nqmgr[1]", "Qmgr", "postfix", "")]
    [InlineData("postfix/trivial-rewrite[1]", "TrivialRewrite", "postfix", "")]
    [InlineData("postfix/postfix-script[1]", "Script", "postfix", "")]
    [InlineData("postfix/smtpd", "Smtpd", "postfix", "")]
    [InlineData("postfix/127.0.0.1:10025/smtpd[1]", "Smtpd", "postfix", "")]
    [InlineData("postfix/[127.0.0.1]:10025/smtpd[1]", "Smtpd", "postfix", "")]
    [InlineData("postfix/[::1]:10025/smtpd[1]", "Smtpd", "postfix", "")]
    [InlineData("postfix[1]", "", "postfix", "")]
    public void A_tag_names_program_instance_and_service(string tag, string daemon, string instance, string service)
    {
        var lines = new ReadLines();
        for (int again = 0; again < 2; again++) // the second time by the memory of the last origin
        {
            var said = lines[$"Nov 22 15:28:54 mx2 {tag}: connect from a[b]"];
            Assert.Equal((EventKind.Connect, daemon, instance, service), (said.Kind, said["daemon"], said["instance"], said["service"]));
        }
    }

    [Theory]
    [InlineData("postfix/strange[1]")]
    [InlineData("postfixer[1]")]
    [InlineData("smtpd[1]")]
    [InlineData("postfix/[1]")]
    [InlineData("postfix/[::1]:10025/smtpd")]
    public void Other_programs_are_not_postfix(string tag) => Assert.Equal(EventKind.NotPostfix, new ReadLines()[$"Nov 22 15:28:54 mx2 {tag}: connect from a[b]"].Kind);

    [Fact]
    public void Hosts_and_instances_are_told_apart()
    {
        var lines = new ReadLines();
        Assert.Equal(("mx1", "postfix"), Of("mx1 postfix/smtpd[1]"));
        Assert.Equal(("mx1", "postfix-backup"), Of("mx1 postfix-backup/smtpd[1]"));
        Assert.Equal(("mx2", "postfix"), Of("mx2 postfix/smtpd[1]"));
        Assert.Equal(("mx1", "postfix"), Of("mx1 postfix/smtpd[1]"));
        (string, string) Of(string tag) { var said = lines[$"Nov 22 15:28:54 {tag}: connect from a[b]"]; return (said.Host, said["instance"]); }
    }

    [Fact]
    public void A_repeated_message_stands_for_those_behind_the_first()
    {
        var said = ReadLines.Message("postfix/smtpd", "message repeated 3 times: [ connect from a[b]]");
        Assert.Equal((EventKind.Connect, "a[b]", "2"), (said.Kind, said["client"], said["repeats"]));
    }

    [Theory]
    [InlineData("message repeated 0 times: [ connect from a[b]]")]
    [InlineData("message repeated 99999999999 times: [ connect from a[b]]")]
    [InlineData("message repeated times: [ connect from a[b]]")]
    public void A_repetition_without_a_sensible_number_is_unread(string message) => Assert.Equal(EventKind.Unread, ReadLines.Message("postfix/smtpd", message).Kind);

    [Fact]
    public void Last_message_repeated_says_how_often_the_line_before_came_again()
    {
        var lines = new ReadLines();
        _ = lines["Nov 22 15:28:54 mx2 postfix/smtpd[1]: connect from a[b]"];
        var said = lines["Nov 22 15:28:55 mx2 last message repeated 4 times"];
        Assert.Equal((EventKind.RepeatedLast, "4", "mx2"), (said.Kind, said["repeats"], said.Host));
    }

    [Theory]
    [InlineData("rsyslogd: imuxsock lost 117 messages from pid 4711 due to rate-limiting", "117")]
    [InlineData("rsyslogd-2177: imuxsock begins to drop messages from pid 4711 due to rate-limiting", "")]
    [InlineData("rsyslogd: imjournal: 5 messages lost due to rate-limiting (20000 allowed within 600 seconds)", "5")]
    [InlineData("systemd-journald[99]: Suppressed 42 messages from /system.slice/postfix.service", "42")]
    [InlineData("systemd-journald[99]: Suppressed 42 messages from postfix@-.service", "42")]
    public void Lost_lines_are_remarked(string rest, string lost)
    {
        var said = new ReadLines()["Nov 22 15:28:54 mx2 " + rest];
        Assert.Equal((EventKind.Remark, "LinesLost", lost), (said.Kind, said["remark"], said["number"]));
    }

    [Theory]
    [InlineData("rsyslogd: [origin software=\"rsyslogd\" swVersion=\"8.2302.0\"] start")]
    [InlineData("systemd-journald[99]: Suppressed 42 messages from /system.slice/other.service")]
    public void Other_words_of_the_loggers_are_not_of_postfix(string rest) => Assert.Equal(EventKind.NotPostfix, new ReadLines()["Nov 22 15:28:54 mx2 " + rest].Kind);
}
