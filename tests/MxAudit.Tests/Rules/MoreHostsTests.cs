using MxAudit.Queue;
using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Hosts that were recorded later: each has its fault, and its healthy neighbour has none.</summary>
public class MoreHostsTests
{
    [Theory]
    [InlineData("* smtp:[smtp.isp.example]", "High RLY006 example.com, High VRF007 [smtp.isp.example]")]
    [InlineData("* smtp:[smtp.isp.example]\nexample.com relay:\n", "")]
    [InlineData("* smtp:[mx1.example.com]", "")]
    [InlineData("* smtp:[192.0.2.10]", "")]
    [InlineData("* smtp:[10.1.2.10]", "")]
    [InlineData("* error:nobody writes from here\nexample.com relay:", "")]
    [InlineData("example.com relay:[gateway.provider.example]", "")]
    public void The_entry_for_everything_is_a_relayhost(string entries, string expected)
    {
        Assert.Equal(expected, FallbackHost.Found("RLY006 VRF007", FallbackHost.Table, transport: entries));
        Assert.Equal("", FallbackHost.Found("RLY006 VRF007", FallbackHost.Table, transport: entries, dns: null));
    }

    [Theory]
    [InlineData("\"preference\": 20", "\"preference\": 5")] // this host is the best MX, with the mailboxes behind it
    // a filter takes the mail, and hands it to this host
    [InlineData("mx2.fallback.example\", \"addresses\": [\"198.51.100.25\"]}]", "filter.provider.example\", \"addresses\": [\"203.0.113.99\"]}]")]
    public void Where_this_host_is_no_fallback_the_entry_for_everything_can_lead_to_the_mailboxes(string here, string there) =>
        Assert.Equal("", FallbackHost.Found("RLY006 VRF007", FallbackHost.Table, dns: FallbackHost.Dns.Replace(here, there), transport: "* smtp:[store.hosting.example]"));

    [Fact]
    public void This_host_is_an_MX_under_another_name_when_DNS_gives_both_names_one_address()
    {
        string Listed(string address) =>
            FallbackHost.Dns.Replace("""{"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}""",
                $$"""{"preference": 20, "exchange": "backup.example.com", "addresses": ["{{address}}"]}""");
        Assert.Equal("", FallbackHost.Found("DNS001", "", dns: Listed("198.51.100.25")));
        Assert.Equal("Medium DNS001 example.com", FallbackHost.Found("DNS001", "", dns: Listed("198.51.100.26")));
    }

    [Theory]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination\nrelay_recipient_maps = regexp:{{/./ x}}\n", "High BKS009 example.com")]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination\nrelay_recipient_maps = regexp:{{/^anna@/ x}}\n", "")]
    [InlineData("smtpd_recipient_restrictions = check_recipient_access inline:{example.com=REJECT}\nrelay_recipient_maps = static:x\n", "")]
    [InlineData("smtpd_delay_reject = no\nsmtpd_recipient_restrictions =\nsmtpd_client_restrictions = reject_unverified_recipient\n",
        "High BKS008 example.com")]
    [InlineData("unverified_recipient_reject_code = 250\n", "Critical VRF004 unverified_recipient_reject_code")]
    [InlineData("smtpd_recipient_restrictions = reject, reject_unverified_recipient\nunverified_recipient_reject_code = 250\n", "")]
    public void What_smtpd_refuses_anyhow_needs_no_list(string lines, string expected) => Assert.Equal(expected, FallbackHost.Found("BKS008 BKS009 VRF004 VRF014", lines));

    [Theory]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n", "eva@club.example", "High BKS001 club.example, Medium BKS002 mx2")]
    [InlineData(
        "smtpd_relay_restrictions = permit_mynetworks, check_client_access inline:{203.0.113.77=OK}, reject_unauth_destination\n", "eva@club.example", "")]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, permit_tls_clientcerts, reject_unauth_destination\n", "eva@club.example", "")]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, check_client_access inline:{203.0.113.77=OK}, reject_unauth_destination\n", "ghost@example.com",
        "High BKS001 example.com, Medium BKS002 mx2")]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, check_client_access inline:{203.0.113.77=OK}, reject_unauth_destination\n",
        "eva@club.example", "High BKS001 club.example, Medium BKS002 mx2")]
    public void Who_is_admitted_by_a_table_gets_its_own_mail_back(string lines, string recipient, string expected) =>
        Assert.Equal(expected, FallbackHost.Found("BKS001 BKS002", lines,
            new Letters()
                .Arrives("A00001", "laptop.partner.example[203.0.113.77]", "hugo@partner.example")
                .Tried("A00001", recipient, "bounced", "host mx.club.example[203.0.113.90] said: 550 5.1.1 User unknown (in reply to RCPT TO command)",
                    "mx.club.example[203.0.113.90]:25", daemon: "smtp")
                .Notice("B00001").Links("A00001", "B00001")
                .Tried("B00001", "hugo@partner.example", "sent", "250 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp").Removed("B00001")
                .Removed("A00001").ToString()));

    private const string Mailboxes = "virtual_mailbox_domains = own.example\nvirtual_transport = lmtp:unix:private/dovecot-lmtp\n";

    [Theory]
    [InlineData("", "Medium BKS010 virtual_mailbox_maps")]
    [InlineData("virtual_mailbox_maps = inline:{ anna@own.example=x }\n", "")]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n", "")]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:10040\n", "")]
    [InlineData("virtual_transport = error:gone\n", "")]
    public void Mailboxes_without_a_list_are_taken_for_anybody(string lines, string expected) =>
        Assert.Equal(expected,
            FallbackHost.Found("BKS010",
                "smtpd_recipient_restrictions = reject_unauth_destination, check_recipient_access inline:{ example.com=reject_unverified_recipient }\n"
                    + Mailboxes
                    + lines));

    [Fact]
    public void A_proxy_that_does_not_tell_whom_it_brings_is_in_mynetworks()
    {
        const string networks = "mynetworks = 127.0.0.0/8 10.1.2.0/24\n";
        Letters Brought(int messages, int senders)
        {
            var log = new Letters();
            for (int i = 0; i < messages; i++) log.Arrives($"A{i:D5}", "unknown[10.1.2.3]", $"u@s{i % senders}.example").Sent($"A{i:D5}", "anna@example.com");
            return log;
        }
        Assert.Equal("High REL002 mynetworks", FallbackHost.Found("REL002", networks, Brought(12, 6).ToString()));
        Assert.Equal("Low REL002 mynetworks", FallbackHost.Found("REL002", networks, Brought(12, 2).ToString())); // a server of one's own
        Assert.Equal("Low REL002 mynetworks", FallbackHost.Found("REL002", networks, Brought(12, 6).Arrives("B00001").Sent("B00001", "anna@example.com").ToString()));
        Assert.Equal("Low REL002 mynetworks", FallbackHost.Found("REL002", networks));
    }

    private static Letters Ending(Letters log, string program = "smtp", string daemon = "relay/smtp") => log
        .Line($"{daemon}: fatal: Invalid TLS level \"must\"")
        .Line($"master: warning: process /usr/lib/postfix/sbin/{program} pid 123 exit status 1")
        .Line($"master: warning: /usr/lib/postfix/sbin/{program}: bad command startup -- throttling");

    internal static string InLog(Letters log, string rules = "HYG002 HYG008 VRF010") => new AuditedHost(log: log).Told(rules);

    [Fact]
    public void A_delivery_agent_that_ends_whenever_it_is_asked_delivers_nothing()
    {
        Assert.Equal("High HYG002 smtp", InLog(Ending(new Letters())));
        Assert.Equal("High HYG002 smtp", InLog(Ending(new Letters().Arrives("A00001").Sent("A00001", "anna@example.com"))));
        Assert.Equal("Low HYG002 smtp", InLog(Ending(new Letters()).Arrives("A00001").Sent("A00001", "anna@example.com"))); // mended
        // by another program
        Assert.Equal("High HYG002 smtp",
            InLog(Ending(new Letters())
                .Arrives("A00001")
                .Tried("A00001", "root@mx2.fallback.example", "sent", "delivered to mailbox", "local", "2.0.0", "local")));
        // by another service
        Assert.Equal("High HYG002 smtp",
            InLog(Ending(new Letters())
                .Arrives("A00001")
                .Tried("A00001", "eva@club.example", "sent", "250 2.0.0 Ok", "mx.club.example[203.0.113.10]:25", "2.0.0", "smtp")));
        Assert.Equal("Low HYG002 smtp",
            InLog(Ending(new Letters()).After(60).Active("A00001", "double-bounce@mx2.fallback.example").Probed("A00001", "anna@example.com")));
        Assert.Equal("Low HYG002 smtp",
            InLog(Ending(new Letters())
                .Arrives("A00001")
                .Tried("A00001", "anna@example.com", "deferred", "host mx1.example.com[192.0.2.10] said: 451 4.3.0 later (in reply to RCPT TO command)",
                    "mx1.example.com[192.0.2.10]:25", "4.3.0")));
        Assert.Equal("High HYG002 smtp",
            InLog(Ending(new Letters()).Arrives("A00001").Tried("A00001", "anna@example.com", "deferred", "unknown mail transport error", "none", "4.3.0")));
        Assert.Equal("", InLog(Ending(new Letters(), program: "cleanup"))); // one that ends is not the one that does not start
        Assert.Equal("", InLog(new Letters().Line("relay/smtp: fatal: watchdog timeout")));
    }

    [Fact]
    public void Verification_by_an_agent_that_ends_is_not_slow()
    {
        Letters Unverified(Letters log)
        {
            for (int i = 0; i < 4; i++)
                log.Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 450 4.1.1 <u{i}@example.com>: Recipient address rejected: unverified address: Address verification in progress; from=<bea@partner.example> to=<u{i}@example.com> proto=ESMTP helo=<mail.partner.example>");
            return log;
        }
        Assert.Equal("Medium VRF010 example.com", InLog(Unverified(new Letters())));
        Assert.Equal("High HYG002 smtp", InLog(Unverified(Ending(new Letters()))));
        Assert.Equal("High HYG002 smtp, Medium VRF010 example.com", InLog(Unverified(Ending(new Letters()).After(3600)))); // that was another day
    }

    [Fact]
    public void Postfix_without_its_port_takes_no_mail()
    {
        Letters Without() =>
            new Letters().Arrives("A00001").Sent("A00001", "anna@example.com").Line("master: fatal: bind 198.51.100.25 port 25: Address already in use");
        Assert.Equal("Critical HYG008 master", InLog(Without()));
        Assert.Equal("", InLog(Without().Line("master: daemon started -- version 3.7.11, configuration /etc/postfix")));
        Assert.Equal("", InLog(Without().Arrives("A00002").Sent("A00002", "anna@example.com"))); // another instance has it
    }

    [Fact]
    public void Recipients_that_are_asked_about_before_they_are_denied_are_callouts_for_strangers()
    {
        Letters Asked(int recipients, double secondsBetween = 1, string sender = "x@victim.example")
        {
            var log = new Letters();
            for (int i = 0; i < recipients; i++)
                log.Active($"A0000{i}", "double-bounce@mx2.fallback.example")
                    .Probed($"A0000{i}", $"u{i}@customer.example")
                    .Removed($"A0000{i}")
                    .After(secondsBetween)
                    .Line($"smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <u{i}@customer.example>: Relay access denied; from=<{(sender.Length > 0 ? sender : $"u{i}@customer.example")}> to=<u{i}@customer.example> proto=ESMTP helo=<b.victim.example>");
            return log;
        }
        Assert.Equal("High VRF014 smtpd_recipient_restrictions", InLog(Asked(3), "VRF014"));
        Assert.Equal("", InLog(Asked(2), "VRF014"));
        Assert.Equal("", InLog(Asked(3, secondsBetween: 3600), "VRF014"));
        Assert.Equal("", InLog(Asked(3, sender: ""), "VRF014")); // senders are verified
        string[] users = ["u0@customer.example", "u1@customer.example", "u2@customer.example"]; // one list for senders and recipients
        var log = new Letters();
        for (int i = 0; i < 6; i++)
            log.Active($"A0000{i}", "double-bounce@mx2.fallback.example").Probed($"A0000{i}", users[i % 3]).Removed($"A0000{i}")
                .Line($"smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <{users[(i + 1) % 3]}>: Relay access denied; from=<{users[i % 3]}> to=<{users[(i + 1) % 3]}> proto=ESMTP helo=<b.victim.example>");
        Assert.Equal("", InLog(log, "VRF014"));
    }

    [Fact]
    public void The_queue_for_a_next_hop_that_refuses_to_talk_is_counted()
    {
        const string refused = "host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.7.0 Service not available";
        var log = new Letters()
            .Arrives("A00001")
            .Tried("A00001", "anna@example.com", "deferred", refused, "none", "4.7.0")
            .After(1200)
            .Tried("A00001", "anna@example.com", "deferred", refused, "none", "4.7.0");
        string queue = $$"""{"queue_name": "deferred", "queue_id": "A00001", "arrival_time": 1795348800, "message_size": 2048, "forced_expire": false, "sender": "joe@partner.example", "recipients": [{"address": "anna@example.com", "delay_reason": "{{refused}}"}]}""";
        Assert.Contains("The queue lists 1 message for it, 2 kB", new AuditedHost(log: log, queue: queue).Only("QUE003").Message);
    }

    [Theory]
    [InlineData("host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.7.0 Service not available", true)]
    [InlineData("delivery temporarily suspended: host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.7.0 Service not available", true)]
    [InlineData("connect to mx1.example.com[192.0.2.10]:25: Connection refused", true)]
    [InlineData("connect to mx1.example.com[192.0.2.10]:10025: Connection refused", false)]
    [InlineData("lost connection with mx1.example.com[192.0.2.10] while sending RCPT TO", true)]
    [InlineData("host mx1.example.com[192.0.2.10] said: 450 4.2.0 later (in reply to RCPT TO command)", false)]
    [InlineData("host mx.club.example[203.0.113.10] said: 450 host mx1.example.com[192.0.2.10] refused to talk to me (in reply to RCPT TO command)", false)]
    public void What_another_host_says_of_a_next_hop_is_no_reason_to_wait_for_it(string reason, bool waits) =>
        Assert.Equal(waits, new QueueReasons.ByHop(new QueueSnapshot("queue.json",
        [
            new() { QueueId = "A00001", Queue = QueueName.Deferred, Recipients = [new("anna@example.com") { Reason = reason }] },
        ])).For("mx1.example.com[192.0.2.10]:25").Any());
}
