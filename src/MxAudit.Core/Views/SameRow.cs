namespace MxAudit.Views;

/// <summary>Finds the row of a table again after another audit: a cursor stays on its row, not on its number.</summary>
public static class SameRow
{
    /// <summary>Columns that tell which row it is; the others tell what became of it.</summary>
    private static readonly string[] Naming = ["rule", "subject", "queue_id", "notice_id", "recipient", "domain", "next_hop", "name", "daemon", "shape", "client", "time"];

    /// <summary>So far is searched from where the row was, each way.</summary>
    private const int Farthest = 20_000;

    /// <returns>The line in the second sheet; the same number where it is not found.</returns>
    public static int In(TableSheet before, TableSheet after, int line)
    {
        if (line >= before.Count || after.Count == 0) return line;
        int[] columns = [.. Naming.Select(before.Table.IndexOf).Where(column => column >= 0)];
        string[] name = NameOf(before, line, columns);
        for (int away = 0; away <= Farthest; away++)
        {
            int up = line - away, down = line + away;
            if (up < 0 && down >= after.Count) break;
            if (down < after.Count && NameOf(after, down, columns).AsSpan().SequenceEqual(name)) return down;
            if (up >= 0 && up < after.Count && NameOf(after, up, columns).AsSpan().SequenceEqual(name)) return up;
        }
        return Math.Min(line, after.Count - 1);
    }

    private static string[] NameOf(TableSheet sheet, int line, int[] columns) => [.. columns.Select(column => sheet.At(line, column).ToString())];
}
