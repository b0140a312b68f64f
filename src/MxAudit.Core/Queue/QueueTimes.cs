using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Queue;

/// <summary>How long queued mail lives and when it is tried again: parameters of the queue manager.</summary>
public sealed record QueueTimes
{
    /// <summary>Postfix's own values, for a host whose configuration is not known.</summary>
    public static QueueTimes Defaults { get; } = new() { Assumed = true };

    public TimeSpan MaximalQueueLifetime { get; init; } = TimeSpan.FromDays(5);

    /// <summary>For mail with an empty sender.</summary>
    public TimeSpan BounceQueueLifetime { get; init; } = TimeSpan.FromDays(5);
    public TimeSpan MinimalBackoff { get; init; } = TimeSpan.FromSeconds(300);
    public TimeSpan MaximalBackoff { get; init; } = TimeSpan.FromSeconds(4000);
    public TimeSpan QueueRunDelay { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>They are defaults: this host may have others.</summary>
    public bool Assumed { get; init; }

    /// <summary>No mail waits longer from one attempt to the next.</summary>
    public TimeSpan LongestWait => MaximalBackoff + QueueRunDelay;

    /// <summary>
    /// The earliest next attempt after one that failed: a message waits as long again as it is old, within limits (src/qmgr/qmgr_active.c). The queue is
    /// scanned for it every <see cref="QueueRunDelay"/>.
    /// </summary>
    public DateTimeOffset NextRetry(DateTimeOffset arrival, DateTimeOffset attempt)
    {
        var age = attempt - arrival;
        return attempt + (age < MinimalBackoff ? MinimalBackoff : age > MaximalBackoff ? MaximalBackoff : age);
    }

    /// <summary>The same of a message whose attempts the log shows. Null: it does not wait, or was not tried.</summary>
    public DateTimeOffset? NextRetryOf(Message life)
    {
        if (life is not { EndState: EndState.Queued, Arrival: { } arrival }) return null;
        var tried = life.Attempts.GroupBy(attempt => (attempt.Recipient, attempt.OriginalRecipient)).Select(attempts => attempts.Last())
            .Where(last => last.Status is DeliveryStatus.Deferred or DeliveryStatus.SoftBounce).Max(last => last.Time);
        return tried is { } attempt ? NextRetry(arrival, attempt) : null;
    }

    public TimeSpan LifetimeOf(bool nullSender) => nullSender ? BounceQueueLifetime : MaximalQueueLifetime;

    /// <summary>From when on a failed attempt is the last, counted from the life that it was accepted under.</summary>
    public DateTimeOffset? ExpiryOf(Message first) => first.Arrival + LifetimeOf(first.Sender is "");

    /// <summary>The same by the queue's listing. Null for held mail, which waits for ever, and without an arrival.</summary>
    public DateTimeOffset? ExpiryOf(QueuedMessage message) => message.Queue == QueueName.Hold ? null : message.Arrival + LifetimeOf(message.HasNullSender);
}
