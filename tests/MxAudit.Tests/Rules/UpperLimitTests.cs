using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Values that are too large, or too small beside others: each ended the program of 3.7.11 that reads it.</summary>
public class UpperLimitTests
{
    private const string OwnNames = "$myhostname, localhost";
    private const string Services = "smtp inet n - n - - smtpd\nqmgr unix n - n 300 1 qmgr\nlmtp unix - - n - - lmtp\nlocal unix - n n - - local\nvirtual unix - n n - - virtual\n";

    private static AuditResult Audited(string lines, string services = Services, string destination = OwnNames) =>
        Audit.OfText(null, config: PostfixConfig.OfText($"{FallbackHost.MainCf.Replace(OwnNames, destination)}{lines}\n", services));

    [Theory]
    [InlineData("maximal_queue_lifetime = 365d", "maximal_queue_lifetime = 365d is more than 100d", "maximal_queue_lifetime = 100d")]
    [InlineData("bounce_queue_lifetime = 15w", "is more than 100d", "bounce_queue_lifetime = 100d")]
    [InlineData("maximal_queue_lifetime = 101", "is more than 100d", "maximal_queue_lifetime = 100d")] // days, as its default
    [InlineData("default_delivery_slot_discount = 101", "is more than 100", "default_delivery_slot_discount = 100")]
    [InlineData("smtp_tls_session_cache_timeout = 8640001s", "is more than 100d", "smtp_tls_session_cache_timeout = 100d")]
    [InlineData("lmtp_tls_session_cache_timeout = 101d", "is more than 100d", "lmtp_tls_session_cache_timeout = 100d")]
    [InlineData("smtpd_tls_session_cache_timeout = 101d", "is more than 100d", "smtpd_tls_session_cache_timeout = 100d")]
    public void What_is_too_large_ends_the_program_that_reads_it(string line, string said, string mended)
    {
        using var audit = Audited(line);
        var found = Assert.Single(audit.Findings, finding => finding.Rule.Id is "HYG002" or "HYG008");
        Assert.Equal(("HYG002", Severity.High, $"postconf -e '{mended}' && postfix reload"), (found.Rule.Id, found.Severity, found.Fixes[0].Command));
        Assert.Contains(said, found.Message);
    }

    [Theory]
    [InlineData("in_flow_delay = 20s", "in_flow_delay = 10s")]
    [InlineData("delay_logging_resolution_limit = 7", "delay_logging_resolution_limit = 6")]
    public void Or_smtpd(string line, string mended)
    {
        using var audit = Audited(line);
        var found = Assert.Single(audit.Findings, finding => finding.Rule.Id is "HYG002" or "HYG008");
        Assert.Equal("HYG008", found.Rule.Id);
        Assert.StartsWith($"postconf -e '{mended}' && postfix reload", found.Fixes[0].Command);
    }

    [Theory]
    [InlineData("maximal_queue_lifetime = 100d")]
    [InlineData("bounce_queue_lifetime = 8640000s")]
    [InlineData("in_flow_delay = 10s")]
    [InlineData("delay_logging_resolution_limit = 6")]
    [InlineData("qmgr_fudge_factor = 200")] // nobody reads it
    [InlineData("maximal_backoff_time = 365d")]
    [InlineData("message_size_limit = 51200000")]
    [InlineData("message_size_limit = 60000000\nmailbox_size_limit = 0")]
    [InlineData("message_size_limit = 60000000\nlocal_transport = error:5.1.1 nobody is here")]
    public void The_most_itself_is_right(string line)
    {
        using var audit = Audited(line);
        Assert.Equal("", audit.Told("HYG002 HYG008"));
    }

    [Theory]
    [InlineData("message_size_limit = 60000000", "mailbox_size_limit", "mailbox_size_limit = 51200000 is less than message_size_limit = 60000000: local ends",
        "postconf -e 'mailbox_size_limit = 60000000' && postfix reload")]
    [InlineData("message_size_limit = 0", "mailbox_size_limit", "which is unlimited: local ends", "postconf -e 'mailbox_size_limit = 0' && postfix reload")]
    [InlineData("mailbox_size_limit = 10000000", "mailbox_size_limit", "is less than message_size_limit = 10240000: local ends",
        "postconf -e 'mailbox_size_limit = 10240000' && postfix reload")]
    [InlineData("virtual_mailbox_domains = example.org\nvirtual_mailbox_limit = 1000", "virtual_mailbox_limit", "virtual ends",
        "postconf -e 'virtual_mailbox_limit = 10240000' && postfix reload")]
    public void A_mailbox_that_can_not_hold_the_largest_message_ends_the_program_that_delivers(string lines, string subject, string said, string command)
    {
        using var audit = Audited(lines, destination: "$myhostname, localhost, club.example");
        var found = Assert.Single(audit.Findings, finding => finding.Rule.Id is "HYG002" or "HYG008");
        Assert.Equal(("HYG002", Severity.Medium, subject, command), (found.Rule.Id, found.Severity, found.Subject, found.Fixes[0].Command));
        Assert.Contains(said, found.Message);
    }

    /// <summary>A fallback MX has its own name there, and hardly any mail for it.</summary>
    [Theory]
    [InlineData("$myhostname, localhost.$mydomain, localhost", Severity.Low)]
    [InlineData("$myhostname, localhost, club.example", Severity.Medium)]
    public void A_small_mailbox_weighs_less_where_only_the_host_itself_gets_mail(string destination, Severity severity)
    {
        using var audit = Audited("message_size_limit = 60000000", destination: destination);
        Assert.Equal(severity, audit.Only("HYG002").Severity);
    }

    [Theory]
    [InlineData("message_size_limit = 60000000", "local unix - n n - - local -o mailbox_size_limit=0", null)]
    [InlineData("message_size_limit = 60000000", "local unix - n n - - local -o message_size_limit=10240000", null)]
    [InlineData("message_size_limit = 60000000\nlocal_transport = here", "local unix - n n - - local\nhere unix - - n - - lmtp", null)]
    [InlineData("mailbox_size_limit = 0", "local unix - n n - - local -o mailbox_size_limit=1000", "postconf -P 'local/unix/mailbox_size_limit=10240000' && postfix reload")]
    [InlineData("message_size_limit = 60000000\nlocal_transport = here", "here unix - n n - - local", "postconf -e 'mailbox_size_limit = 60000000' && postfix reload")]
    public void The_limits_are_those_of_the_service_that_delivers(string lines, string service, string? command)
    {
        using var audit = Audited(lines, $"smtp inet n - n - - smtpd\nqmgr unix n - n 300 1 qmgr\n{service}\n");
        Assert.Equal(command, audit.Findings.SingleOrDefault(finding => finding.Rule.Id is "HYG002" or "HYG008")?.Fixes[0].Command);
    }

    [Theory]
    [InlineData("mydestination = localhost")] // nobody writes there
    [InlineData("mydestination =")]
    public void Where_local_has_nobody_its_limit_stops_nothing(string destinations)
    {
        string main = FallbackHost.MainCf.Replace("mydestination = $myhostname, localhost", destinations) + "message_size_limit = 60000000\n";
        using var audit = Audit.OfText(null, config: PostfixConfig.OfText(main, Services));
        Assert.Equal("", audit.Told("HYG002 HYG008"));
    }

    [Fact]
    public void A_size_that_is_mended_takes_the_mailboxes_with_it()
    {
        using var audit = Audited("message_size_limit = 60 MB");
        Assert.StartsWith("postconf -e 'message_size_limit = 62914560' 'mailbox_size_limit = 62914560' && postfix reload",
            Assert.Single(audit.Findings, finding => finding.Rule.Id == "HYG008").Fixes[0].Command);
    }

    [Theory]
    [InlineData("hopcount_limit = 0", "postconf -X hopcount_limit && postfix reload")]
    [InlineData("queue_run_delay = 0s", "postconf -X queue_run_delay && postfix reload")]
    [InlineData("relay_transport =", "postconf -X relay_transport && postfix reload")]
    public void What_says_nothing_is_taken_out(string line, string command)
    {
        using var audit = Audited(line);
        Assert.Equal(command, Assert.Single(audit.Findings, finding => finding.Rule.Id is "HYG002" or "HYG008").Fixes[0].Command.Replace("'", ""));
    }
}
