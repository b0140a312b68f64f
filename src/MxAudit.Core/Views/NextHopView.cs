using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>One next hop: when it was up and down, why mail failed, and what waits for it.</summary>
public static class NextHopView
{
    /// <summary>In the narrowest window there is room for it.</summary>
    private const int TimelineColumns = 56;
    private const int MostReasons = 8, MostWaiting = 20;

    public static IReadOnlyList<ToneLine> Of(AuditResult audit, NextHop hop)
    {
        var lines = new List<ToneLine> { new([new Span(hop.Name, Tone.Heading),
            hop.DownSince is { } since ? new Span($"  down since {Passage.Moment(since, audit.Mail.Now)}", Tone.High) : new Span("  answers", Tone.Good)]) };
        lines.Fact("attempts",
            $"{Phrases.Number(hop.Attempts)}: {Phrases.Number(hop.Sent)} sent, {Phrases.Number(hop.Deferred)} deferred, {Phrases.Number(hop.Bounced)} bounced, {Phrases.Number(hop.Probes)} probes");
        if (hop.LastSuccess is { } success) lines.Fact("last success", Passage.Moment(success, audit.Mail.Now));
        if (hop.MedianDelaySeconds is { } median) lines.Fact("delay",
            $"{Phrases.Age(TimeSpan.FromSeconds(median))} for half of the mail, {Phrases.Age(TimeSpan.FromSeconds(hop.P95DelaySeconds ?? median))} for 95 %");
        Timeline(lines, audit, hop);
        Reasons(lines, audit, hop);
        Waiting(lines, audit, hop);
        RelatedFindings.Tell(lines, RelatedFindings.About(audit, hop.Name, hop.HostName));
        return lines;
    }

    private static void Timeline(List<ToneLine> lines, AuditResult audit, NextHop hop)
    {
        lines.Head(hop.Outages.Count == 0 ? "up and down: no outage" : $"up and down: {Phrases.Count(hop.Outages.Count, "outage")}");
        if (audit.Mail is not { First: { } first, Last: { } last }) return;
        double length = Math.Max(1, (last - first).TotalMilliseconds);
        char[] columns = new string('─', TimelineColumns).ToCharArray();
        foreach (var outage in hop.Outages)
            for (int x = ColumnOf(outage.From); x <= ColumnOf(outage.To ?? last); x++) columns[x] = '▒';
        var spans = new List<Span>();
        for (int from = 0, to; from < columns.Length; from = to)
        {
            for (to = from; to < columns.Length && columns[to] == columns[from]; to++) ;
            spans.Add(new Span(new string(columns, from, to - from), columns[from] == '▒' ? Tone.High : Tone.Good));
        }
        lines.Add(new ToneLine(spans, 2));
        lines.Say($"{Passage.Moment(first)}{Passage.Moment(last).PadLeft(TimelineColumns - Passage.Moment(first).Length)}", Tone.Dim);
        foreach (var outage in hop.Outages)
            lines.Add(new ToneLine(
                [
                    new Span("down ", Tone.High),
                    new Span($"{Passage.Moment(outage.From)} to {(outage.To is { } to ? Passage.Moment(to) : "now")}, {Phrases.Age((outage.To ?? last) - outage.From)}; {Phrases.Count(outage.Failures, "failure")}, {Wording.Of(outage.Reason)}"),
                ],
                2));

        int ColumnOf(DateTimeOffset time) => (int)Math.Clamp((time - first).TotalMilliseconds * TimelineColumns / length, 0, TimelineColumns - 1);
    }

    private static void Reasons(List<ToneLine> lines, AuditResult audit, NextHop hop)
    {
        var reasons = new Dictionary<(DeliveryStatus, ReasonClass), (int Times, Attempt Last)>();
        for (int row = 0; row < audit.Mail.AttemptRows.Count; row++)
        {
            if (audit.Mail.AttemptRows[row].Reason == ReasonClass.None || !ReferenceEquals(audit.Mail.HopOf(row), hop)) continue;
            var attempt = new Attempt(audit.Mail, row);
            reasons[(attempt.Status, attempt.ReasonClass)] = (reasons.GetValueOrDefault((attempt.Status, attempt.ReasonClass)).Times + 1, attempt);
        }
        lines.Head(reasons.Count == 0 ? "why mail failed: it did not" : "why mail failed, with the last line of each kind");
        foreach (var ((status, reason), (times, attempt)) in reasons.OrderByDescending(one => one.Value.Times).Take(MostReasons))
        {
            lines.Add(new ToneLine(
                [new Span($"{Phrases.Number(times),7} {Wording.Of(status)}, {Wording.Of(reason)}",
                    status == DeliveryStatus.Bounced ? Tone.Bounced : Tone.Deferred)],
                2));
            lines.Add(new ToneLine(attempt.Reason, Tone.Dim, 10));
        }
    }

    /// <summary>By the log, and by the queue where its reasons name the host.</summary>
    private static void Waiting(List<ToneLine> lines, AuditResult audit, NextHop hop)
    {
        var inQueue = audit.Evidence.QueuedByHop?.For(hop.Name).ToArray() ?? [];
        if (inQueue.Length > 0)
        {
            lines.Head($"what waits for it: {Phrases.Count(inQueue.Length, "recipient")} in the queue");
            if (inQueue.Where(one => !one.Message.HasNullSender).Min(one => audit.QueueTimes.ExpiryOf(one.Message)) is { } first)
                lines.Fact("first expiry", $"{Passage.Moment(first, audit.Mail.Now)}: then it is returned to its sender{Assumed(audit)}", Tone.Medium);
            foreach (var (domain, count) in inQueue.CountBy(one => one.Recipient.Domain).OrderByDescending(one => one.Value).Take(MostReasons))
                lines.Fact("", $"{Phrases.Number(count),7} for {domain}");
            if (inQueue.Count(one => one.Message.HasNullSender) is > 0 and var senderless)
                lines.Fact("", $"{Phrases.Number(senderless),7} of all without a sender: nobody is told when they expire");
        }
        var waiting = hop.Waiting.Select(recipient => new Tables.DeferredRecipient(recipient, audit.QueueTimes))
            .OrderBy(one => one.Expires ?? DateTimeOffset.MaxValue)
            .ToArray();
        if (waiting.Length == 0)
        {
            if (inQueue.Length == 0) lines.Head("what waits for it: nothing");
            return;
        }
        lines.Head($"what waits for it by the log: {Phrases.Count(waiting.Length, "recipient")}");
        if (waiting.FirstOrDefault(one => !IsSenderless(one))?.Expires is { } expiry)
            lines.Fact("first expiry", $"{Passage.Moment(expiry, audit.Mail.Now)}{Assumed(audit)}", Tone.Medium);
        if (waiting.Min(one => one.NextRetry) is { } retry) lines.Fact("next retry", Passage.Moment(retry, audit.Mail.Now));
        foreach (var one in waiting.Take(MostWaiting))
            lines.Say(
                $"{one.Recipient.Message.QueueId,-12} {one.Recipient.Address}  retry {Passage.Moment(one.NextRetry)}  {(IsSenderless(one) ? "given up" : "returned")} {Passage.Moment(one.Expires)}");
        if (waiting.Length > MostWaiting) lines.Say($"and {Phrases.Number(waiting.Length - MostWaiting)} more", Tone.Dim);
    }

    /// <summary>A notice, or mail that wants none: it lives as long as bounce_queue_lifetime, and comes back to nobody.</summary>
    private static bool IsSenderless(Tables.DeferredRecipient one) => one.Recipient.Message.Sender is "";

    private static string Assumed(AuditResult audit) => audit.QueueTimes.Assumed ? " (by Postfix's defaults: the configuration is not at hand)" : "";
}
