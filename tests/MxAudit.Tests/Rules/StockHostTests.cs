using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Hosts as distributions and their administrators make them: what is stock is no fault.</summary>
public class StockHostTests
{
    private const string Log = "Nov 22 10:00:01 mx2 postfix/smtpd[101]: connect from mail.partner.example[203.0.113.44]";

    private const string Verified = """
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
        unverified_recipient_reject_code = 550
        """;

    /// <summary>As the installer of Debian writes it, and the domain that is backed up.</summary>
    private const string Debian = """
        smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
        biff = no
        append_dot_mydomain = no
        readme_directory = no
        smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
        smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key
        smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache
        smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
        myhostname = mx2.fallback.example
        alias_maps = hash:/etc/aliases
        alias_database = hash:/etc/aliases
        myorigin = /etc/mailname
        mydestination = $myhostname, mx2.fallback.example, localhost.fallback.example, localhost
        relayhost =
        mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
        mailbox_size_limit = 0
        recipient_delimiter = +
        inet_interfaces = all
        inet_protocols = all
        relay_domains = example.com

        """;

    private static IReadOnlyList<Finding> FindingsOf(string mainCf, string log = Log) => new AuditedHost(mainCf, log).Findings;

    private static Finding? Of(string rule, string mainCf, string log = Log) => FindingsOf(mainCf, log).SingleOrDefault(finding => finding.Rule.Id == rule);

    [Theory]
    [InlineData("compatibility_level = 3.6\n")]
    [InlineData("compatibility_level = 2\n")]
    [InlineData("smtpd_use_tls=yes\n")] // an old host that was upgraded again and again
    public void A_stock_host_that_verifies_recipients_has_nothing_of_medium_or_above(string more) =>
        Assert.DoesNotContain(FindingsOf(Debian + more + Verified), finding => finding.Severity >= Severity.Medium);

    [Theory]
    [InlineData("master[101]: /etc/postfix/master.cf: line 15: using backwards-compatible default setting chroot=y", "chroot", Severity.Low)]
    [InlineData("trivial-rewrite[101]: using backwards-compatible default setting append_dot_mydomain=yes to rewrite \"mx1\" to \"mx1.fallback.example\"",
        "append_dot_mydomain", Severity.Low)]
    [InlineData(
        "smtpd[101]: using backwards-compatible default setting mynetworks_style=subnet to permit request from client \"mail.partner.example[203.0.113.44]\"",
        "mynetworks_style", Severity.Medium)]
    [InlineData("smtpd[101]: using backwards-compatible default setting relay_domains=$mydestination to accept mail for domain \"example.com\"",
        "relay_domains", Severity.Medium)]
    public void An_old_default_is_of_medium_severity_where_it_decides_whose_mail_is_relayed(string line, string subject, Severity severity)
    {
        var found = Of("HYG001", Debian, $"{Log}\nNov 22 10:00:01 mx2 postfix/{line}");
        Assert.Equal((subject, severity), (found!.Subject, found.Severity));
    }

    [Theory]
    [InlineData("compatibility_level = 2", null)]
    [InlineData("compatibility_level = 1", Severity.Low)]
    [InlineData("", Severity.Low)]
    [InlineData("mynetworks_style = host", Severity.Low)]
    public void Old_defaults_are_worse_where_they_trust_the_subnet(string more, Severity? severity)
    {
        Assert.Equal(severity, Of("HYG001", Debian + more + "\n" + Verified)?.Severity);
        Assert.Equal(severity is null || more.Contains("style") ? severity : Severity.Medium,
            Of("HYG001", Debian.Replace("mynetworks = ", "former_networks = ") + more + "\n" + Verified)?.Severity);
    }

    [Fact]
    public void What_smtpd_needs_may_come_from_the_defaults_of_an_unknown_release() =>
        Assert.Null(Of("HYG008", "myhostname = mx2.fallback.example\nrelay_domains = example.com"));

    [Theory]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks", true)]
    [InlineData("smtpd_helo_required = maybe", true)]
    [InlineData("unverified_recipient_tempfail_action = permit", false)] // VRF006
    [InlineData("delay_warning_time = maybe", false)] // smtpd does not read it
    public void A_configuration_that_keeps_smtpd_from_running_is_critical(string line, bool isFatal)
    {
        var finding = Of("HYG008", "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nrelay_domains = example.com\n" + line);
        Assert.Equal(isFatal ? Severity.Critical : null, finding?.Severity);
    }

    [Fact]
    public void A_line_without_an_equals_sign_is_told_once()
    {
        var findings = FindingsOf(Debian + "compatibility_level = 3.6\n" + Verified + "\nthis is no setting");
        Assert.Equal(Severity.Critical, Assert.Single(findings, finding => finding.Rule.Id == "HYG008").Severity);
        Assert.DoesNotContain("HYG002", findings.Select(finding => finding.Rule.Id));
    }

    private const string Mailboxes = Debian
        + "compatibility_level = 3.6\nvirtual_mailbox_domains = example.org\nvirtual_transport = lmtp:unix:private/dovecot-lmtp\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, ";

    [Theory]
    [InlineData("reject_unauth_pipelining", true)]
    [InlineData("reject_unauth_pipelining\nvirtual_alias_maps = inline:{ postmaster@example.org=anna@example.org }", true)]
    [InlineData("reject_unauth_pipelining\nvirtual_alias_maps = inline:{ @example.org=anna@example.org }", false)]
    [InlineData("reject_unauth_pipelining\nvirtual_alias_maps = mysql:/etc/postfix/aliases.cf", false)] // it may have one for all
    [InlineData("reject_unauth_pipelining\nvirtual_mailbox_maps = inline:{ anna@example.org=x }", false)]
    [InlineData("reject_unverified_recipient", false)]
    [InlineData("check_policy_service inet:127.0.0.1:12340", false)] // Dovecot's quota-status may know
    public void Mailboxes_that_nobody_has_are_refused_only_where_Postfix_has_a_list(string more, bool isFound)
    {
        var finding = Of("BKS010", Mailboxes + more);
        Assert.Equal(isFound ? ("virtual_mailbox_maps", Severity.Medium) : default, finding is null ? default : (finding.Subject, finding.Severity));
        if (!isFound) return;
        var bounced = Of("BKS010", Mailboxes + more, """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 9BAE872A12E: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 9BAE872A12E: from=<bea@partner.example>, size=5500, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/lmtp[104]: 9BAE872A12E: to=<nobody@example.org>, relay=mx2.fallback.example[private/dovecot-lmtp], delay=1.1, delays=1/0/0/0.1, dsn=5.1.1, status=bounced (host mx2.fallback.example[private/dovecot-lmtp] said: 550 5.1.1 <nobody@example.org> User doesn't exist: nobody@example.org (in reply to RCPT TO command))
            """);
        Assert.Equal((Severity.High, 1L), (bounced!.Severity, bounced.Count));
    }

    [Fact]
    public void Soft_bounce_is_found_before_it_does_harm() =>
        Assert.Equal((Severity.Medium, Confidence.Proven),
            Of("HYG004", Debian + "compatibility_level = 3.6\nsoft_bounce = yes\n" + Verified) is { } finding
                ? (finding.Severity, finding.Confidence) : default);

    [Fact]
    public void A_deferred_transport_matters_where_relayed_mail_takes_it()
    {
        var finding = Of("QUE007", Debian + "compatibility_level = 3.6\ndefer_transports = uucp, relay\n" + Verified);
        Assert.Equal(Severity.High, finding!.Severity);
        Assert.Equal("postconf -e 'defer_transports = uucp' && postfix reload", finding.Fixes[0].Command);
        Assert.Null(Of("QUE007", Debian + "compatibility_level = 3.6\ndefer_transports = smtp\n" + Verified));
    }

    [Fact]
    public void A_rule_that_saw_only_the_configuration_is_not_evaluated_for_the_rest()
    {
        using var result = Audit.OfText(Log, config: PostfixConfig.OfText(Debian + "compatibility_level = 3.6\n" + Verified));
        Assert.Contains(result.NotEvaluated, rule => rule.Rule.Id == "QUE007" && rule.Needs == EvidenceKinds.Queue);
    }
}
