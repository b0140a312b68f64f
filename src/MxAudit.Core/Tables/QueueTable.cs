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
        if (audit.Queue is not { } queue) yield break;
        var join = audit.Evidence.Joined;
        foreach (var (message, recipient) in queue.Recipients)
            yield return new QueuedLine(message, recipient,
                audit.Mail.Now is { } now ? message.AgeAt(now) : null,
                audit.QueueTimes.ExpiryOf(message),
                NextRetryOf(message, recipient, join, audit.QueueTimes),
                join is null ? Answer.Unknown : join.LifeOf(message) is null ? Answer.No : Answer.Yes);
    }

    /// <summary>The earliest, by the last attempt that the log shows. Null: held mail, mail that is being tried now, and mail whose last attempt is not known.</summary>
    private static DateTimeOffset? NextRetryOf(QueuedMessage message, QueuedRecipient recipient, QueueJoin? join, QueueTimes times)
    {
        if (message is not { Queue: QueueName.Deferred, Arrival: { } arrival } || join?.LifeOf(message) is not { } life) return null;
        var tried = life.Attempts.Where(attempt => attempt.Recipient.Equals(recipient.Address, StringComparison.OrdinalIgnoreCase)).Select(attempt => attempt.Time).Max();
        return tried is { } last ? times.NextRetry(arrival, last) : null;
    }
}

/// <summary>One queued recipient, and what the other evidence adds.</summary>
public sealed record QueuedLine(QueuedMessage Message, QueuedRecipient Recipient, TimeSpan? Age, DateTimeOffset? Expires, DateTimeOffset? NextRetry, Answer InLog);
