using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Which domains are relayed, which way, and by whom: what other examples do not show.</summary>
public class RelayingTests
{
    private const string Connect = "Nov 22 10:00:01 mx2 postfix/smtpd[101]: connect from mail.partner.example[203.0.113.44]";

    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        inet_interfaces = 198.51.100.25
        relay_domains = example.com
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient

        """;

    private static Finding[] Found(string rule, string mainCf, string? masterCf = null, string transport = "", string log = Connect, string? dns = null) =>
        new AuditedHost(Host + mainCf, log, masterCf, dns, tables: ("transport", transport)).All(rule);

    internal static Severity? SeverityOf(string rule, string mainCf, string? masterCf = null, string transport = "", string log = Connect, string? dns = null) =>
        Found(rule, mainCf, masterCf, transport, log, dns) is [var only] ? only.Severity : null;

    private static string Denied(string client, string sender, string recipient) =>
        $"Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from {client}: 454 4.7.1 <{recipient}>: Relay access denied; from=<{sender}> to=<{recipient}> proto=ESMTP helo=<h.example>";

    internal static readonly string[] Refused =
    [
        Denied("mail.partner.example[203.0.113.44]", "bea@partner.example", "anna@example.net"),
        Denied("mail.partner.example[203.0.113.44]", "cleo@partner.example", "anna@example.net"),
        Denied("out.shop.example[203.0.113.80]", "news@shop.example", "info@example.net"),
    ];

    private static (Severity, Confidence)? FromLog(IEnumerable<string> lines) =>
        new AuditedHost(log: string.Join('\n', lines)).All("RLY001") is [var only] ? (only.Severity, only.Confidence) : null;

    [Fact]
    public void A_log_alone_makes_a_forgotten_domain_likely() => Assert.Equal((Severity.High, Confidence.Likely), FromLog(Refused));

    [Fact]
    public void Tests_for_open_relays_are_no_forgotten_domain()
    {
        Assert.Null(FromLog(Refused[..2])); // too few
        Assert.Null(FromLog(Refused.Select(line => line.Replace("out.shop.example[203.0.113.80]", "mail.partner.example[203.0.113.44]")))); // one client
        Assert.Null(FromLog(Refused.Select(line => line.Replace("out.shop.example[", "unknown[")))); // no name in DNS
        // one sender
        Assert.Null(FromLog(Refused.Select(line => line.Replace("cleo@partner.example", "bea@partner.example")
            .Replace("news@shop.example", "bea@partner.example"))));
        Assert.Null(FromLog(Refused.Select(line => line.Replace("anna@example.net", "anna%x.example@example.net")))); // routed
    }

    private static IEnumerable<string> RefusedFor(int domains) =>
        Enumerable.Range(1, domains).SelectMany(i => Refused.Select(line => line.Replace("example.net", $"d{i}.example")));

    [Theory]
    [InlineData(5, 0, 5, Severity.High)]
    [InlineData(6, 0, 1, Severity.High)]
    [InlineData(6, 1, 1, Severity.Low)]
    public void Many_domains_are_one_question(int domains, int accepted, int findings, Severity severity)
    {
        var result = new AuditedHost(log: string.Join('\n', [.. RefusedFor(domains), .. Enumerable.Repeat(Taken, accepted)]));
        var found = result.Findings.Where(finding => finding.Rule.Id == "RLY001").ToArray();
        Assert.Equal((findings, severity), (found.Length, found[0].Severity));
        Assert.Equal(findings == 1 ? "mx2" : "d1.example", found[0].Subject);
        Assert.Equal(3 * domains, found.Sum(finding => finding.Count));
        Assert.Equal("", result.Told("RLY011")); // whose fix is to refuse them for good
    }

    [Fact]
    public void Mail_of_its_own_users_does_not_show_that_a_host_has_its_list()
    {
        var result = new AuditedHost(log: string.Join('\n', [.. RefusedFor(6), Taken.Replace("mail.partner.example[203.0.113.44]", "localhost[127.0.0.1]")]));
        Assert.Equal(Severity.High, result.Only("RLY001").Severity);
    }

    [Fact]
    public void DNS_decides_where_it_was_asked()
    {
        string log = string.Join('\n', Refused);
        const string elsewhere =
            """{"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.10"]}]}}""";
        const string here =
            """{"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""";
        Assert.Null(SeverityOf("RLY001", "", log: log, dns: elsewhere));
        Assert.Equal(Severity.Critical, SeverityOf("RLY001", "", log: log, dns: here));
        Assert.Null(SeverityOf("RLY001", "relay_domains = example.com, example.net", log: log));
    }

    private const string Taken = """
        Nov 22 10:00:01 mx2 postfix-in/smtpd[101]: 1A2B3C4D5E: client=mail.partner.example[203.0.113.44]
        Nov 22 10:00:01 mx2 postfix-in/qmgr[103]: 1A2B3C4D5E: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
        Nov 22 10:00:02 mx2 postfix-in/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.net>, relay=mx1.example.net[192.0.2.10]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9FFFF00001)
        """;

    /// <summary>MULTI_INSTANCE_README has the first instance send what the host itself writes, and others take mail.</summary>
    [Theory]
    [InlineData("inet_interfaces = loopback-only\nmulti_instance_directories = /etc/postfix-in", Connect, null)]
    [InlineData("inet_interfaces = loopback-only", Connect, Severity.Critical)]
    [InlineData("multi_instance_directories = /etc/postfix-out", Connect, Severity.Critical)]
    [InlineData("", Taken, null)]
    [InlineData("syslog_name = postfix-in", Taken, Severity.Critical)] // by this one, before its domain was lost
    [InlineData("myhostname = mx3.fallback.example\nproxy_interfaces = 198.51.100.25", Taken, Severity.Critical)] // on another host
    public void Another_instance_may_take_the_mail_of_a_domain(string mainCf, string log, Severity? severity) =>
        Assert.Equal(severity, SeverityOf("RLY001", mainCf, log: log,
            dns: """{"example.net": {"status": "NOERROR", "mx": [{"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}"""));

    [Fact]
    public void Refusals_of_other_domains_stay_with_RLY011()
    {
        string log = string.Join('\n', [.. Refused, Denied("unknown[203.0.113.66]", "x@bank.example", "someone@elsewhere.example")]);
        Assert.Equal(1, Assert.Single(Found("RLY011", "", log: log)).Count);
    }

    [Theory]
    [InlineData("relay:[mx1.example.com]", null)]
    [InlineData("relay:[mx1.example.com]:587", Severity.Low)]
    [InlineData("relay:example.com:2526", Severity.Medium)]
    [InlineData("relay:[mx2.fallback.example]", Severity.Critical)]
    [InlineData("relay:[198.51.100.25]", Severity.Critical)]
    [InlineData("relay:[primary.example.com]", Severity.Critical)] // DNS knows its address
    [InlineData("smtp:[127.0.0.1]:10025", null)] // a filter
    [InlineData("relay:[127.0.0.1]:2526", Severity.Critical)] // an smtpd of this host
    [InlineData("lmtp:unix:/var/run/lmtp", null)]
    [InlineData("error:5.1.2 gone", null)]
    public void A_next_hop_on_another_port_or_at_this_host_is_told(string value, Severity? severity) =>
        Assert.Equal(severity,
            SeverityOf("LUP004", "transport_maps = hash:/etc/postfix/transport", Master + "2526 inet n - n - - smtpd\n", "example.com " + value,
                dns: """{"primary.example.com": {"status": "NOERROR", "addresses": ["198.51.100.25"]}}"""));

    private const string Master = """
        smtp inet n - n - - smtpd
        relay unix - - n - - smtp
        smtp unix - - n - - smtp
        lmtp unix - - n - - lmtp
        error unix - - n - - error

        """;

    [Theory]
    [InlineData("-o smtp_fallback_relay=", null)]
    [InlineData("-o syslog_name=postfix/relay", Severity.Medium)]
    public void The_fallback_relay_of_the_relay_service_counts(string option, Severity? severity) =>
        Assert.Equal(severity,
            SeverityOf("LUP005", "relay_transport = relay:[mx1.example.com]\nsmtp_fallback_relay = [smtp.isp.example]",
                Master.Replace("relay unix - - n - - smtp", "relay unix - - n - - smtp " + option)));

    [Theory]
    [InlineData("example.com relais:[mx1.example.com]", Severity.Critical)]
    [InlineData("example.com relay:", null)]
    [InlineData("example.com :", null)]
    [InlineData("example.com :[mx1.example.com]", null)]
    [InlineData("other.example relais:", Severity.High)]
    public void A_transport_must_be_a_service(string entry, Severity? severity) =>
        Assert.Equal(severity, SeverityOf("RLY007", "transport_maps = hash:/etc/postfix/transport", Master, entry));

    [Theory]
    [InlineData("relay_domains = example.com", null)]
    [InlineData("relay_domains = example.com, com", Severity.High)]
    [InlineData("relay_domains = example.com, co.uk", Severity.High)]
    [InlineData("relay_domains = static:all", Severity.High)]
    [InlineData("relay_domains = *", Severity.Medium)]
    [InlineData("relay_domains = *.example.com", Severity.Medium)]
    [InlineData("relay_domains = $mydestination", Severity.Low)]
    [InlineData("relay_domains = $mydestination\nmydestination = $myhostname, fallback.example, localhost", Severity.Medium)]
    [InlineData("relay_domains = com\nparent_domain_matches_subdomains =", null)]
    public void Relay_domains_are_to_be_narrow(string mainCf, Severity? severity) => Assert.Equal(severity, SeverityOf("RLY010", mainCf));

    [Fact]
    public void The_table_of_routes_may_be_the_list_of_relayed_domains() =>
        Assert.Null(SeverityOf("RLY010", "transport_maps = hash:/etc/postfix/transport\nrelay_domains = $transport_maps",
            transport: "example.com relay:[mx1.example.com]\n* smtp:[192.0.2.10]"));

    [Theory]
    [InlineData("example.org local:", null)]
    [InlineData("example.org :", Severity.Critical)]
    [InlineData("example.org relay:[mx1.example.org]", Severity.Critical)]
    public void A_domain_that_the_table_of_routes_keeps_here_is_not_to_be_relayed(string entry, Severity? severity) =>
        Assert.Equal(severity, SeverityOf("RLY002",
            "mydestination = $myhostname, example.org\ntransport_maps = hash:/etc/postfix/transport\nrelay_domains = $transport_maps", transport: entry));

    [Theory]
    [InlineData("*")]
    [InlineData("*.example.com")]
    public void A_star_in_relay_domains_is_no_domain(string word)
    {
        string mainCf = $"relay_domains = {word}, example.com\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination";
        Assert.Equal("postconf -e 'relay_domains = example.com' && postfix reload", Assert.Single(Found("RLY010", mainCf)).Fixes[0].Command);
        Assert.Equal("example.com", Assert.Single(Found("BKS008", mainCf)).Subject);
    }

    [Theory]
    [InlineData("mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128", null)]
    [InlineData("mynetworks = 127.0.0.0/8 198.51.100.25", null)] // this host
    [InlineData("mynetworks = 127.0.0.0/8 10.0.0.0/8", Severity.Low)]
    [InlineData("mynetworks = 127.0.0.0/8 203.0.113.0/28", Severity.Medium)]
    [InlineData("mynetworks = 127.0.0.0/8 192.0.2.10", Severity.High)] // the primary
    [InlineData("mynetworks = 127.0.0.0/8 0.0.0.0/0", null)] // REL001
    public void Trusted_clients_are_told_by_who_they_are(string mynetworks, Severity? severity) =>
        Assert.Equal(severity,
            SeverityOf("REL002", mynetworks,
                dns: """{"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}]}}"""));

    [Theory]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination", Severity.High)]
    [InlineData(
        "smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination\npermit_mx_backup_networks = 192.0.2.0/24", Severity.Medium)]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination, permit_mx_backup", null)]
    public void Permit_mx_backup_counts_where_it_is_reached(string list, Severity? severity) =>
        Assert.Equal(severity, SeverityOf("REL004", list + "\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient"));

    [Fact]
    public void Permit_mx_backup_is_harmless_where_another_list_refuses() =>
        Assert.Equal(Severity.Low, SeverityOf("REL004", "smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination"));

    [Fact]
    public void The_fix_for_permit_mx_backup_leaves_the_other_restrictions_as_they_are()
    {
        var finding = Assert.Single(Found("REL004",
            "smtpd_relay_restrictions = permit_mynetworks, check_client_access hash:/etc/postfix/clients, permit_mx_backup, reject_unauth_destination"));
        Assert.StartsWith(
            "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, check_client_access hash:/etc/postfix/clients, reject_unauth_destination'",
            finding.Fixes[0].Command);
    }

    [Fact]
    public void The_configuration_alone_shows_a_domain_in_two_classes()
    {
        var finding = Assert.Single(Found("RLY003", "virtual_alias_domains = example.com, lists.example.com"));
        Assert.Equal(("example.com", Severity.Critical), (finding.Subject, finding.Severity));
    }

    [Fact]
    public void One_command_adds_all_forgotten_domains()
    {
        const string two =
            """{"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com"}, {"preference": 20, "exchange": "mx2.fallback.example"}]}, "example.org": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com"}, {"preference": 20, "exchange": "mx2.fallback.example"}]}}""";
        var found = Found("RLY001", "", dns: two);
        Assert.Equal(["example.net", "example.org"], found.Select(finding => finding.Subject).Order());
        Assert.All(found,
            finding => Assert.Equal("postconf -e 'relay_domains = example.com, example.net, example.org' && postfix reload", finding.Fixes[0].Command));
    }

    [Theory]
    [InlineData("mynetworks = 127.0.0.0/8 203.0.0.0/16", Severity.Critical)]
    [InlineData("mynetworks_style = class", Severity.Critical)]
    [InlineData("mynetworks_style = class\nmynetworks = 127.0.0.0/8", null)]
    public void Networks_of_others_are_critical(string mainCf, Severity? severity) => Assert.Equal(severity, SeverityOf("REL001", mainCf));

    [Theory]
    [InlineData("check_sender_access inline:{ partner.example=OK }, reject_unauth_destination", true)]
    [InlineData("check_sender_access inline:{ partner.example=DUNNO }, reject_unauth_destination", false)]
    [InlineData("reject_unauth_destination, check_sender_access inline:{ partner.example=OK }", false)]
    public void Who_may_relay_by_a_claimed_sender_may_relay(string list, bool isOpen) =>
        Assert.Equal(isOpen,
            Found("REL003", $"smtpd_relay_restrictions = permit_mynetworks, {list}\nsmtpd_recipient_restrictions = reject_unauth_pipelining\n").Length == 1);

    [Fact]
    public void A_client_that_another_port_trusts_is_no_stranger()
    {
        const string log = """
            Nov 22 10:00:01 mx2 postfix/lan/smtpd[101]: 1A2B3C4D5E: client=office.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<anna@office.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/smtp[104]: 1A2B3C4D5E: to=<nobody@example.net>, relay=mx.example.net[192.0.2.30]:25, delay=1, delays=1/0/0/0, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.30] said: 550 5.1.1 User unknown (in reply to RCPT TO command))
            Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 2A2B3C4D5F
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 2A2B3C4D5F: from=<>, size=4100, nrcpt=1 (queue active)
            """;
        const string master = "smtp inet n - n - - smtpd\n2525 inet n - n - - smtpd -o mynetworks=";
        Assert.Null(SeverityOf("BKS001", "", master + "203.0.113.0/24\n", log: log));
        Assert.NotNull(SeverityOf("BKS001", "", master + "10.0.0.0/8\n", log: log));
        Assert.NotNull(SeverityOf("BKS001", "", "smtp inet n - n - - smtpd\n127.0.0.1:2525 inet n - n - - smtpd -o mynetworks=203.0.113.0/24\n", log: log));
        Assert.NotNull(SeverityOf("BKS001", "", master + "0.0.0.0/0\n", log: log));
    }

    private const string ForSenders = "sender_dependent_relayhost_maps = hash:/etc/postfix/transport\n";

    internal static string Relayed(string relay, string client, string sender = "bea@partner.example") => $"""
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client={client}
        Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<{sender}>, size=2100, nrcpt=1 (queue active)
        Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay={relay}:25, delay=1.2, delays=1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9F00000001)
        """;

    [Theory]
    [InlineData("smtp.isp.example[203.0.113.25]", "mail.partner.example[203.0.113.44]", Severity.High)]
    [InlineData("mx1.example.com[192.0.2.10]", "mail.partner.example[203.0.113.44]", null)] // the table is younger than the mail
    [InlineData("smtp.isp.example[203.0.113.25]", "localhost[127.0.0.1]", null)] // what the host's own users send
    public void A_relayhost_by_sender_counts_where_mail_of_strangers_went_there(string relay, string client, Severity? severity) =>
        Assert.Equal(severity, SeverityOf("RLY006", ForSenders, transport: "@partner.example [smtp.isp.example]", log: Relayed(relay, client)));
}
