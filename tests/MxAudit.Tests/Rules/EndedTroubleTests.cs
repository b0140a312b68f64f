using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Trouble that came right by itself, and what does not show that it did.</summary>
public class EndedTroubleTests
{
    private const string Greylisted = "host mx1.example.com[192.0.2.10] said: 450 4.2.0 <u@example.com>: Recipient address rejected: Greylisted, come again (in reply to RCPT TO command)";

    private static Letters Probed(Letters log, int from, bool isFound)
    {
        for (int i = 0; i < 3; i++)
        {
            string id = $"A{from + i:00000}";
            log.Active(id, "double-bounce@mx2.fallback.example");
            (isFound ? log.Probed(id, $"u{i}@example.com") : log.Tried(id, $"u{i}@example.com", "undeliverable", Greylisted, dsn: "4.2.0")).Removed(id);
        }
        return log;
    }

    private static string Told(Letters log, string rules, string? config = null) => new AuditedHost(config, log).Told(rules);

    /// <summary>The queue knows best; without it, what became of each notice.</summary>
    [Theory]
    [InlineData(true, null, false)]
    [InlineData(false, null, true)]
    [InlineData(false, "", false)]
    [InlineData(true, """{"queue_name": "deferred", "queue_id": "B00001", "arrival_time": 1795348800, "message_size": 2048, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "joe@partner.example"}]}""", true)]
    public void Notices_are_to_be_held_only_while_some_wait(bool delivered, string? queue, bool isTold)
    {
        var log = new Letters().Arrives("A00001").Bounced("A00001", "ghost@example.com").Links("A00001", "A00002").Removed("A00001").Notice("A00002");
        if (delivered) log.Sent("A00002", "joe@partner.example", relay: "mail.partner.example[203.0.113.44]:25").Removed("A00002");
        using var audit = Audit.OfText(log.ToString(), queue: queue);
        var fixes = audit.Findings.Single(finding => finding.Rule.Id == "BKS002").Fixes;
        Assert.Equal(isTold, fixes.Any(fix => fix.Why.StartsWith("Hold the notices that still wait", StringComparison.Ordinal)));
        Assert.DoesNotContain(fixes, fix => fix.Command == "mxaudit explain BKS001");
    }

    [Fact]
    public void Greylisting_that_passes_is_low() =>
        Assert.Equal("Low VRF010 example.com", Told(Probed(Probed(new Letters(), 10, isFound: false).After(11000), 20, isFound: true), "VRF010"));

    [Fact]
    public void Greylisting_that_does_not_pass_is_medium() =>
        Assert.Equal("Medium VRF010 example.com", Told(Probed(Probed(new Letters(), 10, isFound: true).After(11000), 20, isFound: false), "VRF010"));

    [Theory]
    [InlineData("450 4.1.1 <u@example.com>: Recipient address rejected: User unknown in relay recipient table")]
    [InlineData("454 4.7.1 Service unavailable; Client host [203.0.113.44] blocked using bl.example")]
    [InlineData("450 4.1.1 <u@example.com>: Recipient address rejected: undeliverable address: host mx1.example.com[192.0.2.10] said: 550 5.1.1 no such user (in reply to RCPT TO command)")]
    public void A_refusal_that_soft_bounce_made_temporary_shows_it(string reply)
    {
        var log = new Letters().Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: {reply}; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<h>");
        var audit = new AuditedHost(FallbackHost.MainCf + "soft_bounce = yes\n", log);
        Assert.EndsWith("1 refusal that was meant for good had a 4xx code.", audit.Only("HYG004").Message);
    }

    [Theory]
    [InlineData("unverified_recipient_reject_code = 450\n", "450 4.1.1 <u@example.com>: Recipient address rejected: undeliverable address: host mx1.example.com[192.0.2.10] said: 550 5.1.1 no such user (in reply to RCPT TO command)")]
    [InlineData("", "450 4.1.1 <u@example.com>: Recipient address rejected: unverified address: connect to mx1.example.com[192.0.2.10]:25: Connection refused")]
    [InlineData("maps_rbl_reject_code = 450\n", "450 4.7.1 Service unavailable; Client host [203.0.113.44] blocked using bl.example")]
    public void A_refusal_that_is_temporary_anyhow_does_not(string lines, string reply)
    {
        var log = new Letters().Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: {reply}; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<h>");
        var audit = new AuditedHost(FallbackHost.MainCf + "soft_bounce = yes\n" + lines, log);
        Assert.EndsWith("The log does not show it yet.", audit.Only("HYG004").Message);
    }

    /// <summary>In a log of several hosts each has its own disk, and its own smtpd.</summary>
    [Theory]
    [InlineData("smtpd: warning: not enough free space in mail queue: 11571200 bytes < 1.5*message size limit", "QUE008", "High QUE008 queue")]
    [InlineData("smtpd: fatal: bad configuration: unverified_recipient_tempfail_action = permit", "VRF006", "Critical VRF006 unverified_recipient_tempfail_action")]
    [InlineData("smtpd: fatal: unknown service: smtp/tcp\nmaster: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling", "HYG008", "Critical HYG008 smtpd")]
    [InlineData("master: fatal: bind 198.51.100.25 port 25: Address already in use", "HYG008", "Critical HYG008 master")]
    public void Mail_that_another_host_took_ends_nothing(string lines, string rule, string expected)
    {
        Letters Broken()
        {
            var log = new Letters();
            foreach (string line in lines.Split('\n')) log.Line(line);
            return log;
        }
        Letters TakesMail(Letters log) => log.After(60).Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001");
        Assert.Equal(expected, Told(TakesMail(Broken().On("mx3")), rule));
        Assert.NotEqual(expected, Told(TakesMail(Broken()), rule));
    }

    private static Letters Crashed(int times, string program = "smtpd") => Crash(new Letters(), times, program);

    private static Letters Crash(Letters log, int times, string program = "smtpd")
    {
        for (int i = 0; i < times; i++)
            log.Line($"master: warning: process /usr/lib/postfix/sbin/{program} pid {200 + i} killed by signal 11")
                .Line($"master: warning: /usr/lib/postfix/sbin/{program}: bad command startup -- throttling").After(60);
        return log;
    }

    /// <summary>It could not say why.</summary>
    [Fact]
    public void An_smtpd_that_a_signal_ends_again_and_again_takes_no_mail() => Assert.Equal("Critical HYG008 smtpd", Told(Crashed(3), "HYG008"));

    [Fact]
    public void One_that_died_once_or_answers_again_or_another_program_does_not_show_that()
    {
        Assert.Equal("", Told(Crashed(2), "HYG008"));
        Assert.Equal("", Told(Crashed(3).Arrives("A00001"), "HYG008"));
        Assert.Equal("", Told(Crashed(3, "smtp"), "HYG008"));
    }

    private static Letters Served(Letters log) => log.After(60).Line("smtpd: connect from mail.partner.example[203.0.113.44]")
        .Line("smtpd: disconnect from mail.partner.example[203.0.113.44] ehlo=1 quit=1 commands=2").After(60);

    /// <summary>Nobody wrote, but somebody came and went.</summary>
    [Fact]
    public void One_that_serves_a_client_again_does_not_show_that()
    {
        Assert.Equal("", Told(Served(Crashed(3)), "HYG008"));
        Assert.Equal("", Told(Crash(Served(Crashed(2)), 1), "HYG008"));
        Assert.Equal("Critical HYG008 smtpd", Told(Crash(Served(Crashed(2)), 3), "HYG008"));
        Assert.Equal("Critical HYG008 smtpd", Told(Served(Crashed(3).On("mx3")), "HYG008"));
    }
}
