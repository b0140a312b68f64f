using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>What goes round at other people's servers is no loop of this host.</summary>
public class LoopsElsewhereTests
{
    private const string Hops = "host mx.club.example[203.0.113.9] said: 554 5.4.14 Hop count exceeded - possible mail loop (in reply to end of DATA command)",
        Loop = "host mx.club.example[203.0.113.9] said: 550 5.4.6 mail for club.example loops back to myself (in reply to RCPT TO command)";

    private static string Found(Letters log, string? config = null) =>
        string.Join(" ", new AuditedHost(config is null ? null : FallbackHost.Name + config, log).Findings
            .Where(finding => finding.Rule.Id is "LUP001" or "LUP007").Select(finding => $"{finding.Rule.Id} {finding.Subject}"));

    private static Letters Refused(Letters log, string reason, string dsn) =>
        log.Tried("A00001", "u@club.example", "bounced", reason, "mx.club.example[203.0.113.9]:25", dsn, "smtp");

    [Theory]
    [InlineData(Hops, "5.4.14")]
    [InlineData(Loop, "5.4.6")]
    public void Mail_of_users_that_a_foreign_host_refuses_for_its_own_loop_is_no_finding(string reason, string dsn)
    {
        Assert.Equal("", Found(Refused(new Letters().Submitted("A00001"), reason, dsn)));
        Assert.Equal("", Found(Refused(new Letters().Submitted("A00001"), reason, dsn), "relay_domains = example.com\n"));
    }

    [Theory]
    [InlineData(Hops, "5.4.14", "LUP007 club.example")]
    [InlineData(Loop, "5.4.6", "LUP001 club.example")]
    public void The_same_of_a_stranger_or_of_a_relayed_domain_is_one(string reason, string dsn, string expected)
    {
        Assert.Equal(expected, Found(Refused(new Letters().Arrives("A00001"), reason, dsn)));
        Assert.Equal(expected, Found(Refused(new Letters().Submitted("A00001"), reason, dsn), "relay_domains = club.example\n"));
    }

    [Fact]
    public void A_primary_in_a_private_network_that_sends_it_back_is_no_foreign_host()
    {
        const string primary = "mx1.example.com[10.0.0.5]";
        var log = new Letters()
            .Arrives("A00001", primary)
            .Tried("A00001", "u@example.com", "bounced", $"host {primary} said: 554 5.4.0 Error: too many hops (in reply to end of DATA command)",
                primary + ":25", "5.4.0", "smtp");
        Assert.Equal("LUP007 example.com", Found(log));
    }

    /// <summary>"Backscatter due to loopback MX": domains of junk mail.</summary>
    [Theory]
    [InlineData("mail.club.example[127.0.0.6]:25", "")]
    [InlineData("mail.club.example[0.0.0.0]:25", "")]
    [InlineData("mail.club.example[::1]:25", "")]
    [InlineData("filter.club.example[127.0.0.1]:10025", "LUP001 club.example")]
    [InlineData("mail.club.example[203.0.113.9]:25", "LUP001 club.example")]
    public void An_MX_host_that_is_everybody_s_own_address_is_at_fault_itself(string relay, string expected)
    {
        Letters Loops() =>
            new Letters().Arrives("A00001").Tried("A00001", "u@club.example", "bounced", "mail for club.example loops back to myself", relay, "5.4.6", "smtp")
                .Line("smtp: warning: mailer loop: best MX host for club.example is local");
        Assert.Equal(expected, Found(Loops()));
        Assert.Equal("LUP001 club.example", Found(Loops(), "relay_domains = club.example\n"));
    }

    [Fact]
    public void What_only_own_users_write_to_is_not_relayed_where_it_is_known_what_is()
    {
        Letters Loops() =>
            new Letters()
                .Submitted("A00001")
                .Tried("A00001", "u@club.example", "bounced", "mail for club.example loops back to myself", "none", "5.4.6", "smtp");
        Assert.Equal("", Found(Loops(), "relay_domains = example.com\n"));
        Assert.Equal("", Found(Loops().Arrives("A00002").Sent("A00002", "anna@example.com")));
        Assert.Equal("LUP001 club.example",
            Found(Loops()
                .Arrives("A00002")
                .Tried("A00002", "v@club.example", "bounced", "mail for club.example loops back to myself", "none", "5.4.6", "relay/smtp")));
    }

    [Theory]
    [InlineData("local", "local", "")]
    [InlineData("pipe", "dovecot", "")]
    [InlineData("virtual", "virtual", "")]
    public void A_mailbox_that_forwards_to_itself_is_no_loop_of_hosts(string daemon, string relay, string expected) =>
        Assert.Equal(expected,
            Found(new Letters()
                .Arrives("A00001")
                .Tried("A00001", "u@example.com", "bounced", "mail forwarding loop for u@example.com", relay, "5.4.6", daemon)));

    [Fact]
    public void It_is_relayhost_that_loops_and_not_the_domain() =>
        Assert.Equal("LUP001 relayhost", Found(new Letters().Submitted("A00001").Line("smtp: warning: relayhost configuration problem")
            .Tried("A00001", "u@club.example", "deferred", "mail for smtp.fallback.example loops back to myself", "none", "4.3.5", "smtp")));

    [Fact]
    public void What_this_postfix_says_itself_is_one_where_any_domain_may_be_relayed() =>
        Assert.Equal("LUP001 club.example",
            Found(new Letters()
                .Submitted("A00001")
                .Tried("A00001", "u@club.example", "bounced", "mail for club.example loops back to myself", "none", "5.4.6", "smtp")));

    /// <summary>A slip of a pen, whose domain has the MX host 127.0.0.1; or the host's own domain, which nobody listed.</summary>
    [Theory]
    [InlineData("club.example", "none", Severity.Low)]
    [InlineData("partner.example", "none", Severity.Critical)]
    [InlineData("fallback.example", "none", Severity.Critical)]
    [InlineData("mx2.fallback.example", "none", Severity.Critical)]
    [InlineData("club.example", "mx.club.example[203.0.113.9]:25", Severity.Critical)]
    public void A_domain_that_only_own_users_of_other_domains_write_to_may_be_anybody_s(string domain, string relay, Severity severity)
    {
        var audit = new AuditedHost(log: new Letters("mx2.fallback.example")
            .Submitted("A00001", from: "bea@partner.example")
            .Tried("A00001", "u@" + domain, "bounced", $"mail for {domain} loops back to myself", relay, "5.4.6", "smtp")
            .ToString());
        var found = audit.Only("LUP001");
        Assert.Equal(severity, found.Severity);
        Assert.Equal(severity == Severity.Low, found.Message.EndsWith("Only users of this host wrote to it, from other domains.", StringComparison.Ordinal));
        Assert.Equal(severity == Severity.Low, found.Fixes[0].Command == $"dig +short MX '{domain}'");
    }

    [Fact]
    public void The_address_that_greets_with_this_host_s_name_is_in_the_command()
    {
        var audit = new AuditedHost("compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nproxy_interfaces = 198.51.100.7\n", 
            new Letters().Line("smtp: warning: host mx2.fallback.example[198.51.100.25]:25 greeted me with my own hostname mx2.fallback.example"));
        Assert.Equal("postconf -e 'proxy_interfaces = 198.51.100.7, 198.51.100.25' && postfix reload",
            audit.Only("LUP003").Fixes[0].Command);
    }

    private static Letters NoticeLoops(string to, string status = "bounced", string daemon = "smtp") =>
        new Letters().Arrives("A00001", from: to).Bounced("A00001", "ghost@example.com").Notice("B00001").Links("A00001", "B00001").Removed("A00001")
            .Tried("B00001", to, status, $"mail for {to[(to.IndexOf('@') + 1)..]} loops back to myself", "none", status == "bounced" ? "5.4.6" : "4.4.6", daemon);

    /// <summary>The sender was forged, and nobody else writes to the domain: its notices are all that shows the loop.</summary>
    [Theory]
    [InlineData("bounced", "LUP001 example.org"), InlineData("deferred", "LUP001 example.org")]
    public void A_notice_that_loops_shows_it_where_the_domain_is_relayed_here(string status, string expected)
    {
        Assert.Equal(expected, Found(NoticeLoops("u@example.org", status), "relay_domains = example.com, example.org\n"));
        Assert.Equal(expected, Found(NoticeLoops("u@example.org", status, "relay/smtp")));
    }

    /// <summary>Whose MX records lead here, or to 127.0.0.1, a forger chose.</summary>
    [Fact]
    public void A_notice_that_loops_at_the_domain_of_a_forger_is_no_finding()
    {
        Assert.Equal("", Found(NoticeLoops("u@bogus.example"), "relay_domains = example.com\n"));
        Assert.Equal("", Found(NoticeLoops("u@bogus.example")));
    }
}
