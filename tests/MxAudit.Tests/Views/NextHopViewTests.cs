using MxAudit.Config;
using MxAudit.Tests.Mail;
using MxAudit.Tests.Rules;
using MxAudit.Views;

namespace MxAudit.Tests.Views;

public class NextHopViewTests
{
    /// <summary>Mail without a sender ends earlier, and comes back to nobody.</summary>
    [Fact]
    public void What_is_returned_first_has_a_sender()
    {
        const string why = "connect to mx1.example.com[192.0.2.10]:25: Connection refused";
        string queue = $$"""
            {"queue_name": "deferred", "queue_id": "A00001", "arrival_time": 1795348800, "message_size": 500, "forced_expire": false, "sender": "joe@partner.example", "recipients": [{"address": "anna@example.com", "delay_reason": "{{why}}"}]}
            {"queue_name": "deferred", "queue_id": "A00002", "arrival_time": 1795348800, "message_size": 500, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "bert@example.com", "delay_reason": "{{why}}"}]}
            """;
        var log = new Letters().Arrives("A00001").Deferred("A00001", "anna@example.com").Arrives("A00002", from: "").Deferred("A00002", "bert@example.com");
        using var audit = Audit.OfText(log.ToString(), queue: queue,
            config: PostfixConfig.OfText(FallbackHost.MainCf + "maximal_queue_lifetime = 14d\nbounce_queue_lifetime = 1d\n"));
        string[] lines = [.. NextHopView.Of(audit, audit.Mail.NextHops.Single()).Select(line => string.Concat(line.Spans.Select(span => span.Text)))];
        Assert.Equal(2, lines.Count(line => line.Contains("first expiry  12-06 12:00:00", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("1 of all without a sender: nobody is told when they expire", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("anna@example.com", StringComparison.Ordinal) && line.Contains("returned 12-06 12:00:00", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("bert@example.com", StringComparison.Ordinal) && line.Contains("given up 11-23 12:00:00", StringComparison.Ordinal));
    }
}
