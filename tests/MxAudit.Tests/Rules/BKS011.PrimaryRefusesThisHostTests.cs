using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>What the next hop said when it refused this host, and what helps then; VRF008 and VRF016 tell the rest.</summary>
public class PrimaryRefusesThisHostTests
{
    private const string Hop = "mx1.example.com[192.0.2.10]:25";

    private static string Whys(Finding finding) => string.Join(" | ", finding.Fixes.Select(fix => fix.Why));

    private static Letters RefusedAtMail(string from, Letters? log = null, string reply = "550 5.7.1 null sender not accepted here")
    {
        log ??= new Letters();
        for (int i = 1; i <= 5; i++)
            log.Arrives($"A0000{i}", from: from).Tried($"A0000{i}", $"user{i}@example.com", "bounced",
                $"host {Hop[..^3]} said: {reply} (in reply to MAIL FROM command)", dsn: "5.7.1");
        return log;
    }

    [Fact]
    public void A_primary_that_refuses_the_empty_sender_does_not_refuse_this_host()
    {
        var result = FallbackHost.Audited("", RefusedAtMail("", new Letters().Arrives("A00009").Sent("A00009", "anna@example.com")));
        var finding = result.Only("BKS011");
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.Equal($"{Hop} takes no mail with the empty sender: 5 permanent refusals for 5 different recipients. Mail with a sender it took.", finding.Message);
        Assert.DoesNotContain("SPF", Whys(finding));

        var both = FallbackHost.Audited("", RefusedAtMail("", RefusedAtMail("bea@partner.example", new Letters().Arrives("A00009").Sent("A00009", "anna@example.com"))));
        Assert.Equal(Severity.Critical, both.Only("BKS011").Severity);
        Assert.DoesNotContain("empty sender", both.Only("BKS011").Message);
    }

    [Fact]
    public void Probes_with_the_empty_sender_can_have_another_one()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.Active($"B0000{i}", "", 220).Tried($"B0000{i}", $"user{i}@example.com", "undeliverable",
                $"host {Hop[..^3]} said: 550 5.7.1 null sender not accepted here (in reply to MAIL FROM command)", dsn: "5.7.1");
        var result = FallbackHost.Audited("address_verify_sender = <>\n", log);
        const string sender = "postconf -e 'address_verify_sender = $double_bounce_sender' && postfix reload";
        Assert.Equal(sender, result.Only("BKS011").Fixes[0].Command);
        Assert.Contains("All of these had the empty sender", result.Only("BKS011").Message);
        Assert.Equal(sender, result.Only("VRF008").Fixes[1].Command);
    }

    [Fact]
    public void What_the_next_hop_said_decides_what_helps()
    {
        string Whys(string reply, string lines = "")
        {
            var result = FallbackHost.Audited(lines, RefusedAtMail("bea@partner.example", reply: reply));
            return PrimaryRefusesThisHostTests.Whys(result.Only("BKS011"));
        }
        Assert.Contains("wants whoever writes there to log in", Whys("530 5.7.0 Authentication required"));
        Assert.DoesNotContain("SPF", Whys("530 5.7.0 Authentication required"));
        Assert.StartsWith("See that mx1.example.com still takes these domains for its own", Whys("554 5.7.1 <user@example.com>: Relay access denied"));
        Assert.StartsWith("On the primary: exempt", Whys("550 5.7.1 SPF fail"));
        Assert.StartsWith("smtp_bind_address has this host write from 198.51.100.27", Whys("550 5.7.1 SPF fail", "smtp_bind_address = 198.51.100.27\n"));
        const string code = "do not refuse recipients for good because of failed probes";
        Assert.Contains(code, Whys("550 5.7.1 SPF fail"));
        Assert.DoesNotContain(code, Whys("550 5.7.1 SPF fail", "smtpd_recipient_restrictions =\n"));
    }

    [Fact]
    public void Who_refuses_this_host_or_wants_TLS_is_not_down()
    {
        Letters Probing(string reason, string dsn)
        {
            var log = new Letters();
            for (int i = 1; i <= 5; i++)
                log.After(2).Active($"B0000{i}", "double-bounce@mx2.fallback.example", 246).Tried($"B0000{i}", $"user{i}@example.com", "undeliverable", reason, Hop, dsn)
                    .Line($"smtpd: NOQUEUE: reject: RCPT from {Letters.Stranger}: 450 4.1.1 <user{i}@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<bea@partner.example> to=<user{i}@example.com> proto=ESMTP helo=<mail.partner.example>");
            return log;
        }
        var refused = FallbackHost.Audited("", Probing($"host {Hop[..^3]} refused to talk to me: 554 5.7.1 not you", "4.7.1"));
        Assert.Equal($"High BKS011 {Hop}", refused.Told("BKS011 VRF016"));
        var tls = FallbackHost.Audited("", Probing($"TLS is required, but was not offered by host {Hop[..^3]}", "4.7.4"));
        Assert.StartsWith($"While {Hop} could not agree on TLS with this host", tls.Only("VRF016").Message);
        Assert.Equal("postconf smtp_tls_security_level smtp_tls_policy_maps", tls.Only("VRF016").Fixes[0].Command);
    }
}
