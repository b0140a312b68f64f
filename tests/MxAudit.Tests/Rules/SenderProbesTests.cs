using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>reject_unverified_sender asks other people's hosts, too: VRF010.</summary>
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
    }
}
