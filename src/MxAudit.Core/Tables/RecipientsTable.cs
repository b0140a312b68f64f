using MxAudit.Mail;

namespace MxAudit.Tables;

public static class RecipientsTable
{
    public static Table<Recipient> Definition { get; } = new("recipients", "one recipient of one accepted mail, with its final state", audit => audit.Mail.Recipients,
    [
        new("host", "Host", one => one.Message.Host),
        new("instance", "Instance", one => one.Message.Instance),
        new("queue_id", "Queue id", one => one.Message.QueueId),
        new("class", "Class", one => Wording.Of(one.Message.Class)),
        new("sender", "Sender", one => Senders.Shown(one.Message.Sender)),
        new("recipient", "Recipient", one => one.Address),
        new("original_recipient", "Original recipient", one => one.OriginalAddress),
        new("client", "Client", one => one.Message.Client),
        new("trusted", "Trusted", one => one.Message.Trusted),
        new("accepted_at", "Accepted", one => one.Message.AcceptedAt),
        new("outcome", "Outcome", one => Wording.Of(one.Outcome)),
        new("dsn", "DSN", one => one.Dsn.ToString()),
        new("relay", "Relay", one => one.Relay),
        new("attempts", "Attempts", one => one.AttemptCount),
        new("first_attempt", "First attempt", one => one.FirstAttempt),
        new("last_attempt", "Last attempt", one => one.LastAttempt),
        new("reason_class", "Class of reason", one => Wording.Of(one.ReasonClass)),
        new("reason", "Reason", one => one.Reason),
        new("notice_queue_id", "Notice", one => one.NonDeliveryNotice?.Itself.QueueId),
        new("notice_fate", "Fate of notice", one => one.NonDeliveryNotice is { } notice ? Wording.Of(notice.Fate) : ""),
    ]);
}
