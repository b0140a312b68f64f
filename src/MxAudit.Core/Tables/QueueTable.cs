using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;

namespace MxAudit.Tables;

public static class QueueTable
{
    public static Table<QueuedLine> Definition { get; } = new("queue", "one recipient that waits in the queue", RowsOf,
    [
        new("queue_id", "Queue id", row => row.Message.QueueId, IsKey: true),
        new("queue", "Queue", row => Wording.Of(row.Message.Queue), Words: Wording.All<QueueName>),
        new("arrival", "Arrived", row => row.Message.Arrival, ColumnKind.Time),
        new("age_seconds", "Age", row => (long?)row.Age?.TotalSeconds, ColumnKind.Duration),
        new("size", "Size", row => row.Message.Size, ColumnKind.Size),
        new("sender", "Sender", row => Senders.Shown(row.Message.Sender), IsName: true),
        new("recipient", "Recipient", row => row.Recipient.Address, IsName: true, IsKey: true),
        new("domain", "Domain", row => row.Recipient.Domain, IsName: true, IsKey: true),
        new("reason_class", "Class of reason", row => Wording.Of(QueueReasons.ClassOf(row.Recipient)), Words: Wording.All<ReasonClass>),
        new("reason", "Reason", row => row.Recipient.Reason),
        new("next_retry", "Next retry", row => row.NextRetry, ColumnKind.Time),
        new("expires_at", "Expires", row => row.Expires, ColumnKind.Time),
        new("seen_in_log", "In the log", row => row.InLog, ColumnKind.Flag),
    ]);

    private static IEnumerable<QueuedLine> RowsOf(AuditResult audit)
    {
        var listed = ListedMail.Of(audit);
        return audit.Queue?.Messages.SelectMany(listed.LinesOf) ?? [];
    }
}

/// <summary>One queued recipient, and what the other evidence adds.</summary>
public sealed record QueuedLine(QueuedMessage Message, QueuedRecipient Recipient, TimeSpan? Age, DateTimeOffset? Expires,
    DateTimeOffset? NextRetry, Answer InLog);
