using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class ExpiredMailReturned : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS007",
        Name = "expired-mail-returned",
        Title = "Mail that could not be delivered in time was returned to strangers",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Queue | EvidenceKinds.Config,
        Why = """
            The mail waited until its lifetime in the queue ended. Then this host gave up and wrote to the senders. Honest senders
            learn after days that their mail is lost; forged ones get a notice about mail they never sent. A fallback MX exists to
            outlast the primary's outage: when its mail expires, it failed.
            """,
        Detects = """
            The queue manager logged that a stranger's message expired and was returned to its sender, and the notice was queued.
            An administrator who runs postsuper -e makes the same lines (force-expired). Mail with an empty sender is left out:
            nobody is told about it.
            """,
        Fix =
        [
            new("Repair the next hop first. While it is down, raise the lifetime: queued mail is measured against the new value at its next attempt.",
                "postconf -e 'maximal_queue_lifetime = 14d' && postfix reload"),
            new("To get rid of junk in the queue delete it. Do not expire it: postsuper -e and -f return it to the forged senders.", "postsuper -d QUEUE_ID"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            Nov 27 10:40:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, status=expired, returned to sender
            Nov 27 10:40:01 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261127104001.1A2B3C4D6F@mx2.fallback.example>
            Nov 27 10:40:01 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
            Nov 27 10:40:01 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            Nov 27 10:40:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            Nov 27 10:40:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<>, status=expired, returned to sender
            Nov 27 10:40:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References =
        [
            "https://www.postfix.org/postconf.5.html#maximal_queue_lifetime",
            "https://www.postfix.org/postsuper.1.html",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-4.5.4.1",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        bool admitsSenders = evidence.Config is { } known && AdmittedSenders.AreCertain(known); // every list is tried for it: once
        return from expired in evidence.Mail.Bounces
               where expired.Outcome == Outcome.Expired && expired.NonDeliveryNotice is { ToStranger: Answer.Yes, ToOwnUser: false }
               where !(admitsSenders && AdmittedSenders.Wrote(evidence.Configuration, expired))
               group expired by expired.Domain into domain
               select ReportDomain(evidence, domain.Key, [.. domain]);
    }

    private Finding ReportDomain(Evidence evidence, string domain, Recipient[] expired)
    {
        Notice[] notices = [.. expired.Select(recipient => recipient.NonDeliveryNotice!.Value).DistinctBy(notice => notice.Itself.Index)];
        string reasons = Telling.Tally(expired.Where(recipient => recipient.ReasonClass != ReasonClass.None)
            .Select(recipient => Wording.Of(recipient.ReasonClass)));
        return Report(domain,
            Telling.Sentences(
                $"Mail for {Telling.Count(expired.Length, "recipient")} in {domain} expired in the queue and was returned to strangers with {Telling.Count(notices.Length, "notice")}.",
                reasons.Length == 0 ? "" : $"It had waited because of: {reasons}."),
            Seen.Lines(expired.Length, expired.SelectMany(recipient => new[] { recipient.LastLine, recipient.NonDeliveryNotice!.Value.Line }),
                notices.Min(notice => notice.Time), notices.Max(notice => notice.Time)),
            Confidence.Strong, fixes: LongerLife.Than(evidence, Manual.Fix));
    }
}
