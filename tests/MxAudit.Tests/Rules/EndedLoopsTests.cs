using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A loop that was mended, and one that only waits for the next outage.</summary>
public class EndedLoopsTests
{
    private static string Found(string rules, Letters log, string? mainCf = null, string? dns = null) =>
        new AuditedHost(mainCf is null ? null : FallbackHost.MainCf + mainCf, log, FallbackHost.MasterCf, dns).Told(rules);

    private static Letters Looped(string hop = "example.com", string relay = "none") =>
        new Letters()
            .Arrives("A00001")
            .Tried("A00001", "anna@example.com", "bounced", $"mail for {hop} loops back to myself", relay, "5.4.6")
            .Removed("A00001");

    /// <summary>Postfix names the host that it spoke to.</summary>
    private static Letters Greeted() =>
        Looped(relay: "mx2.fallback.example[198.51.100.25]:25").Line("relay/smtp: warning: host mx2.fallback.example[198.51.100.25]:25 greeted me with my own hostname mx2.fallback.example");

    private static Letters Then(Letters log) => log.After(60).Arrives("A00002").Sent("A00002", "bert@example.com").Removed("A00002");

    [Fact]
    public void Mail_that_went_through_later_ends_a_loop()
    {
        Assert.Equal("Critical LUP001 example.com", Found("LUP001", Looped()));
        Assert.Equal("Medium LUP001 example.com", Found("LUP001", Then(Looped())));
        Assert.Equal("Critical LUP001 example.com",
            Found("LUP001",
                Then(new Letters())
                    .After(60)
                    .Arrives("A00003")
                    .Tried("A00003", "anna@example.com", "bounced", "mail for example.com loops back to myself", "none", "5.4.6")));
        Assert.Equal("Medium LUP001 example.com",
            Found("LUP001", Looped().After(60).Active("A00002", "double-bounce@mx2.fallback.example").Probed("A00002", "bert@example.com")));
        Assert.Equal("Critical LUP001 example.com", Found("LUP001", Looped().After(60).Arrives("A00002").Sent("A00002", "bert@example.org")));
    }

    [Theory]
    [InlineData("mx1", "postfix", "lmtp", "imap.example.com[192.0.2.30]:24")] // the primary's own log beside it
    [InlineData("mx3", "postfix", "relay/smtp", "mx1.example.com[192.0.2.10]:25")]
    [InlineData("mx2", "postfix-out", "relay/smtp", "mx1.example.com[192.0.2.10]:25")]
    [InlineData("mx2", "postfix", "virtual", "virtual")] // into a mailbox
    [InlineData("mx2", "postfix", "smtp-amavis/smtp", "127.0.0.1[127.0.0.1]:10024")]
    public void What_goes_another_way_ends_no_loop(string host, string instance, string daemon, string relay) =>
        Assert.Equal("Critical LUP001 example.com", Found("LUP001",
            Looped()
                .After(60)
                .On(host, instance)
                .Arrives("A00002")
                .Tried("A00002", "bert@example.com", "sent", "250 2.0.0 Ok", relay, daemon: daemon)
                .Removed("A00002")));

    [Fact]
    public void Of_two_hosts_that_loop_both_have_to_deliver()
    {
        static Letters Both() =>
            Looped()
                .On("mx3")
                .Arrives("B00001")
                .Tried("B00001", "anna@example.com", "bounced", "mail for example.com loops back to myself", "none", "5.4.6")
                .Removed("B00001");
        Assert.Equal("Critical LUP001 example.com", Found("LUP001", Then(Both())));
        Assert.Equal("Medium LUP001 example.com",
            Found("LUP001", Then(Both()).On("mx2").Arrives("B00002").Sent("B00002", "carl@example.com").Removed("B00002")));
    }

    [Fact]
    public void A_host_that_does_not_know_its_address_loops_again_in_the_next_outage()
    {
        Assert.Equal("Critical LUP001 example.com, High LUP003 198.51.100.25", Found("LUP001 LUP003", Then(Greeted())));
        Assert.Equal("Critical LUP001 example.com, High LUP003 198.51.100.25", Found("LUP001 LUP003", Then(Greeted()), ""));
        Assert.Equal("Low LUP003 198.51.100.25, Medium LUP001 example.com", Found("LUP001 LUP003", Then(Greeted()), "proxy_interfaces = 198.51.100.25\n"));
        Assert.Equal("Critical LUP001 example.com, High LUP003 198.51.100.25", Found("LUP001 LUP003", Then(Greeted()), "proxy_interfaces = 198.51.100.26\n"));
        // of another host
        Assert.Equal("Critical LUP001 example.com, High LUP003 198.51.100.25",
            Found("LUP001 LUP003", Then(Greeted()), "proxy_interfaces = 198.51.100.25\nmyhostname = mx3.fallback.example\n"));
    }

    [Theory]
    [InlineData("relay_transport = relay:[mx1.example.com]\n", "example.com", "Medium LUP001 example.com")]
    [InlineData("relay_transport = relay:[mx1.example.com]\n", "mx1.example.com", "Critical LUP001 example.com")] // that very host looped
    [InlineData("relay_transport = relay:[192.0.2.10]\n", "[192.0.2.10]", "Critical LUP001 example.com")]
    [InlineData("relay_transport = relay:mx1.example.com\n", "example.com", "Critical LUP001 example.com")] // its MX records may name this host
    // of another host
    [InlineData("relay_transport = relay:[mx1.example.com]\nmyhostname = mx3.fallback.example\n", "example.com", "Critical LUP001 example.com")]
    [InlineData("relay_transport = relay:[mx2.fallback.example]\n", "example.com", "Critical LUP001 example.com")] // LUP004
    [InlineData("", "example.com", "Critical LUP001 example.com")]
    public void Another_next_hop_ends_a_loop(string lines, string looped, string expected) => Assert.Equal(expected, Found("LUP001", Looped(looped), lines));

    [Fact]
    public void While_DNS_has_the_cause_no_later_success_counts() =>
        Assert.Equal("Critical LUP001 example.com, Critical LUP002 example.com", Found("LUP001 LUP002", Then(Looped()), "",
            """{"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}"""));

    [Fact]
    public void The_symptom_names_an_address_that_is_not_known_as_its_cause()
    {
        using var audit = Greeted().Audited();
        Assert.StartsWith("The cause is LUP003, own-address-unknown.", audit.Only("LUP001").Fixes[0].Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Probes_that_are_remembered_again_end_what_was_forgotten()
    {
        static Letters Forgot(Letters log, string id, string status) =>
            log.After(60).Active(id, "double-bounce@mx2.fallback.example").Probed(id, $"ghost{id}@example.com", status, "5.1.1").Removed(id);
        Assert.Equal("High VRF001 address_verify_negative_cache", Found("VRF001", Forgot(new Letters(), "A00001", "undeliverable-but-not-cached")));
        Assert.Equal("Low VRF001 address_verify_negative_cache",
            Found("VRF001", Forgot(Forgot(new Letters(), "A00001", "undeliverable-but-not-cached"), "A00002", "undeliverable")));
        Assert.Equal("High VRF001 address_verify_negative_cache",
            Found("VRF001", Forgot(Forgot(new Letters(), "A00002", "undeliverable"), "A00001", "undeliverable-but-not-cached")));
        // another host
        Assert.Equal("High VRF001 address_verify_negative_cache",
            Found("VRF001", Forgot(Forgot(new Letters(), "A00001", "undeliverable-but-not-cached").On("mx3"), "A00002", "undeliverable")));
    }
}
