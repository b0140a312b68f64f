using MxAudit.Advice;
using MxAudit.Config;
using MxAudit.Tests.Mail;
using MxAudit.Tests.Rules;

namespace MxAudit.Tests.Advice;

/// <summary>A step that mends a cause is about what came of it, too.</summary>
public class CausesInThePlanTests
{
    private static HostAdvice Advise(string main, Letters log)
    {
        using var audit = Audit.OfText(log.ToString(), config: PostfixConfig.OfText(FallbackHost.MainCf + main, "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\nsmtp unix - - n - - smtp\n"));
        return HostAdvice.Of(audit.Evidence, audit.Findings);
    }

    private static Letters Expired() =>
        new Letters().Arrives("A00001").Tried("A00001", "anna@example.com", "deferred", "host mx1.example.com[192.0.2.10] said: 451 4.3.0 temporary lookup failure (in reply to RCPT TO command)", dsn: "4.3.0")
            .After(7 * 3600).Line("qmgr: A00001: from=<joe@partner.example>, status=expired, returned to sender").Links("A00001", "B00001").Notice("B00001").Removed("A00001");

    [Fact]
    public void A_longer_life_is_about_the_notices_that_came_of_a_short_one()
    {
        var advice = Advise("maximal_queue_lifetime = 6h\n", Expired());
        Assert.StartsWith("Keep mail longer than the longest outage.", advice.First, StringComparison.Ordinal);
        Assert.Contains(advice.Plan, step => step.Command.Contains("'maximal_queue_lifetime = 14d'", StringComparison.Ordinal)
            && new[] { "QUE001", "BKS001", "BKS007" }.All(step.Rules.Contains));
    }

    [Fact]
    public void Notices_with_another_cause_as_well_are_still_others()
    {
        var log = Expired().Arrives("C00001").Tried("C00001", "bert@example.com", "bounced", "host mx1.example.com[192.0.2.10] said: 554 5.7.1 spam (in reply to end of DATA command)", dsn: "5.7.1")
            .Links("C00001", "D00001").Notice("D00001").Removed("C00001");
        var advice = Advise("maximal_queue_lifetime = 6h\n", log);
        Assert.Contains(advice.Others, finding => finding.Rule.Id == "BKS001");
    }

    private static Letters NoTls()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.After(60).Active($"A0000{i}", "double-bounce@mx2.fallback.example")
                .Tried($"A0000{i}", $"u{i}@example.com", "undeliverable",
                    "host mx1.example.com[192.0.2.10] said: 530 5.7.0 Must issue a STARTTLS command first (in reply to MAIL FROM command)", dsn: "5.7.0").Removed($"A0000{i}");
        return log;
    }

    /// <summary>No exemption on the primary would help.</summary>
    [Fact]
    public void A_primary_that_wants_TLS_gets_it()
    {
        var plan = Advise("", NoTls()).Plan;
        Assert.Equal(["postconf -e 'unverified_recipient_reject_code = 450' && postfix reload", "postconf -e 'smtp_tls_security_level = may' && postfix reload"],
            plan.Where(step => step.Rules.Contains("VRF008")).Select(step => step.Command));
        Assert.DoesNotContain(plan, step => step.Why.Contains("SPF", StringComparison.Ordinal));
    }

    /// <summary>450 all night: no address is taken for bad, and there is nothing to change here.</summary>
    [Fact]
    public void A_primary_that_only_puts_this_host_off_makes_no_address_bad()
    {
        var log = new Letters();
        for (int i = 1; i <= 6; i++)
            log.After(600).Arrives($"A0000{i}").Tried($"A0000{i}", $"u{i}@example.com", "deferred",
                "host mx1.example.com[192.0.2.10] said: 450 4.7.1 Client host rejected: cannot find your reverse hostname, [198.51.100.25] (in reply to RCPT TO command)", dsn: "4.7.1");
        var step = Assert.Single(Advise("", log).Plan, step => step.Rules.Contains("BKS011"));
        Assert.StartsWith("The primary puts off this host itself", step.Why, StringComparison.Ordinal);
        Assert.Equal("", step.Command);
    }

    /// <summary>It answers, and its certificate is not trusted: nobody is verified, and no mail waits.</summary>
    [Fact]
    public void What_is_wrong_with_the_primary_is_told_as_the_finding_tells_it()
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            log.After(1900).Active($"A0000{i}", "double-bounce@mx2.fallback.example")
                .Tried($"A0000{i}", $"u{i}@example.com", "undeliverable", "Server certificate not verified", dsn: "4.7.5").Removed($"A0000{i}");
        Assert.StartsWith("mx1.example.com[192.0.2.10]:25 could not agree on TLS with this host for 1 h 3 min.",
            Assert.Single(Advise("", log).Plan, step => step.Rules.Contains("QUE003")).Why, StringComparison.Ordinal);
    }
}
