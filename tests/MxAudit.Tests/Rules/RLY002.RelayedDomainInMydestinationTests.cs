using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Domains in mydestination whose mail belongs to another host.</summary>
public class RelayedDomainInMydestinationTests
{
    [Theory]
    [InlineData("mydestination = $myhostname, localhost, example.org\n", 10, 20, "High RLY002 example.org")]
    [InlineData("mydestination = $myhostname, localhost, example.org\n", 20, 10, "")]
    [InlineData("mydestination = $myhostname, localhost, example.org\n", 10, 10, "")]
    [InlineData("mydestination = $myhostname, localhost, example.org\nrelay_domains = example.com, example.org\n", 10, 20, "Critical RLY002 example.org")]
    [InlineData("relay_domains = example.com, example.org\n", 10, 20, "")]
    public void A_domain_with_a_better_MX_is_not_for_mydestination(string lines, int other, int own, string expected) =>
        Assert.Equal(expected, FallbackHost.Found("RLY002", lines, dns:
            FallbackHost.Dns.TrimEnd()[..^1]
                + $$""", "example.org": {"status": "NOERROR", "mx": [{"preference": {{other}}, "exchange": "mail.example.org", "addresses": ["192.0.2.11"]}, {"preference": {{own}}, "exchange": "mx2.fallback.example"} ] } }"""));

    [Fact]
    public void A_better_MX_that_hands_its_mail_over_is_a_filter_in_front_of_this_host()
    {
        string dns = FallbackHost.Dns.TrimEnd()[..^1]
            + """, "example.org": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "filter.provider.example", "addresses": ["203.0.113.99"]}, {"preference": 20, "exchange": "mx2.fallback.example"} ] } }""";
        string From(string client) => FallbackHost.Found("RLY002", "mydestination = $myhostname, localhost, example.org\n",
            new Letters().Arrives("A00001", client).Tried("A00001", "anna@example.org", "sent", "delivered to mailbox", "local", "2.0.0", "local").ToString(),
            dns);
        Assert.Equal("", From("filter.provider.example[203.0.113.99]"));
        Assert.Equal("High RLY002 example.org", From("mail.partner.example[203.0.113.44]"));
    }

    [Fact]
    public void Domains_that_have_a_better_host_leave_mydestination_with_one_command()
    {
        const string dns = """
            {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]},
            "example.org": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.org", "addresses": ["192.0.2.11"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
            """;
        using var result = ExamplesTest.Of(new Example
        {
            Config = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\ninet_interfaces = 198.51.100.25\nmynetworks = 127.0.0.0/8\n"
                + "mydestination = localhost, example.com, example.org\n",
            Dns = dns,
        });
        var fixes = result.Findings.Where(finding => finding.Rule.Id == "RLY002").Select(finding => finding.Fixes[0]).ToArray();
        Assert.Equal(2, fixes.Length);
        Assert.Single(fixes.Distinct());
        Assert.Contains("'mydestination = localhost'", fixes[0].Command);
        Assert.Contains("'relay_domains = example.com, example.org'", fixes[0].Command);
        Assert.Contains("goes into relay_domains", fixes[0].Why);
    }
}
