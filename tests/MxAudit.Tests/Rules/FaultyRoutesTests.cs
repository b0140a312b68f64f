using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Hosts that really ran, whose lists or routes were wrong: next hops that are this host, domains that a list forgot, tables of a rare type.</summary>
public class FaultyRoutesTests
{
    private static Letters Looped(string hop, string domain = "example.com") => new Letters().Arrives("A00001")
        .Tried("A00001", $"anna@{domain}", "bounced", $"mail for {hop} loops back to myself", "none", "5.4.6");

    [Fact]
    public void A_domain_of_nobody_that_DNS_leads_here_needs_no_primary()
    {
        var result = FallbackHost.Audited("recipient_bcc_maps = inline:{{@example.com = copy@fallback.example}}\n", Looped("fallback.example", "fallback.example"));
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
        var result = FallbackHost.Audited(lines + "smtp_fallback_relay = [mx3.fallback.example]\n", log);
        Assert.StartsWith("The cause is LUP005", result.Only("LUP007").Fixes[0].Why);
        var another = FallbackHost.Audited(lines + "smtp_fallback_relay = [mx4.fallback.example]\n", log);
        Assert.DoesNotContain("LUP005", another.Only("LUP007").Fixes[0].Why);
    }

    [Theory]
    [InlineData("/^[a-z0-9.]+@example\\.com$/ x", "High BKS009 example.com")]
    [InlineData("/^s[0-9]{7}@example\\.com$/ x", "")]
    [InlineData("/^(anna|bert)@example\\.com$/ x", "")]
    public void A_pattern_for_any_row_of_letters_is_no_list_of_users(string pattern, string expected)
    {
        var result = FallbackHost.Audited("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_recipient_maps = regexp:/etc/postfix/users\n",
            tables: ("users", pattern + "\n"));
        Assert.Equal(expected, result.Told("BKS008 BKS009"));
    }

    [Theory]
    [InlineData("", "Critical BKS008 example.net")]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient\n", "")]
    public void Domains_that_a_pattern_relays_are_known_by_the_mail_that_bounced(string verifies, string expected)
    {
        var result = FallbackHost.Audited("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_domains = regexp:/etc/postfix/relayed\n" + verifies,
            new Letters().Arrives("A00001").Bounced("A00001", "ghost@example.net"), tables: ("relayed", "/^example\\.(com|net)$/ x\n"));
        Assert.Equal(expected, result.Told("BKS008"));
    }

    [Theory]
    [InlineData("hash", "postmap hash:/etc/postfix/relay_recipients")]
    [InlineData("texthash", "postfix reload")]
    public void A_table_that_postmap_does_not_write_is_read_again_by_a_reload(string type, string expected)
    {
        string lines = $"smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_recipient_maps = {type}:/etc/postfix/relay_recipients\n";
        var wildcard = FallbackHost.Audited(lines, tables: ("relay_recipients", "@example.com x\n"));
        Assert.EndsWith("then: " + expected, wildcard.Only("BKS009").Fixes[0].Command);
        var left = FallbackHost.Audited(lines, new Letters().Arrives("A00001").Bounced("A00001", "left@example.com"), tables: ("relay_recipients", "left@example.com x\n"));
        Assert.Equal(expected, left.Only("BKS014").Fixes[0].Command);
        string relayhost = $"relayhost = [smtp.isp.example]\ntransport_maps = {type}:/etc/postfix/transport\n";
        var taken = FallbackHost.Audited(relayhost, tables: ("transport", "example.org relay:\n"));
        string compiled = type == "hash" ? " && postmap hash:/etc/postfix/transport" : "";
        Assert.EndsWith($" >> /etc/postfix/transport{compiled} && postfix reload", taken.Only("RLY006").Fixes[0].Command);
    }

    [Fact]
    public void Trusted_clients_that_write_to_the_world_through_this_host_need_its_trust()
    {
        const string lines = "mynetworks = 127.0.0.0/8 192.0.2.10/32\n";
        var outward = FallbackHost.Audited(lines, new Letters().Arrives("A00001", "mx1.example.com[192.0.2.10]", "anna@example.com")
            .Tried("A00001", "bea@partner.example", "sent", "250 2.0.0 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp"), FallbackHost.Dns);
        var finding = outward.Only("REL002");
        Assert.StartsWith("Verify the recipients of relay domains", finding.Fixes[0].Why);
        Assert.Contains("they wrote to 1 recipient of other domains", finding.Fixes[1].Why);
        var inward = FallbackHost.Audited(lines, new Letters().Arrives("A00001", "mx1.example.com[192.0.2.10]").Sent("A00001", "anna@example.com", relay: Letters.Primary), FallbackHost.Dns);
        Assert.StartsWith("Trust this host alone", inward.Only("REL002").Fixes[0].Why);
    }
}
