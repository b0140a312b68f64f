using System.Runtime.CompilerServices;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;

namespace MxAudit.Tables;

/// <summary>What the queue lists, beside what the log tells of it. Made once for each audit.</summary>
internal sealed class ListedMail
{
    private static readonly ConditionalWeakTable<AuditResult, ListedMail> Known = [];

    private readonly AuditResult _audit;
    private readonly QueueJoin? _join;
    private readonly Dictionary<int, QueuedMessage> _byLife = [];

    private ListedMail(AuditResult audit)
    {
        _audit = audit;
        if (audit.Queue is not { } queue) return;
        _join = audit.Evidence.Joined;
        foreach (var message in queue.Messages)
            if (_join?.LifeOf(message) is { EndState: EndState.Queued or EndState.Held or EndState.Unknown } life) _byLife[life.Index] = message;
    }

    public static ListedMail Of(AuditResult audit) => Known.GetValue(audit, static audit => new ListedMail(audit));

    /// <summary>What the queue lists of a life; null: nothing, or by the log it is over.</summary>
    public QueuedMessage? Of(Message life) => _byLife.GetValueOrDefault(life.Index);

    /// <summary>Messages that are from or for this address.</summary>
    public IEnumerable<QueuedMessage> MessagesOf(SoughtAddress address) => _audit.Queue?.Messages.Where(message => IsOf(message, address)) ?? [];

    public IEnumerable<QueuedMessage> WithId(string queueId) => _audit.Queue?.Messages.Where(message => message.QueueId == queueId) ?? [];

    /// <inheritdoc cref="QueueJoin.LifeOf"/>
    public Message? LifeOf(QueuedMessage message) => _join?.LifeOf(message);

    /// <summary>Recipients of accepted mail that only the queue names.</summary>
    public IReadOnlyList<UnloggedRecipient> Unlogged => field ??= [.. _join?.Unlogged() ?? []];

    /// <summary>One for each recipient that waits.</summary>
    public IEnumerable<QueuedLine> LinesOf(QueuedMessage message)
    {
        foreach (var recipient in message.Recipients)
        {
            var retry = NextRetryOf(message, recipient);
            yield return new QueuedLine(message, recipient,
                _audit.Mail.Now is { } now ? message.AgeAt(now) : null,
                message is { ForcedExpire: true, Queue: not QueueName.Hold } ? retry : _audit.QueueTimes.ExpiryOf(message), // returned at its next attempt
                retry,
                !_audit.Log.WasRead ? Answer.Unknown : LifeOf(message) is null ? Answer.No : Answer.Yes);
        }
    }

    /// <summary>
    /// The earliest, by the last attempt that the log shows. Null: held mail, mail that is being tried now, and mail whose last attempt is not known.
    /// </summary>
    private DateTimeOffset? NextRetryOf(QueuedMessage message, QueuedRecipient recipient)
    {
        if (message is not { Queue: QueueName.Deferred, Arrival: { } arrival } || LifeOf(message) is not { } life) return null;
        var attempts = life.Attempts.Where(attempt => attempt.Recipient.Equals(recipient.Address, StringComparison.OrdinalIgnoreCase));
        return attempts.Max(attempt => attempt.Time) is { } last ? _audit.QueueTimes.NextRetry(arrival, last) : null;
    }

    private static bool IsOf(QueuedMessage message, SoughtAddress address) =>
        Is(message.Sender, address) || message.Recipients.Any(recipient => Is(recipient.Address, address) || Is(recipient.OriginalAddress, address));

    private static bool Is(string listed, SoughtAddress address) => address.Is(listed) || address.Is(QueueJoin.Unquoted(listed));
}
