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

    private static Letters DatabaseDown(Letters log) =>
        log.Line("proxymap: warning: connect to mysql server 127.0.0.1: Can't connect to MySQL server on '127.0.0.1' (111)")
            .Line("trivial-rewrite: warning: virtual_mailbox_domains: proxy:mysql:/etc/postfix/domains.cf: table lookup problem");

    [Fact]
    public void A_database_that_was_restarted_is_no_table_to_compile()
    {
        using var down = DatabaseDown(new Letters().Arrives("A00001").Sent("A00001", "u@example.com")).Audited();
        var finding = down.Only("RLY008");
        Assert.Equal((Severity.High, "mysql:/etc/postfix/domains.cf", "postmap -q someone@example.com mysql:/etc/postfix/domains.cf"),
            (finding.Severity, finding.Subject, Assert.Single(finding.Fixes).Command));
        Severity? Of(Letters log)
        {
            var audit = new AuditedHost(log: log);
            return audit.Only("RLY008").Severity;
        }
        Letters MailAfter(Letters log, int seconds, string client = Letters.Stranger) =>
            log.After(seconds).Arrives("A00001", client).Sent("A00001", "u@example.com");
        Assert.Equal(Severity.Low, Of(MailAfter(DatabaseDown(new Letters()), 1200)));
        Assert.Equal(Severity.High, Of(MailAfter(DatabaseDown(new Letters()), 60)));
        Letters Busy(int mails)
        {
            var log = DatabaseDown(new Letters());
            for (int i = 0; i < mails; i++) log.Arrives($"A{i:D5}").Sent($"A{i:D5}", "u@example.com");
            return log;
        }
        Assert.Equal(Severity.High, Of(Busy(9)));
        Assert.Equal(Severity.Low, Of(Busy(10)));
        Assert.Equal(Severity.High, Of(DatabaseDown(Busy(10))));
        Assert.Equal(Severity.High, Of(MailAfter(DatabaseDown(new Letters()), 1200, "localhost[127.0.0.1]")));
        Assert.Equal(Severity.Medium, Of(MailAfter(DatabaseDown(DatabaseDown(new Letters()).After(7200)), 1200)));
        Assert.Equal(Severity.High, Of(MailAfter(
            new Letters().Line("smtpd: warning: regexp:/etc/postfix/rcpt.re is unavailable. open /etc/postfix/rcpt.re: No such file or directory"), 1200)));
        Assert.Equal("mysql:/etc/postfix/domains.cf",
            OtherHostsTests.Of("RLY008", "compatibility_level = 3.6\nvirtual_mailbox_domains = proxy:mysql:/etc/postfix/domains.cf\n",
                DatabaseDown(new Letters()).ToString())?.Subject);
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

    /// <summary>Recorded on 3.11.7 of Debian: every kind of table is a package of its own there.</summary>
    [Theory]
    [InlineData("mysql:/etc/postfix/users.cf", "postconf -m")]
    [InlineData("pcre:/etc/postfix/users.pcre", "postconf -m")]
    [InlineData("hash:/etc/postfix/users", "postmap lmdb:/etc/postfix/users && postconf -e 'relay_recipient_maps = lmdb:/etc/postfix/users' && postfix reload")]
    public void A_table_of_a_type_that_is_not_there_is_neither_asked_nor_compiled_as_another(string table, string command)
    {
        string type = table.Split(':')[0], main = $"compatibility_level = 3.6\nrelay_domains = example.com\nrelay_recipient_maps = {table}\n";
        string log = new Letters()
            .Line($"smtpd: warning: unsupported dictionary type: {type}. Is the postfix-{type} package installed?")
            .Line($"smtpd: warning: {table} is unavailable. unsupported dictionary type: {type}")
            .Line($"smtpd: warning: {table} lookup error for \"anna@example.com\"").ToString();
        var told = Of("RLY008", main, log)!;
        Assert.Contains($"has the type {type}, which this Postfix did not support", told.Message, StringComparison.Ordinal);
        Assert.Equal((table, command), (told.Subject, Assert.Single(told.Fixes).Command));

        using var asked = Audit.OfText(null, config: new PostfixConfig(new ConfigParts
        {
            Source = "postconf", Main = new MainCf(main, "main.cf"), Files = new ConfigTexts(new Dictionary<string, string>()),
            TableTypes = new HashSet<string> { "lmdb", "texthash" },
        }));
        Assert.Equal(command, Assert.Single(asked.Only("RLY008").Fixes).Command);
        var alone = new AuditedHost(log: log);
        Assert.Equal("postconf -m", Assert.Single(alone.Only("RLY008").Fixes).Command);
    }

    /// <summary>The type that stands in for others is the one that is missing; a file of text needs no compiling.</summary>
    [Theory]
    [InlineData("postmap hash:/etc/postfix/x && postconf -e 'relay_domains = hash:/etc/postfix/x' && postfix reload", null)]
    [InlineData("postconf -e 'relay_domains = texthash:/etc/postfix/x' && postfix reload", "texthash")]
    public void Where_lmdb_itself_is_missing_nothing_is_compiled_as_lmdb(string command, string? other)
    {
        using var asked = Audit.OfText(new Letters().Line("smtpd: warning: unsupported dictionary type: lmdb")
            .Line("smtpd: warning: lmdb:/etc/postfix/x is unavailable. unsupported dictionary type: lmdb").ToString(), config: new PostfixConfig(new ConfigParts
        {
            Source = "postconf", Main = new MainCf("relay_domains = lmdb:/etc/postfix/x\n", "main.cf"), Files = new ConfigTexts(new Dictionary<string, string>()),
            TableTypes = other is null ? null : new HashSet<string> { "regexp", other },
        }));
        Assert.Equal(command, Assert.Single(asked.Only("RLY008").Fixes).Command);
    }

    /// <summary>Recorded: the compiled file was gone for a moment.</summary>
    [Theory]
    [InlineData("relay_recipient_maps", 1200, Severity.Low)]
    [InlineData("relay_recipient_maps", 60, Severity.High)]
    [InlineData("local_recipient_maps", 1200, Severity.High)] // mail for other recipients tells nothing of it
    [InlineData("alias_maps", 1200, Severity.Medium)]
    public void A_file_that_was_put_back_is_over_when_strangers_mail_was_taken_later(string parameter, int seconds, Severity expected) =>
        Assert.Equal(expected, Of("RLY008",
            $"compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = example.com\n{parameter} = hash:/etc/postfix/list\n", new Letters()
                .Line("smtpd: warning: hash:/etc/postfix/list is unavailable. open database /etc/postfix/list.db: No such file or directory")
                .Line("smtpd: warning: hash:/etc/postfix/list lookup error for \"anna@example.com\"")
                .After(seconds).Arrives("A00001").Sent("A00001", "anna@example.com").ToString())?.Severity);

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
