using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules;

/// <summary>What the queue lists and what the log tells, brought together: <see cref="Evidence.Joined"/>.</summary>
/// <remarks>Short queue ids are used again, so the arrival decides which life of an id is meant.</remarks>
public sealed class QueueJoin
{
    /// <summary>The queue file and the log line are of the same second, but clocks are read twice.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(5);

    /// <summary>A message arrives with MAIL FROM; <c>client=</c> is logged at the first recipient that is taken, and each may be verified before.</summary>
    private static readonly TimeSpan LongestDialogue = TimeSpan.FromHours(1);

    private readonly MailHistory _mail;
    private readonly QueueSnapshot _queue;
    private readonly Dictionary<string, Message> _lives = new(StringComparer.Ordinal);

    public QueueJoin(MailHistory mail, QueueSnapshot queue)
    {
        (_mail, _queue) = (mail, queue);
        var lives = mail.LivesOf(queue.Messages.Select(message => message.QueueId));
        foreach (var message in queue.Messages)
            foreach (var life in lives[message.QueueId])
                if (Fits(message, life)) _lives[message.QueueId] = life; // the last that fits
    }

    /// <summary>The life that the log shows of a queued message; null when it shows none.</summary>
    public Message? LifeOf(QueuedMessage message) => _lives.TryGetValue(message.QueueId, out var life) ? life : null;

    /// <summary>Recipients that the log accepted and never named, since no attempt was logged yet: only the queue knows them.</summary>
    public IEnumerable<UnloggedRecipient> Unlogged()
    {
        var open = _queue.Messages
            .Where(message => LifeOf(message) is { EndState: EndState.Queued or EndState.Held or EndState.Unknown, FirstLife.WasAccepted: true })
            .ToArray();
        var firstLives = open.Select(message => LifeOf(message)!.Value.FirstLife.Index).ToHashSet();
        var named = new HashSet<(int FirstLife, string Address)>();
        foreach (var recipient in _mail.Recipients)
            if (firstLives.Contains(recipient.Message.Index))
            {
                named.Add((recipient.Message.Index, Unquoted(recipient.Address)));
                named.Add((recipient.Message.Index, Unquoted(recipient.OriginalAddress)));
            }
        return from message in open
               let first = LifeOf(message)!.Value.FirstLife
               from recipient in message.Recipients
               where named.Add((first.Index, Unquoted(recipient.Address)))
               select new UnloggedRecipient(first, message, recipient);
    }

    private static bool Fits(QueuedMessage message, Message life)
    {
        if (message.Arrival is not { } arrival || life.AcceptedAt is not { } born) return true;
        if (arrival > born + ClockSlack) return false;
        return life.Client.Length == 0 || arrival > born - LongestDialogue; // requeued, or from the maildrop: it arrived before
    }

    /// <summary>Listings quote, logs before Postfix 3.6 do not.</summary>
    internal static string Unquoted(string address) => address.Replace("\"", "").Replace("\\", "").ToLowerInvariant();
}

/// <summary>One recipient of an accepted mail that only the queue names.</summary>
/// <param name="Message">The life under which the mail was accepted.</param>
public readonly record struct UnloggedRecipient(Message Message, QueuedMessage Queued, QueuedRecipient Recipient)
{
    public Outcome Outcome => Queued.Queue switch
    {
        QueueName.Hold => Outcome.Held,
        QueueName.Deferred when Recipient.Reason.Length > 0 => Outcome.Deferred,
        _ => Outcome.Queued,
    };
}
