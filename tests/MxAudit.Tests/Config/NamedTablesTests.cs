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
        Assert.Equal(["hash:/etc/postfix/transport of transport_maps", "hash:/etc/postfix/recipients of relay_recipient_maps", "cidr:/etc/postfix/clients of smtpd_recipient_restrictions"],
            config.NamedTables.Select(named => $"{named.Table.Shown} of {named.Parameter}"));
        Assert.Empty(config.UnreadTables);
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
