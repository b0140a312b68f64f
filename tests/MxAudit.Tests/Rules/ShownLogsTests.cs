using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Faults that people showed the log of, to ask what it means: the finding tells what it was.</summary>
public class ShownLogsTests
{
    private static Finding Found(string rule, Letters log, string? mainCf = null) => new AuditedHost(mainCf, log).Only(rule);

    private static Letters Looped(string domain, string hop, string relay = "none", string daemon = "smtp") =>
        new Letters()
            .Arrives("A00001")
            .Tried("A00001", "anna@" + domain, "bounced", $"mail for {hop} loops back to myself", relay, "5.4.6", daemon)
            .Removed("A00001");

    private const string Mailboxes = "postconf mydestination virtual_mailbox_domains";

    [Fact]
    public void A_next_hop_that_a_transport_names_is_told_and_the_MX_records_have_no_part_in_it()
    {
        var found = Found("LUP001", Looped("example.com", "mail2.example.com", "mail2.example.com[203.0.113.9]:25"));
        Assert.Equal("Mail for example.com loops back to this host: 1 recipient bounced. mail2.example.com was named as its next hop, and leads here.",
            found.Message);
        Assert.StartsWith("Name another machine where mail2.example.com stands as the next hop", found.Fixes[1].Why);
        Assert.Equal("postconf transport_maps relay_transport default_transport   # in that table:  example.com  relay:[PRIMARY]", found.Fixes[1].Command);
        Assert.Contains(found.Fixes, fix => fix.Why.Contains("NAT gateway", StringComparison.Ordinal));
        Assert.DoesNotContain(found.Fixes, fix => fix.Command == Mailboxes || fix.Why.Contains("best MX", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("example.com", "Example.COM")]
    [InlineData("[203.0.113.9]", "[203.0.113.9]")]
    public void What_was_looked_up_for_the_domain_itself_is_no_next_hop_that_somebody_named(string domain, string hop)
    {
        var found = Found("LUP001", Looped(domain, hop));
        Assert.Equal($"Mail for {domain} loops back to this host: 1 recipient bounced.", found.Message);
        Assert.Contains("best MX", found.Fixes[1].Why, StringComparison.Ordinal);
    }

    /// <summary>The usual cause on a host that is no fallback MX; said of a relayed domain it would be the worst advice.</summary>
    [Theory]
    [InlineData("smtp", null, true)]
    [InlineData("relay/smtp", null, false)]
    [InlineData("smtp", "relay_domains = example.com\n", false)]
    public void Mail_that_should_have_stayed_here_is_thought_of(string daemon, string? mainCf, bool isAdvised) =>
        Assert.Equal(isAdvised, Found("LUP001", Looped("example.com", "example.com", daemon: daemon), mainCf).Fixes.Any(fix => fix.Command == Mailboxes));

    [Theory]
    [InlineData("private/dovecot-lmtp", "Only the command lmtp reaches a socket.",
        "postconf -M lmtp/unix; (postconf -n; postconf -P) | grep -F 'private/dovecot-lmtp'")]
    [InlineData("smtp", "The program finds no smtp in /etc/services.",
        "grep -w smtp /etc/services && mkdir -p $(postconf -h queue_directory)/etc && cp /etc/services $(postconf -h queue_directory)/etc/ && postfix reload")]
    [InlineData("imaginary", "No port is called imaginary:", "(postconf -n; postconf -P) | grep -F 'imaginary'")]
    public void A_port_that_has_no_number_is_told_by_its_cause(string service, string why, string command)
    {
        var log = new Letters()
            .Active("A00001")
            .Line($"smtp: fatal: unknown service: {service}/tcp")
            .Line("qmgr: warning: private/smtp socket: malformed response")
            .Line("master: warning: process /usr/lib/postfix/sbin/smtp pid 123 exit status 1")
            .Line("master: warning: /usr/lib/postfix/sbin/smtp: bad command startup -- throttling")
            .Line("error: A00001: to=<anna@example.com>, relay=none, delay=2.3, delays=0.91/1.4/0/0.05, dsn=4.3.0, status=deferred (unknown mail transport error)");
        var found = Found("HYG002", log);
        Assert.Equal((Severity.High, $"smtp ends whenever it is asked for something: unknown service: {service}/tcp. Nothing shows that it worked since."),
            (found.Severity, found.Message));
        var fix = Assert.Single(found.Fixes);
        Assert.StartsWith(why, fix.Why, StringComparison.Ordinal);
        Assert.Equal(command, fix.Command);
    }

    [Theory]
    [InlineData("unknown service: /tcp")]
    [InlineData("unknown service: smtp/udp")]
    [InlineData("open lock file pid/unix.smtp: unable to set exclusive lock")]
    public void Another_end_of_smtp_has_the_general_advice(string fatal) => Assert.StartsWith("Correct the line", Assert.Single(Found("HYG002",
        new Letters().Line("smtp: fatal: " + fatal).Line("master: warning: /usr/lib/postfix/sbin/smtp: bad command startup -- throttling")).Fixes).Why);

    private static Letters Waiting(string relay, double delaySeconds)
    {
        var log = new Letters();
        for (int round = 0; round < 2; round++, log.After(1200))
            for (int i = 0; i < 10; i++)
                log.Active($"A000{i:00}").Line($"relay/smtp: A000{i:00}: to=<user{i}@example.com>, relay=none, delay={delaySeconds + 1200 * round}, "
                    + $"delays={delaySeconds + 1200 * round}/0.01/0/0, dsn=4.4.1, status=deferred (connect to {relay}: Connection refused)");
        return log;
    }

    /// <summary>A log that was begun anew every night knows nothing of the evening before, and the lines say how old the mail is.</summary>
    [Theory]
    [InlineData(50_000, Severity.Medium, "The oldest mail is 14 h 13 min old, and is returned to its sender in 4 d 9 h if lifetimes are the default.")]
    [InlineData(300_000, Severity.Critical, "The oldest mail is 3 d 11 h old, and is returned to its sender in 1 d 12 h if lifetimes are the default.")]
    public void Mail_of_before_the_log_is_as_old_as_its_delay(double delaySeconds, Severity severity, string aged)
    {
        var found = Found("QUE003", Waiting(Letters.Primary, delaySeconds));
        Assert.Equal(severity, found.Severity);
        Assert.Contains(aged, found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail.example.com[private/lmtp]", "ls -l $(postconf -h queue_directory)/'private/lmtp'")]
    [InlineData("mail.example.com[/run/lmtp.sock]", "ls -l '/run/lmtp.sock'")]
    [InlineData("127.0.0.1[127.0.0.1]:10024", "ss -ltnp 'sport = :10024'")]
    [InlineData("localhost[::1]:24", "ss -ltnp 'sport = :24'")]
    [InlineData(Letters.Primary, "")]
    [InlineData("filter.example.com[192.0.2.30]:10024", "")]
    public void Only_what_is_down_on_this_very_host_can_be_started_here(string relay, string command)
    {
        var fixes = Found("QUE003", Waiting(relay, 0)).Fixes;
        Assert.Equal(command, fixes[0].Command);
        Assert.Equal(command.Length == 0, fixes[0].Why.StartsWith("Repair the primary, or the network between.", StringComparison.Ordinal));
        Assert.Equal(command.Length == 0, fixes[1].Why.Contains("Once the primary is back", StringComparison.Ordinal));
    }

    /// <summary>"unverified address: connect to mail.example.com[private/dovecot-lmtp]: No such file or directory"</summary>
    [Theory]
    [InlineData("mail.example.com[private/dovecot-lmtp]", "ls -l $(postconf -h queue_directory)/'private/dovecot-lmtp'")]
    [InlineData(Letters.Primary, null)]
    public void Probes_to_a_socket_of_this_host_need_the_program_behind_it(string relay, string? command)
    {
        var log = new Letters().Active("A00001", "double-bounce@mx2.fallback.example")
            .Line($"lmtp: A00001: to=<anna@example.com>, relay=none, delay=0.01, delays=0/0/0/0, dsn=4.4.1, status=undeliverable (connect to {relay}: No such file or directory)")
            .Removed("A00001")
            .Line($"smtpd: NOQUEUE: reject: RCPT from a[203.0.113.4]: 450 4.1.1 <anna@example.com>: Recipient address rejected: unverified address: "
                + $"connect to {relay}: No such file or directory; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<a>");
        var fixes = Found("VRF016", log).Fixes;
        Assert.Equal(command is not null, fixes.Count == 1 && fixes[0].Command == command);
    }

    private static Finding[] InTwoClasses(string mainCf) => new AuditedHost(mainCf).All("RLY003");

    /// <summary>
    /// At an old level, or so written, relay_domains is $mydestination: a domain that is taken out of both of the others would be nobody's.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("relay_domains = $mydestination\n")]
    [InlineData("compatibility_level = 3.6\nrelay_domains = ${mydestination}\n")]
    public void A_domain_that_is_relayed_only_because_it_is_local_is_in_two_classes_and_not_in_three(string relayed)
    {
        var found = Assert.Single(InTwoClasses(
            "mydestination = localhost, example.net\nvirtual_mailbox_domains = example.net, example.org\nvirtual_mailbox_maps = static:x\n" + relayed));
        Assert.Equal(("example.net is listed in mydestination and virtual_mailbox_domains. Postfix uses the first that matches.", Severity.High),
            (found.Message, found.Severity));
        Assert.Equal(
            ["postconf -e 'mydestination = localhost' && postfix reload", "postconf -e 'virtual_mailbox_domains = example.org' && postfix reload"],
            found.Fixes.Select(fix => fix.Command));
        Assert.StartsWith("Or ", found.Fixes[1].Why, StringComparison.Ordinal);
    }

    /// <summary>It is named besides, and the other list takes its mail.</summary>
    [Theory]
    [InlineData("relay_domains = $mydestination, example.org\n")]
    [InlineData("relay_domains = $mydestination, $mydomain\nmydomain = example.org\n")]
    public void A_domain_that_is_relayed_by_name_is_in_two_classes_whatever_else_is_relayed(string relayed)
    {
        var found = Assert.Single(InTwoClasses("mydestination = localhost\nvirtual_mailbox_domains = example.org\nvirtual_mailbox_maps = static:x\n" + relayed));
        Assert.Equal(("example.org is listed in virtual_mailbox_domains and relay_domains. Postfix uses the first that matches.", Severity.Critical),
            (found.Message, found.Severity));
    }

    [Fact]
    public void What_is_local_and_relayed_by_default_is_in_one_class() => Assert.Empty(InTwoClasses("mydestination = localhost, example.net\n"));

    [Theory]
    [InlineData("content_filter = filter:[127.0.0.1]:10024\n", "postconf content_filter; postconf -M")]
    [InlineData("relay_transport = relais:[mx1.example.com]\ndefault_transport = relais\n", "postconf relay_transport default_transport; postconf -M")]
    public void A_transport_that_is_missing_is_looked_for_where_it_is_written(string lines, string command)
    {
        var audit = new AuditedHost(FallbackHost.MainCf + lines, masterCf: "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\nsmtp unix - - n - - smtp\n");
        Assert.Equal(command, Assert.Single(audit.Findings, finding => finding.Rule.Id == "RLY007" && !finding.Message.Contains("service local", StringComparison.Ordinal)
            && !finding.Message.Contains("service error", StringComparison.Ordinal)).Fixes[0].Command);
    }
}
