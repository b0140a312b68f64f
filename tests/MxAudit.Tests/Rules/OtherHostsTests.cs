using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Hosts that are no fallback MX: they only send, or keep mailboxes. And old ones.</summary>
public class OtherHostsTests
{
    private static Finding? Of(string rule, string mainCf, string? log = null) => new AuditedHost(mainCf, log).All(rule).SingleOrDefault();

    /// <summary>As Red Hat shipped it: no levels yet, and nobody is let in.</summary>
    private const string RedHat = """
        queue_directory = /var/spool/postfix
        inet_interfaces = localhost
        inet_protocols = all
        mydestination = $myhostname, localhost.$mydomain, localhost
        unknown_local_recipient_reject_code = 550
        alias_maps = hash:/etc/aliases
        debugger_command =
        	 PATH=/bin:/usr/bin:/usr/local/bin:/usr/X11R6/bin
        	 ddd $daemon_directory/$process_name $process_id & sleep 5
        sample_directory = /usr/share/doc/postfix-2.10.1/samples
        readme_directory = /usr/share/doc/postfix-2.10.1/README_FILES

        """;

    [Fact]
    public void The_release_stands_in_the_paths_of_red_hat()
    {
        var config = PostfixConfig.OfText(RedHat);
        Assert.Equal((new PostfixVersion(2, 10, 1), false), (config.Version, config.VersionAssumed));
        Assert.True(PostfixConfig.OfText(RedHat + "compatibility_level = 2\n").VersionAssumed);
        Assert.Null(Of("HYG001", RedHat));
    }

    [Fact]
    public void The_release_that_runs_is_told_by_its_master()
    {
        string log = new Letters()
            .Line("master: daemon started -- version 2.6.6, configuration /etc/postfix")
            .Line("master: daemon started -- version 2.11.3, configuration /etc/postfix")
            .ToString();
        using var result = Audit.OfText(log, config: PostfixConfig.OfText("myhostname = mx2.fallback.example\n"));
        Assert.Equal(new PostfixVersion(2, 11, 3), result.Config!.Version);
        Assert.Empty(result.All("HYG001")); // there are no levels before 3.0
        using var two = Audit.OfText(log + new Letters("mx1").Line("master: daemon started -- version 3.7.11, configuration /etc/postfix"),
            config: PostfixConfig.OfText("myhostname = mx2.fallback.example\n"));
        Assert.True(two.Config!.VersionAssumed);
    }

    [Theory]
    [InlineData("loopback-only")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1, [::1]")]
    public void A_host_that_listens_to_itself_only_has_no_door_for_strangers(string interfaces)
    {
        const string open = "myhostname = app.example.net\nrelay_domains = example.com\nmynetworks = 0.0.0.0/0\n";
        Assert.Empty(PostfixConfig.OfText(open + "inet_interfaces = " + interfaces).PublicSmtpdServices);
        Assert.NotNull(Of("REL001", open));
        Assert.Null(Of("REL001", open + "inet_interfaces = " + interfaces));
        Assert.Equal(Severity.Low, Of("HYG001", "myhostname = app.example.net\ninet_interfaces = " + interfaces)?.Severity);
        Assert.Equal(Severity.Medium, Of("HYG001", "myhostname = app.example.net\n")?.Severity);
    }

    [Fact]
    public void A_service_with_an_address_of_its_own_listens_there_whatever_inet_interfaces_says() =>
        Assert.Equal("198.51.100.25:smtp/inet",
            Assert.Single(PostfixConfig.OfText("inet_interfaces = loopback-only\n",
                "198.51.100.25:smtp inet n - n - - smtpd\nsmtp inet n - n - - smtpd\n").PublicSmtpdServices).Id);

    [Theory]
    [InlineData("virtual_mailbox_domains = example.org\n", Severity.Low)]
    [InlineData("relay_domains = example.com\n", Severity.Medium)]
    [InlineData("relay_domains = mysql:/etc/postfix/relay_domains.cf\n", Severity.Medium)]
    [InlineData("smtpd_recipient_restrictions = permit_mx_backup, reject_unauth_destination\n", Severity.Medium)]
    [InlineData("relay_domains =\nvirtual_mailbox_domains = example.com\nvirtual_transport = lmtp:inet:imap.example.org:24\n", Severity.Medium)]
    [InlineData("relay_domains =\nvirtual_mailbox_domains = example.com\nvirtual_transport = lmtp:unix:private/dovecot-lmtp\n", Severity.Low)]
    public void Delay_notices_matter_where_mail_waits_for_another_host(string line, Severity expected) =>
        Assert.Equal(expected, Of("BKS006", "compatibility_level = 3.6\nmyhostname = mail.example.org\ndelay_warning_time = 4h\n" + line)?.Severity);

    private static Letters NewerDefault(Letters log) =>
        log.Line("smtpd: using backwards-compatible default setting smtpd_relay_before_recipient_restrictions=no to reject recipient \"u@example.com\" from client \"unknown[203.0.113.44]\"");

    [Fact]
    public void The_one_old_default_of_level_two_is_low_unless_the_log_has_another()
    {
        using var alone = NewerDefault(new Letters()).Audited();
        Assert.Equal(Severity.Low, alone.Only("HYG001").Severity);
        using var both = NewerDefault(new Letters())
            .Line("smtpd: using backwards-compatible default setting relay_domains=$mydestination to accept mail for domain \"example.com\"")
            .Audited();
        Assert.Equal([Severity.Medium, Severity.Medium], both.Findings.Where(finding => finding.Rule.Id == "HYG001").Select(finding => finding.Severity));
    }

    /// <summary>As postconf of 3.11.7 says, captured with what it prints.</summary>
    [Fact]
    public void A_parameter_that_goes_away_is_told_with_its_successor()
    {
        var finding = new AuditedHost("""
            postconf: warning: /etc/postfix/main.cf: support for parameter "smtp_use_tls" will be removed; instead, specify "smtp_tls_security_level"
            postconf: warning: See https://www.postfix.org/DEPRECATION_README.html for details
            compatibility_level = 3.6
            smtp_use_tls = yes
            """).Only("HYG002");
        Assert.Equal(("smtp_use_tls", "postconf 'smtp_use_tls' 'smtp_tls_security_level'   # then set the second, and: postconf -X 'smtp_use_tls'"),
            (finding.Subject, Assert.Single(finding.Fixes).Command));
    }

    [Fact]
    public void A_damaged_file_is_told_at_every_start_and_counts_once()
    {
        var audit = new AuditedHost(log: new Letters()
            .Line("postfix-script: warning: damaged message: corrupt/25202106C62")
            .After(9)
            .Line("postfix-script: warning: damaged message: corrupt/25202106C62")
            );
        Assert.Equal(1, audit.Only("QUE009").Count);
    }

    private static string FixOfUnknownUser(Letters log, string? mainCf = null) =>
        new AuditedHost(mainCf is null ? null : "compatibility_level = 3.6\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n" + mainCf, log)
            .All("BKS001")[0].Fixes[0].Command;

    [Fact]
    public void A_mailbox_that_nobody_has_is_no_matter_of_relay_recipient_maps()
    {
        const string all = "postconf local_recipient_maps virtual_mailbox_maps virtual_alias_maps smtpd_reject_unlisted_recipient";
        Letters Unknown(string reason, string relay, string daemon) =>
            new Letters()
                .Arrives("A00001")
                .Tried("A00001", "ghost@example.org", "bounced", reason, relay, "5.1.1", daemon)
                .Notice("B00001")
                .Links("A00001", "B00001")
                .Removed("A00001");
        Assert.Equal(all, FixOfUnknownUser(Unknown("unknown user: \"ghost\"", "local", "local")));
        Assert.Equal(all, FixOfUnknownUser(Unknown(
            "host mail.example.org[private/dovecot-lmtp] said: 550 5.1.1 <ghost@example.org> User doesn't exist: ghost@example.org (in reply to RCPT TO command)",
            "mail.example.org[private/dovecot-lmtp]", "lmtp")));
        Assert.Equal("postconf virtual_mailbox_maps smtpd_reject_unlisted_recipient",
            FixOfUnknownUser(Unknown("unknown user: \"ghost@example.org\"", "virtual", "virtual"),
                "virtual_mailbox_domains = example.org\nvirtual_mailbox_maps = hash:/etc/postfix/mailboxes\n"));
        // BKS010: there is no list
        Assert.Contains("virtual_mailbox_maps = ",
            FixOfUnknownUser(Unknown("unknown user: \"ghost@example.org\"", "virtual", "virtual"), "virtual_mailbox_domains = example.org\n"));
        Assert.Contains("relay_recipient_maps",
            FixOfUnknownUser(new Letters()
                .Arrives("A00001")
                .Bounced("A00001", "ghost@example.com")
                .Notice("B00001")
                .Links("A00001", "B00001")
                .Removed("A00001")));
    }
}
