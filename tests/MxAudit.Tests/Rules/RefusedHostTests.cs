using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A next hop that refuses this host itself, or puts it off: BKS011 and QUE003.</summary>
public class RefusedHostTests
{
    private const string Greeting =
        "host mx1.example.com[192.0.2.10] refused to talk to me: 554 5.7.1 Service unavailable; Client host [198.51.100.25] blocked using list.example",
        Busy = "host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.3.2 Service not available, closing transmission channel",
        NoName =
            "host mx1.example.com[192.0.2.10] said: 450 4.7.25 Client host rejected: cannot find your hostname, [198.51.100.25] (in reply to RCPT TO command)",
        NotNow = "host mx1.example.com[192.0.2.10] said: 451 4.3.2 System not accepting network messages (in reply to MAIL FROM command)",
        NotUs = "host mx1.example.com[192.0.2.10] said: 451 4.7.1 Try again later, poor reputation of 198.51.100.25 (in reply to MAIL FROM command)",
        Full = "host mx1.example.com[192.0.2.10] said: 452 4.3.1 Insufficient system storage (in reply to MAIL FROM command)",
        NoSender =
            "host mx1.example.com[192.0.2.10] said: 450 4.1.8 <x@gone.example>: Sender address rejected: Domain not found (in reply to MAIL FROM command)",
        Greylisted = "host mx1.example.com[192.0.2.10] said: 450 4.2.0 Greylisted (in reply to RCPT TO command)";

    /// <summary>Six recipients wait since noon and are tried again after the minutes.</summary>
    private static Letters Waiting(string reason, string dsn, int minutes)
    {
        var log = new Letters();
        for (int i = 1; i <= 6; i++) log.Arrives($"A0000{i}").Tried($"A0000{i}", $"u{i}@example.com", "deferred", reason, dsn: dsn);
        log.After(60 * minutes);
        for (int i = 1; i <= 6; i++) log.Tried($"A0000{i}", $"u{i}@example.com", "deferred", reason, dsn: dsn);
        return log;
    }

    private static Severity? Of(string rule, Letters log) => new AuditedHost(log: log).All(rule).SingleOrDefault()?.Severity;

    [Theory]
    [InlineData(Greeting, "4.7.1", 1, Severity.High)]
    [InlineData(NoName, "4.7.25", 1, Severity.High)]
    [InlineData(NotNow, "4.3.2", 1, null)]
    [InlineData(NotNow, "4.3.2", 20, null)] // the state of that system: QUE003
    [InlineData(NotUs, "4.7.1", 20, Severity.Medium)]
    [InlineData(Busy, "4.3.2", 20, null)] // whoever comes: QUE003
    [InlineData(NoSender, "4.1.8", 20, null)]
    [InlineData(Greylisted, "4.2.0", 20, null)]
    public void A_primary_that_puts_off_all_that_its_fallback_brings_is_told(string reason, string dsn, int minutes, Severity? severity) =>
        Assert.Equal(severity, Of("BKS011", Waiting(reason, dsn, minutes)));

    [Fact]
    public void Mail_that_got_through_since_shows_that_this_host_is_let_in() =>
        Assert.Null(Of("BKS011", Waiting(NoName, "4.7.25", 20).Arrives("A00009").Sent("A00009", "u9@example.com")));

    [Fact]
    public void Probes_that_are_refused_with_the_greeting_are_enough()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.Active($"A0000{i}", "double-bounce@mx2.fallback.example")
                .Tried($"A0000{i}", $"u{i}@example.com", "undeliverable", Greeting, dsn: "4.7.1")
                .Removed($"A0000{i}")
                .Line($"smtpd: NOQUEUE: reject: RCPT from {Letters.Stranger}: 450 4.1.1 <u{i}@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<joe@partner.example> to=<u{i}@example.com> proto=ESMTP helo=<h.example>");
        Assert.Equal(Severity.High, Of("BKS011", log));
    }

    [Theory]
    [InlineData("550 5.7.23 <joe@partner.example>: Sender address rejected: SPF fail", "5.7.23", Severity.Critical)]
    [InlineData("550 5.1.8 <joe@gone.example>: Sender address rejected: Domain not found", "5.1.8", null)]
    public void Probes_that_pass_SPF_do_not_hide_that_the_mail_fails(string reply, string dsn, Severity? severity)
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++)
            log.Active($"B0000{i}", "double-bounce@mx2.fallback.example").Probed($"B0000{i}", $"u{i}@example.com").Removed($"B0000{i}")
                .Arrives($"A0000{i}")
                .Tried($"A0000{i}", $"u{i}@example.com", "bounced", $"host mx1.example.com[192.0.2.10] said: {reply} (in reply to MAIL FROM command)", dsn: dsn)
                .Removed($"A0000{i}");
        for (int i = 1; i <= 4; i++)
            log.Active($"C0000{i}", "double-bounce@mx2.fallback.example").Probed($"C0000{i}", $"w{i}@example.com").Removed($"C0000{i}");
        Assert.Equal(severity, Of("BKS011", log));
    }

    [Theory]
    [InlineData(Busy, "4.3.2")]
    [InlineData(NotNow, "4.3.2")]
    [InlineData(Full, "4.3.1")]
    public void A_next_hop_that_takes_nobody_s_mail_is_down(string reason, string dsn)
    {
        using var audit = Waiting(reason, dsn, 20).Audited();
        Assert.Empty(audit.All("BKS011"));
        var finding = audit.Only("QUE003");
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.StartsWith("mx1.example.com[192.0.2.10]:25 has taken no mail from this host for 20 min", finding.Message);
        Assert.Contains("BKS011", finding.Fixes[0].Command);
    }

    [Fact]
    public void One_refusal_to_talk_is_no_outage_and_one_refused_connection_is()
    {
        Letters Once(Letters log) => log.After(1000).Line("smtpd: connect from mail.partner.example[203.0.113.44]");
        Assert.Null(Of("QUE003", Once(new Letters().Arrives("A00001").Tried("A00001", "u1@example.com", "deferred", Busy, dsn: "4.3.2"))));
        Assert.Equal(Severity.Medium, Of("QUE003", Once(new Letters().Arrives("A00001").Deferred("A00001", "u1@example.com"))));
    }

    [Theory]
    [InlineData("connect to mx1.example.com[192.0.2.10]:25: Connection refused", "4.4.1")]
    [InlineData(Busy, "4.3.2")]
    public void What_was_put_off_is_to_be_tried_again_when_the_next_hop_is_back(string reason, string dsn)
    {
        var log = Waiting(reason, dsn, 20)
            .After(60)
            .Arrives("A00009")
            .Sent("A00009", "u9@example.com")
            .Removed("A00009")
            .After(86_400)
            .Line("smtpd: connect from mail.partner.example[203.0.113.44]");
        Assert.NotNull(Of("QUE004", log));
    }

    [Fact]
    public void A_next_hop_that_offers_less_TLS_than_is_asked_for_is_down_and_what_qmgr_holds_back_for_it_waits_as_well()
    {
        const string noTls = "TLS is required, but was not offered by host mx1.example.com[192.0.2.10]";
        var log = new Letters().Arrives("A00001").Tried("A00001", "u1@example.com", "deferred", noTls, dsn: "4.7.4");
        for (int i = 2; i <= 10; i++)
            log.Arrives($"A000{i:00}")
                .Tried($"A000{i:00}", $"u{i}@example.com", "deferred", "delivery temporarily suspended: " + noTls,
                    relay: "none", dsn: "4.7.4", daemon: "error");
        var audit = new AuditedHost(log: log);
        var finding = audit.Only("QUE003");
        Assert.Equal((Severity.Low, 10L), (finding.Severity, (long)finding.Count));
        Assert.StartsWith("mx1.example.com[192.0.2.10]:25 could not agree on TLS with this host", finding.Message);
    }

    /// <summary>Ten recipients or senders of each domain are asked about, or written to, at a host that refuses this one.</summary>
    private static Letters RefusedBy(int hosts, bool asked)
    {
        var log = new Letters();
        for (int host = 1; host <= hosts; host++)
            for (int i = 0; i < 10; i++)
            {
                string id = $"A{host:00}00{i}", relay = $"mx.d{host}.example[198.51.100.{host}]";
                if (asked) log.Active(id, "double-bounce@mx2.fallback.example");
                else log.Arrives(id, "localhost[127.0.0.1]", "root@mx2.fallback.example");
                log.Tried(id, $"u{i}@d{host}.example", asked ? "undeliverable" : "bounced",
                    $"host {relay} said: 554 5.7.1 Service unavailable; Client host [198.51.100.25] blocked using list.example (in reply to RCPT TO command)",
                    relay: $"{relay}:25", dsn: "5.7.1", daemon: "smtp").Removed(id);
            }
        return log;
    }

    private static Letters AndByThePrimary(Letters log)
    {
        const string reason = "host mx1.example.com[192.0.2.10] said: 550 5.7.23 SPF fail (in reply to MAIL FROM command)";
        for (int i = 1; i <= 5; i++) log.Arrives($"B0000{i}").Tried($"B0000{i}", $"u{i}@example.com", "bounced", reason, dsn: "5.7.23").Removed($"B0000{i}");
        for (int i = 1; i <= 5; i++)
            log.Active($"C0000{i}", "double-bounce@mx2.fallback.example").Tried($"C0000{i}", $"w{i}@example.com", "undeliverable", reason, dsn: "5.7.23")
                .Removed($"C0000{i}");
        return log;
    }

    private static string[] Told(Letters log) =>
        [.. new AuditedHost(log: log).Findings.Where(finding => finding.Rule.Id is "BKS011" or "VRF008")
            .Select(finding => $"{finding.Rule.Id} {finding.Subject}")];

    [Theory]
    [InlineData(true, "BKS011 mx2", "VRF008 mx2")]
    [InlineData(false, "BKS011 mx2")]
    public void Many_hosts_of_others_that_refuse_this_one_are_one_fault(bool asked, params string[] told) => Assert.Equal(told, Told(RefusedBy(6, asked)));

    private static Letters RefusedAtSixPrimaries()
    {
        var log = new Letters();
        for (int host = 1; host <= 6; host++)
            for (int i = 0; i < 5; i++)
                log.Arrives($"A{host:00}00{i}").Tried($"A{host:00}00{i}", $"u{i}@d{host}.example", "bounced",
                    $"host mx.d{host}.example[198.51.100.{host}] said: 550 5.7.23 SPF fail (in reply to MAIL FROM command)",
                    $"mx.d{host}.example[198.51.100.{host}]:25", "5.7.23", "smtp").Removed($"A{host:00}00{i}");
        return log;
    }

    [Fact]
    public void Where_nothing_tells_whose_a_domain_is_strangers_mail_goes_to_a_primary() => Assert.Equal(6, Told(RefusedAtSixPrimaries()).Length);

    [Fact]
    public void Backscatter_of_the_primary_names_its_own_refusal_and_not_that_of_many_others()
    {
        var log = AndByThePrimary(RefusedBy(9, asked: true)).Arrives("E00001")
            .Tried("E00001", "e@example.com", "bounced", "host mx1.example.com[192.0.2.10] said: 550 5.7.23 SPF fail (in reply to MAIL FROM command)", dsn: "5.7.23")
            .Links("E00001", "F00001").Notice("F00001").Removed("E00001");
        var audit = new AuditedHost(log: log);
        Assert.StartsWith("The cause is BKS011, primary-refuses-this-host. On the primary:",
            audit.Only("BKS001").Fixes[0].Why);
    }

    [Fact]
    public void A_few_hosts_of_others_are_told_one_by_one() =>
        Assert.Equal(Enumerable.Range(1, 5).Select(host => $"BKS011 mx.d{host}.example[198.51.100.{host}]:25"), Told(RefusedBy(5, asked: false)).Order());

    [Fact]
    public void The_primary_is_told_by_itself_beside_many_others() =>
        Assert.Equal(["BKS011 mx1.example.com[192.0.2.10]:25", "BKS011 mx2", "VRF008 mx1.example.com[192.0.2.10]:25", "VRF008 mx2"],
            Told(AndByThePrimary(RefusedBy(9, asked: true))).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(5, Severity.Critical)]
    [InlineData(6, Severity.Medium)]
    public void Of_many_hosts_those_that_took_mail_since_are_counted_and_where_all_did_it_is_medium(int hosts, Severity severity)
    {
        var log = RefusedBy(6, asked: false).After(60);
        for (int host = 1; host <= hosts; host++)
            for (int i = 0; i < 10; i++)
                log.Arrives($"D{host:00}{i:000}", "localhost[127.0.0.1]", "root@mx2.fallback.example")
                    .Tried($"D{host:00}{i:000}", $"v{i}@d{host}.example", "sent", "250 2.0.0 Ok", $"mx.d{host}.example[198.51.100.{host}]:25", daemon: "smtp")
                    .Removed($"D{host:00}{i:000}");
        var audit = new AuditedHost(log: log);
        var finding = audit.Only("BKS011");
        Assert.Equal((severity, 60L), (finding.Severity, finding.Count));
        Assert.Contains($"{hosts} hosts took mail since.", finding.Message);
    }

    private const string NoTls = "host mx1.example.com[192.0.2.10] said: 530 5.7.0 Must issue a STARTTLS command first (in reply to MAIL FROM command)";

    /// <summary>smtp_tls_security_level = none: smtp(8) does not try again, and the mail bounces.</summary>
    [Fact]
    public void A_primary_that_wants_TLS_refuses_a_host_that_has_none()
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++) log.Arrives($"A0000{i}").Tried($"A0000{i}", $"u{i}@example.com", "bounced", NoTls, dsn: "5.7.0").Removed($"A0000{i}");
        var audit = new AuditedHost(log: log);
        var found = audit.Only("BKS011");
        Assert.Equal((Severity.Critical, "postconf -e 'smtp_tls_security_level = may' && postfix reload"), (found.Severity, found.Fixes[0].Command));
    }

    private const string Services = "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp{0}\nsmtp unix - - n - - smtp\n";

    /// <summary>What is more than may stays.</summary>
    [Theory]
    [InlineData("", "", "postconf -e 'smtp_tls_security_level = may' && postfix reload")]
    [InlineData("smtp_tls_security_level = none\n", "", "postconf -e 'smtp_tls_security_level = may' && postfix reload")]
    [InlineData("smtp_tls_security_level = dane\n", "\n  -o smtp_tls_security_level=none", "postconf -P 'relay/unix/smtp_tls_security_level=may' && postfix reload")]
    [InlineData("smtp_tls_security_level = dane\n", "", "")]
    [InlineData("smtp_enforce_tls = yes\n", "", "")]
    [InlineData("smtp_use_tls = yes\nsmtp_tls_security_level = none\n", "", "postconf -e 'smtp_tls_security_level = may' && postfix reload")]
    [InlineData("smtp_tls_security_level = may\nsmtp_tls_policy_maps = inline:{ {example.com=none} }\n", "", "")]
    public void TLS_is_set_where_there_is_none(string more, string option, string command)
    {
        var log = new Letters();
        for (int i = 1; i <= 5; i++) log.Arrives($"A0000{i}").Tried($"A0000{i}", $"u{i}@example.com", "bounced", NoTls, dsn: "5.7.0").Removed($"A0000{i}");
        string main = $"compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nmynetworks = 127.0.0.0/8\nrelay_domains = example.com\n{more}";
        var audit = new AuditedHost(main, log, Services.Replace("{0}", option, StringComparison.Ordinal));
        Assert.Equal(command, audit.Only("BKS011").Fixes[0].Command);
    }
}
