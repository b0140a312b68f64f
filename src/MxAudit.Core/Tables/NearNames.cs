namespace MxAudit.Tables;

/// <summary>What somebody may have meant who wrote the name of a column that is not there.</summary>
public static class NearNames
{
    /// <summary><c>recipients has no column outcom; outcome is near</c>, or all there are.</summary>
    public static string Sentence(Table table, string name)
    {
        string[] near = [.. table.ColumnNames.Where(column => IsNear(column, name.ToLowerInvariant())).OrderBy(column => Distance(column, name)).Take(3)];
        return $"{table.Name} has no column {name}; {(near.Length > 0 ? $"near to it: {string.Join(", ", near)}" : $"it has {string.Join(", ", table.ColumnNames)}")}";
    }

    private static bool IsNear(string column, string name) =>
        Distance(column, name) <= Math.Max(1, name.Length / 3) || (name.Length > 2 && column.Contains(name, StringComparison.Ordinal)) || name.Contains(column, StringComparison.Ordinal);

    /// <summary>How many letters must be added, dropped or changed (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
