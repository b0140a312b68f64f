namespace MxAudit.Queue;

/// <summary>What was in the queue at one moment. Approximate by nature: a message that moves while the queue is listed is seen twice or not at all.</summary>
/// <param name="Source">A file name, or the command that listed it.</param>
public sealed record QueueSnapshot(string Source, IReadOnlyList<QueuedMessage> Messages)
{
    /// <summary>Why it may not be the whole queue; null when nothing speaks against it.</summary>
    public string? Note { get; init; }

    public int RecipientCount => Messages.Sum(message => message.Recipients.Count);
    public long Bytes => Messages.Sum(message => message.Size);
    public DateTimeOffset? OldestArrival => Messages.Min(message => message.Arrival);
    public DateTimeOffset? NewestArrival => Messages.Max(message => message.Arrival);

    /// <summary>How many messages each queue has; queues without any are left out.</summary>
    public IReadOnlyList<(QueueName Queue, int Messages)> ByQueue =>
        [.. Messages.CountBy(message => message.Queue).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];

    /// <summary>Each recipient with its message.</summary>
    public IEnumerable<(QueuedMessage Message, QueuedRecipient Recipient)> Recipients =>
        from message in Messages from recipient in message.Recipients select (message, recipient);

    /// <summary>With the arrivals that the listing wrote without a year.</summary>
    public QueueSnapshot DatedBy(ListingClock clock) => Messages.All(message => message.ListedArrival is null) ? this : this with
    {
        Messages = [.. Messages.Select(message => message.ListedArrival is { } listed
            ? message with { Arrival = listed.ByLongId(message.QueueId) ?? listed.In(clock), ListedArrival = null } : message)],
    };

    /// <summary>The queue as it is listed: a message that moved meanwhile counts once, where it was seen last.</summary>
    public static QueueSnapshot Of(string source, IEnumerable<QueuedMessage> listed)
    {
        var messages = new List<QueuedMessage>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var message in listed)
        {
            if (places.TryAdd(message.QueueId, messages.Count)) messages.Add(message);
            else
                messages[places[message.QueueId]] = message.Recipients.Count > 0 ? message
                    : message with { Recipients = messages[places[message.QueueId]].Recipients };
        }
        return new QueueSnapshot(source, messages);
    }
}

/// <summary>In the order in which showq(8) scans them.</summary>
public enum QueueName : byte { Unknown, Maildrop, Active, Incoming, Deferred, Hold }

/// <summary>One message of the queue.</summary>
public sealed record QueuedMessage
{
    public required string QueueId { get; init; }
    public required QueueName Queue { get; init; }

    /// <summary>To the second. Null when the listing has none that makes sense.</summary>
    public DateTimeOffset? Arrival { get; init; }

    /// <summary>The arrival without its year: <see cref="QueueSnapshot.DatedBy"/> finds it.</summary>
    public ListedTime? ListedArrival { get; init; }

    /// <summary>Bytes of content.</summary>
    public long Size { get; init; }

    /// <summary>By <c>postsuper -e</c>: it goes back to its sender at the next attempt.</summary>
    public bool ForcedExpire { get; init; }

    /// <summary>As the listing writes it, quoted where needed; empty for the null sender, which is listed as <c>MAILER-DAEMON</c>.</summary>
    public string Sender { get; init; } = "";
    public bool HasNullSender => Sender.Length == 0;

    /// <summary>Those not yet delivered. Empty while a message is being written.</summary>
    public IReadOnlyList<QueuedRecipient> Recipients { get; init; } = [];

    /// <summary>Of the listing, from 1.</summary>
    public long Line { get; init; }

    public TimeSpan? AgeAt(DateTimeOffset now) => Arrival is { } arrival ? arrival < now ? now - arrival : TimeSpan.Zero : null;

    /// <summary>What the listing calls the null sender (empty_address_recipient).</summary>
    internal static string SenderOf(string listed) => listed == "MAILER-DAEMON" ? "" : listed;
}

/// <summary>One recipient that a message still waits for.</summary>
public sealed record QueuedRecipient(string Address)
{
    /// <summary>What the client asked for; empty before Postfix 3.11, and where nothing changed it.</summary>
    public string OriginalAddress { get; init; } = "";

    /// <summary>Why it waits; empty before the first attempt.</summary>
    public string Reason { get; init; } = "";
    public WaitKind Kind { get; init; }

    /// <summary>Lower case; empty for an address without one.</summary>
    public string Domain => Address[(Address.LastIndexOf('@') is var at && at < 0 ? Address.Length : at + 1)..].ToLowerInvariant();
}

/// <summary>Bounced: it failed for good, and the notice about it was not yet written (Postfix 3.11 tells).</summary>
public enum WaitKind : byte { None, Delayed, Bounced, Other }
