using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

public class ConfigEvidenceTests
{
    private const string Log = "Nov 22 10:00:01 mx2 postfix/smtpd[101]: connect from mail.partner.example[203.0.113.44]";

    private static AuditResult With(params string[] mainCf) =>
        Audit.OfText(Log, config: PostfixConfig.OfText(string.Join('\n', ["compatibility_level = 3.6", "myhostname = mx2.fallback.example", .. mainCf])));

    [Fact]
    public void Clients_in_mynetworks_are_trusted_and_no_others()
    {
        using var result = With("mynetworks = 127.0.0.0/8 192.0.2.0/24");
        Assert.True(result.Mail.Trusted.Trusts("192.0.2.7"));
        Assert.False(result.Mail.Trusted.Trusts("10.0.0.7"));
    }

    [Fact]
    public void A_network_that_is_too_wide_makes_nobody_trusted()
    {
        using var result = With("mynetworks = 127.0.0.0/8 !203.0.113.66 0.0.0.0/0 192.0.2.0/24");
        Assert.True(result.Mail.Trusted.Trusts("192.0.2.7"));
        Assert.False(result.Mail.Trusted.Trusts("203.0.113.44"));
        Assert.Contains("REL001", result.Findings.Select(finding => finding.Rule.Id));
    }

    [Fact]
    public void The_queue_lives_as_long_as_the_configuration_says()
    {
        using var result = With("mynetworks = 127.0.0.0/8", "maximal_queue_lifetime = 21d");
        Assert.Equal(TimeSpan.FromDays(21), result.QueueTimes.MaximalQueueLifetime);
        Assert.False(result.QueueTimes.Assumed);
    }

    [Theory]
    [InlineData("relayhost = [mx1.example.com]", false)]
    [InlineData("relayhost = [smtp.isp.example]", true)]
    [InlineData("relayhost =", false)]
    public void A_relayhost_within_the_relayed_domain_is_the_primary(string relayhost, bool isFault)
    {
        using var result = With("relay_domains = example.com", relayhost);
        Assert.Equal(isFault, result.Findings.Any(finding => finding.Rule.Id == "RLY006"));
    }

    [Fact]
    public void A_policy_service_may_know_the_users()
    {
        using var result = With("relay_domains = example.com", "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_policy_service inet:127.0.0.1:10040");
        var finding = Assert.Single(result.Findings, finding => finding.Rule.Id == "BKS008");
        Assert.Equal((Severity.Medium, Confidence.Hint), (finding.Severity, finding.Confidence));
    }
}
