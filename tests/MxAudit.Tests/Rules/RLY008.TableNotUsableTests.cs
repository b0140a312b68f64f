using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Tables that could not be asked: a database that was down, a type that is not there, a file that was gone.</summary>
public class TableNotUsableTests
{
    private static Finding? Of(string rule, string mainCf, string? log = null) => new AuditedHost(mainCf, log).All(rule).SingleOrDefault();

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
            TableNotUsableTests.Of("RLY008", "compatibility_level = 3.6\nvirtual_mailbox_domains = proxy:mysql:/etc/postfix/domains.cf\n",
                DatabaseDown(new Letters()).ToString())?.Subject);
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
}
