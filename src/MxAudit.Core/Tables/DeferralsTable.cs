using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Tables;

public static class DeferralsTable
{
    public static Table<DeferredRecipient> Definition { get; } = new("deferrals", "one recipient that was deferred, whatever became of it",
        audit => audit.Mail.Deferred.Select(recipient => new DeferredRecipient(recipient)),
    [
        new("queue_id", "Queue id", row => row.Recipient.Message.QueueId),
        new("recipient", "Recipient", row => row.Recipient.Address),
        new("domain", "Domain", row => row.Recipient.Domain),
        new("next_hop", "Next hop", row => row.LastDeferral?.NextHop?.Name ?? row.Recipient.NextHop?.Name),
        new("first_deferred", "First deferred", row => row.Recipient.FirstDeferred),
        new("last_deferred", "Last deferred", row => row.LastDeferral?.Time),
        new("attempts", "Attempts", row => row.Recipient.AttemptCount),
        new("reason_class", "Class of reason", row => row.LastDeferral is { } last ? Wording.Of(last.ReasonClass) : ""),
        new("reason", "Reason", row => row.LastDeferral?.Reason),
        new("outcome", "Outcome", row => Wording.Of(row.Recipient.Outcome)),
        new("next_retry", "Next retry", _ => Cell.Empty), // the queue knows
        new("expires_at", "Expires", _ => Cell.Empty), // the configuration knows
    ]);
}

/// <summary>A recipient and its last deferral: why it waited, also when it did not wait in vain.</summary>
public sealed class DeferredRecipient(Recipient recipient)
{
    private Attempt? _lastDeferral;
    private bool _looked;

    public Recipient Recipient => recipient;
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
