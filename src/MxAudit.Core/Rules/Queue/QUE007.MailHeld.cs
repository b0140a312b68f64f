using MxAudit.Config;
using MxAudit.Queue;

namespace MxAudit.Rules.Queue;

public sealed class MailHeld : Rule
{
    private const int Many = 10;
    private static readonly TimeSpan LowAfter = TimeSpan.FromHours(1), MediumAfter = TimeSpan.FromDays(1), HighAfter = TimeSpan.FromDays(3);

    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE007",
        Name = "mail-held",
        Title = "Mail is on hold: nobody will deliver it, and nobody is told",
        Severity = Severity.High,
        Needs = EvidenceKinds.Queue,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log | EvidenceKinds.Config,
        Why = """
            Held mail waits until somebody releases or deletes it. It does not expire, its sender hears nothing, and its recipient
            misses it. A hold that was set for an emergency, or by a check that was meant for something else, is easily forgotten.
            """,
        Detects = """
            Messages in the hold queue: low from the first that is held for an hour, medium when ten recipients wait and the oldest for a day, high
            when ten wait and the oldest for three days. A few held messages are usually meant so, and so is mail that a content scanner
            takes from the hold queue within minutes.

            High, too, when the configuration lists the transport of a relayed domain in defer_transports: its mail waits until
            somebody flushes the queue. Where that is meant (a dial-up site that asks with ETRN), ignore the rule.
            """,
        Fix =
        [
            new("Look at what is held, and why.", "postqueue -j | jq -c 'select(.queue_name==\"hold\")'"),
            new("Release what should go out.", "postsuper -H QUEUE_ID"),
            new("Delete what should not. Do not expire it: that returns it to its senders.", "postsuper -d QUEUE_ID"),
            new("If nobody held it by hand, look for an access table, a header check or a milter that says HOLD or quarantine.",
                "postconf -n | grep -E '_checks|_restrictions|milters'"),
        ],
        Fires = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
                Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D01: message-id=<1@partner.example>
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=10 (queue active)
                Nov 22 10:00:02 mx2 postfix/postsuper[110]: 1A2B3C4D01: placed on hold
                Nov 25 10:30:00 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
                """,
            Queue = Example(10),
        },
        Quiet = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
                Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D01: message-id=<1@partner.example>
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=10 (queue active)
                Nov 22 10:00:02 mx2 postfix/postsuper[110]: 1A2B3C4D01: placed on hold
                Nov 22 10:30:00 mx2 postfix/qmgr[103]: 1A2B3C4D02: removed
                """,
            Queue = Example(10),
        },
        References =
        [
            "https://www.postfix.org/QSHAPE_README.html",
            "https://www.postfix.org/postsuper.1.html",
            "https://www.postfix.org/access.5.html",
        ],
    };

    private static string Example(int recipients) =>
        $$"""{"queue_name": "hold", "queue_id": "1A2B3C4D01", "arrival_time": 1795341601, "message_size": 2100, "forced_expire": false, "sender": "bea@partner.example", "recipients": [{{string.Join(", ", Enumerable.Range(0, recipients).Select(i => $$"""{"address": "user{{i}}@example.com"}"""))}}]}""";

    public override IEnumerable<Finding> Examine(Evidence evidence) => Deferred(evidence).Concat(evidence.Queue is null ? [] : Held(evidence));

    /// <summary>qmgr does not try what these transports would deliver.</summary>
    private IEnumerable<Finding> Deferred(Evidence evidence)
    {
        if (evidence.Config is not { } config || config.List("defer_transports") is not { Count: > 0 } deferred) yield break;
        string[] domains = [.. Doors.DomainsOf(config)
            .Where(domain => config.RouteOfDomain(domain) is { IsKnown: true } route && deferred.Contains(route.Transport))];
        if (domains.Length == 0) yield break;
        Route[] routes = [.. domains.Select(domain => config.RouteOfDomain(domain))];
        QueuedMessage[] waiting = [.. evidence.Queue?.Messages.Where(message =>
            message.Recipients.Any(recipient => recipient.Reason.Contains("deferred transport", StringComparison.Ordinal))) ?? []];
        yield return Report("defer_transports",
            Telling.Sentences(
                $"Mail for {Telling.Some(domains)} goes by {Telling.Some(routes.Select(route => route.Transport))}, and defer_transports keeps it in the queue until somebody flushes it.",
                waiting.Length == 0 ? "" : $"{Telling.Count(waiting.Length, "message waits", "messages wait")} for it."),
            Seen.Stated(Proof.FromConfig(config, "defer_transports")).And(evidence.Queue is null ? Seen.Stated() : Seen.Of(evidence.Queue, waiting, 3)),
            Confidence.Proven,
            fixes:
            [
                new Fix("Let the transport work again.",
                    Postconf.Set("defer_transports", string.Join(", ", deferred.Where(transport => !routes.Any(route => route.Transport == transport))))),
                new Fix("Then flush the queue, once.", "postqueue -f"),
            ]);
    }

    private IEnumerable<Finding> Held(Evidence evidence)
    {
        var held = evidence.Listing.Messages
            .Where(message => message is { Queue: QueueName.Hold, Arrival: not null })
            .OrderBy(message => message.Arrival)
            .ToArray();
        if (held.Length == 0 || evidence.Now is not { } now) yield break;
        var oldest = held[0].AgeAt(now)!.Value;
        int recipients = held.Sum(message => message.Recipients.Count);
        if (oldest < LowAfter) yield break;
        var severity = recipients < Many || oldest < MediumAfter ? Severity.Low : oldest < HighAfter ? Severity.Medium : Severity.High;
        yield return Report("hold",
            $"{Telling.Count(held.Length, "message")} for {Telling.Count(recipients, "recipient")} {(held.Length == 1 ? "is" : "are")} on hold, the oldest {Telling.Span(oldest)} old: {Telling.Tally(held.SelectMany(message => message.Recipients).Select(recipient => recipient.Domain), 3)}.",
            Seen.Of(evidence.Listing, held), Confidence.Proven, severity);
    }
}
