using MxAudit.Input;

namespace MxAudit.Rules;

/// <summary>One of several kinds of lines that tell of the same trouble of a domain.</summary>
/// <param name="What">Its kind, as the message of the finding says it: <c>failed probes</c>.</param>
internal readonly record struct Sign(string Domain, string What, LinePosition Line, DateTimeOffset? First, DateTimeOffset? Last, int Count = 1)
{
    public Sign(string domain, string what, LinePosition line, DateTimeOffset? time, int count = 1) : this(domain, what, line, time, time, count) { }

    /// <summary>How many of each kind: <c>failed probes 3, deferred recipients 1</c>.</summary>
    public static string Tally(IEnumerable<Sign> signs) =>
        string.Join(", ", signs.GroupBy(sign => sign.What).Select(kind => $"{kind.Key} {kind.Sum(sign => sign.Count)}"));
}
