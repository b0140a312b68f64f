using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>reject_unverified_sender asks other people's hosts, too: VRF010, VRF015.</summary>
public class SenderProbesTests
{
    /// <summary>What others do with the question whether their user exists is their affair.</summary>
    [Theory]
    [InlineData(true, "smtp", "Medium VRF010 other.example")]
    [InlineData(false, "relay/smtp", "Medium VRF010 other.example")]
    [InlineData(false, "smtp", "")]
    public void Verification_of_senders_is_not_that_of_recipients(bool refused, string daemon, string told)
    {
        var log = new Letters().Arrives("A00001").Sent("A00001", "u@example.com");
        if (refused)
            log.Line("smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <u1@other.example>: Recipient address rejected: unverified address: Address lookup failed; from=<bea@partner.example> to=<u1@other.example> proto=ESMTP helo=<mail.partner.example>");
        for (int i = 0; i < 4; i++)
            log.Active($"B0000{i}", "double-bounce@mx2.fallback.example")
                .Tried($"B0000{i}", $"u{i}@other.example", "undeliverable", "host mx.other.example[203.0.113.9] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)",
                    "mx.other.example[203.0.113.9]:25", "4.7.1", daemon)
                .Removed($"B0000{i}");
        Assert.Equal(told, MoreHostsTests.InLog(log));
        if (refused) return;
        log.Arrives("C00001", "localhost[127.0.0.1]").Tried("C00001", "x@other.example", "sent", "250 2.0.0 Ok", "mx.other.example[203.0.113.9]:25", "2.0.0", "smtp");
        Assert.Equal(0, daemon == "smtp" ? new AuditedHost(Relaying, log).All("VRF010").Length : 0); // whatever own users write
    }

    /// <summary>One probe for each domain, of which nobody wrote to those that are asked about as senders.</summary>
    private static Letters Asked(int domains, int written = 0, string refused = "unverified address: Address lookup failed")
    {
        var log = new Letters().Arrives("A00001").Sent("A00001", "u@example.com")
            .Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.7 <x@forged.example>: Sender address rejected: {refused}; from=<x@forged.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>");
        for (int i = 0; i < domains; i++)
        {
            string id = $"B000{i:00}", relay = $"mx.d{i}.example[203.0.113.{i}]:25";
            log.Active(id, "double-bounce@mx2.fallback.example").Tried(id, $"u@d{i}.example", "deliverable", "250 2.1.5 Ok", relay, "2.1.5", "smtp").Removed(id);
            if (i < written) log.Arrives($"C000{i:00}").Tried($"C000{i:00}", $"u@d{i}.example", "sent", "250 2.0.0 Ok", relay, "2.0.0", "smtp");
        }
        return log;
    }

    [Theory]
    [InlineData(20, 0, "unverified address: Address lookup failed", "Medium VRF015 mx2")]
    [InlineData(20, 0, "undeliverable address: host mx.forged.example[203.0.113.9] said: 550 User unknown (in reply to RCPT TO command)", "Medium VRF015 mx2")]
    [InlineData(20, 0, "Domain not found", "")]
    [InlineData(19, 0, "unverified address: Address lookup failed", "")]
    [InlineData(20, 1, "unverified address: Address lookup failed", "")]
    public void A_log_alone_shows_that_senders_are_verified_by_the_number_of_domains(int domains, int written, string refused, string told) =>
        Assert.Equal(told, MoreHostsTests.InLog(Asked(domains, written, refused), "VRF015"));

    [Fact]
    public void Configuration_that_verifies_no_sender_counts_for_more_than_the_log() =>
        Assert.Empty(new AuditedHost(Relaying, Asked(20)).All("VRF015"));

    private const string Relaying = "relay_domains = example.com\n";
}
