using MxAudit.Config;

namespace MxAudit.Tests.Rules;

/// <summary>Values and macros that Postfix can not read, as smtpd of 3.7.11 takes them, and what mends them.</summary>
public class FaultyValuesTests
{
    private static AuditResult Audited(string lines, string? masterCf = null) =>
        Audit.OfText(null, config: PostfixConfig.OfText(FallbackHost.MainCf + lines, masterCf));

    private static string CommandFor(string lines, string masterCf)
    {
        using var audit = Audited(lines, masterCf);
        return Assert.Single(audit.Findings, finding => finding.Rule.Id == "HYG008").Fixes[0].Command;
    }

    private const string Services = "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\n";

    /// <summary>What Postfix has for a parameter that nobody set is known to Postfix, if not here.</summary>
    [Theory]
    [InlineData("smtpd_client_connection_count_limit = $default_process_limit", "")]
    [InlineData("smtpd_proxy_timeout = $ipc_timeout", "")]
    [InlineData("smtpd_tls_auth_only = $smtpd_use_tls", "")]
    [InlineData("mailbox_size_limit = $virtual_mailbox_limit", "")]
    [InlineData("smtpd_tls_auth_only = $our_own", "Critical HYG008 smtpd")] // nobody has it
    [InlineData("smtpd_timeout = +30s", "")]
    [InlineData("smtpd_timeout = 30ss", "")]
    [InlineData("smtpd_timeout = -30s", "Critical HYG008 smtpd")]
    [InlineData("smtpd_timeout = 30S", "Critical HYG008 smtpd")]
    [InlineData("smtpd_timeout = 0", "Critical HYG008 smtpd")]
    [InlineData("smtpd_starttls_timeout = foo", "Critical HYG008 smtpd")]
    [InlineData("smtpd_hard_error_limit = +20", "")]
    [InlineData("smtpd_hard_error_limit = -1", "Critical HYG008 smtpd")]
    [InlineData("smtpd_hard_error_limit = 99999999999", "Critical HYG008 smtpd")]
    [InlineData("smtpd_client_connection_rate_limit = -1", "")]
    [InlineData("message_size_limit = 99999999999", "")]
    [InlineData("append_dot_mydomain = off", "High HYG002 append_dot_mydomain")] // trivial-rewrite reads it
    [InlineData("qmqpd_timeout = foo", "")] // nobody does
    [InlineData("lmtp_lhlo_timeout = foo", "")]
    [InlineData("virtual_minimum_uid = foo", "")]
    public void Only_what_Postfix_can_not_read_is_a_fault(string line, string expected)
    {
        using var audit = Audited(line + (line.Contains("$our_own") ? "\nour_own =\n" : "\n"), Services);
        Assert.Equal(expected, audit.Told("HYG002 HYG008"));
    }

    [Fact]
    public void A_program_that_runs_reads_its_values()
    {
        using var audit = Audited("qmqpd_timeout = foo\n", Services + "628 inet n - n - - qmqpd\n");
        Assert.Equal("High HYG002 qmqpd_timeout", audit.Told("HYG002 HYG008"));
    }

    private const string Submission = "submission inet n - n - - smtpd\n  -o ";

    /// <summary>What is right in another place stays.</summary>
    [Theory]
    [InlineData("smtpd_sasl_auth_enable = off", Services + Submission + "smtpd_sasl_auth_enable=yes\n", "postconf -X smtpd_sasl_auth_enable && postfix reload")]
    [InlineData("smtpd_sasl_auth_enable = yes", "smtp inet n - n - - smtpd -o smtpd_sasl_auth_enable=off\n",
        "postconf -PX 'smtp/inet/smtpd_sasl_auth_enable' && postfix reload")]
    [InlineData("relay_recipient_maps = pcre:{{/x$$/ OK}}", "smtp inet n - n - - smtpd -o relay_recipient_maps=pcre:{{/x$/,OK}}\n",
        "postconf -P 'smtp/inet/relay_recipient_maps=pcre:{{/x$$/,OK}}' && postfix reload")]
    [InlineData("disable_vrfy_command = yes # no spies", Services, "postconf -e 'disable_vrfy_command = yes' && postfix reload")]
    [InlineData("disable_vrfy_command = yes; # no spies", Services, "postconf -X disable_vrfy_command && postfix reload")]
    [InlineData("smtpd_hard_error_limit = 0 # none", Services, "postconf -X smtpd_hard_error_limit && postfix reload")]
    [InlineData("mypat = pcre:{{/^a$/ OK}}\nrelay_recipient_maps = $mypat", Services, "postconf -e 'mypat = pcre:{{/^a$$/ OK}}' && postfix reload")]
    public void Only_what_is_wrong_is_changed(string lines, string masterCf, string command) => Assert.Equal(command, CommandFor(lines + "\n", masterCf));

    /// <summary>An audit by one rule tells what that by all tells.</summary>
    [Fact]
    public void What_is_told_does_not_depend_on_who_asked_before()
    {
        var config = PostfixConfig.OfText(FallbackHost.MainCf + "relay_recipient_maps = pcre:{{/^a@example\\.com$/ OK}}\n", Services + Submission + "syslog_name=x\n");
        Assert.Equal([ConfigRemarkKind.BadMacro], config.Oddities.Select(remark => remark.Kind));
        using var all = Audited("relay_recipient_maps = pcre:{{/^a@example\\.com$/ OK}}\n", Services + Submission + "syslog_name=x\n");
        Assert.Equal("Critical HYG008 smtpd", all.Told("HYG002 HYG008"));
    }

    [Fact]
    public void The_parameter_that_has_the_fault_is_named()
    {
        using var audit = Audited("mypat = pcre:{{/^a$/ OK}}\nrelay_recipient_maps = $mypat\n", Services);
        Assert.Equal("Critical HYG008 smtpd", audit.Told("HYG002 HYG008"));
        Assert.Contains("relay_recipient_maps can not be expanded: in mypat, ", audit.Findings.Single(finding => finding.Rule.Id == "HYG008").Message);
    }
}
