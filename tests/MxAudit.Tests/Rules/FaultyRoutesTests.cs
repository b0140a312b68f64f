using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Hosts that really ran, whose lists or routes were wrong: next hops that are this host, domains that a list forgot, tables of a rare type.</summary>
public class FaultyRoutesTests
{
    private static AuditedHost Audited(string lines, Letters? log = null, string? dns = null, params (string Name, string Text)[] tables) =>
        new(FallbackHost.MainCf + lines, log, dns: dns, tables: tables);

    private static Letters Looped(string hop, string domain = "example.com") => new Letters().Arrives("A00001")
        .Tried("A00001", $"anna@{domain}", "bounced", $"mail for {hop} loops back to myself", "none", "5.4.6");

    [Fact]
    public void Postfix_knows_its_addresses_better_than_who_audits_it()
    {
        var result = Audited("transport_maps = inline:{{example.com = relay:[198.51.100.27]}}\n", Looped("198.51.100.27"), MoreHostsTests.Dns);
        Assert.Equal("Critical LUP001 example.com, Critical LUP004 example.com", result.Told("LUP001 LUP002 LUP004"));
        Assert.StartsWith("The cause is LUP004", result.Only("LUP001").Fixes[0].Why);
        var other = Audited("transport_maps = inline:{{example.com = relay:[192.0.2.10]}}\n", Looped("198.51.100.27"), MoreHostsTests.Dns);
        Assert.Equal("", other.Told("LUP004"));
    }

    [Fact]
    public void A_best_MX_that_has_the_address_of_this_host_has_the_wrong_address()
    {
        const string lines = "inet_interfaces = 198.51.100.25, 127.0.0.1\n";
        string dns = MoreHostsTests.Dns.Replace("192.0.2.10", "198.51.100.25").TrimEnd()[..^1]
            + """, "mx1.example.com": {"status": "NOERROR", "addresses": ["198.51.100.25"] } }""";
        var result = Audited(lines, dns: dns);
        var finding = result.Only("LUP002"); // none for users of mx1.example.com, to whom nobody writes
        Assert.StartsWith("mx1.example.com, the best MX host of example.com (preference 10), has in DNS the address of this host: 198.51.100.25.", finding.Message);
        Assert.Equal("dig +short A mx1.example.com", finding.Fixes[0].Command);
        var swapped = Audited(lines, dns: MoreHostsTests.Dns.Replace("\"preference\": 20", "\"preference\": 5"));
        Assert.StartsWith("This host is the best MX of example.com (preference 5).", swapped.Only("LUP002").Message);
    }

    [Fact]
    public void An_entry_that_names_this_host_is_to_be_changed_and_not_DNS()
    {
        var result = Audited("transport_maps = hash:/etc/postfix/transport\ninet_interfaces = 198.51.100.25, 127.0.0.1\n", dns: MoreHostsTests.Dns,
            tables: ("transport", "example.com relay:mx2.fallback.example\n"));
        var fix = Assert.Single(result.Only("LUP002").Fixes);
        Assert.StartsWith("transport_maps names this host itself.", fix.Why);
        Assert.Equal("postconf transport_maps   # then change, in that table:  example.com  relay:[mx1.example.com]", fix.Command);
    }

    [Fact]
    public void A_domain_of_nobody_that_DNS_leads_here_needs_no_primary()
    {
        var result = Audited("recipient_bcc_maps = inline:{{@example.com = copy@fallback.example}}\n", Looped("fallback.example", "fallback.example"));
        var fix = Assert.Single(result.Only("LUP001").Fixes);
        Assert.StartsWith("DNS leads fallback.example to this host, and no list of this host has it.", fix.Why);
    }

    [Fact]
    public void The_fallback_relay_that_brings_mail_back_is_the_cause_of_the_circle()
    {
        const string relay = "mx3.fallback.example[198.51.100.26]:25";
        var log = new Letters();
        for (int i = 1; i <= 4; i++)
            log.After(1).Arrives($"A0000{i}", i == 1 ? Letters.Stranger : "unknown[198.51.100.26]", messageId: "one@partner.example")
                .Sent($"A0000{i}", "anna@example.com", relay: relay).Removed($"A0000{i}");
        const string lines = "transport_maps = inline:{{example.com = relay:[mx1.example.com]}}\n";
        var result = Audited(lines + "smtp_fallback_relay = [mx3.fallback.example]\n", log);
        Assert.StartsWith("The cause is LUP005", result.Only("LUP007").Fixes[0].Why);
        var another = Audited(lines + "smtp_fallback_relay = [mx4.fallback.example]\n", log);
        Assert.DoesNotContain("LUP005", another.Only("LUP007").Fixes[0].Why);
    }

    private static Letters Refused(string domain, int recipients, params string[] clients)
    {
        var log = new Letters();
        foreach (string client in clients)
            for (int i = 1; i <= recipients; i++)
                log.Line($"smtpd: NOQUEUE: reject: RCPT from {client}: 550 5.1.1 <user{i}@{domain}>: Recipient address rejected: User unknown in relay recipient table; from=<bea@partner.example> to=<user{i}@{domain}> proto=ESMTP helo=<mail.partner.example>");
        return log;
    }

    private const string Listed = "relay_domains = example.com, example.net\nrelay_recipient_maps = inline:{{anna@example.com = x}}\n";

    [Theory]
    [InlineData(Listed, "example.net", 3, "High BKS014 example.net")]
    [InlineData(Listed, "example.net", 2, "")]
    [InlineData(Listed, "example.com", 3, "")]
    [InlineData(Listed + "virtual_alias_maps = inline:{{info@example.net = anna@example.com}}\n", "example.net", 3, "")]
    [InlineData(Listed + "canonical_maps = pcre:/etc/postfix/canonical\n", "example.net", 3, "")]
    [InlineData("relay_domains = example.com, example.net\nrelay_recipient_maps = regexp:{{/^anna@/ x}}\n", "example.net", 3, "")]
    [InlineData(Listed + "transport_maps = inline:{{example.net = error:closed}}\n", "example.net", 3, "")]
    public void A_relayed_domain_without_any_user_in_the_list_was_forgotten(string lines, string domain, int recipients, string expected) =>
        Assert.Equal(expected, Audited(lines, Refused(domain, recipients, Letters.Stranger, "out.shop.example[203.0.113.80]")).Told("BKS014"));

    [Theory]
    [InlineData("unknown[203.0.113.80]")]
    [InlineData("h203.0.113.80.dyn.example[203.0.113.80]")]
    [InlineData(Letters.Stranger)]
    public void Junk_to_the_name_of_a_host_does_not_show_that_anybody_is_missed(string second) =>
        Assert.Equal("Low BKS014 example.net", Audited(Listed, Refused("example.net", 4, Letters.Stranger, second)).Told("BKS014"));

    [Fact]
    public void Many_forgotten_domains_are_told_once()
    {
        string[] domains = [.. Enumerable.Range(1, 6).Select(i => $"d{i}.example")];
        var log = new Letters();
        foreach (string line in domains
            .SelectMany(domain => Refused(domain, 3, Letters.Stranger, "out.shop.example[203.0.113.80]").ToString().Split('\n'))
            .Where(line => line.Length > 0))
            log.Line(line[line.IndexOf("smtpd", StringComparison.Ordinal)..]);
        var result = Audited($"relay_domains = example.com, {string.Join(", ", domains)}\nrelay_recipient_maps = inline:{{{{anna@example.com = x}}}}\n", log);
        Assert.Equal("High BKS014 relay_recipient_maps", result.Told("BKS014"));
    }

    [Theory]
    [InlineData("/^[a-z0-9.]+@example\\.com$/ x", "High BKS009 example.com")]
    [InlineData("/^s[0-9]{7}@example\\.com$/ x", "")]
    [InlineData("/^(anna|bert)@example\\.com$/ x", "")]
    public void A_pattern_for_any_row_of_letters_is_no_list_of_users(string pattern, string expected)
    {
        var result = Audited("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_recipient_maps = regexp:/etc/postfix/users\n",
            tables: ("users", pattern + "\n"));
        Assert.Equal(expected, result.Told("BKS008 BKS009"));
    }

    [Theory]
    [InlineData("", "Critical BKS008 example.net")]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient\n", "")]
    public void Domains_that_a_pattern_relays_are_known_by_the_mail_that_bounced(string verifies, string expected)
    {
        var result = Audited("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_domains = regexp:/etc/postfix/relayed\n" + verifies,
            new Letters().Arrives("A00001").Bounced("A00001", "ghost@example.net"), tables: ("relayed", "/^example\\.(com|net)$/ x\n"));
        Assert.Equal(expected, result.Told("BKS008"));
    }

    [Theory]
    [InlineData("hash", "postmap hash:/etc/postfix/relay_recipients")]
    [InlineData("texthash", "postfix reload")]
    public void A_table_that_postmap_does_not_write_is_read_again_by_a_reload(string type, string expected)
    {
        string lines = $"smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_recipient_maps = {type}:/etc/postfix/relay_recipients\n";
        var wildcard = Audited(lines, tables: ("relay_recipients", "@example.com x\n"));
        Assert.EndsWith("then: " + expected, wildcard.Only("BKS009").Fixes[0].Command);
        var left = Audited(lines, new Letters().Arrives("A00001").Bounced("A00001", "left@example.com"), tables: ("relay_recipients", "left@example.com x\n"));
        Assert.Equal(expected, left.Only("BKS014").Fixes[0].Command);
        string relayhost = $"relayhost = [smtp.isp.example]\ntransport_maps = {type}:/etc/postfix/transport\n";
        var taken = Audited(relayhost, tables: ("transport", "example.org relay:\n"));
        string compiled = type == "hash" ? " && postmap hash:/etc/postfix/transport" : "";
        Assert.EndsWith($" >> /etc/postfix/transport{compiled} && postfix reload", taken.Only("RLY006").Fixes[0].Command);
    }

    [Fact]
    public void Trusted_clients_that_write_to_the_world_through_this_host_need_its_trust()
    {
        const string lines = "mynetworks = 127.0.0.0/8 192.0.2.10/32\n";
        var outward = Audited(lines, new Letters().Arrives("A00001", "mx1.example.com[192.0.2.10]", "anna@example.com")
            .Tried("A00001", "bea@partner.example", "sent", "250 2.0.0 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp"), MoreHostsTests.Dns);
        var finding = outward.Only("REL002");
        Assert.StartsWith("Verify the recipients of relay domains", finding.Fixes[0].Why);
        Assert.Contains("they wrote to 1 recipient of other domains", finding.Fixes[1].Why);
        var inward = Audited(lines, new Letters().Arrives("A00001", "mx1.example.com[192.0.2.10]").Sent("A00001", "anna@example.com", relay: Letters.Primary), MoreHostsTests.Dns);
        Assert.StartsWith("Trust this host alone", inward.Only("REL002").Fixes[0].Why);
    }

    [Fact]
    public void Domains_that_have_a_better_host_leave_mydestination_with_one_command()
    {
        const string dns = """
            {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]},
            "example.org": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.org", "addresses": ["192.0.2.11"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
            """;
        using var result = ExamplesTest.Of(new Example
        {
            Config = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\ninet_interfaces = 198.51.100.25\nmynetworks = 127.0.0.0/8\n"
                + "mydestination = localhost, example.com, example.org\n",
            Dns = dns,
        });
        var fixes = result.Findings.Where(finding => finding.Rule.Id == "RLY002").Select(finding => finding.Fixes[0]).ToArray();
        Assert.Equal(2, fixes.Length);
        Assert.Single(fixes.Distinct());
        Assert.Contains("'mydestination = localhost'", fixes[0].Command);
        Assert.Contains("'relay_domains = example.com, example.org'", fixes[0].Command);
        Assert.Contains("goes into relay_domains", fixes[0].Why);
    }
}
