using MxAudit.Log;

namespace MxAudit.Rules.Queue;

public sealed class QueueDiskFull : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE008",
        Name = "queue-disk-full",
        Title = "The disk of the queue is full",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        Why = """
            A fallback host keeps the mail of an outage on its disk. When that is full, clients are asked to come later, as if there
            were no fallback at all, and a file that is being written then can be damaged (QUE009).
            """,
        Detects = """
            "not enough free space in mail queue", "queue file write error" or "No space left on device" in the log. Medium when a
            client's message was accepted after the last such line: then there is room again.
            """,
        Fix =
        [
            new("See how much room there is, and what fills it.", "df -h $(postconf -h queue_directory) && du -sh $(postconf -h queue_directory)/*"),
            new("Give the queue a disk that holds the mail of the longest outage, apart from logs and everything else that grows."),
            new("Postfix asks for room for one and a half messages of message_size_limit by itself. To keep more free, on a disk much larger than that:",
                "postconf -e 'queue_minfree = 1073741824' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: MAIL from mail.partner.example[203.0.113.44]: 452 4.3.1 Insufficient system storage; from=<bea@partner.example> proto=ESMTP helo=<mail.partner.example>
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: warning: not enough free space in mail queue: 11571200 bytes < 1.5*message size limit
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=4.3.1, status=deferred (host mx1.example.com[192.0.2.10] said: 452 4.3.1 Insufficient system storage (in reply to MAIL FROM command))
            """,
        References = ["https://www.postfix.org/postconf.5.html#queue_minfree", "https://www.postfix.org/postconf.5.html#message_size_limit"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var full = evidence.Mail.RemarksOf(RemarkKind.QueueSpace);
        if (full.Length == 0) yield break;
        var seen = Seen.Of(full).ShownBy(full.SelectMany(remark => new[] { remark.FirstLine, remark.LastLine }));
        bool isOver = evidence.Mail.TookMailAfter(full);
        yield return Report("queue",
            $"There was no room for mail {Telling.Count(seen.Count, "time")}. {(isOver ? "Mail was accepted again later." : "No mail was accepted since.")}",
            seen, Confidence.Proven, isOver ? Severity.Medium : Severity.High);
    }
}
