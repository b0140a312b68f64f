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
    [InlineData("postfwd2/master[1]")]
    [InlineData("postfix-policyd")]
    [InlineData("postfix-tlspol[1]")]
    [InlineData("postfix_exporter[1]")]
    [InlineData("smtpd[1]")]
    [InlineData("postfix/[1]")]
    [InlineData("postfix/[::1]:10025/smtpd")]
    public void Other_programs_are_not_postfix(string tag) =>
        Assert.Equal(EventKind.NotPostfix, new ReadLines()[$"Nov 22 15:28:54 mx2 {tag}: connect from a[b]"].Kind);

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
    [InlineData("qmgr", "4ABCDEF0121: removed")]
    [InlineData("qmgr", "4ABCDEF0121: from=<joe@partner.example>, status=expired, returned to sender")]
    [InlineData("bounce", "4ABCDEF0121: sender non-delivery notification: 4ABCDEF0122")]
    [InlineData("pickup", "4ABCDEF0121: uid=0 from=<root>")]
    [InlineData("postsuper", "4ABCDEF0121: released from hold")]
    [InlineData("trivial-rewrite", "table hash:/etc/postfix/transport(0,lock|fold_fix) has changed -- restarting")]
    [InlineData("smtp",
        "4ABCDEF0121: to=<u@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABCDEF0123)")]
    [InlineData("smtp",
        "4ABCDEF0121: to=<u@example.com>, relay=none, delay=1, delays=0/0/0/1, dsn=5.4.6, status=bounced (mail for example.com loops back to myself)")]
    [InlineData("smtpd", "message repeated 3 times: [ connect from a[192.0.2.1]]")]
    [InlineData("bounce", "[ID 197553 mail.info] 4ABCDEF0121: sender delay notification: 4ABCDEF0122")]
    public void Blanks_at_the_end_of_a_line_say_nothing(string daemon, string message)
    {
        var said = ReadLines.Message("postfix/" + daemon, message);
        Assert.NotEqual(EventKind.Unread, said.Kind);
        foreach (string blanks in (string[])[" ", "   "])
        {
            var other = ReadLines.Message("postfix/" + daemon, message + blanks);
            Assert.Equal((said.Kind, string.Join(';', said.Fields)), (other.Kind, string.Join(';', other.Fields)));
        }
    }

    [Theory]
    [InlineData("message repeated 0 times: [ connect from a[b]]")]
    [InlineData("message repeated 99999999999 times: [ connect from a[b]]")]
    [InlineData("message repeated times: [ connect from a[b]]")]
    public void A_repetition_without_a_sensible_number_is_unread(string message) =>
        Assert.Equal(EventKind.Unread, ReadLines.Message("postfix/smtpd", message).Kind);

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
    public void Other_words_of_the_loggers_are_not_of_postfix(string rest) =>
        Assert.Equal(EventKind.NotPostfix, new ReadLines()["Nov 22 15:28:54 mx2 " + rest].Kind);
}
