using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>What is recommended can be copied: it names this host's domains, and makes longer what should be longer.</summary>
public class FixesForThisHostTests
{
    private static Finding Found(string rule, string mainCf, string? dns = null)
    {
        var fires = AllRules.Find(rule)!.Manual.Fires;
        using var result = Audit.OfText(fires.Log, queue: fires.Queue, config: PostfixConfig.OfText(mainCf), dns: dns);
        return Assert.Single(result.Findings, finding => finding.Rule.Id == rule);
    }

    private static string Host(string lifetime) => $"compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = example.com\nmaximal_queue_lifetime = {lifetime}\n";

    [Theory]
    [InlineData("5d", "14d")]
    [InlineData("10d", "17d")]
    [InlineData("21d", "28d")]
    [InlineData("98d", "100d")]
    public void A_lifetime_that_shall_be_raised_is_never_lowered(string now, string longer)
    {
        foreach (string rule in new[] { "BKS007", "QUE003" })
            Assert.Contains(Found(rule, Host(now)).Fixes, fix => fix.Command == $"postconf -e 'maximal_queue_lifetime = {longer}' && postfix reload");
    }

    [Theory]
    [InlineData(null, "postconf relay_transport   # then set it to relay:[…] with the name of the primary")]
    [InlineData("""{"club.example": {"status": "NOERROR", "mx": [{"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}, {"preference": 10, "exchange": "mail.club.example", "addresses": ["203.0.113.44"]}]}}""", "postconf -e 'relay_transport = relay:[mail.club.example]' && postfix reload")]
    public void Mail_is_taken_from_the_relayhost_with_its_subdomains_and_led_to_this_host_s_primary(string? dns, string toPrimary)
    {
        const string config = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = club.example\nrelayhost = [smtp.isp.example]\n";
        using var result = Audit.OfText(null, config: PostfixConfig.OfText(config), dns: dns);
        var fixes = Assert.Single(result.Findings, finding => finding.Rule.Id == "RLY006").Fixes;
        Assert.StartsWith("printf '%s\\n' '' 'club.example relay:' '.club.example relay:' >> /etc/postfix/transport && postmap", fixes[0].Command);
        Assert.Equal(toPrimary, fixes[1].Command);
    }

    [Fact]
    public void The_longest_lifetime_is_not_raised() =>
        Assert.DoesNotContain(Found("QUE003", Host("100d")).Fixes, fix => fix.Command.Contains("maximal_queue_lifetime", StringComparison.Ordinal));

    [Fact]
    public void The_queue_is_flushed_for_the_domain_that_waits()
    {
        string log = AllRules.Find("QUE003")!.Manual.Fires.Log!.Replace("anna@example.com", "anna@example.org", StringComparison.Ordinal);
        using var result = Audit.OfText(log, config: PostfixConfig.OfText(Host("5d").Replace("example.com", "example.org", StringComparison.Ordinal)));
        Assert.Contains(Assert.Single(result.Findings, finding => finding.Rule.Id == "QUE003").Fixes, fix => fix.Command == "postqueue -s example.org");
    }

    [Fact]
    public void Domains_that_DNS_is_asked_about_are_those_of_the_finding()
    {
        const string config = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\ninet_interfaces = 198.51.100.25\nrelay_domains = moved.example, gone.example\n";
        const string dns = """{"moved.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mail.partner.example", "addresses": ["203.0.113.44"]}]}, "gone.example": {"status": "NXDOMAIN"}}""";
        using var result = Audit.OfText(null, config: PostfixConfig.OfText(config), dns: dns);
        Assert.Equal("dig +short MX moved.example", Assert.Single(result.Findings, finding => finding.Rule.Id == "DNS001").Fixes[1].Command);
        Assert.Equal("dig MX gone.example +trace", Assert.Single(result.Findings, finding => finding.Rule.Id == "DNS005").Fixes[1].Command);
    }
}
