using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A primary that answers and takes nothing: mail waits, and probes tell nothing.</summary>
public class PutOffTests
{
    private const string Lookup = "host mx1.example.com[192.0.2.10] said: 451 4.3.0 <u@example.com>: Temporary lookup failure (in reply to RCPT TO command)";

    private static Letters PuttingOff(string said = Lookup, string dsn = "4.3.0", double again = 5000, int recipients = 3)
    {
        var log = new Letters();
        for (int i = 0; i < recipients; i++) log.Arrives($"A0000{i}").Tried($"A0000{i}", $"u{i}@example.com", "deferred", said, dsn: dsn);
        log.After(again);
        for (int i = 0; i < recipients; i++) log.Active($"A0000{i}").Tried($"A0000{i}", $"u{i}@example.com", "deferred", said, dsn: dsn);
        return log;
    }

    private static Finding? Found(Letters log) => new AuditedHost(log: log).All("QUE003").SingleOrDefault();

    [Theory]
    [InlineData(3000, null)]
    [InlineData(5000, Severity.Medium)]
    [InlineData(15000, Severity.High)]
    [InlineData(250000, Severity.Critical)]
    public void The_longer_it_lasts(double seconds, Severity? severity) => Assert.Equal(severity, Found(PuttingOff(again: seconds))?.Severity);

    [Fact]
    public void It_is_told_what_waits()
    {
        var found = Found(PuttingOff())!;
        Assert.Equal("mx1.example.com[192.0.2.10]:25", found.Subject);
        Assert.StartsWith("mx1.example.com[192.0.2.10]:25 answers, and has put off every recipient for 1 h 23 min, for reasons of its own. 3 recipients wait: example.com 3.",
            found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("451 Temporary local problem - please try later", "4.0.0")]
    [InlineData("451 4.3.5 Server configuration error", "4.3.5")]
    [InlineData("452 4.3.1 Insufficient system storage", "4.3.1")]
    public void Words_about_its_own_state(string reply, string dsn) =>
        Assert.Equal(Severity.Medium, Found(PuttingOff($"host mx1.example.com[192.0.2.10] said: {reply} (in reply to RCPT TO command)", dsn))?.Severity);

    [Fact]
    public void A_filter_of_the_primary_that_is_broken() =>
        Assert.Equal(Severity.Medium, Found(PuttingOff("host mx1.example.com[192.0.2.10] said: 451 4.7.1 Service unavailable - try again later (in reply to end of DATA command)", "4.7.1"))?.Severity);

    [Fact]
    public void Content_that_is_not_liked() =>
        Assert.Null(Found(PuttingOff("host mx1.example.com[192.0.2.10] said: 451 4.7.1 Message looks like spam (in reply to end of DATA command)", "4.7.1")));

    [Theory]
    [InlineData("450 4.2.0 <u@example.com>: Recipient address rejected: Greylisted, try again later", "4.2.0")]
    [InlineData("450 4.1.1 <u@example.com>: Recipient address rejected: unverified address", "4.1.1")]
    [InlineData("452 4.2.2 The email account that you tried to reach is over quota", "4.2.2")]
    [InlineData("451 4.7.1 Try again later", "4.7.1")]
    public void Words_about_the_recipient_or_the_client(string reply, string dsn) =>
        Assert.Null(Found(PuttingOff($"host mx1.example.com[192.0.2.10] said: {reply} (in reply to RCPT TO command)", dsn)));

    [Fact]
    public void Two_recipients_may_be_two_mailboxes_in_trouble() => Assert.Null(Found(PuttingOff(recipients: 2)));

    [Fact]
    public void Something_was_delivered_since() =>
        Assert.Null(Found(PuttingOff().Arrives("B00001").Sent("B00001", "anna@example.com").Removed("B00001")));

    [Fact]
    public void It_knows_one_recipient_from_another() =>
        Assert.Null(Found(PuttingOff().Arrives("B00001").Bounced("B00001", "nobody@example.com").Removed("B00001")));

    /// <summary>A host that verifies takes no mail then: there are probes alone.</summary>
    [Fact]
    public void Probes_show_it_as_well()
    {
        var log = new Letters();
        for (int i = 0; i < 6; i++)
            log.MessageId($"A0000{i}", $"A0000{i}@mx2.fallback.example").Active($"A0000{i}", "double-bounce@mx2.fallback.example")
                .Tried($"A0000{i}", $"u{i % 3}@example.com", "undeliverable", Lookup, dsn: "4.3.0").Removed($"A0000{i}")
                .Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <u{i % 3}@example.com>: Recipient address rejected: unverified address; from=<joe@partner.example> to=<u{i % 3}@example.com> proto=ESMTP helo=<h>")
                .After(1000);
        var found = Found(log)!;
        Assert.Equal((Severity.Medium, 6L), (found.Severity, found.Count));
        Assert.Contains("6 probes had no result", found.Message, StringComparison.Ordinal);
    }

    private static string Said(string reply) => $"host mx1.example.com[192.0.2.10] said: {reply} (in reply to RCPT TO command)";

    /// <summary>The next hop can not read it, or does not want it; it takes all else.</summary>
    [Fact]
    public void One_message_that_is_put_off_while_others_are_delivered()
    {
        var log = new Letters().Arrives("A00001");
        for (int hour = 0; hour < 8; hour++)
        {
            for (int i = 0; i < 3; i++) log.Tried("A00001", $"u{i}@example.com", "deferred", Said("451 4.6.0 Can not convert"), dsn: "4.6.0");
            log.After(1800);
            if (hour < 5) log.Arrives($"B0000{hour}").Sent($"B0000{hour}", "anna@example.com").Removed($"B0000{hour}");
            log.After(1800);
        }
        Assert.Null(Found(log));
    }

    /// <summary>It began before the last delivery, and has been the same for all since.</summary>
    [Fact]
    public void Much_older_mail_that_waits_too_does_not_hide_it()
    {
        var log = new Letters();
        for (int i = 0; i < 9; i++) log.Arrives($"A0000{i}").Tried($"A0000{i}", $"u{i}@example.com", "deferred", Lookup, dsn: "4.3.0");
        log.Arrives("B00001").Sent("B00001", "anna@example.com").Removed("B00001");
        for (int i = 0; i < 3; i++) log.Arrives($"C0000{i}").Tried($"C0000{i}", $"w{i}@example.com", "deferred", Lookup, dsn: "4.3.0");
        log.After(20_000);
        for (int i = 0; i < 9; i++) log.Tried($"A0000{i}", $"u{i}@example.com", "deferred", Lookup, dsn: "4.3.0");
        for (int i = 0; i < 3; i++) log.Tried($"C0000{i}", $"w{i}@example.com", "deferred", Lookup, dsn: "4.3.0");
        Assert.Equal(Severity.High, Found(log)?.Severity);
    }

    [Fact]
    public void One_message_alone_may_be_the_fault()
    {
        var log = new Letters().Arrives("A00001");
        for (int hour = 0; hour < 8; hour++)
        {
            for (int i = 0; i < 3; i++) log.Tried("A00001", $"u{i}@example.com", "deferred", Said("451 4.3.0 Can not convert"), dsn: "4.3.0");
            log.After(3600);
        }
        Assert.Null(Found(log));
    }

    /// <summary>Of spamd, and of others: each recipient is new to it.</summary>
    [Theory]
    [InlineData("451 Temporary failure, please try again later.", "4.0.0", 1, null)]
    [InlineData("451 4.7.1 Please come back in 5 minutes", "4.7.1", 1, null)]
    [InlineData("450 4.7.0 Deferred for 300 seconds", "4.7.0", 1, null)]
    [InlineData("450 4.7.0 Deferred for 300 seconds", "4.7.0", 2, Severity.High)]
    [InlineData("451 4.3.0 Temporary lookup failure", "4.3.0", 1, Severity.High)]
    public void A_first_try_that_is_put_off_shows_nothing(string reply, string dsn, int times, Severity? severity)
    {
        var log = new Letters();
        for (int i = 0; i < 8 * times; i++)
            log.MessageId($"A000{i:00}", $"A000{i:00}@mx2.fallback.example").Active($"A000{i:00}", "double-bounce@mx2.fallback.example")
                .Tried($"A000{i:00}", $"u{i % 8}@example.com", "undeliverable", Said(reply), dsn: dsn).Removed($"A000{i:00}").After(3600);
        Assert.Equal(severity, Found(log)?.Severity);
    }
}
