using MxAudit.Rules;
using static MxAudit.Tests.Rules.RelayingTests;

namespace MxAudit.Tests.Rules;

/// <summary>Relayed domains whose primaries DNS does not tell, or not in a way that this host can use.</summary>
public class UnknownToDnsTests
{
    [Theory]
    [InlineData("ipv4", "2001:db8::10", "", Severity.High)]
    [InlineData("ipv6", "192.0.2.10", "", Severity.High)]
    [InlineData("ipv4, ipv6", "2001:db8::10", "", null)]
    [InlineData("all", "2001:db8::10", "", null)]
    [InlineData("ipv4", "192.0.2.10", "", null)]
    [InlineData("ipv4", "2001:db8::10", "relay_transport = relay:[mx9.example.com]\n", null)]
    public void A_primary_with_addresses_of_the_other_kind_only_can_not_be_reached(string kinds, string address, string more, Severity? severity) =>
        Assert.Equal(severity, SeverityOf("DNS002", $"inet_protocols = {kinds}\n{more}",
            dns: Primary.Replace("192.0.2.10", address)));

    private const string Primary =
        """{"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""";

    [Fact]
    public void One_MX_host_of_the_other_kind_beside_another_is_no_fault() =>
        Assert.Null(SeverityOf("DNS002", "inet_protocols = ipv4",
            dns: Primary.Replace("[{", """[{"preference": 5, "exchange": "mx6.example.com", "addresses": ["2001:db8::10"]}, {""")));

    private static readonly string NotFound = string.Join('\n', Enumerable.Range(0, 5).Select(i =>
        $"Nov 22 10:00:0{i} mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.2 <u{i}@example.com>: Recipient address rejected: Domain not found; from=<bea@partner.example> to=<u{i}@example.com> proto=ESMTP helo=<mail.partner.example>"));

    [Theory]
    [InlineData("SERVFAIL", "example.com", Severity.Medium)]
    [InlineData("NXDOMAIN", "example.com", null)] // DNS005
    [InlineData("SERVFAIL", "no-such.example.com", null)] // somebody's invention
    [InlineData("SERVFAIL", "example.org", null)]
    public void A_relayed_domain_that_can_not_be_looked_up_is_told_by_the_refusals(string status, string asked, Severity? severity) =>
        Assert.Equal(severity,
            SeverityOf("DNS004", "", log: NotFound.Replace("@example.com>", $"@{asked}>"),
                dns: """{"example.com": {"status": "S"}}""".Replace("\"S\"", $"\"{status}\"")));

    [Theory]
    [InlineData(21, Severity.Medium)]
    [InlineData(23, null)]
    public void What_failed_before_the_last_success_neither_counts_nor_hides_what_failed_since(int day, Severity? severity)
    {
        string earlier = NotFound.Split('\n')[0].Replace("Nov 22", "Nov 20");
        string success = Relayed("mx1.example.com[192.0.2.10]", "mail.partner.example[203.0.113.44]").Replace("Nov 22", $"Nov {day}");
        string log = string.Join('\n', day == 21 ? [earlier, success, NotFound] : new[] { earlier, NotFound, success });
        Assert.Equal(severity, SeverityOf("DNS004", "", log: log, dns: """{"example.com": {"status": "SERVFAIL"}}"""));
    }
}
