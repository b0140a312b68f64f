using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>What one kind of evidence tells where others are missing.</summary>
public class LogAloneTests
{
    private static string Found(string rules, Letters? log, string? mainCf = null, string? dns = null) =>
        string.Join(", ", new AuditedHost(mainCf, log, dns: dns).Findings.Where(finding => rules.Split(' ').Contains(finding.Rule.Id))
            .Select(finding => $"{finding.Severity} {finding.Confidence} {finding.Rule.Id} {finding.Subject}").Order(StringComparer.Ordinal));

    private const string NoPrimary = "unable to find primary relay for example.com";

    [Theory]
    [InlineData("", "")] // strangers make it up
    [InlineData("relay_domains = example.com, x1.example.com\n", "High Likely DNS002 x1.example.com")]
    public void A_subdomain_without_primary_counts_where_it_is_named(string lines, string expected)
    {
        const string lost = "unable to find primary relay for x1.example.com";
        var log = new Letters()
            .Arrives("A00001")
            .Tried("A00001", "anna@x1.example.com", "deferred", lost, "none", "4.4.4")
            .After(1000)
            .Tried("A00001", "anna@x1.example.com", "deferred", lost, "none", "4.4.4");
        Assert.Equal(expected, Found("DNS002", log, "myhostname = mx2.fallback.example\n" + (lines.Length > 0 ? lines : "relay_domains = example.com\n")));
    }

    private static Letters Lost(double seconds) => new Letters().Arrives("A00001").Tried("A00001", "anna@example.com", "deferred", NoPrimary, "none", "4.4.4")
        .After(seconds).Tried("A00001", "anna@example.com", "deferred", NoPrimary, "none", "4.4.4");

    [Fact]
    public void A_primary_without_address_is_seen_by_the_mail_that_waits_for_it()
    {
        Assert.Equal("High Likely DNS002 example.com", Found("DNS002", Lost(1000)));
        Assert.Equal("", Found("DNS002", Lost(300))); // a moment
        Assert.Equal("", Found("DNS002", Lost(1000).After(60).Arrives("A00002").Sent("A00002", "bert@example.com")));
        Assert.Equal("High Likely DNS002 example.com", Found("DNS002", Lost(1000).After(60).Arrives("A00002").Sent("A00002", "bert@example.org")));
        // by now
        Assert.Equal("",
            Found("DNS002", Lost(1000), "relay_domains = example.com\nmyhostname = mx2.fallback.example\n",
                """{"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}]}}"""));
        Letters probes = new Letters().Active("A00001", "double-bounce@mx2.fallback.example")
            .Tried("A00001", "anna@example.com", "undeliverable", NoPrimary, "none", "4.4.4").Removed("A00001")
            .After(1000).Active("A00002", "double-bounce@mx2.fallback.example")
            .Tried("A00002", "bert@example.com", "undeliverable", NoPrimary, "none", "4.4.4").Removed("A00002");
        Assert.Equal("High Likely DNS002 example.com", Found("DNS002", probes));
    }

    [Theory]
    [InlineData("mx1", "virtual", "virtual")] // the primary's own log beside it
    [InlineData("mx3", "relay/smtp", "mx1.example.com[192.0.2.10]:25")]
    [InlineData("mx2", "smtp-amavis/smtp", "127.0.0.1[127.0.0.1]:10024")]
    public void A_primary_without_address_is_not_found_by_what_goes_another_way(string host, string daemon, string relay) =>
        Assert.Equal("High Likely DNS002 example.com", Found("DNS002",
            Lost(1000)
                .After(60)
                .On(host)
                .Arrives("A00002")
                .Tried("A00002", "bert@example.com", "sent", "250 2.0.0 Ok", relay, daemon: daemon)
                .Removed("A00002")));

    [Fact]
    public void One_address_with_many_messages_is_one_recipient()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.After(100).Active($"B0000{i}", "double-bounce@mx2.fallback.example")
                .Probed($"B0000{i}", "ghost@example.com", "undeliverable-but-not-cached", "5.1.1").Removed($"B0000{i}")
                .After(6).Arrives($"A0000{i}", "unknown[203.0.113.66]").Bounced($"A0000{i}", "ghost@example.com").Removed($"A0000{i}");
        Assert.Equal("High Proven VRF001 address_verify_negative_cache", Found("VRF001 VRF002", log));
    }

    private static Letters Forgotten(int users, double seconds = 6, string client = "unknown[203.0.113.66]", string status = "undeliverable-but-not-cached")
    {
        var log = new Letters();
        for (int i = 1; i <= users; i++)
            log.After(100).Active($"B0000{i}", "double-bounce@mx2.fallback.example")
                .Probed($"B0000{i}", $"ghost{i}@example.com", status, "5.1.1").Removed($"B0000{i}")
                .After(seconds).Arrives($"A0000{i}", client).Bounced($"A0000{i}", $"ghost{i}@example.com").Removed($"A0000{i}");
        return log;
    }

    [Fact]
    public void Verification_that_refuses_nobody_is_seen_without_configuration()
    {
        Assert.Equal("Critical Strong VRF002 unverified_recipient_defer_code", Found("VRF001 VRF002", Forgotten(3)));
        Assert.Equal("High Proven VRF001 address_verify_negative_cache", Found("VRF001 VRF002", Forgotten(2)));
        Assert.Equal("High Proven VRF001 address_verify_negative_cache", Found("VRF001 VRF002", Forgotten(3, seconds: 4000))); // came again by another door
        // is not asked about
        Assert.Equal("High Proven VRF001 address_verify_negative_cache", Found("VRF001 VRF002", Forgotten(3, client: "office.fallback.example[10.0.0.5]")));
        Assert.Equal("", Found("VRF001 VRF002", Forgotten(3, status: "undeliverable")));
    }

    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
        unverified_recipient_reject_code = 550

        """;

    private const string ByName = "check_recipient_access regexp:{ { /@example.com$$/ reject_unverified_recipient } }";

    [Theory]
    [InlineData(ByName, "", "Medium Proven RLY004 example.com")]
    [InlineData(ByName + ", reject_unknown_recipient_domain", "", "")]
    [InlineData(ByName, "parent_domain_matches_subdomains = smtpd_access_maps\n", "")]
    [InlineData(ByName + ", check_policy_service inet:127.0.0.1:10040", "", "")] // not known here
    [InlineData(ByName, "smtpd_milters = inet:127.0.0.1:8891\n", "")]
    [InlineData(ByName, "relay_recipient_maps = inline:{ anna@example.com=x }\n", "")]
    [InlineData("check_recipient_access inline:{ example.com=reject_unverified_recipient }", "", "")] // covers subdomains
    [InlineData("reject_unverified_recipient", "", "")]
    [InlineData("permit_auth_destination", "", "High Proven BKS008 example.com")]
    public void Subdomains_that_no_list_asks_about_are_seen_without_a_log(string restrictions, string lines, string expected) =>
        Assert.Equal(expected, Found("BKS008 RLY004", null, $"{Host}smtpd_recipient_restrictions = permit_mynetworks, {restrictions}\n{lines}"));

    [Fact]
    public void The_log_tells_more_of_them() => Assert.Equal("High Likely RLY004 example.com", Found("RLY004",
        new Letters()
            .Arrives("A00001")
            .Tried("A00001", "x@nosub.example.com", "bounced",
                "Host or domain name not found. Name service error for name=nosub.example.com type=A: Host not found", "none", "5.4.4"),
        $"{Host}smtpd_recipient_restrictions = permit_mynetworks, {ByName}\n"));

    private const string Services = "smtp inet n - n - - smtpd\nsmtp unix - - n - - smtp\nrelay unix - - n - - smtp\n";

    [Theory]
    [InlineData(null, "", "local", "Critical RLY007 local")]
    [InlineData("", "", "local", "High RLY007 local")] // of this host's own mail
    [InlineData("", "local unix - n n - - local\n", "local", "")] // put right
    [InlineData("transport_maps = mysql:/etc/postfix/transport.cf\n", "", "relais", "Critical RLY007 relais")] // that table may lead there
    [InlineData("myhostname = mx3.fallback.example\n", "", "local", "")] // of another host
    [InlineData("relay_transport = relais\n", "", "relais", "Critical RLY007 relais")]
    [InlineData("transport_maps = inline:{ example.com=relay: }\n", "", "rely", "Low RLY007 rely")] // a typing mistake that was put right
    [InlineData("", "", "retry", "High RLY007 retry")] // of qmgr itself
    [InlineData("header_checks = regexp:/etc/postfix/header_checks\n", "", "rely", "High RLY007 rely")] // not read: FILTER may be in it
    [InlineData("smtpd_sender_restrictions = check_sender_access inline:{ {partner.example=FILTER rely:dummy} }\n", "", "rely", "High RLY007 rely")]
    public void A_transport_that_is_missing_by_the_log_is_missing_beside_a_configuration_too(string? lines, string services, string transport, string expected)
    {
        var log = new Letters().Line($"qmgr: warning: connect to transport private/{transport}: No such file or directory");
        Assert.Equal(expected, new AuditedHost(lines is null ? null : Host + lines, log, Services + services).Told("RLY007"));
    }

    [Theory]
    [InlineData("content_filter = smtp-amavis:[127.0.0.1]:10024\n", "Critical RLY007 smtp-amavis")]
    [InlineData("content_filter = smtp:[127.0.0.1]:10024\n", "")]
    [InlineData("virtual_mailbox_domains = example.org\nvirtual_transport = dovecot\n", "High RLY007 dovecot")]
    [InlineData("virtual_transport = dovecot\n", "")] // there are none
    [InlineData("mydestination = $myhostname\n", "")] // by default, and on a host that does without
    public void Filters_and_other_classes_have_transports_too(string lines, string expected)
    {
        var result = new AuditedHost(Host + lines, masterCf: Services);
        Assert.Equal(expected,
            string.Join(", ",
                result.Findings.Where(finding => finding.Rule.Id == "RLY007").Select(finding => $"{finding.Severity} {finding.Rule.Id} {finding.Subject}")));
    }

    [Fact]
    public void A_table_and_its_file_are_one_trouble()
    {
        var log = new Letters().Line("smtpd: error: open database /etc/postfix/relay.db: No such file or directory")
            .Line("smtpd: warning: hash:/etc/postfix/relay is unavailable. open database /etc/postfix/relay.db: No such file or directory")
            .Line("smtpd: warning: hash:/etc/postfix/relay lookup error for \"anna@example.com\"");
        Assert.Equal("High Proven RLY008 hash:/etc/postfix/relay", Found("RLY008", log));
        Assert.Equal("High Proven RLY008 /etc/postfix/other.db, High Proven RLY008 hash:/etc/postfix/relay",
            Found("RLY008", log.Line("smtpd: error: open database /etc/postfix/other.db: No such file or directory")));
    }
}
