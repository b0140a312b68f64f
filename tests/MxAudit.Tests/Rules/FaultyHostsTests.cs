using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>What administrators of a fallback MX got wrong on hosts that really ran: the cause is named, and the fix is one that works there.</summary>
public class FaultyHostsTests
{
    private const string Hop = "mx1.example.com[192.0.2.10]:25", Victim = "forged@victim.example";

    private static string Commands(Finding finding) => string.Join(" | ", finding.Fixes.Select(fix => fix.Command));

    [Fact]
    public void Mail_that_a_relayhost_refuses_should_not_have_gone_there()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.Arrives($"A0000{i}", from: Victim).Tried($"A0000{i}", $"user{i}@example.com", "bounced",
                "host smtp.isp.example[203.0.113.25] said: 530 5.7.0 Authentication required (in reply to MAIL FROM command)", "smtp.isp.example[203.0.113.25]:25", "5.7.0")
                .Notice($"C0000{i}").Links($"A0000{i}", $"C0000{i}").Removed($"A0000{i}");
        var result = FallbackHost.Audited("relayhost = [smtp.isp.example]\n", log);
        Assert.StartsWith("The cause is RLY006", result.Only("BKS001").Fixes[0].Why);
    }

    [Fact]
    public void A_greylisted_probe_is_asked_again_when_its_answer_may_be_forgotten()
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            log.Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246).Tried($"B0000{i}", $"user{i}@example.com", "undeliverable",
                $"host {Hop[..^3]} said: 450 4.2.0 <user{i}@example.com>: Recipient address rejected: Greylisted (in reply to RCPT TO command)", dsn: "4.2.0");
        var result = FallbackHost.Audited("", log);
        Assert.Equal("3 probes for recipients in example.com were greylisted, and the clients put off.", result.Only("VRF010").Message);
        Assert.Equal(" | postconf -e 'address_verify_negative_refresh_time = 15m' && postfix reload", Commands(result.Only("VRF010")));
        var soon = FallbackHost.Audited("address_verify_negative_refresh_time = 10m\n", log);
        Assert.Equal("", Commands(soon.Only("VRF010")));
    }

    [Fact]
    public void A_refusal_before_the_probe_had_its_answer_was_not_for_a_recipient_known_to_be_bad()
    {
        string Told(bool answeredFirst, string what = "unverified")
        {
            var log = new Letters();
            for (int i = 1; i <= 3; i++)
            {
                log.Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246);
                if (answeredFirst) log.Probed($"B0000{i}", $"ghost{i}@example.com", "undeliverable");
                log.After(4).Line($"smtpd: NOQUEUE: reject: RCPT from {Letters.Stranger}: 450 4.1.1 <ghost{i}@example.com>: Recipient address rejected: {what} address: Address lookup failed; from=<bea@partner.example> to=<ghost{i}@example.com> proto=ESMTP helo=<mail.partner.example>");
                if (!answeredFirst) log.After(2).Probed($"B0000{i}", $"ghost{i}@example.com", "undeliverable");
            }
            var result = new AuditedHost(log: log);
            return result.Told("VRF005");
        }
        Assert.Equal("Low VRF005 unverified_recipient_reject_code", Told(answeredFirst: true));
        Assert.Equal("", Told(answeredFirst: false));
        Assert.Equal("", Told(answeredFirst: true, "undeliverable")); // soft_bounce made 450 of 550
    }
}
