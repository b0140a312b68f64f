namespace MxAudit.Tables;

/// <summary>What may be written where the cursor stands.</summary>
/// <param name="Start">Where the word begins that is being written; it is replaced by one of the words.</param>
public sealed record FilterCompletion(int Start, IReadOnlyList<string> Words)
{
    private static readonly string[] Keywords = ["and", "or", "not", "since", "until"];
    private static readonly string[] Flags = ["yes", "no", "unknown"];
    private static readonly string[] Moments = ["1h", "24h", "7d", "today", "yesterday"];

    /// <summary>Columns and keywords where a term begins; flags and moments where a value does; nothing within quotes.</summary>
    public static FilterCompletion At(string text, int position, Table table)
    {
        int start = position;
        while (start > 0 && IsPartOfWord(text[start - 1])) start--;
        if (IsQuoted(text.AsSpan(0, start))) return new FilterCompletion(position, []);
        var choice = ChoiceBehind(text.AsSpan(0, start).TrimEnd(), table);
        string begun = text[start..position];
        return new FilterCompletion(start, [.. choice.Where(word => word.StartsWith(begun, StringComparison.OrdinalIgnoreCase) && word.Length > begun.Length)]);
    }

    private static IEnumerable<string> ChoiceBehind(ReadOnlySpan<char> before, Table table)
    {
        if (before.Length > 0 && before[^1] is '=' or '<' or '>' or '~')
        {
            int column = table.IndexOf(LastWord(before.TrimEnd("=<>~! ")));
            return column < 0 ? [] : table.Kinds[column] switch { ColumnKind.Flag => Flags, ColumnKind.Time => Moments, _ => [] };
        }
        return LastWord(before).ToLowerInvariant() is "since" or "until" ? Moments : table.ColumnNames.Concat(Keywords);
    }

    private static string LastWord(ReadOnlySpan<char> text)
    {
        int start = text.Length;
        while (start > 0 && IsPartOfWord(text[start - 1])) start--;
        return text[start..].ToString();
    }

    private static bool IsPartOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static bool IsQuoted(ReadOnlySpan<char> text)
    {
        char quote = '\0';
        for (int at = 0; at < text.Length; at++)
        {
            if (quote != '\0' && text[at] == '\\') at++;
            else if (quote == '\0' && text[at] is '"' or '\'') quote = text[at];
            else if (text[at] == quote) quote = '\0';
        }
        return quote != '\0';
    }
}
