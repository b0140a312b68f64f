using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Mail.Storage;
using MxAudit.Rules;

namespace MxAudit.Tests.Writers;

/// <summary>A small audit made by hand, for writers: no log is read.</summary>
internal static class Specimen
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static RuleManual Manual { get; } = new()
    {
        Id = "BKS001",
        Name = "notice-to-stranger",
        Title = "Non-delivery notice sent to somebody who may never have written",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = "Senders of junk mail are forged.\n\nBlock lists remember.",
        Detects = "A queued non-delivery notice about mail of a stranger.",
        Fix = [new Fix("Refuse unknown recipients during the dialogue.", "postconf -e 'relay_recipient_maps = lmdb:/etc/postfix/relay_recipients'")],
        Fires = "Nov 22 12:00:00 mx2 postfix/bounce[1]: one\nNov 22 12:00:01 mx2 postfix/bounce[1]: two",
        Quiet = "Nov 22 12:00:00 mx2 postfix/bounce[1]: quiet",
        References = ["https://www.postfix.org/BACKSCATTER_README.html"],
    };

    public static Finding Finding { get; } = new()
    {
        Rule = Manual,
        Severity = Severity.High,
        Confidence = Confidence.Strong,
        Subject = "example.com",
        Message = "76 notices went to people who never wrote.",
        Count = 76,
        FirstSeen = Noon,
        LastSeen = Noon.AddMilliseconds(1500),
        Proofs = [Proof.FromLog(new LinePosition(0, 41822)), new Proof(EvidenceKinds.Config, null, "main.cf", "relay_domains = example.com")],
        Missing = EvidenceKinds.Config | EvidenceKinds.Dns,
        Fixes = Manual.Fix,
    };

    /// <summary>Positions are their own line numbers here.</summary>
    public static AuditResult Audit(IReadOnlyList<Finding>? findings = null, IReadOnlyList<Origin>? origins = null)
    {
        origins ??= [new Origin("mx2", "postfix")];
        var arena = new Arena();
        var rows = new HistoryRows(new(arena), new(arena), new(arena), new(arena), new(arena), new(arena), new TextTable(new Seeded(1), arena), origins, arena)
        {
            Domains = new TextTable(new Seeded(2), arena),
            BlockListRefusals = new(arena),
        };
        var mail = new MailHistory(rows, TrustedClients.WithoutConfiguration)
        {
            First = Noon,
            Last = Noon.AddHours(1),
            Now = Noon.AddHours(1),
            Totals = new Totals
            {
                MessagesAccepted = 82,
                NoticesToStrangers = 76,
                Notices = new NoticeCounts(76, 1, 0, 0),
                NoticeFates = new FateCounts(61, 0, 15, 0),
                Probes = new ProbeCounts(1, 2, 3, 4),
            },
        };
        return new AuditResult
        {
            Log = new LogReport
            {
                Files = ["mail.log"], Lines = 1234, PostfixLines = 1200, UnreadLines = 3, Origins = origins,
                Unread = [new UnreadShape("smtpd", "strange {N}", 3, "strange 7", new LinePosition(0, 9))],
            },
            Mail = mail,
            Evidence = new Evidence { Log = mail },
            Findings = findings ?? [Finding],
            NotEvaluated = [new NotEvaluated(Manual with { Id = "LUP002", Needs = EvidenceKinds.Dns }, EvidenceKinds.Dns)],
            Notes = [],
            Locate = position => ("mail.log", position.Offset, "the text of the line"),
            Close = () => { },
        };
    }
}
