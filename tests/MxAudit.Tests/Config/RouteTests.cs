using MxAudit.Config;

namespace MxAudit.Tests.Config;

/// <summary>Next hops as they were observed on Postfix 3.7.11.</summary>
public class RouteTests
{
    private const string Host = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = example.com\n";
    private const string WithRelayhost = Host + "relayhost = [smtp.isp.example]\n";
    private const string WithTable = WithRelayhost + "transport_maps = hash:/etc/postfix/transport\n";

    private static PostfixConfig Read(string main, string transport = "") =>
        PostfixConfig.OfText(main, tables: new Dictionary<string, string> { ["transport"] = transport });

    private static string RouteOf(PostfixConfig config, string recipient = "alice@example.com", bool forProbe = false)
    {
        var route = config.RouteOf(recipient, forProbe);
        return $"{route.Transport}:{route.NextHop} by {route.By} of {route.Parameter}";
    }

    [Fact]
    public void A_relay_domain_goes_to_its_own_MX() => Assert.Equal("relay:example.com by RecipientDomain of relay_domains", RouteOf(Read(Host)));

    [Fact]
    public void A_relayhost_captures_relay_domains() => Assert.Equal("relay:[smtp.isp.example] by Relayhost of relayhost", RouteOf(Read(WithRelayhost)));

    [Theory]
    [InlineData("example.com relay:", "relay:example.com by TransportMaps of transport_maps")]
    [InlineData("example.com            relay", "relay:example.com by TransportMaps of transport_maps")]
    [InlineData("example.com :", "relay:[smtp.isp.example] by Relayhost of relayhost")]
    [InlineData("example.com :[192.0.2.10]", "relay:[192.0.2.10] by TransportMaps of transport_maps")]
    [InlineData("example.com smtp:[192.0.2.10]:2526", "smtp:[192.0.2.10]:2526 by TransportMaps of transport_maps")]
    [InlineData("example.com error:5.1.2 gone", "error:5.1.2 gone by TransportMaps of transport_maps")]
    [InlineData("alice@example.com relay:[a.example]\nexample.com relay:", "relay:[a.example] by TransportMaps of transport_maps")]
    [InlineData("* smtp:[x.example]", "smtp:[x.example] by TransportMaps of transport_maps")]
    [InlineData("other.example relay:", "relay:[smtp.isp.example] by Relayhost of relayhost")]
    public void Transport_entries_have_their_forms(string entry, string expected) => Assert.Equal(expected, RouteOf(Read(WithTable, entry)));

    /// <summary>By <c>postmap -q</c> of 3.7.11, which warns of the lines that it passes over.</summary>
    [Theory]
    [InlineData(@"/^(.*@)?(example\.com)$/ smtp:[mail.$2]", "smtp:[mail.example.com]")]
    [InlineData(@"/@(example)\.com$/ smtp:[${1}x$(1)]", "smtp:[examplexexample]")]
    [InlineData(@"/@(www\.)?example\.com$/ smtp:[$1mx]", null)] // the group is 1mx
    [InlineData(@"/@(www\.)?example\.com$/ smtp:[${1}mx]", "smtp:[mx]")]
    [InlineData(@"/@example\.com$/ smtp:[costs$$5]", "smtp:[costs$5]")]
    [InlineData(@"/@example\.com$/ smtp:[$1]", null)]
    [InlineData(@"/@(example)\.com$/ smtp:[$0]", null)]
    [InlineData(@"/@(example)\.com$/ smtp:[$example]", null)]
    [InlineData(@"!/(other)/ smtp:[$1]", null)]
    [InlineData(@"/@example\.com$/z smtp:[mx]", null)]
    public void What_a_pattern_matched_is_put_into_its_value(string line, string? expected) =>
        Assert.Equal(expected is null ? "relay:[smtp.isp.example] by Relayhost of relayhost" : expected + " by TransportMaps of transport_maps",
            RouteOf(Read(WithRelayhost + "transport_maps = regexp:/etc/postfix/transport\n", line + "\n")));

    [Fact]
    public void A_transport_without_next_hop_does_not_help_against_a_relayhost() =>
        Assert.Equal("smtp:[smtp.isp.example] by Relayhost of relayhost", RouteOf(Read(WithRelayhost + "relay_transport = smtp\n")));

    [Fact]
    public void The_next_hop_of_relay_transport_wins_over_relayhost() =>
        Assert.Equal("relay:[mx1.example.com] by ClassTransport of relay_transport",
            RouteOf(Read(WithRelayhost + "relay_transport = relay:[mx1.example.com]\n")));

    [Fact]
    public void A_transport_entry_does_not_cover_subdomains_but_one_with_a_dot_does()
    {
        Assert.Equal("relay:[smtp.isp.example] by Relayhost of relayhost", RouteOf(Read(WithTable, "example.com relay:"), "x@sub.example.com"));
        Assert.Equal("relay:sub.example.com by TransportMaps of transport_maps", RouteOf(Read(WithTable, ".example.com relay:"), "x@sub.example.com"));
        Assert.Equal("relay:sub.example.com by TransportMaps of transport_maps",
            RouteOf(Read(WithTable + "parent_domain_matches_subdomains = relay_domains, transport_maps\n", "example.com relay:"), "x@sub.example.com"));
    }

    [Fact]
    public void Probes_follow_the_relayhost_unless_they_are_told_otherwise()
    {
        Assert.Equal("relay:[smtp.isp.example] by Relayhost of relayhost", RouteOf(Read(WithRelayhost), forProbe: true));
        Assert.Equal("relay:example.com by RecipientDomain of relay_domains", RouteOf(Read(WithRelayhost + "address_verify_relayhost =\n"), forProbe: true));
        Assert.Equal("relay:[smtp.isp.example] by Relayhost of relayhost", RouteOf(Read(WithRelayhost + "address_verify_relayhost =\n")));
    }

    [Fact]
    public void Other_classes_have_other_transports()
    {
        var config = Read(WithRelayhost + "virtual_mailbox_domains = box.example\nvirtual_alias_domains = alias.example\n");
        Assert.Equal("smtp:[smtp.isp.example] by Relayhost of relayhost", RouteOf(config, "x@elsewhere.example"));
        Assert.Equal("virtual:box.example by RecipientDomain of virtual_mailbox_domains", RouteOf(config, "x@box.example"));
        Assert.Equal("local:mx2.fallback.example by ClassTransport of local_transport", RouteOf(config, "x@mx2.fallback.example"));
        Assert.Equal("error", config.RouteOf("x@alias.example").Transport);
        Assert.True(config.RouteOf("x@alias.example").GoesNowhere);
    }

    [Fact]
    public void A_table_that_is_not_at_hand_makes_the_route_unknown_and_is_named()
    {
        var config = PostfixConfig.OfText(WithTable);
        Assert.False(config.RouteOf("alice@example.com").IsKnown);
        Assert.Equal("hash:/etc/postfix/transport", Assert.Single(config.UnreadTables).Table);
    }

    [Fact]
    public void Senders_may_be_sent_elsewhere()
    {
        var config = PostfixConfig.OfText(Host
            + "sender_dependent_relayhost_maps = inline:{ joe@partner.example=[a.example], @partner.example=[b.example] }\n");
        Assert.True(config.RouteOf("alice@example.com").MayDependOnSender);
        Assert.Equal("[a.example]", config.RouteOf("alice@example.com", sender: "joe@partner.example").NextHop);
        Assert.Equal("[b.example]", config.RouteOf("alice@example.com", sender: "jim@partner.example").NextHop);
        Assert.Equal("example.com", config.RouteOf("alice@example.com", sender: "jim@victim.example").NextHop);
    }

    [Theory]
    [InlineData("mx.example", "mx.example", false, 25)]
    [InlineData("[mx.example]:2525", "mx.example", true, 2525)]
    [InlineData("mx.example:submission", "mx.example", false, 587)]
    [InlineData("[2001:db8::10]", "2001:db8::10", true, 25)]
    [InlineData("[IPv6:2001:db8::10]:26", "2001:db8::10", true, 26)]
    public void Next_hops_are_taken_apart(string relayhost, string host, bool isBracketed, int port)
    {
        var target = Assert.Single(Read(Host + $"relayhost = {relayhost}\n").RouteOf("x@elsewhere.example").Targets);
        Assert.Equal((host, isBracketed, port), (target.Host, target.IsBracketed, target.Port));
    }
}
