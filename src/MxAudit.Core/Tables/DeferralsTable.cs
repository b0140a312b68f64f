using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Tables;

public static class DeferralsTable
{
    public static Table<DeferredRecipient> Definition { get; } = new("deferrals", "one recipient that was deferred, whatever became of it",
        audit => audit.Mail.Deferred.Select(recipient => new DeferredRecipient(recipient, audit.QueueTimes)),
    [
        new("queue_id", "Queue id", row => row.Recipient.Message.QueueId, IsKey: true),
        new("recipient", "Recipient", row => row.Recipient.Address, IsName: true, IsKey: true),
        new("domain", "Domain", row => row.Recipient.Domain, IsName: true, IsKey: true),
        new("next_hop", "Next hop", row => row.LastDeferral?.NextHop?.Name ?? row.Recipient.NextHop?.Name),
        new("first_deferred", "First deferred", row => row.Recipient.FirstDeferred, ColumnKind.Time),
        new("last_deferred", "Last deferred", row => row.LastDeferral?.Time, ColumnKind.Time),
        new("attempts", "Attempts", row => row.Recipient.AttemptCount, ColumnKind.Number),
        new("reason_class", "Class of reason", row => row.LastDeferral is { } last ? Wording.Of(last.ReasonClass) : "", Words: Wording.All<ReasonClass>),
        new("reason", "Reason", row => row.LastDeferral?.Reason),
        new("outcome", "Outcome", row => Wording.Of(row.Recipient.Outcome), Words: Wording.All<Outcome>),
        new("next_retry", "Next retry", row => row.NextRetry, ColumnKind.Time),
        new("expires_at", "Expires", row => row.Expires, ColumnKind.Time),
    ], when: "last_deferred");
}

/// <summary>A recipient and its last deferral: why it waited, also when it did not wait in vain.</summary>
public sealed class DeferredRecipient(Recipient recipient, QueueTimes times)
{
    private Attempt? _lastDeferral;
    private bool _looked;

    public Recipient Recipient => recipient;

    /// <summary>Only while it waits.</summary>
    public DateTimeOffset? NextRetry =>
        recipient is { Outcome: Outcome.Deferred, LastLife.Arrival: { } arrived, LastAttempt: { } tried } ? times.NextRetry(arrived, tried) : null;

    /// <summary>Only while it waits; what <c>postsuper -e</c> has named is returned at its next attempt.</summary>
    public DateTimeOffset? Expires =>
        recipient.Outcome != Outcome.Deferred ? null : recipient.LastLife.ForceExpired ? NextRetry : times.ExpiryOf(recipient.Message);
    public Attempt? LastDeferral
    {
        get
        {
            if (_looked) return _lastDeferral;
            _looked = true;
            foreach (var attempt in recipient.Attempts)
                if (attempt.Status == DeliveryStatus.Deferred) _lastDeferral = attempt;
            return _lastDeferral;
        }
    }
}
