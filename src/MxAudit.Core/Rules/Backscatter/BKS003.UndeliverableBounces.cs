using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules.Backscatter;

public sealed class UndeliverableBounces : Rule
{
    private const int Many = 50, Few = 10;
    private const double LargeShare = 0.3;

    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS003",
        Name = "undeliverable-bounces",
        Title = "Notices that nobody takes pile up in the queue",
        Severity = Severity.High,
        Needs = EvidenceKinds.Queue,
        SurerWith = EvidenceKinds.Log,
        Why = """
            Notices go to the senders of mail that this host could not deliver. When they can not be delivered either, those senders
            were forged: junk mail was accepted for recipients that do not exist. The notices that did go out reached people who never
            wrote, and hosts that refuse them may refuse this host altogether.
            """,
        Detects = """
            Deferred messages with an empty sender (MAILER-DAEMON): more than 50, or 10 and more when they are over 30 percent of all deferred
            messages. Left out are notices of other hosts that are relayed to the domains of this host, as the log or the rest of
            the queue shows them, notices to trusted senders, and whatever is on hold.
            """,
        Fix =
        [
            .. Guarding.Usual,
            new("Let notices live for a day only.", "postconf -e 'bounce_queue_lifetime = 1d' && postfix reload"),
            new("Look at what waits, and then delete it. Do not expire it, and do not flush it.",
                "postqueue -j | jq -r 'select(.sender==\"MAILER-DAEMON\")|.queue_id' | postsuper -d -"),
        ],
        Fires = new() { Log = RelayedMail, Queue = ExampleOf("victim") },
        Quiet = new() { Log = RelayedMail, Queue = ExampleOf("example.com") },
        References =
        [
            "https://www.postfix.org/QSHAPE_README.html",
            "https://www.postfix.org/BACKSCATTER_README.html",
            "https://www.postfix.org/postconf.5.html#bounce_queue_lifetime",
        ],
    };

    private const string RelayedMail = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
        Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<anna@example.org>, size=2100, nrcpt=1 (queue active)
        Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<bert@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.3, delays=0/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
        Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
        """;

    /// <summary>Ten notices to ten domains, or to users of one.</summary>
    private static string ExampleOf(string to) => string.Join('\n', Enumerable.Range(0, Few).Select(i =>
    {
        string domain = to == "victim" ? $"victim{i}.example" : to;
        return $$"""{"queue_name": "deferred", "queue_id": "1A2B3C4E0{{i}}", "arrival_time": 1795334400, "message_size": 2533, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "user{{i}}@{{domain}}", "delay_reason": "connect to mx.{{domain}}[192.0.2.2{{i}}]:25: Connection timed out"}]}""";
    }));

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var deferred = evidence.Listing.Messages.Where(message => message is { Queue: QueueName.Deferred, Recipients.Count: > 0 }).ToArray();
        var relayed = RelayedIn(evidence, deferred);
        var notices = deferred.Where(message => message.HasNullSender && IsOwnNotice(message, evidence, relayed)).ToArray();
        double share = notices.Length / (double)Math.Max(1, deferred.Length);
        if (notices.Length <= Many && !(notices.Length >= Few && share > LargeShare)) yield break;
        bool sure = notices.Any(notice => evidence.Joined?.LifeOf(notice) is { Class: MessageClass.Notice });
        yield return Report("MAILER-DAEMON",
            Telling.Sentences(
                $"{Telling.Count(notices.Length, "notice")} can not be delivered: {share:P0} of all deferred messages. They were written to {Telling.Tally(notices.SelectMany(notice => notice.Recipients).Select(recipient => recipient.Domain), 3)}.",
                $"They wait because of: {Telling.Tally(notices.SelectMany(notice => notice.Recipients).Select(ReasonOf))}."),
            Seen.Of(evidence.Listing, [.. notices.OrderBy(notice => notice.Arrival)]), sure ? Confidence.Strong : Confidence.Likely,
            fixes: [.. Causes.FixesForBackscatter(evidence), .. Manual.Fix.Skip(Guarding.Usual.Count)]);
    }

    /// <summary>Where the log does not reach back: notices that are relayed go to the same domains as other mail.</summary>
    private static HashSet<string> RelayedIn(Evidence evidence, QueuedMessage[] deferred)
    {
        var relayed = deferred.Where(message => !message.HasNullSender)
            .SelectMany(message => message.Recipients)
            .Select(recipient => recipient.Domain)
            .ToHashSet();
        var known = evidence.Relayed();
        relayed.UnionWith(deferred.SelectMany(message => message.Recipients).Select(recipient => recipient.Domain).Where(known.Contains));
        return relayed;
    }

    private static bool IsOwnNotice(QueuedMessage message, Evidence evidence, HashSet<string> relayed)
    {
        if (evidence.Joined?.LifeOf(message) is { } life)
        {
            if (life.Class == MessageClass.Notice) return life.AsNotice?.ToStranger != Answer.No;
            if (life.Client.Length > 0) return false; // another host's, handed to this one
        }
        return message.Recipients.All(recipient => !relayed.Contains(recipient.Domain));
    }

    private static string ReasonOf(QueuedRecipient recipient) =>
        QueueReasons.ClassOf(recipient) is var kind && kind == ReasonClass.None ? "not tried yet" : Wording.Of(kind);
}
