using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Domains of relay_domains whose mail a list refuses to every stranger, and whom such a list may be meant for.</summary>
public class ClosedDoorsTests
{
    private static AuditedHost Audited(string lines, string? dns = null) =>
        new(FallbackHost.MainCf + "inet_interfaces = 198.51.100.25, 127.0.0.1\n" + lines + "\n", Refused, FallbackHost.MasterCf, dns);

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
    [InlineData("smtpd_client_restrictions = permit_sasl_authenticated, reject\nsmtpd_sasl_auth_enable = yes", "")]
    [InlineData("smtpd_client_restrictions = permit_sasl_authenticated, reject", "Medium RLY001 example.com")]
    public void A_list_for_chosen_clients_needs_DNS_to_be_a_fault(string lines, string expected)
    {
        var audit = Audited(lines);
        Assert.Equal(expected, audit.Told("RLY001"));
        var withDns = Audited(lines, Named);
        Assert.Equal("Critical RLY001 example.com", withDns.Told("RLY001"));
    }

    [Fact]
    public void No_command_changes_a_restriction_class()
    {
        var audit = Audited("smtpd_restriction_classes = closed\nclosed = reject\nsmtpd_client_restrictions = closed");
        var fix = audit.Only("RLY001").Fixes[0];
        Assert.Equal("", fix.Command);
        Assert.Contains("in the restriction class that smtpd_client_restrictions names", fix.Why);
    }

    [Fact]
    public void One_list_is_one_finding()
    {
        var audit = Audited(Closed + "\nrelay_domains = example.com, example.net, example.org, a.example, b.example");
        var found = audit.Only("RLY001");
        Assert.Equal("smtpd_client_restrictions", found.Subject);
        Assert.StartsWith("example.com, example.net, example.org and 2 more are in relay_domains", found.Message);
        Assert.DoesNotContain("MX records", found.Message + found.Rule.Title);
    }

    /// <summary>DNS was asked about some of the domains: what the list does is one fault all the same.</summary>
    [Fact]
    public void Domains_that_DNS_was_not_asked_about_are_told_with_the_others()
    {
        var audit = Audited(Closed + "\nrelay_domains = example.com, example.net, example.org", Named);
        var found = audit.Only("RLY001");
        Assert.Equal((Severity.Critical, "smtpd_client_restrictions"), (found.Severity, found.Subject));
        Assert.Contains("The MX records of example.com send strangers here.", found.Message, StringComparison.Ordinal);
    }

    /// <summary>Any user would be accepted else, and mail for nobody come back to forged senders.</summary>
    [Theory]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject",
        "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient' && postfix reload")]
    [InlineData(Closed + "\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination",
        "postconf -e 'smtpd_client_restrictions = permit_mynetworks, reject_unauth_destination' 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient' && postfix reload")]
    [InlineData("relay_recipient_maps = inline:{ anna@example.com=x }\nsmtpd_recipient_restrictions = permit_mynetworks, reject",
        "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination' && postfix reload")]
    public void The_door_is_opened_for_users_that_exist(string lines, string command) => Assert.Equal(command, Audited(lines).Only("RLY001").Fixes[0].Command);
}
