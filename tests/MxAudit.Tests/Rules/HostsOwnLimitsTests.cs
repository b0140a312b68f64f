using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Where Postfix has other times or lists than by default, rules go by those of this host.</summary>
public class HostsOwnLimitsTests
{
    private static string Found(string rule, Letters? log, string? mainCf, string? queue = null) =>
        string.Join(", ", new AuditedHost(mainCf is null ? null : FallbackHost.MainCf + mainCf, log, queue: queue).All(rule)
            .Select(finding => $"{finding.Severity} {finding.Confidence} {finding.Subject}").Order(StringComparer.Ordinal));

    /// <summary>The primary is down from noon on; a line comes later.</summary>
    private static Letters DownFor(double hours) =>
        new Letters().Arrives("A00001").Deferred("A00001", "anna@example.com").After(hours * 3600).Line("qmgr: A00009: removed");

    [Theory]
    [InlineData(72, null, "Critical")] // five days are assumed
    [InlineData(72, "maximal_queue_lifetime = 14d\n", "High")]
    [InlineData(20, "maximal_queue_lifetime = 1d\n", "Critical")]
    [InlineData(20, "", "High")]
    public void Half_a_life_is_half_of_what_this_host_gives_mail(double hours, string? lines, string expected) =>
        Assert.Equal($"{expected} Strong mx1.example.com[192.0.2.10]:25", Found("QUE003", DownFor(hours), lines));

    [Theory]
    [InlineData(2, null, "Medium Likely mx1.example.com[192.0.2.10]:25")]
    [InlineData(2, "maximal_backoff_time = 4h\n", "")]
    [InlineData(5, "maximal_backoff_time = 4h\n", "Medium Likely mx1.example.com[192.0.2.10]:25")]
    public void Mail_that_this_host_lets_wait_longer_is_not_forgotten(double hours, string? lines, string expected) => Assert.Equal(expected,
        Found("QUE004",
            new Letters()
                .Arrives("A00001")
                .Deferred("A00001", "anna@example.com")
                .After(hours * 3600)
                .Arrives("A00002")
                .Sent("A00002", "bert@example.com")
                .Removed("A00002"),
            lines));

    private const string Waiting = """
        {"queue_name": "deferred", "queue_id": "1A2B3C4D01", "arrival_time": 1795341601, "message_size": 2100, "forced_expire": false, "sender": "bea@partner.example", "recipients": [{"address": "anna@DOMAIN", "delay_reason": "connect to mx1.example.com[192.0.2.10]:25: Connection refused"}]}
        {"queue_name": "deferred", "queue_id": "1A2B3C4D02", "arrival_time": 1795701601, "message_size": 2100, "forced_expire": false, "sender": "", "recipients": [{"address": "bert@DOMAIN"}]}
        """;

    [Theory]
    [InlineData("2026-11-27T10:00:00Z", "example.com")] // the primary is down for days, and no new mail has come since
    [InlineData("2026-11-26T10:00:00Z", "")]
    public void What_expires_soon_is_told_by_the_moment_of_the_audit_where_there_is_no_log(string now, string expected)
    {
        using var result = Audit.OfText(null, new AuditRequest { Now = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture) },
            Waiting.Split('\n')[0].Replace("DOMAIN", "example.com").Replace("1795341601", "1795392000")); // 23 November, midnight
        Assert.Equal(expected, string.Join(", ", result.Findings.Where(finding => finding.Rule.Id == "QUE005").Select(finding => finding.Subject)));
    }

    [Fact]
    public void Mail_without_a_sender_is_not_what_is_returned_first()
    {
        const string why = "connect to mx1.example.com[192.0.2.10]:25: Connection refused";
        string queue = $$"""
            {"queue_name": "deferred", "queue_id": "A00001", "arrival_time": 1795348800, "message_size": 2048, "forced_expire": false, "sender": "bea@partner.example", "recipients": [{"address": "anna@example.com", "delay_reason": "{{why}}"}]}
            {"queue_name": "deferred", "queue_id": "A00002", "arrival_time": 1795348800, "message_size": 2048, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "bert@example.com", "delay_reason": "{{why}}"}]}
            """;
        var host = new AuditedHost(FallbackHost.MainCf + "maximal_queue_lifetime = 14d\nbounce_queue_lifetime = 1d\n", DownFor(6), queue: queue);
        Assert.EndsWith("The queue lists 2 messages for it, 4 kB; the first expires in 13 d 17 h.", host.Only("QUE003").Message);
    }

    [Theory]
    [InlineData("example.com", "", "High Strong example.com")]
    [InlineData("sub.example.com", "", "High Strong sub.example.com")]
    [InlineData("example.net", "", "Low Strong example.net")]
    [InlineData("example.com", "maximal_queue_lifetime = 14d\n", "")]
    public void The_configuration_tells_whose_mail_expires_where_there_is_no_log(string domain, string lines, string expected) =>
        Assert.Equal(expected, Found("QUE005", null, lines, Waiting.Replace("DOMAIN", domain)));

    [Theory]
    [InlineData(9, null, "Medium Likely example.com")]
    [InlineData(9, "", "Medium Likely example.com")]
    [InlineData(9, "address_verify_poll_count = 8\n", "")]
    [InlineData(25, "address_verify_poll_count = 8\n", "Medium Likely example.com")]
    [InlineData(4, "address_verify_poll_count = 2\n", "Medium Likely example.com")]
    [InlineData(4, "address_verify_poll_count = 1\n", "Low Likely example.com")] // deliberate: it greylists every new recipient
    public void A_host_that_waits_longer_for_its_probes_is_not_slow(double seconds, string? lines, string expected)
    {
        var log = new Letters();
        foreach (string id in new[] { "A00001", "A00002", "A00003" })
            log.Active(id, "double-bounce@mx2.fallback.example")
                .After(seconds)
                .Tried(id, $"user{id}@example.com", "deliverable", "250 2.1.5 Ok", delay: seconds)
                .Removed(id);
        Assert.Equal(expected, Found("VRF010", log, lines));
    }

    [Theory]
    [InlineData("maximal_queue_lifetime = 12h\n", "High Proven maximal_queue_lifetime")]
    [InlineData("maximal_queue_lifetime = 12h\nrelay_domains =\n", "Low Proven maximal_queue_lifetime")]
    // it may lead to another host
    [InlineData("maximal_queue_lifetime = 12h\nrelay_domains =\ntransport_maps = hash:/etc/postfix/transport\n", "High Proven maximal_queue_lifetime")]
    public void A_host_that_keeps_nobodys_mail_needs_no_long_life(string lines, string expected) => Assert.Equal(expected, Found("QUE001", null, lines));

    [Fact]
    public void The_configuration_makes_a_rate_proven()
    {
        var log = new Letters().Arrives("A00001").Bounced("A00001", "ghost@example.com").Notice("A00002").Links("A00001", "A00002").Removed("A00001");
        Assert.Equal("Medium Strong mx2", Found("BKS002", log, null));
        Assert.Equal("Medium Proven mx2", Found("BKS002", log, ""));
    }

    /// <summary>Another domain goes by the relay service, this one by smtp, as transport_maps may say.</summary>
    private static Letters BySmtp(Func<Letters, Letters> fails) =>
        fails(new Letters().Arrives("A00001").Sent("A00001", "bert@example.org").Removed("A00001").Arrives("A00002"));

    [Theory]
    [InlineData(null, "")]
    [InlineData("relay_domains = example.org\n", "")]
    [InlineData("relay_domains = example.com, example.org\n", "High Strong mx1.example.com[192.0.2.10]:25")]
    public void Mail_for_relay_domains_may_leave_by_another_service(string? lines, string expected)
    {
        Assert.Equal(expected,
            Found("QUE003", BySmtp(log =>
                log.Tried("A00002", "anna@example.com", "deferred", "connect to mx1.example.com[192.0.2.10]:25: Connection refused", "none", daemon: "smtp"))
                .After(5 * 3600).Line("qmgr: A00009: removed"), lines));
        Assert.Equal(expected, Found("BKS005",
            BySmtp(log => log.Tried("A00002", "anna@example.com", "bounced",
                "host mx1.example.com[192.0.2.10] said: 550 5.7.1 Message content rejected (in reply to end of DATA command)", daemon: "smtp", dsn: "5.7.1")),
            lines));
    }

    [Theory]
    [InlineData("example.com", null, "High Likely MAILER-DAEMON")]
    [InlineData("example.com", "", "")]
    [InlineData("example.net", "", "High Likely MAILER-DAEMON")]
    public void Notices_of_others_that_wait_for_the_primary_are_none_of_this_host(string domain, string? lines, string expected) => Assert.Equal(expected,
        Found("BKS003", null, lines, string.Join('\n', Enumerable.Range(0, 12).Select(i =>
            $$"""{"queue_name": "deferred", "queue_id": "1A2B3C4D{{i:00}}", "arrival_time": 1795341601, "message_size": 2100, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "user{{i}}@{{domain}}", "delay_reason": "connect to mx1.example.com[192.0.2.10]:25: Connection refused"}]}"""))));

    /// <summary>What smtp of 3.11.7 said where it sends with <c>smtp_tls_security_level = may</c>, and what it says of others.</summary>
    [Theory]
    [InlineData("5.7.10 Sender requested REQUIRETLS, but my configured TLS security level 'may' disables certificate matching. The last attempted server was mx1.example.com",
        "since REQUIRETLS could not be kept: this host checks no certificate. ", "do not offer it here, or verify the primary")]
    [InlineData("5.7.10 Sender requested REQUIRETLS, but no matching server certificate was found. The last attempted server was mx1.example.com",
        "since REQUIRETLS could not be kept: the next hop has no certificate that is right. ", "make the primary offer TLS")]
    [InlineData("5.7.30 Sender requested REQUIRETLS, but no server was found that supports REQUIRETLS. The last attempted server was mx1.example.com",
        "since the next hop does not offer REQUIRETLS. ", "make the primary offer TLS")]
    [InlineData("5.6.7 SMTPUTF8 is required, but was not offered by host mx1.example.com[192.0.2.10]", "since the next hop does not offer SMTPUTF8. ",
        "Do not offer SMTPUTF8")]
    public void Whose_fault_it_is_that_REQUIRETLS_could_not_be_kept_is_told(string reason, string cause, string fix)
    {
        var finding = new AuditedHost(log: new Letters().Arrives("A00001")
            .Tried("A00001", "anna@example.com", "bounced", reason[(reason.IndexOf(' ') + 1)..], "none", reason.Split(' ')[0])
            .Removed("A00001")).Only("BKS013");
        Assert.Contains(cause, finding.Message, StringComparison.Ordinal);
        Assert.Contains(fix, Assert.Single(finding.Fixes).Why, StringComparison.Ordinal);
    }
}
