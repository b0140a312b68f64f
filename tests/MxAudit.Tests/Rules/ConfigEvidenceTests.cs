using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

public class ConfigEvidenceTests
{
    private const string Log = "Nov 22 10:00:01 mx2 postfix/smtpd[101]: connect from mail.partner.example[203.0.113.44]";

    private static AuditResult With(params string[] mainCf) =>
        Audit.OfText(Log, config: PostfixConfig.OfText(string.Join('\n', ["compatibility_level = 3.6", "myhostname = mx2.fallback.example", .. mainCf])));

    [Fact]
    public void Clients_in_mynetworks_are_trusted_and_no_others()
    {
        using var result = With("mynetworks = 127.0.0.0/8 192.0.2.0/24");
        Assert.True(result.Mail.Trusted.Trusts("192.0.2.7"));
        Assert.False(result.Mail.Trusted.Trusts("10.0.0.7"));
    }

    [Fact]
    public void A_network_that_is_too_wide_makes_nobody_trusted()
    {
        using var result = With("mynetworks = 127.0.0.0/8 !203.0.113.66 0.0.0.0/0 192.0.2.0/24");
        Assert.True(result.Mail.Trusted.Trusts("192.0.2.7"));
        Assert.False(result.Mail.Trusted.Trusts("203.0.113.44"));
        Assert.Contains("REL001", result.Findings.Select(finding => finding.Rule.Id));
    }

    [Fact]
    public void The_queue_lives_as_long_as_the_configuration_says()
    {
        using var result = With("mynetworks = 127.0.0.0/8", "maximal_queue_lifetime = 21d");
        Assert.Equal(TimeSpan.FromDays(21), result.QueueTimes.MaximalQueueLifetime);
        Assert.False(result.QueueTimes.Assumed);
    }

    [Theory]
    [InlineData("relayhost = [mx1.example.com]", false)]
    [InlineData("relayhost = [smtp.isp.example]", true)]
    [InlineData("relayhost =", false)]
    public void A_relayhost_within_the_relayed_domain_is_the_primary(string relayhost, bool isFault)
    {
        using var result = With("relay_domains = example.com", relayhost);
        Assert.Equal(isFault, result.Findings.Any(finding => finding.Rule.Id == "RLY006"));
    }

    [Fact]
    public void A_policy_service_may_know_the_users()
    {
        using var result = With("relay_domains = example.com",
            "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_policy_service inet:127.0.0.1:10040");
        var finding = result.Only("BKS008");
        Assert.Equal((Severity.Medium, Confidence.Hint), (finding.Severity, finding.Confidence));
    }

    [Fact]
    public void A_network_that_Postfix_can_not_read_refuses_everybody_and_the_fix_keeps_the_others()
    {
        using var result = With("mynetworks = 127.0.0.0/8 192.168.1.5/24, 198.51.100.0/24");
        var finding = result.Only("HYG002");
        Assert.Equal((Severity.High, "192.168.1.5/24"), (finding.Severity, finding.Subject));
        Assert.Equal("postconf -e 'mynetworks = 127.0.0.0/8 192.168.1.0/24 198.51.100.0/24' && postfix reload", Assert.Single(finding.Fixes).Command);
    }

    [Theory]
    [InlineData("non-null host address bits in \"192.168.1.5/24\", perhaps you should use \"192.168.1.0/24\" instead", "192.168.1.5/24")]
    [InlineData("bad mask length in \"192.168.0.0/33\"", "192.168.0.0/33")]
    [InlineData("bad mask value in \"192.168.0.0/255.255.255.0\"", "192.168.0.0/255.255.255.0")]
    [InlineData("bad network value in \"192.168.0/24\"", "192.168.0/24")]
    public void The_log_alone_tells_of_it_too(string warning, string subject)
    {
        var result = new AuditedHost(log: $"""
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: warning: mynetworks: {warning}
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 451 4.3.0 <anna@example.com>: Temporary lookup failure; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>
            """);
        var finding = result.Only("HYG002");
        Assert.Equal((Severity.High, subject), (finding.Severity, finding.Subject));
    }

    [Theory]
    [InlineData("luser_relay = catchall", false)]
    [InlineData("luser_relay = catchall+$user@example.net", true)]
    [InlineData("luser_relay = catchall\nfallback_transport = lmtp:unix:private/lmtp", true)]
    public void Where_somebody_gets_the_mail_of_unknown_users_nobody_is_unknown(string lines, bool isFault)
    {
        using var result = With("mydestination = $myhostname, localhost", "mynetworks = 127.0.0.0/8", "local_recipient_maps =", lines);
        Assert.Equal(isFault, result.Findings.Any(finding => finding.Rule.Id == "BKS010"));
    }

    [Fact]
    public void A_virtual_domain_is_taken_out_of_mydestination_first()
    {
        using var result = With("mydomain = example.com", "mydestination = $myhostname, localhost, $mydomain", "mynetworks = 127.0.0.0/8",
            "virtual_mailbox_domains = example.com", "virtual_mailbox_maps = hash:/etc/postfix/mailboxes");
        var finding = result.Only("RLY003");
        Assert.Equal(["postconf -e 'mydestination = $myhostname, localhost' && postfix reload", "postconf -e 'virtual_mailbox_domains = ' && postfix reload"],
            finding.Fixes.Select(fix => fix.Command));
    }

    [Theory]
    [InlineData("mydestination and virtual_alias_domains", "keep the domain in one of them")]
    [InlineData("virtual_mailbox_domains and relay_domains", "all but relay_domains")]
    public void What_to_keep_depends_on_the_lists_that_the_log_names(string lists, string advice)
    {
        var result = new AuditedHost(log: $"Nov 22 10:00:01 mx2 postfix/trivial-rewrite[109]: warning: do not list domain example.net in BOTH {lists}");
        Assert.Contains(advice, result.Only("RLY003").Fixes[0].Why);
    }
}
