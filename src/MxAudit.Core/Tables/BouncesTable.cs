using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Tables;

public static class BouncesTable
{
    public static Table<Recipient> Definition { get; } = new("bounces", "one bounced or expired recipient", audit => audit.Mail.Bounces,
    [
        new("time", "Time", one => one.LastAttempt, ColumnKind.Time, IsKey: true),
        new("queue_id", "Queue id", one => one.Message.QueueId, IsKey: true),
        new("sender", "Sender", one => Senders.Shown(one.Message.Sender), IsName: true),
        new("recipient", "Recipient", one => one.Address, IsName: true, IsKey: true),
        new("domain", "Domain", one => one.Domain, IsName: true, IsKey: true),
        new("dsn", "DSN", one => one.Dsn.ToString()),
        new("reason_class", "Class of reason", one => Wording.Of(one.ReasonClass), Words: Wording.All<ReasonClass>),
        new("reason", "Reason", one => one.Reason),
        new("stage", "Stage", one => Wording.Of(one.Stage), Words: Wording.All<Stage>),
        new("relay", "Relay", one => one.Relay),
        new("trusted", "Trusted", one => one.Message.Trusted, ColumnKind.Flag),
        new("notice_queue_id", "Notice", one => one.NonDeliveryNotice?.Itself.QueueId),
        new("notice_recipient", "Notice to", one => one.NonDeliveryNotice?.To, IsName: true),
        new("notice_fate", "Fate of notice", one => one.NonDeliveryNotice is { } notice ? Wording.Of(notice.Fate) : "", Words: Wording.All<NoticeFate>),
        new("backscatter", "Backscatter", one => Backscatter(one), ColumnKind.Flag),
    ]);

    /// <summary>No notice, no backscatter: a bounce of a bounce, a null sender.</summary>
    private static Answer Backscatter(Recipient one) => one.NonDeliveryNotice is { } notice ? notice.ToStranger : Answer.No;
}
