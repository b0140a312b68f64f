namespace MxAudit.Tables;

/// <summary>What may be written where the cursor stands.</summary>
/// <param name="Start">Where the word begins that is being written; it is replaced by one of the words.</param>
public sealed record FilterCompletion(int Start, IReadOnlyList<string> Words)
{
    private static readonly string[] Keywords = ["and", "or", "not", "since", "until"];
    private static readonly string[] Flags = ["yes", "no", "unknown"];
    private static readonly string[] Moments = ["1h", "24h", "7d", "today", "yesterday"];
    private static readonly string[] Lengths = ["1m", "15m", "1h", "1d"];
    private static readonly string[] Sizes = ["100kB", "1MB", "10MB"];

    /// <summary>Columns and keywords where a term begins; where a value does, flags, moments, and what the column has; else nothing.</summary>
    /// <param name="valuesOf">What a column of text has, by its number; the likeliest first. Null: that is not known.</param>
    public static FilterCompletion At(string text, int position, Table table, Func<int, IEnumerable<string>>? valuesOf = null)
    {
        int start = position;
        while (start > 0 && IsPartOfWord(text[start - 1])) start--;
        if (IsQuoted(text.AsSpan(0, start))) return new FilterCompletion(position, []);
        if (ValueAt(text, position) is var value && value >= 0) start = value;
        else if (start > 0 && !EndsWord(text[start - 1])) return new FilterCompletion(position, []);
        var choice = ChoiceBehind(text.AsSpan(0, start).TrimEnd(), table, valuesOf);
        string begun = text[start..position];
        return new FilterCompletion(start, [.. choice.Where(word => word.StartsWith(begun, StringComparison.OrdinalIgnoreCase) && word.Length > begun.Length)]);
    }

    /// <summary>Whether a value is being written, and not the beginning of a term: there one word is as good as another.</summary>
    public static bool IsValue(string text, int position) =>
        ValueAt(text, position) >= 0 || LastWord(text.AsSpan(0, position).TrimEnd()).ToLowerInvariant() is "since" or "until";

    /// <summary>Where the value of a comparison begins that is being written; -1: none is. It may have more signs in it than a word.</summary>
    private static int ValueAt(string text, int position)
    {
        int start = position;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1]) && text[start - 1] is not ('=' or '<' or '>' or '~' or '(' or ')' or '"' or '\'')) start--;
        return start > 0 && text[start - 1] is ('=' or '<' or '>' or '~') ? start : -1;
    }

    private static IEnumerable<string> ChoiceBehind(ReadOnlySpan<char> before, Table table, Func<int, IEnumerable<string>>? valuesOf)
    {
        if (before.Length > 0 && before[^1] is ('=' or '<' or '>' or '~'))
        {
            int column = table.IndexOf(LastWord(before.TrimEnd("=<>~! ")));
            return column < 0 ? [] : table.Kinds[column] switch
            {
                ColumnKind.Flag => Flags,
                ColumnKind.Time => Moments,
                ColumnKind.Duration => Lengths,
                ColumnKind.Size => Sizes,
                ColumnKind.Text => valuesOf?.Invoke(column).Select(Filter.ValueFor) ?? [],
                _ => [],
            };
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

    private static bool EndsWord(char c) => char.IsWhiteSpace(c) || c is '(' or ')' or '"' or '\'';

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
