using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class NoticeToStranger : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS001",
        Name = "notice-to-stranger",
        Title = "Non-delivery notice sent to somebody who may never have written",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            Senders of junk mail are forged. This host accepted a message, could not deliver it, and wrote a non-delivery notice
            to the address in the envelope. That person never wrote. The notice is junk to them, and this host is the one that
            block lists will remember. A message that can not be delivered must be refused during the SMTP dialogue: then the
            client that sent it has to deal with it.
            """,
        Detects = """
            A message from a stranger (its client is not in a trusted network, did not log in, and is not local) bounced or
            expired, and a non-delivery notice for it really was queued. One finding for each recipient domain, and one for a filter
            before the queue that writes such notices itself. The message tells the reasons and what became of the notices. Not counted: notices that were cancelled, delivery reports that were asked
            for, mail with an empty sender, notices to the domains that this host relays for, and mail that failed in a loop
            (LUP001, LUP007).
            """,
        Fix =
        [
            .. Guarding.Usual,
            new("Other reasons than unknown users have other causes: BKS005 content, BKS011 the host itself, BKS012 size, RLY004 names that DNS does not have.",
                "mxaudit rules"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<a1@junk.example>
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            Nov 22 10:00:03 mx2 postfix/smtp[106]: 1A2B3C4D6F: to=<forged@victim.example>, relay=mx.victim.example[203.0.113.80]:25, delay=0.5, delays=0/0/0.2/0.3, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 10:00:03 mx2 postfix/qmgr[103]: 1A2B3C4D6F: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=office.fallback.example[10.0.0.5]
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<a1@fallback.example>
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<clerk@fallback.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References =
        [
            "https://www.postfix.org/BACKSCATTER_README.html",
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/postconf.5.html#relay_recipient_maps",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-6.2",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        (from failed in evidence.Backscatter()
         group failed by failed.Recipient.Domain into domain
         select ReportDomain(evidence, domain.Key, [.. domain])).Concat(InFront(evidence));

    /// <summary>What a filter before the queue returned never was a message of this host: nothing but the notice, and the filter's reply, tell of it.</summary>
    private IEnumerable<Finding> InFront(Evidence evidence)
    {
        Notice[] notices =
        [
            .. evidence.Mail.NoticesInFront.Where(notice => notice is { ToStranger: Answer.Yes, ToOwnUser: false }
                && !evidence.Relayed().Serves(MailHistory.DomainIn(notice.To))),
        ];
        if (notices.Length == 0) yield break;
        yield return Report("smtpd_proxy_filter",
            Telling.Sentences(
                $"The filter before the queue took mail and returned it itself: {Telling.Count(notices.Length, "non-delivery notice")} went to {(notices.Length == 1 ? "a sender" : "senders")} who may never have written.",
                $"What became of the notices: {Telling.Tally(notices.Select(notice => InWords(notice.Fate)))}."),
            Seen.Of(notices).ShownBy(notices.SelectMany(notice => new[] { notice.ReplyInFront!.Value, notice.Line })),
            evidence.Config is null ? Confidence.Strong : Confidence.Proven,
            fixes: [new Fix("Let the filter refuse: its client is still there to be told, and nobody is written to. In amavis, D_REJECT in place of D_BOUNCE.",
                "grep -rnE '_destiny|D_BOUNCE' /etc/amavis* # then restart it")]);
    }

    private Finding ReportDomain(Evidence evidence, string domain, IReadOnlyList<SentBack> failures)
    {
        Notice[] notices = [.. failures.Select(failure => failure.Notice).DistinctBy(notice => notice.Itself.Index)];
        return Report(domain,
            Telling.Sentences(
                $"{Telling.Count(notices.Length, "non-delivery notice")} for mail to {domain} went to {(notices.Length == 1 ? "a sender" : "senders")} who may never have written.",
                $"{Telling.Count(failures.Count, "recipient")} failed: {Telling.Tally(failures.Select(failure => Telling.Failure(failure.Recipient)))}.",
                $"What became of the notices: {Telling.Tally(notices.Select(notice => InWords(notice.Fate)))}."),
            Seen.Of(notices).ShownBy(failures.SelectMany(failure => new[] { failure.Recipient.LastLine, failure.Notice.Line })),
            evidence.Config is null ? Confidence.Strong : Confidence.Proven,
            fixes: Causes.FixesFor(evidence, failures.Select(failure => failure.Recipient)));
    }

    private static string InWords(NoticeFate fate) => fate switch
    {
        NoticeFate.Delivered => "delivered",
        NoticeFate.Deferred => "still queued",
        NoticeFate.Undeliverable => "undeliverable",
        _ => "unknown",
    };
}
