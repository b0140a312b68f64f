namespace MxAudit.Tables;

/// <summary>What somebody may have meant who wrote a name that is not there: of a column, one of its words, a table, a rule, a verb, an option.</summary>
public static class NearNames
{
    private const int Most = 3, MostLetters = 3;

    /// <summary><c>recipients has no column outcom; near to it: outcome</c>, or all there are.</summary>
    public static string Sentence(Table table, string name) =>
        $"{table.Name} has no column {name}{(To(name, table.ColumnNames) is { Length: > 0 } near ? near : $"; it has {string.Join(", ", table.ColumnNames)}")}";

    /// <summary><c>outcome is never bouncd; near to it: bounced</c>, or all that it may be.</summary>
    public static string Never(string column, string word, IEnumerable<string> words) =>
        $"{column} is never {word}{(To(word, words) is { Length: > 0 } near ? near : $"; it is {string.Join(", ", words)}")}";

    /// <summary><c>; near to it: outcome</c>, to be put behind what is wrong; empty where nothing is near.</summary>
    public static string To(string name, IEnumerable<string> known)
    {
        string[] near =
        [
            .. from one in known
               let distance = Distance(one.ToLowerInvariant(), name.ToLowerInvariant())
               where distance <= Math.Clamp(name.Trim('-').Length / 3, 1, MostLetters) || HasOther(one.ToLowerInvariant(), name.ToLowerInvariant())
               orderby distance
               select one,
        ];
        return near.Length == 0 ? "" : $"; near to it: {string.Join(", ", near.Take(Most))}";
    }

    private static bool HasOther(string one, string name) =>
        (name.Length > 2 && one.Contains(name, StringComparison.Ordinal)) || (one.Length > 0 && name.Contains(one, StringComparison.Ordinal));

    /// <summary>How many letters must be added, dropped or changed, or two neighbours exchanged (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        int[,] least = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            for (int j = 0; j <= b.Length; j++)
            {
                least[i, j] = i == 0 || j == 0 ? i + j
                    : Math.Min(Math.Min(least[i - 1, j], least[i, j - 1]) + 1, least[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) least[i, j] = Math.Min(least[i, j], least[i - 2, j - 2] + 1);
            }
        return least[a.Length, b.Length];
    }
}
