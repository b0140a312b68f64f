using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Tables;

public static class RejectsTable
{
    public static Table<RejectLine> Definition { get; } = new("rejects", "one reply 4xx or 5xx to a client",
        audit => audit.Mail.Rejects.Where(reject => !reject.WarnOnly).Select(reject => new RejectLine(reject)),
    [
        new("time", "Time", row => row.Reject.Time, ColumnKind.Time, IsKey: true),
        new("daemon", "Daemon", row => Wording.Of(row.Reject.Daemon), IsKey: true),
        new("stage", "Stage", row => Wording.Of(row.Reject.Stage), Words: Wording.All<Stage>),
        new("client", "Client", row => row.Reject.Client, IsKey: true),
        new("helo", "HELO", row => row.Detail.Helo, IsName: true),
        new("sender", "Sender", row => row.Detail.Sender, IsName: true),
        new("recipient", "Recipient", row => row.Reject.Recipient, IsName: true, IsKey: true),
        new("domain", "Domain", row => row.Reject.Domain, IsName: true, IsKey: true),
        new("code", "Code", row => row.Reject.Code == 0 ? Cell.Empty : row.Reject.Code, ColumnKind.Number),
        new("dsn", "DSN", row => row.Reject.Dsn.ToString()),
        new("reason_class", "Class of reason", row => Wording.Of(row.Reject.ReasonClass), Words: Wording.All<ReasonClass>),
        new("reason", "Reason", row => Redaction.OfLog(row.Detail.Reason)),
        new("repeated", "Repeated", row => row.Reject.Count - 1, ColumnKind.Number),
    ]);
}

/// <summary>A reject and what its line says besides: three columns, one look at the log, and only when asked.</summary>
public sealed class RejectLine(Reject reject)
{
    private RejectDetail? _detail;

    public Reject Reject => reject;
    public RejectDetail Detail => _detail ??= reject.Detail;
}
