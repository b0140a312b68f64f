using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Other ports than 25, and none at all.</summary>
public class SideDoorTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
        unverified_recipient_reject_code = 550

        """;

    private const string Master = "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\nsmtp unix - - n - - smtp\n";

    private const string Dns = """
        {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
        """;

    private static string Found(string rules, string mainCf, string masterCf, string? log = null, string? dns = null,
        params (string Name, string Text)[] tables) =>
        new AuditedHost(Host + mainCf, log, Master + masterCf, dns, tables: tables).Told(rules);

    private const string Any = "-o smtpd_relay_restrictions=permit_auth_destination,check_client_access,static:OK,reject -o smtpd_recipient_restrictions=";

    [Theory]
    [InlineData("2525 inet n - n - - smtpd " + Any, "", "High REL003 2525/inet, Low BKS008 example.com")]
    [InlineData("submission inet n - n - - smtpd " + Any, "", "Critical REL003 submission/inet, Medium BKS008 example.com")]
    [InlineData("127.0.0.1:2525 inet n - n - - smtpd " + Any, "", "")]
    [InlineData("10.1.2.3:2525 inet n - n - - smtpd " + Any, "", "")]
    [InlineData("2525 inet n - n - - smtpd " + Any, "inet_interfaces = 10.1.2.3, localhost\n", "")]
    [InlineData("2525 inet n - n - - smtpd -o smtpd_tls_req_ccert=yes " + Any, "", "")]
    [InlineData("2525 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject " + Any, "", "")]
    [InlineData("2525 inet n - n - - smtpd -o smtpd_client_restrictions=check_client_access,cidr:/etc/postfix/clients " + Any, "", "")]
    [InlineData("2525 inet n - n - - smtpd -o smtpd_recipient_restrictions=permit_mynetworks,reject", "", "")]
    [InlineData("2525 inet n - n - - smtpd -o smtpd_recipient_restrictions=reject_unauth_destination", "", "Low BKS008 example.com")]
    [InlineData("2525 inet n - n - - smtpd", "", "")]
    [InlineData(
        "submission inet n - n - - smtpd -o smtpd_recipient_restrictions= -o smtpd_relay_restrictions=permit_sasl_authenticated,reject -o smtpd_reject_unlisted_recipient=no",
        "",
        "")]
    public void A_service_on_another_port_is_open_where_nothing_refuses(string service, string lines, string expected) =>
        Assert.Equal(expected, Found("REL003 BKS008", lines, service, tables: ("clients", "10.0.0.0/8 OK\n0.0.0.0/0 REJECT\n")));

    [Theory]
    [InlineData("2525 inet n - n - - smtpd -o mynetworks=0.0.0.0/0", "High REL001 mynetworks")]
    [InlineData("submission inet n - n - - smtpd -o mynetworks=0.0.0.0/0", "Critical REL001 mynetworks")]
    [InlineData("127.0.0.1:2525 inet n - n - - smtpd -o mynetworks=0.0.0.0/0", "")]
    [InlineData("2525 inet n - n - - smtpd -o mynetworks=10.0.0.0/8", "")]
    [InlineData("submission inet n - n - - smtpd -o mynetworks=0.0.0.0/0 -o smtpd_relay_restrictions=permit_sasl_authenticated,reject", "")]
    public void A_service_on_another_port_may_trust_the_world(string service, string expected) => Assert.Equal(expected, Found("REL001", "", service));

    [Theory]
    [InlineData("smtp_fallback_relay = [mx3.example.net:25]\n", "", "Medium RLY009 smtp_fallback_relay")]
    [InlineData("smtp_fallback_relay = [mx3.example.net]:25\n", "", "")]
    [InlineData("", "relay unix - - n - - smtp -o smtp_fallback_relay=[mx3.example.net\n", "Medium RLY009 smtp_fallback_relay")]
    [InlineData("sender_dependent_relayhost_maps = hash:/etc/postfix/senders\n", "", "High RLY009 sender_dependent_relayhost_maps")]
    [InlineData("sender_dependent_default_transport_maps = inline:{ @partner.example=smtp:[smtp.isp.example, @club.example=DUNNO }\n", "",
        "High RLY009 sender_dependent_default_transport_maps")]
    [InlineData("sender_dependent_default_transport_maps = inline:{ @partner.example=smpt:[smtp.isp.example] }\n", "", "High RLY007 smpt")]
    public void Next_hops_for_senders_and_fallbacks_are_read_too(string lines, string master, string expected) =>
        Assert.Equal(expected, Found("RLY007 RLY009", lines, master, tables: ("senders", "@club.example DUNNO\n@partner.example [smtp.isp.example\n")));

    [Theory]
    [InlineData("inet_interfaces = loopback-only\n", "", "High HYG008 inet_interfaces")]
    [InlineData("inet_interfaces = 127.0.0.1\n", "", "High HYG008 inet_interfaces")]
    [InlineData("inet_interfaces = 10.1.2.3\nproxy_interfaces = 198.51.100.25\n", "", "")]
    [InlineData("inet_interfaces = loopback-only\n", "198.51.100.25:25 inet n - n - - smtpd", "")]
    [InlineData("inet_interfaces = loopback-only\n", "198.51.100.25:2525 inet n - n - - smtpd", "")] // a redirected port
    [InlineData("inet_interfaces = loopback-only\nsmtpd_upstream_proxy_protocol = haproxy\n", "", "")]
    [InlineData("inet_interfaces = loopback-only\n", "127.0.0.1:10025 inet n - n - 1 postscreen -o postscreen_upstream_proxy_protocol=haproxy", "")]
    [InlineData("inet_interfaces = loopback-only\nmulti_instance_name = postfix-out\n", "", "")]
    [InlineData("inet_interfaces = loopback-only\nmulti_instance_directories = /etc/postfix-in\n", "", "")]
    public void A_host_that_DNS_sends_mail_to_has_to_listen(string lines, string service, string expected)
    {
        Assert.Equal(expected, Found("HYG008", lines, service, dns: Dns));
        Assert.Equal("", Found("HYG008", lines, service));
        Assert.Equal(expected,
            Found("HYG008", lines, service,
                new Letters()
                    .Arrives("A00001", "localhost[127.0.0.1]")
                    .Tried("A00001", "eva@club.example", "sent", "250 ok", "mx.club.example[192.0.2.99]:25", daemon: "smtp")
                    .ToString(),
                Dns));
        // a proxy is in front
        Assert.Equal("",
            Found("HYG008", lines, service, new Letters().Arrives("A00001", "localhost[127.0.0.1]").Sent("A00001", "anna@example.com").ToString(), Dns));
    }

    [Theory]
    [InlineData("unknown[203.0.113.66]", "")]
    [InlineData("localhost[127.0.0.1]", "High HYG008 inet_interfaces")]
    public void Who_refuses_other_hosts_is_heard_by_them(string client, string expected)
    {
        string refused = $"smtpd: NOQUEUE: reject: RCPT from {client}: 550 5.1.1 <ghost@example.com>: Recipient address rejected: undeliverable address: unknown user; from=<joe@partner.example> to=<ghost@example.com> proto=ESMTP helo=<h>";
        Assert.Equal(expected, Found("HYG008", "inet_interfaces = loopback-only\n", "", new Letters().Line(refused).ToString(), Dns));
    }
}
