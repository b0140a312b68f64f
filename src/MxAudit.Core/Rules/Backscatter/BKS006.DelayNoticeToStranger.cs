using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class DelayNoticeToStranger : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS006",
        Name = "delay-notice-to-stranger",
        Title = "Delay notice sent to somebody who may never have written",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config,
        Why = """
            When mail waits, Postfix can tell the sender. On a fallback MX mail waits whenever the primary is down, and most senders
            of junk are forged. Each of them then gets a warning from this host about mail they never sent. By default Postfix
            sends none.
            """,
        Detects = """
            A delay notice for a stranger's mail was queued: high. Delay notices to the postmaster, to trusted clients and to
            authenticated users are left out. Medium where delay_warning_time is set and no such notice was seen; low where this host
            relays for no domain and hands no domain on to another host, so that strangers' mail does not wait for one.
            """,
        Fix = [new("Send no delay notices. This is the default of Postfix.", "postconf -e 'delay_warning_time = 0h' && postfix reload")],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            Nov 22 10:10:01 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122101001.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:10:01 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender delay notification: 1A2B3C4D6F
            Nov 22 10:10:01 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66], sasl_method=PLAIN, sasl_username=clerk
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<clerk@fallback.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:31 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<anna@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[192.0.2.10]:25: Connection timed out)
            Nov 22 10:10:01 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122101001.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:10:01 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender delay notification: 1A2B3C4D6F
            Nov 22 10:10:01 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            """,
        References = ["https://www.postfix.org/postconf.5.html#delay_warning_time", "https://www.postfix.org/BACKSCATTER_README.html"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Notice[] notices = [.. evidence.MailIfAny.Notices.Where(notice => notice is { Kind: NoticeKind.Delay, ToStranger: Answer.Yes, ToOwnUser: false })];
        bool isOn = evidence.Config?.Time("delay_warning_time") > TimeSpan.Zero;
        if (notices.Length == 0 && !isOn) yield break;
        yield return Report("delay_warning_time",
            notices.Length == 0 ? Telling.Sentences(
                $"Senders are told when their mail waits for {Telling.Span(evidence.Configuration.Time("delay_warning_time"))}: in an outage the forged ones, too.",
                Telling.NotYet(evidence))
                : $"{Telling.Count(notices.Length, "delay notice")} went to strangers who may never have written. Senders' domains: {Telling.Tally(notices.Select(notice => notice.About?.SenderDomain ?? ""), 3)}.",
            Seen.Stated(isOn ? [Proof.FromConfig(evidence.Configuration, "delay_warning_time")] : []).And(Seen.Of(notices, 4)),
            notices.Length == 0 || isOn ? Confidence.Proven : Confidence.Strong,
            notices.Length > 0 ? Severity.High : Doors.AreForNobodyElse(evidence) ? Severity.Low : Severity.Medium);
    }
}
