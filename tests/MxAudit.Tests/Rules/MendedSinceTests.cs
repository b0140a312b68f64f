using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Old lines stay in the log until it is rotated away; what came later, or the configuration at hand, tells that they are over.</summary>
public class MendedSinceTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient

        """;

    private const string Master = "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\nsmtp unix - - n - - smtp\nlocal unix - n n - - local\n";

    private static string Found(string rules, Letters log, string? mainCf = null, string? masterCf = Master) =>
        new AuditedHost(mainCf is null ? null : Host + mainCf, log, masterCf).Told(rules);

    private const string Refusal = "host mx1.example.com[192.0.2.10] said: 550 5.7.1 client 198.51.100.25 blocked (in reply to MAIL FROM command)",
        Primary = "mx1.example.com[192.0.2.10]:25";

    private static Letters Refused(int recipients)
    {
        var log = new Letters();
        for (int i = 0; i < recipients; i++)
            log.Arrives($"A000{i:00}").Tried($"A000{i:00}", $"u{i}@example.com", "bounced", Refusal, dsn: "5.7.1").Removed($"A000{i:00}").After(60);
        return log;
    }

    private static Letters Delivered(Letters log, int recipients)
    {
        for (int i = 0; i < recipients; i++) log.After(60).Arrives($"B000{i:00}").Sent($"B000{i:00}", $"v{i}@example.com").Removed($"B000{i:00}");
        return log;
    }

    [Fact]
    public void A_primary_that_took_ten_since_lets_this_host_in()
    {
        Assert.Equal($"Critical BKS011 {Primary}", Found("BKS011", Refused(12)));
        Assert.Equal($"Critical BKS011 {Primary}", Found("BKS011", Delivered(Refused(12), 9)));
        Assert.Equal($"Medium BKS011 {Primary}", Found("BKS011", Delivered(Refused(12), 10)));
        Assert.Equal("", Found("BKS011", Delivered(Refused(4), 10)));
        Assert.Equal($"Critical BKS011 {Primary}", Found("BKS011", Delivered(Refused(12).On("mx3"), 10))); // another fallback MX in the same log
    }

    private static Letters ProbesRefused(int then, string status = "deliverable", string thenBy = "mx2")
    {
        var log = new Letters();
        for (int i = 0; i < 12; i++)
            log.After(60)
                .Active($"A000{i:00}", "double-bounce@mx2.fallback.example")
                .Tried($"A000{i:00}", $"u{i}@example.com", "undeliverable", Refusal, dsn: "5.7.1")
                .Removed($"A000{i:00}")
                .Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 550 5.1.1 <u{i}@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<joe@partner.example> to=<u{i}@example.com> proto=ESMTP helo=<mail.partner.example>");
        log.On(thenBy);
        for (int i = 0; i < then; i++)
            log.After(60)
                .Active($"B000{i:00}", "double-bounce@mx2.fallback.example")
                .Probed($"B000{i:00}", $"v{i}@example.com", status, status == "deliverable" ? "" : "5.1.1")
                .Removed($"B000{i:00}");
        return log;
    }

    [Theory]
    [InlineData(0, "deliverable", "Critical VRF008 mx1.example.com[192.0.2.10]:25")]
    [InlineData(9, "deliverable", "Critical VRF008 mx1.example.com[192.0.2.10]:25")]
    [InlineData(10, "deliverable", "Medium VRF008 mx1.example.com[192.0.2.10]:25")]
    [InlineData(10, "undeliverable", "Medium VRF008 mx1.example.com[192.0.2.10]:25")] // unknown users, by its own word
    public void Ten_clear_answers_since_end_a_refusal_of_probes(int then, string status, string expected) =>
        Assert.Equal(expected, Found("VRF008", ProbesRefused(then, status)));

    [Fact]
    public void What_another_host_is_answered_ends_no_refusal_of_probes() =>
        Assert.Equal("Critical VRF008 mx1.example.com[192.0.2.10]:25", Found("VRF008", ProbesRefused(10, thenBy: "mx3")));

    private static Letters Compatible(string said) => new Letters().Foreign($"postfix[101]: using backwards-compatible default setting {said}");

    [Theory]
    [InlineData(null, "Medium HYG001 relay_domains")]
    [InlineData("", "Low HYG001 relay_domains")] // the level is new
    [InlineData("compatibility_level = 0\n", "Medium HYG001 relay_domains")]
    [InlineData("compatibility_level = 0\nrelay_domains = example.com\n", "Low HYG001 relay_domains")]
    [InlineData("myhostname = mx3.fallback.example\n", "Medium HYG001 relay_domains")] // of another host
    public void An_old_default_that_is_not_used_any_more_is_of_no_consequence(string? lines, string expected) =>
        Assert.Equal(expected, Found("HYG001", Compatible("relay_domains=$mydestination to accept mail for domain \"example.com\""), lines));

    [Theory]
    [InlineData("smtpd_tls_fingerprint_digest=md5 to compute certificate fingerprints", "compatibility_level = 2\n", false)] // of level 3.6
    [InlineData("smtpd_tls_fingerprint_digest=md5 to compute certificate fingerprints", "compatibility_level = 3.6\n", true)]
    [InlineData("relay_domains=$mydestination to accept mail for domain \"example.com\"", "compatibility_level = 2\n", true)]
    [InlineData("smtp_tls_security_level=(empty)", "compatibility_level = 3.6\n", false)] // recorded on 3.11.7, with 3.9, too
    [InlineData("smtp_tls_security_level=(empty)", "compatibility_level = 3.9\n", false)]
    [InlineData("smtp_tls_security_level=(empty)", "compatibility_level = 3.11\n", true)]
    [InlineData("smtp_tls_security_level=(empty)", "compatibility_level = 3.6\nsmtp_tls_security_level = may\n", true)]
    [InlineData("tlsproxy_client_security_level=(empty)", "compatibility_level = 3.6\n", false)]
    [InlineData("tlsproxy_client_security_level=(empty)", "compatibility_level = 3.6\nsmtp_tls_security_level = may\n", true)]
    public void Which_level_turns_an_old_default_off_depends_on_its_release(string said, string lines, bool isOver) =>
        Assert.Equal(isOver,
            new AuditedHost(Host + lines, Compatible(said), Master).Findings
                .Single(finding => finding.Rule.Id == "HYG001").Message
                .Contains("With the configuration at hand it does not.", StringComparison.Ordinal));

    /// <summary>A level below 3.11 would not turn it off, and of 3.9 would be a step back.</summary>
    [Theory]
    [InlineData("using backwards-compatible default setting smtp_tls_security_level=(empty)", "postconf -e 'smtp_tls_security_level = may' && postfix reload")]
    [InlineData("using using backwards-compatible default setting smtp_tlsrpt_skip_reused_handshakes=yes",
        "postconf -e 'smtp_tlsrpt_skip_reused_handshakes = no' && postfix reload")]
    public void What_3_11_brought_is_set_by_itself(string said, string command)
    {
        var result = new AuditedHost(Host + "compatibility_level = 3.9\n", new Letters().Line("relay/smtp: " + said), Master);
        var finding = result.Only("HYG001");
        Assert.Equal((Severity.Low, command), (finding.Severity, Assert.Single(finding.Fixes).Command));
    }

    private static Letters Warned(string warning) => new Letters().Line("smtpd: warning: " + warning);

    [Theory]
    [InlineData("/etc/postfix/main.cf, line 42: overriding earlier entry: maximal_queue_lifetime=5d", null, "Medium HYG002 maximal_queue_lifetime")]
    [InlineData("/etc/postfix/main.cf, line 42: overriding earlier entry: maximal_queue_lifetime=5d", "", "Low HYG002 maximal_queue_lifetime")]
    [InlineData("/etc/postfix/main.cf, line 42: overriding earlier entry: maximal_queue_lifetime=5d",
        "maximal_queue_lifetime = 5d\nmaximal_queue_lifetime = 9d\n", "Medium HYG002 maximal_queue_lifetime")]
    [InlineData("/etc/postfix/main.cf, line 42: overriding earlier entry: maximal_queue_lifetime=5d", "myhostname = mx3.fallback.example\n",
        "Medium HYG002 maximal_queue_lifetime")]
    [InlineData("unknown smtpd restriction: \"reject_unauth\"", "", "High HYG002 reject_unauth")] // a table may have it
    [InlineData("restriction `reject_unverified_recipient' after `permit' is ignored", "", "Low HYG002 reject_unverified_recipient")]
    [InlineData("restriction `reject_unverified_recipient' after `permit' is ignored",
        "smtpd_sender_restrictions = check_client_access inline:{ {203.0.113.1=permit, reject_unverified_recipient} }\n",
        "Medium HYG002 reject_unverified_recipient")]
    [InlineData("restriction `reject_unverified_recipient' after `permit' is ignored",
        "smtpd_restriction_classes = mine\nmine = permit, reject_unverified_recipient\n", "Medium HYG002 reject_unverified_recipient")]
    public void A_warning_of_what_was_put_right_is_of_no_consequence(string warning, string? lines, string expected) =>
        Assert.Equal(expected,
            Found("HYG002", Warned(warning), lines).Split(", ").Single(finding => finding.Contains(expected.Split(' ')[2], StringComparison.Ordinal)));
}
