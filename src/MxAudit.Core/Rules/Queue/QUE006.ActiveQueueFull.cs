using MxAudit.Log;
using MxAudit.Queue;

namespace MxAudit.Rules.Queue;

public sealed class ActiveQueueFull : Rule
{
    /// <summary>Postfix has room for 20,000; more than this means that delivery can not keep up.</summary>
    private const int ManyActive = 1000;

    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE006",
        Name = "active-queue-full",
        Title = "One destination fills the active queue, and other mail waits behind it",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Queue,
        SurerWith = EvidenceKinds.Queue,
        Why = """
            The queue manager keeps a limited number of messages in its active queue. When those for one slow destination take most
            of the places, mail for all the others has to wait too. A primary that does not refuse connections but lets them hang
            does this to its fallback host.
            """,
        Detects = """
            The queue manager warned that mail for a destination "is using up" its active queue entries, or the listing has more than
            1000 messages in the active queue.
            """,
        Fix =
        [
            new("Give up sooner on a host that does not answer.", "postconf -e 'smtp_connect_timeout = 10s' 'smtp_helo_timeout = 30s' && postfix reload"),
            new("If the destination answers but is slow, let more connections go there, as its administrator allows.",
                "postconf -e 'relay_destination_concurrency_limit = 40' && postfix reload"),
            new("See what waits, and for whom.", "qshape active | head"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: warning: mail for example.com is using up 4001 of 4989 active queue entries
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D01: message-id=<mail for example.com is using up 4001 of 4989 active queue entries>
            """,
        References = ["https://www.postfix.org/QSHAPE_README.html#active_queue", "https://www.postfix.org/TUNING_README.html"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        foreach (var warned in evidence.MailIfAny.RemarksOf(RemarkKind.ActiveQueueClogged).GroupBy(remark => remark.Subject))
        {
            var seen = Seen.Of([.. warned]).ShownBy(warned.SelectMany(remark => new[] { remark.FirstLine, remark.LastLine }));
            yield return Report(warned.Key,
                $"Mail for {warned.Key} used up most of the active queue: the queue manager warned {Telling.Count(seen.Count, "time")}.",
                seen, Confidence.Proven);
        }
        QueuedMessage[] active = [.. evidence.Queue?.Messages.Where(message => message.Queue == QueueName.Active) ?? []];
        if (active.Length > ManyActive)
            yield return Report("active",
                $"{Telling.Number(active.Length)} messages are in the active queue: {Telling.Tally(active.SelectMany(message => message.Recipients).Select(recipient => recipient.Domain), 3)}.",
                Seen.Of(evidence.Listing, active, 3), Confidence.Strong);
    }
}
