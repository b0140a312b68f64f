using MxAudit.Tables;

namespace MxAudit.Tests.Queue;

/// <summary>The queue beside the log.</summary>
public class QueueAndLogTests
{
    private const string Log = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
        Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=3 (queue active)
        Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
        """;

    private static string Listed(string recipients, long arrival = 1795341601, string queue = "active") =>
        $$"""{"queue_name": "{{queue}}", "queue_id": "1A2B3C4D01", "arrival_time": {{arrival}}, "message_size": 2100, "sender": "bea@partner.example", "recipients": [{{recipients}}]}""";

    private const string Otto = """{"address": "otto@example.com"}""",
        Ina = """{"address": "ina@example.com", "delay_reason": "connect to mx1.example.com[192.0.2.10]:25: Connection timed out"}""";

    private static (string, string, string)[] Recipients(string queue)
    {
        using var audit = Audit.OfText(Log, queue: queue);
        var table = RecipientsTable.Definition;
        int[] columns = [table.IndexOf("recipient"), table.IndexOf("outcome"), table.IndexOf("reason_class")];
        return [.. table.Rows(audit, columns).Select(cells => (cells[0].ToString(), cells[1].ToString(), cells[2].ToString()))];
    }

    [Theory]
    [InlineData("active", "queued", "queued")]
    [InlineData("deferred", "queued", "deferred")]
    [InlineData("hold", "held", "held")]
    public void Recipients_that_no_line_names_get_their_row_from_the_queue(string queue, string untried, string tried) =>
        Assert.Equal([("anna@example.com", "deferred", "connection"), ("otto@example.com", untried, ""), ("ina@example.com", tried, "connection")],
            Recipients(Listed($"{{\"address\": \"ANNA@example.com\"}}, {Otto}, {Ina}, {Otto}", queue: queue)));

    [Theory]
    [InlineData(1795341601 + 60)] // arrived after the log's message of this id
    [InlineData(1795341601 - 86400)] // long before
    public void Another_message_with_the_same_id_is_another_message(long arrival)
    {
        Assert.Single(Recipients(Listed(Otto, arrival)));
        using var audit = Audit.OfText(Log, queue: Listed(Otto, arrival));
        Assert.Equal("no", QueueTable.Definition.Rows(audit, [QueueTable.Definition.IndexOf("seen_in_log")]).Single()[0].ToString());
    }

    [Fact]
    public void A_domain_has_the_recipients_that_only_the_queue_names()
    {
        string[] Domains(string? queue)
        {
            using var audit = Audit.OfText(Log, queue: queue);
            var table = DomainsTable.Definition;
            return [.. table.Rows(audit, [table.IndexOf("domain"), table.IndexOf("accepted"), table.IndexOf("deferred"), table.IndexOf("queued")])
                .Select(cells => string.Join(' ', cells.Select(cell => cell.ToString())))];
        }
        Assert.Equal(["example.com 1 1 0"], Domains(null));
        Assert.Equal(["example.com 3 2 1", "slow.example 1 0 1"],
            Domains(Listed($$"""{"address": "anna@example.com"}, {{Otto}}, {{Ina}}, {"address": "uwe@Slow.Example"}""", queue: "deferred")));
    }

    [Fact]
    public void Ages_are_counted_to_the_last_line_or_the_newest_arrival_whichever_is_later()
    {
        using var early = Audit.OfText(Log, queue: Listed(Otto));
        Assert.Equal(early.Mail.Last, early.Mail.Now);
        using var late = Audit.OfText(Log, queue: Listed(Otto, 1795341601 + 3600));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795341601 + 3600), late.Mail.Now);
        using var told = Audit.OfText(Log, new AuditRequest { Year = 2026, UtcOffset = TimeSpan.Zero, Now = DateTimeOffset.UnixEpoch }, Listed(Otto));
        Assert.Equal(DateTimeOffset.UnixEpoch, told.Mail.Now);
    }

    [Fact]
    public void A_deferred_notice_and_a_host_with_other_times_have_other_ends()
    {
        var config = MxAudit.Config.PostfixConfig.OfText(
            "maximal_queue_lifetime = 14d\nbounce_queue_lifetime = 1d\nminimal_backoff_time = 10m\nmyhostname = mx2.fallback.example\n");
        var table = DeferralsTable.Definition;
        string[] Ends(string log)
        {
            using var audit = Audit.OfText(log, config: config);
            var row = table.Rows(audit, [table.IndexOf("next_retry"), table.IndexOf("expires_at")]).Single();
            return [row[0].ToString(), row[1].ToString()];
        }
        Assert.Equal(["2026-11-22T10:10:31+00:00", "2026-12-06T10:00:01+00:00"], Ends(Log));
        Assert.Equal(["2026-11-22T10:10:31+00:00", "2026-11-23T10:00:01+00:00"], Ends(Log.Replace("from=<bea@partner.example>", "from=<>")));
        Assert.Equal(["", ""], Ends(Log
            + "\nNov 22 10:20:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1230, delays=1200/0/30/0, dsn=2.0.0, status=sent (250 ok)"));
    }

    [Fact]
    public void A_deferred_recipient_has_its_next_attempt_and_its_end()
    {
        using var audit = Audit.OfText(Log);
        var table = DeferralsTable.Definition;
        var row = table.Rows(audit, [table.IndexOf("next_retry"), table.IndexOf("expires_at")]).Single();
        Assert.Equal(("2026-11-22T10:05:31+00:00", "2026-11-27T10:00:01+00:00"), (row[0].ToString(), row[1].ToString()));
    }

    /// <summary>postsuper -e, since 3.5: the listing tells, and the log.</summary>
    [Theory]
    [InlineData("deferred", false, "2026-11-27T10:00:01+00:00")]
    [InlineData("deferred", true, "2026-11-22T10:05:31+00:00")]
    [InlineData("hold", true, "")]
    public void Mail_that_was_expired_by_hand_ends_at_its_next_attempt(string queue, bool isForced, string expiry)
    {
        string listed = Listed("""{"address": "anna@example.com"}""", queue: queue)
            .Replace("\"message_size\"", $"\"forced_expire\": {(isForced ? "true" : "false")}, \"message_size\"");
        using var audit = Audit.OfText(Log, queue: listed);
        var table = QueueTable.Definition;
        Assert.Equal(expiry, table.Rows(audit, [table.IndexOf("expires_at")]).Single()[0].ToString());
        if (queue == "hold") return;
        using var logged = Audit.OfText(Log + (isForced ? "\nNov 22 10:01:00 mx2 postfix/postsuper[105]: 1A2B3C4D01: expired" : ""));
        var deferrals = DeferralsTable.Definition;
        Assert.Equal(expiry, deferrals.Rows(logged, [deferrals.IndexOf("expires_at")]).Single()[0].ToString());
    }
}
