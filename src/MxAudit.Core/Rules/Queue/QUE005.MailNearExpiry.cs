using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules.Queue;

public sealed class MailNearExpiry : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE005",
        Name = "mail-near-expiry",
        Title = "Queued mail will be returned to its senders within a day",
        Severity = Severity.High,
        Needs = EvidenceKinds.Queue,
        SurerWith = EvidenceKinds.Log | EvidenceKinds.Config,
        Limit = Limit.Of(TimeSpan.FromHours(24), "how long before its end mail is reported"),
        Why = """
            Mail waits for a limited time. When it is over, this host gives up and returns the mail: honest senders learn that their
            mail is lost, forged ones get a notice about mail they never sent. There is still time to repair the primary, or to let
            the mail live longer.
            """,
        Detects = """
            Messages of the queue that are less than 24 hours from maximal_queue_lifetime. Five days are assumed until the configuration
            is known; when mail in the queue outlived them, the host must have another value, and nothing is said. High when the next
            hop of a domain that this host relays for is the trouble; low when a single mailbox is (full, greylisted), and for other mail.
            Mail with an empty sender is left out, since nobody is told when it expires, and so is held mail, which does not.
            """,
        Fix =
        [
            new("Raise the lifetime now: mail that is already queued is measured against the new value at its next attempt.",
                "postconf -e 'maximal_queue_lifetime = 14d' && postfix reload"),
            new("Then repair the next hop (QUE003), or deliver the mail elsewhere."),
            new("Junk is better deleted than returned.", "postsuper -d QUEUE_ID"),
        ],
        Fires = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
                Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=30, delays=0/0/29/1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] said: 451 4.7.1 come back later (in reply to MAIL FROM command))
                Nov 26 14:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=360030, delays=360000/0/29/1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] said: 451 4.7.1 come back later (in reply to MAIL FROM command))
                """,
            Queue = """
                {"queue_name": "deferred", "queue_id": "1A2B3C4D01", "arrival_time": 1795341601, "message_size": 2100, "forced_expire": false, "sender": "bea@partner.example", "recipients": [{"address": "anna@example.com", "delay_reason": "host mx1.example.com[192.0.2.10] said: 451 4.7.1 come back later (in reply to MAIL FROM command)"}]}
                """,
        },
        Quiet = new()
        {
            Log = """
                Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
                Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
                Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=30, delays=0/0/29/1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.7.1 come back later)
                Nov 26 06:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=331230, delays=331200/0/29/1, dsn=4.7.1, status=deferred (host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.7.1 come back later)
                """,
            Queue = """
                {"queue_name": "deferred", "queue_id": "1A2B3C4D01", "arrival_time": 1795341601, "message_size": 2100, "forced_expire": false, "sender": "bea@partner.example", "recipients": [{"address": "anna@example.com", "delay_reason": "host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.7.1 come back later"}]}
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#maximal_queue_lifetime",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-4.5.4.1",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var times = evidence.QueueTimes;
        if (evidence.Now is not { } now) return [];
        var waiting = evidence.Listing.Recipients
            .Where(one => !one.Message.HasNullSender && one.Message.Queue == QueueName.Deferred && times.ExpiryOf(one.Message) is not null)
            .ToArray();
        // Mail is measured when it is tried: what is older than that proves another lifetime.
        if (times.Assumed && waiting.Any(one => times.ExpiryOf(one.Message) + times.LongestWait < now)) return [];
        return from one in waiting
               let expires = times.ExpiryOf(one.Message)!.Value
               where expires - now < evidence.AgeLimitOf(Manual)
               group one by one.Recipient.Domain into domain
               orderby domain.Count() descending, domain.Key
               select ReportDomain(evidence, domain.Key, [.. domain.OrderBy(one => one.Message.Arrival)], now);
    }

    private Finding ReportDomain(Evidence evidence, string domain, (QueuedMessage Message, QueuedRecipient Recipient)[] waiting, DateTimeOffset now)
    {
        var times = evidence.QueueTimes;
        var first = times.ExpiryOf(waiting[0].Message)!.Value;
        bool byHost = waiting.Any(one => QueueReasons.ClassOf(one.Recipient) is not (ReasonClass.MailboxFull or ReasonClass.Greylisted or ReasonClass.Content
            or ReasonClass.Size or ReasonClass.UserUnknown or ReasonClass.Other));
        string when = first <= now ? "The first is due at its next attempt" : $"The first expires in {Telling.Span(first - now)}";
        return Report(domain,
            Telling.Sentences(
                $"Mail for {Telling.Count(waiting.Length, "recipient")} in {domain} expires within {Telling.Span(evidence.AgeLimitOf(Manual))}. {when}, {Telling.Span(times.MaximalQueueLifetime)} after it arrived{(times.Assumed ? " (the default lifetime, assumed)" : "")}.",
                $"Reasons: {Telling.Tally(waiting.Select(one => Wording.Of(QueueReasons.ClassOf(one.Recipient))))}."),
            new Seen(waiting.Length, [.. waiting.Take(Seen.MostProofs).Select(one => Proof.FromQueue(evidence.Listing, one.Message, one.Recipient))],
                waiting[0].Message.Arrival, waiting[^1].Message.Arrival),
            times.Assumed ? Confidence.Likely : Confidence.Strong, byHost && evidence.Relayed().Contains(domain) ? Severity.High : Severity.Low,
            LongerLife.Than(evidence, Manual.Fix));
    }
}
