namespace MxAudit.Views;

/// <summary>Finds the row of a table again after another audit: a cursor stays on its row, not on its number.</summary>
public static class SameRow
{
    /// <summary>So far is searched from where the row was, each way.</summary>
    private const int Farthest = 20_000;

    /// <returns>The line in the second sheet; the same number where it is not found.</returns>
    public static int In(TableSheet before, TableSheet after, int line)
    {
        if (line >= before.Count || after.Count == 0) return line;
        var keys = before.Table.Keys;
        string[] name = NameOf(before, line, keys);
        for (int away = 0; away <= Farthest; away++)
        {
            int up = line - away, down = line + away;
            if (up < 0 && down >= after.Count) break;
            if (down < after.Count && NameOf(after, down, keys).AsSpan().SequenceEqual(name)) return down;
            if (up >= 0 && up < after.Count && NameOf(after, up, keys).AsSpan().SequenceEqual(name)) return up;
        }
        return Math.Min(line, after.Count - 1);
    }

    private static string[] NameOf(TableSheet sheet, int line, IReadOnlyList<int> keys) => [.. keys.Select(column => sheet.At(line, column).ToString())];
}
