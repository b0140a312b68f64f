using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Tables;

public static class RecipientsTable
{
    public static Table<MailRecipient> Definition { get; } = new("recipients", "one recipient of one accepted mail, with its final state", RowsOf,
    [
        new("host", "Host", one => one.Message.Host, IsName: true),
        new("instance", "Instance", one => one.Message.Instance),
        new("queue_id", "Queue id", one => one.Message.QueueId, IsKey: true),
        new("class", "Class", one => Wording.Of(one.Message.Class), Words: Wording.All<MessageClass>),
        new("sender", "Sender", one => Senders.Shown(one.Message.Sender ?? one.Queued?.Queued.Sender), IsName: true),
        new("recipient", "Recipient", one => one.Queued?.Recipient.Address ?? one.Logged?.Address, IsName: true, IsKey: true),
        new("original_recipient", "Original recipient", one => one.Queued?.Recipient.OriginalAddress ?? one.Logged?.OriginalAddress, IsName: true),
        new("client", "Client", one => one.Message.Client, IsKey: true),
        new("trusted", "Trusted", one => one.Message.Trusted, ColumnKind.Flag),
        new("accepted_at", "Accepted", one => one.Message.Arrival, ColumnKind.Time),
        new("outcome", "Outcome", one => Wording.Of(one.Queued?.Outcome ?? one.Logged?.Outcome ?? Outcome.Unknown), Words: Wording.All<Outcome>),
        new("dsn", "DSN", one => one.Logged?.Dsn.ToString()),
        new("relay", "Relay", one => one.Logged?.Relay),
        new("attempts", "Attempts", one => one.Logged?.AttemptCount ?? 0, ColumnKind.Number),
        new("first_attempt", "First attempt", one => one.Logged?.FirstAttempt, ColumnKind.Time),
        new("last_attempt", "Last attempt", one => one.Logged?.LastAttempt, ColumnKind.Time),
        new("reason_class", "Class of reason", one => Wording.Of(one.Logged?.ReasonClass ?? QueueReasons.ClassOf(one.Queued!.Value.Recipient)),
            Words: Wording.All<ReasonClass>),
        new("reason", "Reason", one => one.Queued?.Recipient.Reason ?? one.Logged?.Reason),
        new("notice_queue_id", "Notice", one => one.Logged?.NonDeliveryNotice?.Itself.QueueId),
        new("notice_fate", "Fate of notice", one => one.Logged?.NonDeliveryNotice is { } notice ? Wording.Of(notice.Fate) : "", Words: Wording.All<NoticeFate>),
    ]);

    private static IEnumerable<MailRecipient> RowsOf(AuditResult audit)
    {
        foreach (var recipient in audit.Mail.Recipients) yield return new MailRecipient(recipient.Message, recipient, null);
        foreach (var recipient in ListedMail.Of(audit).Unlogged) yield return new MailRecipient(recipient.Message, null, recipient);
    }
}

/// <summary>A recipient that the log names, or one that only the queue names: one of the two is not null.</summary>
public readonly record struct MailRecipient(Message Message, Recipient? Logged, UnloggedRecipient? Queued);
