using MxAudit.Log;

namespace MxAudit.Rules.Queue;

public sealed class CorruptQueueFile : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "QUE009",
        Name = "corrupt-queue-file",
        Title = "Damaged queue files were set aside: mail that no listing shows",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        Why = """
            Postfix found a queue file that it could not read and moved it to the "corrupt" queue. Nothing looks there again:
            neither postqueue nor mailq shows it, nobody delivers it, and its sender is told nothing. A full disk, a crash, or a
            hand-copied queue is the usual cause.
            """,
        Detects = """
            The queue manager logged: saving corrupt file … to queue "corrupt"; or Postfix found such a file when it started or was
            checked: damaged message: corrupt/… One finding, with the queue ids.
            """,
        Fix =
        [
            new("Look what is there.", "ls -l $(postconf -h queue_directory)/corrupt"),
            new("Read what is left of a message, and tell its sender or its recipient.", "postcat $(postconf -h queue_directory)/corrupt/QUEUE_ID"),
            new("Look for the cause: the disk, its free space, and who writes into the queue directory.",
                "df -h $(postconf -h queue_directory) && postfix check"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: warning: saving corrupt file "12F471B0853" from queue "active" to queue "corrupt"
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D01: message-id=<saving corrupt file "12F471B0853" from queue "active" to queue "corrupt">
            """,
        References = ["https://www.postfix.org/qmgr.8.html", "https://www.postfix.org/postcat.1.html"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var files = evidence.Mail.RemarksOf(RemarkKind.CorruptQueueFile);
        if (files.Length == 0) yield break;
        string[] ids = [.. files.Select(file => file.Subject).Distinct()];
        yield return Report("corrupt", $"{Telling.Count(ids.Length, "queue file was", "queue files were")} moved to the corrupt queue: {Telling.Some(ids, 5)}.",
            Seen.Of(files) with { Count = ids.Length }, Confidence.Proven, // told again at every start
            fixes: [.. Manual.Fix.Select(fix => fix.Naming("QUEUE_ID", Postconf.Name(ids[0])))]);
    }
}
