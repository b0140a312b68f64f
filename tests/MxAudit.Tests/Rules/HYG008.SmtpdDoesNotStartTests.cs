using MxAudit.Config;

namespace MxAudit.Tests.Rules;

/// <summary>Values and macros that Postfix can not read, as smtpd of 3.7.11 takes them, and what mends them.</summary>
public class SmtpdDoesNotStartTests
{
    private static AuditedHost Audited(string lines, string? masterCf = null) => new(FallbackHost.MainCf + lines, masterCf: masterCf);

    private static string CommandFor(string lines, string masterCf) => Audited(lines, masterCf).Only("HYG008").Fixes[0].Command;

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
    public void Only_what_Postfix_can_not_read_is_a_fault(string line, string expected) =>
        Assert.Equal(expected, Audited(line + (line.Contains("$our_own") ? "\nour_own =\n" : "\n"), Services).Told("HYG002 HYG008"));

    [Fact]
    public void A_program_that_runs_reads_its_values() =>
        Assert.Equal("High HYG002 qmqpd_timeout", Audited("qmqpd_timeout = foo\n", Services + "628 inet n - n - - qmqpd\n").Told("HYG002 HYG008"));

    private const string Submission = "submission inet n - n - - smtpd\n  -o ";

    /// <summary>What is right in another place stays.</summary>
    [Theory]
    [InlineData("smtpd_sasl_auth_enable = off", Services + Submission + "smtpd_sasl_auth_enable=yes\n", "postconf -e 'smtpd_sasl_auth_enable = no' && postfix reload")]
    [InlineData("smtpd_sasl_auth_enable = yes", "smtp inet n - n - - smtpd -o smtpd_sasl_auth_enable=off\n",
        "postconf -P 'smtp/inet/smtpd_sasl_auth_enable=no' && postfix reload")]
    [InlineData("relay_recipient_maps = pcre:{{/x$$/ OK}}", "smtp inet n - n - - smtpd -o relay_recipient_maps=pcre:{{/x$/,OK}}\n",
        "postconf -P 'smtp/inet/relay_recipient_maps=pcre:{{/x$$/,OK}}' && postfix reload")]
    [InlineData("message_size_limit = 50M", Services, "postconf -e 'message_size_limit = 52428800' && postfix reload")]
    [InlineData("message_size_limit = 50 MiB # fifty", Services, "postconf -e 'message_size_limit = 52428800' && postfix reload")]
    [InlineData("message_size_limit = 52,428,800", Services, "postconf -e 'message_size_limit = 52428800' && postfix reload")]
    [InlineData("message_size_limit = \"52428800\"", Services, "postconf -e 'message_size_limit = 52428800' && postfix reload")]
    [InlineData("message_size_limit = 9999999999G", Services, "postconf -X message_size_limit && postfix reload")]
    [InlineData("message_size_limit = large", Services, "postconf -X message_size_limit && postfix reload")]
    [InlineData("header_size_limit = 4G", Services, "postconf -X header_size_limit && postfix reload")] // it would not fit
    [InlineData("smtpd_hard_error_limit = 1K", Services, "postconf -X smtpd_hard_error_limit && postfix reload")] // of errors: 1000 or 1024
    [InlineData("smtpd_timeout = 5 min", Services, "postconf -e 'smtpd_timeout = 5m' && postfix reload")]
    [InlineData("smtpd_timeout = 30S", Services, "postconf -e 'smtpd_timeout = 30s' && postfix reload")]
    [InlineData("smtpd_timeout = 5M", Services, "postconf -X smtpd_timeout && postfix reload")] // minutes, or months
    [InlineData("smtpd_tls_security_level = yes", Services, "postconf -e 'smtpd_tls_security_level = may' && postfix reload")]
    [InlineData("smtpd_tls_security_level = encrpyt", Services, "")] // without it mail would go in clear
    [InlineData("relay_recipient_maps = /etc/postfix/relay_recipients", Services,
        "postmap hash:/etc/postfix/relay_recipients && postconf -e 'relay_recipient_maps = hash:/etc/postfix/relay_recipients' && postfix reload")]
    [InlineData("relay_recipient_maps = relay_recipients", Services, "")] // without it every user would be accepted
    [InlineData("disable_vrfy_command = yes # no spies", Services, "postconf -e 'disable_vrfy_command = yes' && postfix reload")]
    [InlineData("disable_vrfy_command = yes; # no spies", Services, "postconf -X disable_vrfy_command && postfix reload")]
    [InlineData("smtpd_hard_error_limit = 0 # none", Services, "postconf -X smtpd_hard_error_limit && postfix reload")]
    [InlineData("mypat = pcre:{{/^a$/ OK}}\nrelay_recipient_maps = $mypat", Services, "postconf -e 'mypat = pcre:{{/^a$$/ OK}}' && postfix reload")]
    public void Only_what_is_wrong_is_changed(string lines, string masterCf, string command) => Assert.Equal(command, CommandFor(lines + "\n", masterCf));

    [Theory]
    [InlineData("smtp_tls_security_level = yes", "postconf -e 'smtp_tls_security_level = may' && postfix reload")]
    [InlineData("append_dot_mydomain = off", "postconf -e 'append_dot_mydomain = no' && postfix reload")]
    [InlineData("maximal_queue_lifetime = 14 days", "postconf -e 'maximal_queue_lifetime = 14d' && postfix reload")]
    [InlineData("maximal_queue_lifetime = forever", "postfix check; postconf -n >/dev/null")]
    public void What_other_programs_can_not_read_is_written_as_it_was_meant(string line, string command) =>
        Assert.Equal(command, Audited(line + "\n", Services).Only("HYG002").Fixes[0].Command);

    /// <summary>An audit by one rule tells what that by all tells.</summary>
    [Fact]
    public void What_is_told_does_not_depend_on_who_asked_before()
    {
        var config = PostfixConfig.OfText(FallbackHost.MainCf + "relay_recipient_maps = pcre:{{/^a@example\\.com$/ OK}}\n", Services + Submission + "syslog_name=x\n");
        Assert.Equal([ConfigRemarkKind.BadMacro], config.Oddities.Select(remark => remark.Kind));
        var all = Audited("relay_recipient_maps = pcre:{{/^a@example\\.com$/ OK}}\n", Services + Submission + "syslog_name=x\n");
        Assert.Equal("Critical HYG008 smtpd", all.Told("HYG002 HYG008"));
    }

    [Fact]
    public void The_parameter_that_has_the_fault_is_named()
    {
        var audit = Audited("mypat = pcre:{{/^a$/ OK}}\nrelay_recipient_maps = $mypat\n", Services);
        Assert.Equal("Critical HYG008 smtpd", audit.Told("HYG002 HYG008"));
        Assert.Contains("relay_recipient_maps can not be expanded: in mypat, ", audit.Only("HYG008").Message);
    }
}
