namespace MxAudit.Tests.Rules;

/// <summary>Domains whose best MX host is this one, or only seems to be.</summary>
public class BestMxIsThisHostTests
{
    [Fact]
    public void A_best_MX_that_has_the_address_of_this_host_has_the_wrong_address()
    {
        const string lines = "inet_interfaces = 198.51.100.25, 127.0.0.1\n";
        string dns = FallbackHost.Dns.Replace("192.0.2.10", "198.51.100.25").TrimEnd()[..^1]
            + """, "mx1.example.com": {"status": "NOERROR", "addresses": ["198.51.100.25"] } }""";
        var result = FallbackHost.Audited(lines, dns: dns);
        var finding = result.Only("LUP002"); // none for users of mx1.example.com, to whom nobody writes
        Assert.StartsWith("mx1.example.com, the best MX host of example.com (preference 10), has in DNS the address of this host: 198.51.100.25.", finding.Message);
        Assert.Equal("dig +short A mx1.example.com", finding.Fixes[0].Command);
        var swapped = FallbackHost.Audited(lines, dns: FallbackHost.Dns.Replace("\"preference\": 20", "\"preference\": 5"));
        Assert.StartsWith("This host is the best MX of example.com (preference 5).", swapped.Only("LUP002").Message);
    }

    [Fact]
    public void An_entry_that_names_this_host_is_to_be_changed_and_not_DNS()
    {
        var result = FallbackHost.Audited("transport_maps = hash:/etc/postfix/transport\ninet_interfaces = 198.51.100.25, 127.0.0.1\n", dns: FallbackHost.Dns,
            tables: ("transport", "example.com relay:mx2.fallback.example\n"));
        var fix = Assert.Single(result.Only("LUP002").Fixes);
        Assert.StartsWith("transport_maps names this host itself.", fix.Why);
        Assert.Equal("postconf transport_maps   # then change, in that table:  example.com  relay:[mx1.example.com]", fix.Command);
    }

    [Theory]
    [InlineData("")]
    [InlineData("inet_interfaces = 198.51.100.25, 127.0.0.1\n")]
    public void A_name_that_this_host_shares_with_the_primary_makes_no_best_MX_of_it(string lines) =>
        Assert.Equal("", FallbackHost.Found("LUP002 LUP003", "myhostname = mail.example.com\n" + lines,
            dns: FallbackHost.Dns.TrimEnd()[..^1] + """, "mail.example.com": {"status": "NOERROR", "addresses": ["192.0.2.10", "198.51.100.25"] } }"""));
}
