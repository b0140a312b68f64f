using MxAudit.Config;

namespace MxAudit.Tests.Config;

public class NetworkTests
{
    private static NetworkList Read(string value, params (string Name, string Text)[] tables) =>
        PostfixConfig.OfText($"mynetworks = {value}\n", tables: tables.ToDictionary(table => table.Name, table => table.Text)).TrustedNetworks;

    [Fact]
    public void All_forms_are_read()
    {
        var networks = Read("127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128, [2001:db8::]/32 192.0.2.7 198.51.100.77/24");
        Assert.Equal(["127.0.0.0/8", "127.0.0.0/8", "::1/128", "2001:db8::/32", "192.0.2.7/32", "198.51.100.0/24"],
            networks.Networks.Select(network => network.ToString()));
    }

    [Fact]
    public void Exceptions_count_when_they_come_first()
    {
        var networks = Read("!192.0.2.128/25 192.0.2.0/24 !192.0.2.1");
        Assert.Equal(["192.0.2.0/25"], networks.Networks.Select(network => network.ToString()));
    }

    /// <remarks>Recorded with 3.7.11: a key of <c>hash:</c> is a whole address. Clients in 198.51.100.0/24 and in 203.0.113.64/28 were refused.</remarks>
    [Fact]
    public void Tables_and_files_are_followed()
    {
        var networks = Read("/etc/postfix/nets, cidr:/etc/postfix/c, hash:/etc/postfix/h", ("nets", "192.0.2.0/28\n# no\n!192.0.2.16/28\n"),
            ("c", "203.0.113.0/24 OK\n"), ("h", "198.51.100.7 OK\n198.51.100 OK\n203.0.113.64/28 OK\n"));
        Assert.Equal(["192.0.2.0/28", "203.0.113.0/24", "198.51.100.7/32"], networks.Networks.Select(network => network.ToString()));
        Assert.True(networks.IsKnown);
        Assert.False(Read("127.0.0.0/8 ldap:/x").IsKnown);
    }

    [Fact]
    public void The_default_depends_on_the_host()
    {
        var hints = new ConfigHints { OwnAddresses = ["198.51.100.25", "2001:db8::25"] };
        var today = PostfixConfig.OfText("compatibility_level = 2\n", hints: hints).TrustedNetworks;
        Assert.True(today.IsKnown);
        Assert.Equal(["127.0.0.0/8", "::1/128", "198.51.100.25/32", "2001:db8::25/128"], today.Networks.Select(network => network.ToString()));
        Assert.False(PostfixConfig.OfText("", hints: hints).TrustedNetworks.IsKnown);
        Assert.Equal(["127.0.0.0/8", "::1/128", "10.1.2.3/32"],
            PostfixConfig.OfText("compatibility_level = 2\ninet_interfaces = 10.1.2.3, 127.0.0.1\n").TrustedNetworks.Networks.Select(network =>
                network.ToString()));
        Assert.False(PostfixConfig.OfText("compatibility_level = 2\n").TrustedNetworks.IsKnown);
    }

    [Fact]
    public void Own_names_and_addresses_come_from_settings_and_from_outside()
    {
        var config = PostfixConfig.OfText("myhostname = MX2.fallback.example\ninet_interfaces = 198.51.100.25\nproxy_interfaces = 203.0.113.9, [2001:db8::9]\n",
            hints: new ConfigHints { OwnNames = ["mx2.example.net"], OwnAddresses = ["192.0.2.1"] });
        Assert.Equal(["mx2.fallback.example", "mx2.example.net"], config.OwnNames);
        Assert.Equal(["192.0.2.1", "198.51.100.25", "2001:db8::9", "203.0.113.9"], config.OwnAddresses.Select(address => address.ToString()).Order());
        Assert.Equal(DomainClass.Local, config.ClassOf("[203.0.113.9]"));
    }
}
