using MxAudit.Config;

namespace MxAudit.Tests.Rules;

/// <summary>Domains of relay_domains whose mail a list refuses to every stranger, and whom such a list may be meant for.</summary>
public class ClosedDoorsTests
{
    private static AuditResult Audited(string lines, string? dns = null) =>
        Audit.OfText(Refused, config: PostfixConfig.OfText(FallbackHost.MainCf + "inet_interfaces = 198.51.100.25, 127.0.0.1\n" + lines + "\n",
            "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\n"), dns: dns);

    private const string Refused = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 554 5.7.1 <mail.partner.example[203.0.113.44]>: Client host rejected: Access denied; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>
        """;

    private const string Named = """
        {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
        """;

    private const string Closed = "smtpd_client_restrictions = permit_mynetworks, reject";

    /// <summary>A filter in front may be the one that delivers; DNS knows.</summary>
    [Theory]
    [InlineData(Closed, "Medium RLY001 example.com")]
    [InlineData(Closed + "\nmynetworks = 127.0.0.0/8 198.51.100.25", "Medium RLY001 example.com")]
    [InlineData(Closed + "\nmynetworks = 127.0.0.0/8 203.0.113.7", "")]
    [InlineData("smtpd_client_restrictions = permit_tls_clientcerts, reject", "")]
    [InlineData("smtpd_client_restrictions = permit_sasl_authenticated, reject", "")]
    public void A_list_for_chosen_clients_needs_DNS_to_be_a_fault(string lines, string expected)
    {
        using var audit = Audited(lines);
        Assert.Equal(expected, audit.Told("RLY001"));
        using var withDns = Audited(lines, Named);
        Assert.Equal("Critical RLY001 example.com", withDns.Told("RLY001"));
    }

    [Fact]
    public void No_command_changes_a_restriction_class()
    {
        using var audit = Audited("smtpd_restriction_classes = closed\nclosed = reject\nsmtpd_client_restrictions = closed");
        var fix = Assert.Single(audit.Findings, finding => finding.Rule.Id == "RLY001").Fixes[0];
        Assert.Equal("", fix.Command);
        Assert.Contains("in the restriction class that smtpd_client_restrictions names", fix.Why);
    }

    [Fact]
    public void One_list_is_one_finding()
    {
        using var audit = Audited(Closed + "\nrelay_domains = example.com, example.net, example.org, a.example, b.example");
        var found = Assert.Single(audit.Findings, finding => finding.Rule.Id == "RLY001");
        Assert.Equal("smtpd_client_restrictions", found.Subject);
        Assert.StartsWith("example.com, example.net, example.org and 2 more are in relay_domains", found.Message);
        Assert.DoesNotContain("MX records", found.Message + found.Rule.Title);
    }
}
