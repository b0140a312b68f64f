using MxAudit.Advice;
using MxAudit.Config;
using MxAudit.Tests.Mail;
using MxAudit.Tests.Rules;

namespace MxAudit.Tests.Advice;

/// <summary>What advise says of a host does not deny what the audit found, and can be taken back.</summary>
public class AgreementTests
{
    private static HostAdvice Advise(string lines, string? log = "")
    {
        using var audit = Audit.OfText(log is "" ? new Letters().Arrives("A00001").ToString() : log, config: PostfixConfig.OfText(FallbackHost.MainCf + lines));
        return HostAdvice.Of(audit.Evidence, audit.Findings);
    }

    private static string Step(HostAdvice advice, string id) => advice.Checklist.Single(step => step.Id == id).Reason;

    private const string Unverified = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\nunverified_recipient_reject_code = 450\n";

    [Fact]
    public void Without_verification_nobody_is_answered_450_for_it()
    {
        var advice = Advise(Unverified);
        Assert.Equal("Not set, and without verification it would have no effect.", Step(advice, "G13"));
        Assert.Equal("Rightly not, and nothing verifies recipients: they are accepted, with the primary up or down.", Step(advice, "G14"));
        Assert.Contains("users that were verified before are accepted", Step(Advise(""), "G14"));
    }

    [Fact]
    public void Networks_whose_clients_send_to_unknown_users_are_not_already_right()
    {
        const string right = "mynetworks trusts no strangers";
        Assert.Contains(Advise("").AlreadyRight, sentence => sentence.StartsWith(right, StringComparison.Ordinal));
        var letters = new Letters();
        for (int i = 0; i < 4; i++)
            letters.Arrives($"A0000{i}", "unknown[203.0.113.69]").Bounced($"A0000{i}", $"ghost{i}@example.com").Removed($"A0000{i}");
        var advice = Advise("mynetworks = 127.0.0.0/8 203.0.113.69/32\n", letters.ToString());
        Assert.Contains(advice.Others, finding => finding.Rule.Id == "REL002");
        Assert.DoesNotContain(advice.AlreadyRight, sentence => sentence.StartsWith(right, StringComparison.Ordinal));
    }

    [Fact]
    public void A_warning_that_no_step_is_about_comes_first()
    {
        var full = new Letters();
        for (int i = 0; i < 9; i++) full.Line("smtpd: warning: not enough free space in mail queue: 11571200 bytes < 1.5*message size limit");
        var advice = Advise("maximal_queue_lifetime = 14d\n", full.After(600).Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001").ToString());
        Assert.StartsWith("The disk of the queue is full: queue (QUE008). ", advice.First);
        Assert.EndsWith("See how much room there is, and what fills it. No step below is about it: \"mxaudit check\" has the commands.", advice.First);
    }

    [Fact]
    public void Without_a_log_no_loop_can_be_seen_or_not()
    {
        Assert.Contains(Advise("").AlreadyRight, sentence => sentence.StartsWith("No loop", StringComparison.Ordinal));
        var advice = Advise("", log: null);
        Assert.DoesNotContain(advice.AlreadyRight, sentence => sentence.StartsWith("No loop", StringComparison.Ordinal));
        Assert.DoesNotContain("No loop", Step(advice, "G2"));
    }

    /// <summary>An earlier step may have shortened the one already.</summary>
    [Theory]
    [InlineData(Unverified, "Keep good results longer than an outage", false)]
    [InlineData("", "Keep good results longer than an outage, and forget bad ones sooner", true)]
    [InlineData("address_verify_positive_expire_time = 90d\n", "Forget bad results sooner", true)]
    public void A_step_says_what_its_command_does(string lines, string title, bool setsBoth)
    {
        var step = Advise(lines).Plan.Single(step => step.Title.Contains(" results ", StringComparison.Ordinal));
        Assert.Equal(title, step.Title);
        Assert.Equal(setsBoth, step.Command.Contains("address_verify_negative_refresh_time", StringComparison.Ordinal));
        Assert.Equal(setsBoth, step.Why.Contains("address_verify_negative_refresh_time", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_there_now_is_kept_and_can_be_brought_back()
    {
        var advice = Advise(Unverified);
        Assert.Equal("mkdir /etc/postfix.before && cp -a /etc/postfix/. /etc/postfix.before/", advice.Keep);
        Assert.Equal("cp -a /etc/postfix.before/. /etc/postfix/ && postfix reload", advice.Undo);
        var several = Advise(Unverified + "multi_instance_name = postfix-mx\nmulti_instance_enable = yes\n");
        Assert.Equal("cp -a /etc/postfix-mx.before/. /etc/postfix-mx/ && postmulti -i postfix-mx -p reload", several.Undo);
    }

    /// <summary>The step for subdomains adds to the table of routes, wherever that is.</summary>
    [Theory]
    [InlineData("/etc/postfix/transport", "")]
    [InlineData("/etc/mail/transport", "It does not bring back /etc/mail/transport: keep a copy.")]
    public void What_steps_write_elsewhere_is_not_said_to_come_back(string table, string told)
    {
        string main = FallbackHost.MainCf + $"transport_maps = hash:{table}\nrelayhost = [smtp.isp.example]\n";
        using var audit = new AuditedHost(main, tables: ("transport", "example.com relay:\n")).Audited();
        var advice = HostAdvice.Of(audit.Evidence, audit.Findings);
        Assert.Contains(advice.Plan, step => step.Command.Contains($">> {table} ", StringComparison.Ordinal));
        Assert.Equal(told, advice.NotUndone);
    }

    [Fact]
    public void Where_no_step_changes_anything_there_is_nothing_to_keep()
    {
        using var audit = Audit.OfText(new Letters().Arrives("A00001").ToString());
        Assert.Equal("", HostAdvice.Of(audit.Evidence, audit.Findings).Keep);
    }

    /// <summary>It is where cron writes to, and no domain of anybody's users.</summary>
    [Theory]
    [InlineData("relay_domains = example.com, mx2.fallback.example\n", "Low", "relay_domains = example.com'")]
    [InlineData("myhostname = example.com\n", "Critical", "mydestination = localhost'")]
    [InlineData("myhostname = example.co.uk\nrelay_domains = example.co.uk\n", "Critical", "mydestination = localhost'")]
    [InlineData("myhostname = mail.example.co.uk\nrelay_domains = mail.example.co.uk\n", "Low", "relay_domains = '")]
    [InlineData("myhostname = lists.example.com\nmydomain = lists.example.com\nrelay_domains = lists.example.com\n", "Critical", "mydestination = localhost'")]
    [InlineData("myhostname = mx2.example.com\nrelay_domains = mx2.example.com\nrelay_recipient_maps = pcre:{{/^anna@mx2\\.example\\.com$$/ x}}\n", "Critical", "mydestination = localhost'")]
    [InlineData("relay_domains = example.com, mx2.fallback.example\ntransport_maps = pcre:{{/@example\\.com$$/ relay:[192.0.2.10]}}\n", "Low", "relay_domains = example.com'")]
    [InlineData("myhostname = mx2.example.com\nrelay_domains = mx2.example.com\nrelay_recipient_maps = inline:{ anna@mx2.example.com=x }\n", "Critical", "mydestination = localhost'")]
    public void The_name_of_this_host_stays_in_mydestination(string lines, string severity, string set)
    {
        using var audit = Audit.OfText(null, config: PostfixConfig.OfText(FallbackHost.MainCf + lines));
        var finding = audit.Findings.Single(finding => finding.Rule.Id == "RLY002");
        Assert.Equal(severity, finding.Severity.ToString());
        Assert.Contains(set, finding.Fixes[0].Command);
        Assert.Equal(severity != "Low", HostAdvice.Of(audit.Evidence, audit.Findings).Plan.Any(step => step.Rules.Contains("RLY002")));
    }

    /// <summary>An MX record that leads here says so, too; one that leads elsewhere does not.</summary>
    [Theory]
    [InlineData("", "Low")]
    [InlineData(""", {"preference": 5, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}""", "Critical")]
    public void An_mx_of_the_name_of_this_host_may_be_this_host(string another, string severity)
    {
        string dns = $$"""{"mx2.fallback.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}{{another}}] } }""";
        Assert.Equal($"{severity} RLY002 mx2.fallback.example",
            new AuditedHost(FallbackHost.MainCf + "relay_domains = example.com, mx2.fallback.example\n", dns: dns).Told("RLY002"));
    }

    /// <summary>Nothing in the configuration at hand says why Postfix had no transport.</summary>
    [Fact]
    public void What_comes_first_may_have_no_cause_that_is_known()
    {
        var letters = new Letters();
        for (int i = 0; i < 4; i++)
        {
            letters.Arrives($"A0000{i}").Tried($"A0000{i}", $"ghost{i}@example.com", "bounced", "unknown mail transport error", "none", "5.0.0");
            letters.Notice($"B0000{i}").Links($"A0000{i}", $"B0000{i}").Removed($"A0000{i}");
        }
        var advice = Advise("maximal_queue_lifetime = 14d\n", letters.ToString());
        Assert.StartsWith("Non-delivery notice sent to somebody who may never have written: example.com (BKS001). ", advice.First);
        Assert.Contains(" Postfix had no transport for this mail: see RLY007. No step below is about it: ", advice.First);
    }
}
