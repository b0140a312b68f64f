using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules.Backscatter;

public sealed class BackscatterRate : Rule
{
    private const int HighPerDay = 10, CriticalPerDay = 100;
    private const double CriticalShare = 0.05;

    /// <summary>A share of less is chance.</summary>
    private const int FewestAccepted = 20;

    private static Fix Hold { get; } = new(
        "Hold the notices that still wait, then look at them; postsuper -H lets them go again. Never use postsuper -e: it returns mail to the forged senders at once.",
        "postqueue -j | jq -r 'select(.sender == \"MAILER-DAEMON\" and .queue_name != \"hold\") | .queue_id' | postsuper -h -");

    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS002",
        Name = "backscatter-rate",
        Title = "This host is a source of backscatter",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Limit = new Limit(1, LimitUnit.Count, "notices to strangers in the busiest 24 hours"),
        Why = """
            Block lists count. A few notices to forged senders a month go unnoticed; dozens a day get this host listed, and then the
            primary's own mail suffers with it if both share an address range. The rate tells how urgent BKS001 is.
            """,
        Detects = """
            The notices of BKS001, counted for each host over its busiest 24 hours. Medium from 1, high from 10, critical from 100.
            A log shorter than a day counts as a day: nothing is extrapolated. Critical as well when the notices are 5 % or more of
            the recipients accepted for relay domains; this share is not looked at when fewer than 20 were accepted or the log is
            shorter than an hour.
            """,
        Fix =
        [
            .. Guarding.Usual,
            Hold,
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))
            Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: removed (canceled)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References = ["https://www.postfix.org/BACKSCATTER_README.html", "https://www.postfix.org/postsuper.1.html"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        int accepted = AcceptedForRelay(evidence);
        return from failed in evidence.Backscatter()
               group failed.Notice by failed.Notice.Itself.Host into host
               let finding = ReportHost(evidence, host.Key, [.. host.DistinctBy(notice => notice.Itself.Index).OrderBy(notice => notice.Time)], accepted)
               where finding is not null
               select finding;
    }

    private Finding? ReportHost(Evidence evidence, string host, Notice[] notices, int accepted)
    {
        int perDay = Rates.Busiest([.. notices.Select(notice => (notice.Time ?? default).UtcTicks)], TimeSpan.FromDays(1)).Count;
        if (perDay < evidence.LimitOf(Manual)) return null;
        double share = accepted == 0 ? 0 : notices.Length / (double)accepted;
        var severity = perDay >= CriticalPerDay || share >= CriticalShare ? Severity.Critical : perDay >= HighPerDay ? Severity.High : Severity.Medium;
        return Report(host,
            Telling.Sentences(
                $"{Telling.Count(perDay, "notice")} to strangers in the busiest 24 hours, {Telling.Number(notices.Length)} in all.",
                accepted == 0 ? "" : $"That is {100 * share:0.#} % of {Telling.Count(accepted, "recipient")} accepted for relay domains.",
                $"Most were sent to: {Telling.Tally(notices.Select(notice => notice.About?.SenderDomain ?? ""), 3)}."),
            Seen.Of(notices), evidence.Config is null ? Confidence.Strong : Confidence.Proven, severity,
            [.. Causes.FixesForBackscatter(evidence), .. WaitsStill(evidence, notices) ? [Hold] : Array.Empty<Fix>()]);
    }

    /// <summary>By the queue; where that is not at hand, by what became of each notice.</summary>
    private static bool WaitsStill(Evidence evidence, Notice[] notices) => evidence.Queue is { } queue
        ? queue.Messages.Any(message => message.HasNullSender && message.Queue != QueueName.Hold)
        : notices.Any(notice => notice.Fate is NoticeFate.Deferred or NoticeFate.Unknown);

    /// <summary>Zero where a share would be chance.</summary>
    private static int AcceptedForRelay(Evidence evidence)
    {
        var mail = evidence.Mail;
        if (mail.Last - mail.First < TimeSpan.FromHours(1)) return 0;
        var relayed = evidence.Relayed();
        int accepted = mail.Domains.Where(domain => relayed.Contains(domain.Name)).Sum(domain => domain.Accepted);
        return accepted < FewestAccepted ? 0 : accepted;
    }
}
