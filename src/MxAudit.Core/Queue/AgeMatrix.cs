namespace MxAudit.Queue;

/// <summary>How long recipients wait, by domain: the table of qshape(1), which needs root, made from the listing, which does not.</summary>
public sealed record AgeMatrix(AgeRow Total, IReadOnlyList<AgeRow> Rows)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(5);

    /// <summary>Each column has those younger than this, and at least as old as the column before says. There is one column more: it has no end.</summary>
    public static IReadOnlyList<TimeSpan> Ends { get; } = [.. Enumerable.Range(0, 9).Select(column => Tick * (1 << column))];

    /// <summary>In minutes: <c>&lt;5</c>, <c>&gt;1280</c>.</summary>
    public static string Heading(int column) => column < Ends.Count ? $"<{Ends[column].TotalMinutes}" : $">{Ends[^1].TotalMinutes}";

    /// <summary>Columns up to the last that has anybody.</summary>
    public int Shown => Enumerable.Range(1, Total.ByAge.Count).LastOrDefault(columns => Total.ByAge[columns - 1] > 0);

    /// <summary>By the recipient's domain. All queues but <c>hold</c>: held mail does not age.</summary>
    public static AgeMatrix OfRecipients(QueueSnapshot queue, DateTimeOffset now) =>
        Of(from message in queue.Messages where message.Queue != QueueName.Hold from recipient in message.Recipients select (NameOf(recipient.Domain), message),
            now);

    private static string NameOf(string domain) => domain.Length == 0 ? "(no domain)" : domain;

    private static AgeMatrix Of(IEnumerable<(string Name, QueuedMessage Message)> waiting, DateTimeOffset now)
    {
        int[] total = new int[Ends.Count + 1];
        var rows = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var (name, message) in waiting)
        {
            int column = ColumnOf(message.AgeAt(now) ?? TimeSpan.Zero);
            if (!rows.TryGetValue(name, out var row)) rows.Add(name, row = new int[total.Length]);
            row[column]++;
            total[column]++;
        }
        return new AgeMatrix(new AgeRow("all", total), [.. rows.Select(row => new AgeRow(row.Key, row.Value))
            .OrderByDescending(row => row.Total).ThenBy(row => row.Name.Length).ThenBy(row => row.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Each column is twice as wide as the one before.</summary>
    internal static int ColumnOf(TimeSpan age)
    {
        long ticks = (long)(age / Tick);
        return ticks < 1 ? 0 : Math.Min(Ends.Count, 1 + System.Numerics.BitOperations.Log2((ulong)ticks));
    }
}

/// <summary>One domain and how many recipients wait for how long.</summary>
public sealed record AgeRow(string Name, IReadOnlyList<int> ByAge)
{
    public int Total => ByAge.Sum();
}
