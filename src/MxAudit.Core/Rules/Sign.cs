using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>One of several kinds of lines that tell of the same trouble of a domain.</summary>
/// <param name="What">Its kind, as the message of the finding says it of one: <c>probe failed</c>.</param>
internal readonly record struct Sign(string Domain, string What, LinePosition Line, DateTimeOffset? First, DateTimeOffset? Last, int Count = 1)
{
    /// <summary>Whose line it is; null where no rule asks.</summary>
    public Origin? Origin { get; init; }

    /// <summary>No host was spoken to: Postfix found one of its own addresses among the MX hosts. Null: the line does not tell.</summary>
    public bool? FoundItself { get; init; }

    /// <summary>An own user wrote it, to a domain that is neither his nor the host's. Null: the line does not tell.</summary>
    public bool? ToOthers { get; init; }

    /// <summary>Told by a line about this message.</summary>
    public Sign By(Message message) => this with { Origin = message.Origin };

    public Sign(string domain, string what, LinePosition line, DateTimeOffset? time, int count = 1) : this(domain, what, line, time, time, count) { }

    /// <summary><c>4 recipients bounced, 1 probe failed</c>: how many of each kind; the first word of a kind is what is counted.</summary>
    public static string Tally(IEnumerable<Sign> signs) =>
        string.Join(", ",
            signs.GroupBy(sign => sign.What)
                .Select(kind => kind.Key.Split(' ', 2) is var words ? $"{Telling.Count(kind.Sum(sign => (long)sign.Count), words[0])} {words[1]}" : ""));
}
