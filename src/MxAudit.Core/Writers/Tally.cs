using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>Rows of a table, counted by what stands in their columns: what charts and summaries are drawn from.</summary>
public sealed class Tally(AuditResult audit)
{
    /// <summary>Most first. Rows are chosen with the filter language; empty: all.</summary>
    public IReadOnlyList<(string Name, long Count)> By(Table table, string column, string filter = "") =>
        [.. By(table, [column], filter).Select(group => (group.Names[0], group.Count))];

    /// <summary>By several columns at once; <c>(not known)</c> stands for an empty cell.</summary>
    public IReadOnlyList<(string[] Names, long Count)> By(Table table, string[] columns, string filter = "")
    {
        var counts = new Dictionary<string, (string[] Names, long Count)>(StringComparer.Ordinal);
        foreach (var cells in Rows(table, columns, filter))
        {
            string key = string.Join('\0', cells);
            counts[key] = counts.TryGetValue(key, out var group) ? group with { Count = group.Count + 1 }
                : ([.. cells.Select(cell => cell.Kind == CellKind.Empty ? "(not known)" : cell.ToString())], 1);
        }
        return [.. counts.Values.OrderByDescending(group => group.Count).ThenBy(group => string.Join('\0', group.Names), StringComparer.Ordinal)];
    }

    public long Count(Table table, string filter = "") => Rows(table, [], filter).LongCount();

    /// <summary>How many rows fall into each step.</summary>
    /// <param name="repeats">The column that tells how often a row happened again; empty: each happened once.</param>
    public long[] OverTime(Table table, string column, TimeScale scale, string filter = "", string repeats = "")
    {
        long[] counts = new long[scale.Steps];
        foreach (var cells in Rows(table, repeats.Length == 0 ? [column] : [column, repeats], filter))
        {
            if (cells[0].Kind != CellKind.Time) continue;
            long at = (cells[0].Time - scale.From).Ticks / scale.Step.Ticks;
            if (at >= 0 && at < scale.Steps) counts[at] += repeats.Length == 0 ? 1 : 1 + cells[1].Whole;
        }
        return counts;
    }

    private IEnumerable<Cell[]> Rows(Table table, string[] columns, string filter)
    {
        var reading = Filter.Read(filter, table, audit.Mail.Now ?? DateTimeOffset.UnixEpoch);
        if (reading.Filter is null) throw new InvalidOperationException($"{filter}: {reading.Error}");
        return table.Rows(audit, [.. columns.Select(table.IndexOf)], reading.Filter);
    }
}
