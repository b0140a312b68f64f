using System.Text;
using MxAudit.Config;
using MxAudit.Dns;

namespace MxAudit.Tests.Config;

public class NamedTablesTests
{
    [Fact]
    public void Tables_are_named_once_and_caches_are_left_out()
    {
        var config = PostfixConfig.OfText("""
            transport_maps = hash:/etc/postfix/transport, inline:{ a=b }
            relay_recipient_maps = proxy:hash:/etc/postfix/recipients
            address_verify_transport_maps = hash:/etc/postfix/transport
            address_verify_map = btree:/var/lib/postfix/verify_cache
            smtp_tls_session_cache_database = btree:/var/lib/postfix/smtp_scache
            smtpd_recipient_restrictions = check_client_access cidr:/etc/postfix/clients, reject
            """);
        Assert.Equal(["hash:/etc/postfix/transport of transport_maps", "hash:/etc/postfix/recipients of relay_recipient_maps",
            "cidr:/etc/postfix/clients of smtpd_recipient_restrictions"],
            config.NamedTables.Select(named => $"{named.Table.Shown} of {named.Parameter}"));
        Assert.Empty(config.UnreadTables);
    }

    /// <summary>debug: is of 3.11.</summary>
    [Theory]
    [InlineData("debug:hash:/etc/postfix/recipients")]
    [InlineData("debug:proxy:hash:/etc/postfix/recipients")]
    [InlineData("proxy:debug:hash:/etc/postfix/recipients")]
    public void Who_asks_a_table_does_not_change_it(string written) => Assert.Equal("hash:/etc/postfix/recipients",
        Assert.Single(PostfixConfig.OfText($"relay_recipient_maps = {written}\n").NamedTables).Table.Shown);

    /// <summary>What <c>postmap -q</c> of 3.7.11 says.</summary>
    [Theory]
    [InlineData("unionmap:{inline:{a=1},inline:{a=2}}", "a", "1,2")]
    [InlineData("unionmap:{inline:{a=1},inline:{b=2}}", "A", "1")]
    [InlineData("unionmap:{ static:{x y}, inline:{ {a = 2 3} } }", "a", "x y,2 3")]
    [InlineData("unionmap:{inline:{a=1}}", "b", null)]
    [InlineData("pipemap:{inline:{a=B},inline:{b=c}}", "a", "c")]
    [InlineData("pipemap:{inline:{a=b},inline:{b=c}}", "b", null)]
    [InlineData("proxy:unionmap:{pipemap:{inline:{a=b},inline:{b=c}},inline:{a=d}}", "a", "c,d")]
    public void Tables_are_made_of_tables(string spec, string key, string? value)
    {
        var table = Assert.Single(PostfixConfig.OfText($"transport_maps = {spec}\n").TablesOf("transport_maps"));
        Assert.Equal((value, true), (table.Find(key).Entry?.Value, table.Find(key).IsKnown));
        Assert.All(table.Entries, entry => Assert.Equal(entry.Value, table.Find(entry.Key).Entry?.Value));
    }

    [Theory]
    [InlineData("unionmap:{inline:{a=1},/x/y}")]
    [InlineData("unionmap:inline:{a=1}")]
    [InlineData("unionmap:{inline:{a=1},mysql:/etc/postfix/domains.cf}")]
    public void A_table_of_tables_is_unknown_where_one_is(string spec)
    {
        var config = PostfixConfig.OfText($"relay_domains = {spec}\n");
        Assert.Equal(DomainClass.Unknown, config.ClassOf("a"));
        Assert.NotEmpty(config.UnreadTables);
    }

    [Fact]
    public void Files_in_tables_of_tables_are_named()
    {
        var config = PostfixConfig.OfText("relay_recipient_maps = unionmap:{hash:/etc/postfix/one, hash:/etc/postfix/two}\n");
        Assert.Equal(["hash:/etc/postfix/one", "hash:/etc/postfix/two"], config.NamedTables.Select(named => named.Table.Shown));
        Assert.Equal("unionmap:{hash:/etc/postfix/one, hash:/etc/postfix/two}", Assert.Single(config.TablesOf("relay_recipient_maps")).Shown);
    }

    [Fact]
    public void Addresses_of_a_host_are_those_of_any_answer()
    {
        var answers = RecordedAnswers.Of(Encoding.UTF8.GetBytes("""
            {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}]},
             "mx1.example.com": {"status": "NOERROR", "addresses": ["192.0.2.10", "192.0.2.11"]}}
            """), "dns.json");
        Assert.Equal(["192.0.2.10", "192.0.2.11"], answers.AddressesOf("MX1.example.com.").Select(address => address.ToString()));
        Assert.Equal(["192.0.2.7"], answers.AddressesOf("192.0.2.7").Select(address => address.ToString()));
        Assert.Empty(answers.AddressesOf("mx9.example.com"));
    }
}
