using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Hosts that are guarded, though the evidence at hand does not show all of it.</summary>
public class SoundHostsTests
{
    private const string Screened = "postscreen_dnsbl_sites = zen.dnsbl.example*2\npostscreen_dnsbl_action = enforce\n";

    [Theory]
    [InlineData("", null, "Low HYG007 smtp/inet")]
    [InlineData(Screened, null, "")] // postconf -n: whether master.cf has postscreen is not known
    [InlineData(Screened, "smtp inet n - n - - smtpd\n", "Low HYG007 smtp/inet")]
    public void Who_sets_up_postscreen_is_taken_to_use_it(string lines, string? masterCf, string expected) =>
        Assert.Equal(expected, new AuditedHost(FallbackHost.MainCf + lines, masterCf: masterCf).Told("HYG007"));

    private static string WithDns(string rules, string lines, string dns, params (string Name, string Text)[] tables) =>
        new AuditedHost(FallbackHost.MainCf + "inet_interfaces = 198.51.100.25\n" + lines, masterCf: FallbackHost.MasterCf, dns: dns, tables: tables)
            .Told(rules);

    [Theory]
    [InlineData("corp.internal relay:[10.0.0.5]", "Low DNS005 corp.internal")]
    [InlineData("corp.internal relay:[192.0.2.10]", "High DNS005 corp.internal")]
    [InlineData("corp.internal relay:", "High DNS005 corp.internal")]
    [InlineData("corp.internal error:5.1.6 moved", "Low DNS005 corp.internal")]
    [InlineData("example.com relay:[192.0.2.10]", "High DNS005 corp.internal")]
    public void A_name_that_is_for_use_inside_is_not_in_DNS(string entry, string expected) =>
        Assert.Equal(expected,
            WithDns("DNS005", "relay_domains = example.com, corp.internal\ntransport_maps = hash:/etc/postfix/transport\n",
                """{"corp.internal": {"status": "NXDOMAIN"}}""", ("transport", entry + "\n")));

    [Theory]
    [InlineData("example.com", "Low DNS005 office.example.com")]
    [InlineData("example.org", "High DNS005 office.example.com")]
    public void A_name_below_another_one_is_for_use_inside(string exists, string expected) =>
        Assert.Equal(expected,
            WithDns("DNS005", "relay_domains = example.com, office.example.com\ntransport_maps = hash:/etc/postfix/transport\n",
                $$$"""{"office.example.com": {"status": "NXDOMAIN"}, "{{{exists}}}": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""",
                ("transport", "office.example.com relay:[mx1.example.com]\n")));

    [Theory]
    [InlineData("moved.example error:5.1.6 moved", "Low DNS001 moved.example")]
    [InlineData("example.com relay:[mx1.example.com]", "Medium DNS001 moved.example")]
    public void A_domain_that_moved_may_be_refused_with_a_word(string entry, string expected) =>
        Assert.Equal(expected,
            WithDns("DNS001", "relay_domains = example.com, moved.example\ntransport_maps = hash:/etc/postfix/transport\n",
                """{"moved.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx9.partner.example", "addresses": ["203.0.113.44"]}]}}""",
                ("transport", entry + "\n")));

    private const string Lists = "relay_domains = lists.example\nrelay_recipient_maps = hash:/etc/postfix/users\ntransport_maps = hash:/etc/postfix/routes\n";

    /// <summary>Mailman 3 writes one table of its lists, each with the LMTP server as its route.</summary>
    [Theory]
    [InlineData(Lists, "news@lists.example x", "news@lists.example lmtp:[127.0.0.1]:8024", "")]
    [InlineData(Lists, "news@lists.example x\nboss@lists.example x", "news@lists.example lmtp:[127.0.0.1]:8024", "Critical LUP002 lists.example")]
    [InlineData(Lists, "@lists.example x", "news@lists.example lmtp:[127.0.0.1]:8024", "Critical LUP002 lists.example")]
    [InlineData(Lists + "relay_recipient_maps =\n", "", "news@lists.example lmtp:[127.0.0.1]:8024", "Critical LUP002 lists.example")]
    [InlineData(Lists + "relay_recipient_maps = $transport_maps\n", "", "news@lists.example lmtp:[127.0.0.1]:8024", "")]
    [InlineData(Lists + "smtpd_reject_unlisted_recipient = no\n", "news@lists.example x", "news@lists.example lmtp:[127.0.0.1]:8024",
        "Critical LUP002 lists.example")]
    public void A_route_for_each_user_asks_no_MX_record(string lines, string users, string routes, string expected) =>
        Assert.Equal(expected,
            WithDns("LUP002", lines,
                """{"lists.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""",
                ("users", users + "\n"), ("routes", routes + "\n")));

    /// <summary>Split DNS: only the primary's network knows the name.</summary>
    [Theory]
    [InlineData("shop.example relay:[10.0.0.5]", false, "Medium DNS005 shop.example")]
    [InlineData("shop.example relay:[10.0.0.5]", true, "Low DNS005 shop.example")]
    [InlineData("shop.example relay:[198.51.100.5]", true, "High DNS005 shop.example")]
    [InlineData("shop.example relay:", true, "High DNS005 shop.example")]
    public void A_name_that_DNS_has_lost_may_be_one_of_a_private_network(string entry, bool isDelivered, string expected)
    {
        var log = new Letters().Arrives("A00001");
        if (isDelivered) log.Sent("A00001", "anna@shop.example", relay: "10.0.0.5[10.0.0.5]:25").Removed("A00001");
        Assert.Equal(expected,
            new AuditedHost(FallbackHost.MainCf + "relay_domains = example.com, shop.example\ntransport_maps = hash:/etc/postfix/routes\n", log,
                dns: """{"shop.example": {"status": "NXDOMAIN"}}""", tables: ("routes", entry + "\n")).Told("DNS005"));
    }

    /// <summary>It is public then: strangers have found this host by its MX records.</summary>
    [Theory]
    [InlineData(Letters.Stranger, 3, "High DNS005 shop.example")]
    [InlineData(Letters.Stranger, 2, "Low DNS005 shop.example")]
    [InlineData("localhost[127.0.0.1]", 3, "Low DNS005 shop.example")]
    public void Where_strangers_write_to_it_the_zone_has_expired(string client, int times, string expected)
    {
        var log = new Letters();
        for (int i = 0; i < times; i++) log.Arrives($"A0000{i}", client).Sent($"A0000{i}", "anna@shop.example", relay: "10.0.0.5[10.0.0.5]:25").Removed($"A0000{i}");
        var audit = new AuditedHost(FallbackHost.MainCf + "relay_domains = example.com, shop.example\ntransport_maps = inline:{ {shop.example=relay:[10.0.0.5]} }\n", log.ToString(), dns: """{"shop.example": {"status": "NXDOMAIN"}}""");
        Assert.Equal(expected, audit.Told("DNS005"));
    }

    /// <summary>Providers give a name to each address; who tests for open relays greets with none.</summary>
    [Theory]
    [InlineData("win-4711", "[203.0.113.45]", "Low RLY001 shop.example")]
    [InlineData("h1.hosting.example", "203.0.113.45", "Low RLY001 shop.example")]
    [InlineData("h1.hosting.example", "out.partner.example", "High RLY001 shop.example")]
    public void Servers_greet_with_a_full_name(string helo, string other, string expected)
    {
        var log = new Letters();
        foreach (var (client, name, sender) in new[]
            { ("h1.hosting.example[203.0.113.44]", helo, "a@x.example"), ("mail.partner.example[203.0.113.45]", other, "b@y.example"), ("mail.partner.example[203.0.113.45]", other, "c@y.example") })
            log.Line($"smtpd: NOQUEUE: reject: RCPT from {client}: 554 5.7.1 <anna@shop.example>: Relay access denied; from=<{sender}> to=<anna@shop.example> proto=ESMTP helo=<{name}>");
        var audit = new AuditedHost(log: log);
        Assert.Equal(expected, audit.Told("RLY001"));
    }

    /// <summary>Many try whether this host relays, and nobody has a name.</summary>
    [Fact]
    public void Servers_are_told_among_many_without_a_name()
    {
        var log = new Letters();
        string Refused(string client, string sender, string helo) =>
            $"smtpd: NOQUEUE: reject: RCPT from {client}: 554 5.7.1 <anna@shop.example>: Relay access denied; from=<{sender}> to=<anna@shop.example> proto=ESMTP helo=<{helo}>";
        for (int i = 0; i < 520; i++) log.Line(Refused($"unknown[203.0.113.{i % 200}]", $"u{i}@x.example", "User"));
        for (int i = 1; i <= 6; i++) log.Line(Refused($"mail{i}.partner.example[198.51.100.{i}]", $"bea@p{i}.example", $"mail{i}.partner.example"));
        var audit = new AuditedHost(log: log);
        Assert.Equal("High RLY001 shop.example", audit.Told("RLY001"));
    }
}
