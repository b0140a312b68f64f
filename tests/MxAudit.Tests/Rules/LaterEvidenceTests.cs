using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>What is over, what was mended, and what another host is for: other evidence tells it.</summary>
public class LaterEvidenceTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mydestination = $myhostname, localhost
        mynetworks = 127.0.0.0/8
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
        unverified_recipient_reject_code = 550

        """;

    private const string Relaying = "relay_domains = example.com\n";

    private static string Found(string rules, Letters? log, string? mainCf = null, string? masterCf = null, string? dns = null) =>
        new AuditedHost(mainCf is null ? null : Host + mainCf, log, masterCf, dns).Told(rules);

    private static Letters Ended(string fatal, string program = "smtpd") => new Letters()
        .Line($"{program}: fatal: {fatal}")
        .Line($"master: warning: process /usr/lib/postfix/sbin/{program} pid 123 exit status 1")
        .Line($"master: warning: /usr/lib/postfix/sbin/{program}: bad command startup -- throttling");

    private const string NoControl =
        "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains";

    private static Letters Answered(Letters log, string reply = "554 5.7.1") =>
        log.After(60)
            .Line($"smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: {reply} <u@elsewhere.example>: Relay access denied; from=<x@victim.example> to=<u@elsewhere.example> proto=ESMTP helo=<b.victim.example>");

    [Fact]
    public void Smtpd_that_refuses_somebody_runs_again()
    {
        Assert.Equal("Critical HYG008 smtpd", Found("HYG008", Ended(NoControl)));
        Assert.Equal("Medium HYG008 smtpd", Found("HYG008", Answered(Ended(NoControl))));
        Assert.Equal("Critical HYG008 smtpd", Found("HYG008", Answered(Ended(NoControl), "451 4.3.5"))); // a fault in its configuration
        Assert.Equal("Medium VRF006 unverified_recipient_tempfail_action",
            Found("VRF006", Answered(Ended("bad configuration: unverified_recipient_tempfail_action = permit"))));
    }

    [Fact]
    public void What_the_configuration_at_hand_has_put_right_is_over()
    {
        Assert.Equal("Medium HYG008 smtpd", Found("HYG008", Ended(NoControl), Relaying, FallbackHost.MasterCf));
        Assert.Equal("Critical HYG008 smtpd", Found("HYG008", Ended(NoControl), Relaying)); // an option of master.cf may be it
        Assert.Equal("Critical HYG008 smtpd", Found("HYG008", Ended("open database /etc/postfix/clients.db: No such file or directory"), Relaying, FallbackHost.MasterCf));
        Assert.Equal("Critical HYG008 smtpd", Found("HYG008", Ended(NoControl), Relaying + "myhostname = mx3.fallback.example\n", FallbackHost.MasterCf)); // of another host
        const string illegal = "bad configuration: unverified_recipient_tempfail_action = permit";
        Assert.Equal("Critical VRF006 unverified_recipient_tempfail_action", Found("VRF006", Ended(illegal)));
        Assert.Equal("Medium VRF006 unverified_recipient_tempfail_action", Found("VRF006", Ended(illegal), Relaying, FallbackHost.MasterCf));
        Assert.Equal("Critical VRF006 unverified_recipient_tempfail_action",
            Found("VRF006", Ended(illegal), Relaying + "unverified_recipient_tempfail_action = permit\n", FallbackHost.MasterCf));
    }

    [Theory]
    [InlineData(null, null, "Medium HYG004 soft_bounce, Low RLY011 smtpd_relay_restrictions, High VRF001 address_verify_negative_cache")]
    // an option of master.cf may be it
    [InlineData("", null, "Medium HYG004 soft_bounce, Low RLY011 smtpd_relay_restrictions, High VRF001 address_verify_negative_cache")]
    [InlineData("", FallbackHost.MasterCf, "Low HYG004 soft_bounce, Info RLY011 smtpd_relay_restrictions, Low VRF001 address_verify_negative_cache")]
    // of another host
    [InlineData("myhostname = mx3.fallback.example\n", FallbackHost.MasterCf,
        "Medium HYG004 soft_bounce, Info RLY011 smtpd_relay_restrictions, High VRF001 address_verify_negative_cache")]
    [InlineData("soft_bounce = yes\n", FallbackHost.MasterCf, "Medium HYG004 soft_bounce, Low RLY011 smtpd_relay_restrictions, Low VRF001 address_verify_negative_cache")]
    [InlineData("address_verify_negative_cache = no\nsmtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination\n", FallbackHost.MasterCf,
        "Low HYG004 soft_bounce, Low RLY011 smtpd_relay_restrictions, High VRF001 address_verify_negative_cache")]
    [InlineData("", FallbackHost.MasterCf + " -o address_verify_negative_cache=no\n",
        "Low HYG004 soft_bounce, Info RLY011 smtpd_relay_restrictions, High VRF001 address_verify_negative_cache")]
    public void Old_lines_of_a_setting_that_is_right_now_are_of_no_consequence(string? lines, string? masterCf, string expected)
    {
        var log = new Letters()
            .Active("A00001", "double-bounce@mx2.fallback.example")
            .Probed("A00001", "ghost@example.com", "undeliverable-but-not-cached", "5.1.1")
            .Removed("A00001")
            .Line("smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 <u@elsewhere.example>: Relay access denied; from=<x@victim.example> to=<u@elsewhere.example> proto=ESMTP helo=<b.victim.example>")
            .Arrives("A00002")
            .Tried("A00002", "ghost@example.com", "SOFTBOUNCE",
                "host mx1.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command)", dsn: "4.1.1");
        string found = Found("HYG004 VRF001 RLY011", log,
            lines is null ? null : Relaying + "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n" + lines, masterCf);
        Assert.Equal(string.Join(", ", expected.Split(", ").Order(StringComparer.Ordinal)), found);
    }

    [Theory]
    [InlineData("reject_unverified_recipient", FallbackHost.MasterCf, "Low VRF017 warn_if_reject")]
    [InlineData("reject_unverified_recipient", null, "Critical VRF017 warn_if_reject")]
    [InlineData("warn_if_reject reject_unverified_recipient", FallbackHost.MasterCf, "Critical VRF017 warn_if_reject")]
    [InlineData("reject_unlisted_recipient", FallbackHost.MasterCf, "Critical VRF017 warn_if_reject")]
    public void Warnings_of_a_list_that_refuses_now_are_of_no_consequence(string last, string? masterCf, string expected)
    {
        var log = new Letters()
            .Line("smtpd: NOQUEUE: reject_warning: RCPT from mail.partner.example[203.0.113.44]: 550 5.1.1 <ghost@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<joe@partner.example> to=<ghost@example.com> proto=ESMTP helo=<mail.partner.example>")
            .Arrives("A00001").Bounced("A00001", "ghost@example.com").Removed("A00001");
        Assert.Equal(expected,
            Found("VRF017", log, Relaying + "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, " + last + "\n", masterCf));
    }

    [Theory]
    [InlineData("cleanup", "Low HYG002 cleanup")]
    [InlineData("trivial-rewrite", "Low HYG002 trivial-rewrite")]
    [InlineData("local", "High HYG002 local")] // mail waits for it
    public void A_program_that_had_its_part_in_mail_that_was_taken_works_again(string program, string expected)
    {
        Assert.Equal(expected.Replace("Low", "High"), Found("HYG002", Ended("open database /etc/postfix/x.db: No such file or directory", program)));
        Assert.Equal(expected, Found("HYG002", Ended("open database /etc/postfix/x.db: No such file or directory", program).After(60).Arrives("A00001")));
    }

    private const string Lost = "Host or domain name not found. Name service error for name=mx1.example.com type=A: Host not found";

    [Fact]
    public void A_failure_of_DNS_after_many_deliveries_may_pass()
    {
        Letters Fails(Letters log, int times)
        {
            for (int i = 0; i < times; i++)
                log.Arrives($"B0000{i}").Tried($"B0000{i}", $"u{i}@example.com", "bounced", Lost, "none", "5.4.4").Removed($"B0000{i}");
            return log;
        }
        Letters Delivers() => new Letters().Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001");
        Assert.Equal("Medium RLY009 example.com", Found("RLY009", Fails(Delivers(), 2)));
        Assert.Equal("Critical RLY009 example.com", Found("RLY009", Fails(Delivers(), 3)));
        Assert.Equal("Critical RLY009 example.com", Found("RLY009", Fails(new Letters(), 1)));
        // a user wrote to a domain with a dead MX
        Assert.Equal("",
            Found("RLY009",
                new Letters()
                    .Submitted("A00001")
                    .Tried("A00001", "eva@club.example", "bounced", Lost.Replace("mx1.example.com", "mx.club.example"), "none", "5.4.4")));
    }

    private static string Message(string rule, Letters log, string? mainCf = null) =>
        new AuditedHost(mainCf is null ? null : "compatibility_level = 3.6\n" + mainCf, log).Only(rule).Message;

    [Fact]
    public void Only_who_was_refused_for_good_would_have_been_answered_550()
    {
        var log = new Letters();
        foreach (var (id, user, said, dsn) in new[]
        {
            ("B00001", "anna", "connect to mx1.example.com[192.0.2.10]:25: Connection refused", "4.4.1"),
            ("B00002", "ghost", "host mx1.example.com[192.0.2.10] said: 550 5.1.1 no (in reply to RCPT TO command)", "5.1.1"),
        })
            log.Active(id, "double-bounce@mx2.fallback.example").Tried(id, $"{user}@example.com", "undeliverable-but-not-cached", said, "none", dsn).Removed(id)
                .Line($"smtpd: NOQUEUE: reject: RCPT from {Letters.Stranger}: 450 4.1.1 <{user}@example.com>: Recipient address rejected: unverified address: x; from=<joe@partner.example> to=<{user}@example.com> proto=ESMTP helo=<h>");
        Assert.Equal(
            "2 failed probes were forgotten at once. The next hop had refused 1 recipient for good, and clients were answered 4xx for it all the same: 1 time, at the cost of 1 probe.",
            Message("VRF001", log));
    }

    [Fact]
    public void An_outage_says_how_long_the_oldest_mail_has_left()
    {
        const string down = "connect to mx1.example.com[192.0.2.10]:25: Connection refused";
        var log = new Letters()
            .Arrives("A00001")
            .Tried("A00001", "anna@example.com", "deferred", down, "none", "4.4.1")
            .After(6 * 3600)
            .Tried("A00001", "anna@example.com", "deferred", down, "none", "4.4.1");
        Assert.Contains("The oldest mail is 6 h old, and is returned to its sender in 4 d 17 h if lifetimes are the default.", Message("QUE003", log));
        Assert.Contains("The oldest mail is 6 h old, and is returned to its sender in 2 d 17 h.", Message("QUE003", log, "maximal_queue_lifetime = 3d\n"));
        Assert.Contains("The oldest mail is 6 h old, and due to be returned.", Message("QUE003", log, "maximal_queue_lifetime = 2h\n"));
    }

    [Theory]
    [InlineData("mx2", "postfix-out", "")]
    [InlineData("mx3", "postfix", "Medium RLY009 example.com")]
    public void A_next_hop_that_another_host_finds_is_still_lost_here(string host, string instance, string expected) =>
        Assert.Equal(expected,
            Found("RLY009",
                new Letters()
                    .Arrives("A00001")
                    .Tried("A00001", "anna@example.com", "bounced", Lost, "none", "5.4.4")
                    .On(host, instance)
                    .After(60)
                    .Arrives("A00002")
                    .Sent("A00002", "bert@example.com")));

    [Theory]
    [InlineData("mx2", "postfix-out", "")]
    [InlineData("mx3", "postfix", "Medium DNS004 example.com")]
    public void A_zone_that_answers_another_host_does_not_answer_this_one(string host, string instance, string expected)
    {
        var log = new Letters().Arrives("A00001", recipients: 5);
        for (int i = 0; i < 5; i++)
            log.Tried("A00001", $"u{i}@example.com", "deferred",
                "Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try again", "none", "4.4.3");
        Assert.Equal(expected, Found("DNS004", log.On(host, instance).After(60).Arrives("A00002").Sent("A00002", "bert@example.com")));
    }

    [Theory]
    [InlineData("550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)", "")]
    [InlineData("554 5.7.1 <ghost@example.com>: Relay access denied (in reply to RCPT TO command)", "High RLY006 example.com")]
    public void A_relayhost_that_knows_the_users_has_the_mailboxes(string said, string expected)
    {
        const string hidden = Relaying + "relayhost = [store.hosting.example]\n";
        string dns = """{"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "gw1.hosting.example", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""";
        Letters Probed() => new Letters().Active("A00001", "double-bounce@mx2.fallback.example")
            .Tried("A00001", "ghost@example.com", "undeliverable", "host store.hosting.example[203.0.113.7] said: " + said,
                "store.hosting.example[203.0.113.7]:25", said[4..9])
            .Removed("A00001");
        Assert.Equal("High RLY006 example.com", Found("RLY006", null, hidden, dns: dns));
        Assert.Equal(expected, Found("RLY006", Probed(), hidden, dns: dns));
    }

    [Theory]
    [InlineData("", "High RLY002 example.org")]
    [InlineData("smtpd_client_restrictions = permit_mynetworks, reject\n", "")]
    [InlineData("smtpd_client_restrictions = check_client_access inline:{ 203.0.113.99=OK }, reject\n", "")]
    [InlineData("smtpd_client_restrictions = reject_unknown_client_hostname\n", "High RLY002 example.org")]
    [InlineData("mailbox_transport = lmtp:unix:private/dovecot-lmtp\n", "Low RLY002 example.org")]
    [InlineData("mailbox_transport = lmtp:unix:private/dovecot-lmtp\nrelay_domains = example.com\n", "High RLY002 example.org")]
    public void A_host_that_lets_in_its_filter_only_is_no_fallback(string lines, string expected) =>
        Assert.Equal(expected, Found("RLY002", null, "mydestination = $myhostname, localhost, example.org\n" + lines,
            dns: """{"example.org": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "filter.provider.example", "addresses": ["203.0.113.99"]}, {"preference": 20, "exchange": "mx2.fallback.example"}]}}"""));

    [Theory]
    [InlineData("reject_unauth_destination", "postfix reload")]
    [InlineData("defer_unauth_destination", "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination' && postfix reload")]
    public void What_is_set_already_is_not_recommended(string last, string command)
    {
        var log = new Letters()
            .Line("smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 <u@elsewhere.example>: Relay access denied; from=<x@victim.example> to=<u@elsewhere.example> proto=ESMTP helo=<b.victim.example>");
        var audit = new AuditedHost($"{Relaying}smtpd_relay_restrictions = permit_mynetworks, {last}\n", log, FallbackHost.MasterCf);
        Assert.Equal(command, audit.Only("RLY011").Fixes[0].Command);
    }
}
