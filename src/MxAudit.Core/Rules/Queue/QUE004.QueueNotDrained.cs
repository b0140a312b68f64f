using MxAudit.Log;

namespace MxAudit.Rules.Queue;

public sealed class QueueNotDrained : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE004",
        Name = "queue-not-drained",
        Title = "The primary is back, but mail still waits for it",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Queue | EvidenceKinds.Config,
        Limit = Limit.Of(TimeSpan.FromSeconds(4000 + 300), "how long mail waits for its next attempt"),
        Why = """
            The next hop answers again, and this host took a while to notice, or did not try again at all. Its mail could be
            delivered now.
            """,
        Detects = """
            A next hop answered after an outage, and recipients that could not be delivered because of the outage were not tried again for more
            than 4300 seconds (maximal_backoff_time and queue_run_delay, as they are by default; longer where the configuration at
            hand has more), up to the last line of the log.
            Mail that may have been deleted or held since is left out: "postsuper -d ALL" logs only a total. With the queue at hand only what it still lists counts.
            """,
        Fix =
        [
            new("Flush the queue for the domain, once.", "postqueue -s example.com"),
            new("If the domain is not served by fast flush (fast_flush_domains), flush all, once.", "postqueue -f"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            Nov 22 12:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D02: client=mail.partner.example[203.0.113.44]
            Nov 22 12:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 12:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D02: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.3, delays=0/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 12:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            Nov 22 11:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D02: client=mail.partner.example[203.0.113.44]
            Nov 22 11:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D02: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 11:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D02: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.3, delays=0/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 11:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
            """,
        References =
        [
            "https://www.postfix.org/postqueue.1.html",
            "https://www.postfix.org/ETRN_README.html",
            "https://www.postfix.org/postconf.5.html#maximal_backoff_time",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var mail = evidence.Mail;
        if (mail.Last is not { } last) return [];
        var longestWait = evidence.AgeLimitOf(Manual) is var limit && evidence.QueueTimes.LongestWait is var own && own > limit ? own : limit;
        var relayed = evidence.Relayed();
        // One listing is of one instance.
        var listed = mail.Origins.Count(origin => origin.Instance.Length > 0) == 1
            ? evidence.Queue?.Messages.Select(message => message.QueueId).ToHashSet() : null;
        var emptied = mail.RemarksOf(RemarkKind.PostsuperTotal).Max(remark => remark.Last);
        return from hop in mail.NextHops
               where hop.DownSince is null && hop.LastSuccess is not null && hop.Waiting.Count > 0
               let forgotten = hop.Waiting.Where(waiting => waiting.HopWasAway && waiting.LastAttempt is { } tried
                   && tried < hop.LastSuccess && tried < last - longestWait && !(emptied >= tried)
                   && listed?.Contains(waiting.LastLife.QueueId) != false).ToArray()
               where forgotten.Length > 0
               select Report(hop.Name,
                   $"{hop.Name} takes mail again, but {Telling.Count(forgotten.Length, "recipient was", "recipients were")} not tried again for {Telling.Span(last - forgotten.Max(waiting => waiting.LastAttempt)!.Value)} or more: {Telling.Tally(forgotten.Select(waiting => waiting.Domain), 3)}.",
                   Seen.Of(forgotten) with { First = forgotten.Min(waiting => waiting.FirstDeferred) },
                   listed is not null ? Confidence.Strong : mail.LinesWereLost ? Confidence.Hint : Confidence.Likely,
                   fixes:
                   [
                       Manual.Fix[0] with { Command = HopFixes.Flush([.. forgotten.Where(relayed.Has).Select(waiting => waiting.Domain).Distinct()]) },
                       .. Manual.Fix.Skip(1),
                   ]);
    }
}
