using MxAudit.Input;
using MxAudit.Log.Grammar;
using Sprache;

namespace MxAudit.Log;

/// <summary>What <see cref="LineGrammar"/> makes of a line: kind and named fields, in the order of the line.</summary>
public sealed record ReadLine(EventKind Kind, IReadOnlyList<(string Name, string Text)> Fields);

/// <summary>Says what a line of the log is, written from Postfix's own format strings: slow, and easy to check.</summary>
/// <remarks>
/// <see cref="LineScanner"/> reads the same lines some hundred times faster; a test holds the two against each other. Where a line
/// fits neither, <see cref="Explain"/> tells how far it fitted. A line is text of one character per byte (Latin-1), so that columns
/// are bytes. JSON records are not the grammar's: they are decoded before.
/// </remarks>
public static class LineGrammar
{
    /// <summary>
    /// Longer lines are read up to here. Postfix cuts its text at 2,000 bytes (util/msg_syslog.c); the limit also keeps nesting from the stack.
    /// </summary>
    public const int LongestLine = 8 * 1024;

    /// <summary>The whole of a line.</summary>
    private static readonly Parser<ReadLine> Line =
        LossGrammar.LostLines.Or(RepeatedGrammar.LastRepeated).Or(HeaderGrammar.PutBack).Select(said => new ReadLine(said.Kind, said.Fields)).Or(
            from header in HeaderGrammar.Header
            from said in MessageGrammar.OptionallyRepeated(header.Daemon)
            select new ReadLine(said.Kind, [.. header.Fields(said.Repeats), .. said.Fields]));

    public static ReadLine Read(string line) => Read(Limited(line).TrimStart('\0'), mayBeWrapped: true);

    private static ReadLine Read(string line, bool mayBeWrapped)
    {
        var read = Line.ReadFrom(line);
        if (read.WasSuccessful) return read.Value;
        var header = HeaderGrammar.Header.ReadFrom(line);
        if (!header.WasSuccessful && mayBeWrapped && Unwrapped(line) is { } plain) return Read(plain, mayBeWrapped: false);
        if (header.WasSuccessful) return new ReadLine(EventKind.Unread, header.Value.Fields(MessageGrammar.RepeatsOf(line[header.Remainder.Position..])));
        return new ReadLine(HeaderGrammar.HasPrefix(line) || !SpeaksOfPostfix(line) ? EventKind.NotPostfix : EventKind.Unread, []);
    }

    /// <summary>Tells people why a line was not read: at which column what was expected.</summary>
    public static string Explain(string line)
    {
        line = Limited(line);
        if (!HeaderGrammar.Header.ReadFrom(line).WasSuccessful && Unwrapped(line) is { } plain) line = plain;
        if (line.StartsWith('{')) return "column 1: a JSON record without a message that can be read";
        var header = HeaderGrammar.Header.ReadFrom(line);
        if (!header.WasSuccessful)
            return HeaderGrammar.TagColumn(line) is { } tag ? Told(line, "the tag of a program of Postfix", tag) : Told(line, "a prefix", 0);
        string message = line[header.Remainder.Position..];
        var said = MessageGrammar.OptionallyRepeated(header.Value.Daemon).ReadFrom(message);
        return said.WasSuccessful ? $"read as {said.Value.Kind}" : Told(line, said, header.Remainder.Position);
    }

    private static string Told<T>(string line, IResult<T> failed, int before)
    {
        string expected = string.Join(" or ", failed.Expectations.Where(one => one.Length > 0).Distinct().Take(6));
        return Told(line, expected.Length > 0 ? expected : "something else", before + failed.Remainder.Position);
    }

    private static string Told(string line, string expected, int column)
    {
        column = Math.Min(column, line.Length);
        string found = column == line.Length ? "the end of the line" : $"\"{line[column..Math.Min(line.Length, column + 24)]}\"";
        return $"column {column + 1}: expected {expected}, found {found}";
    }

    /// <summary>
    /// The line itself, where colours are in the way of its prefix or its tag, or where it stands in a record; null where it is not wrapped so.
    /// </summary>
    private static string? Unwrapped(string line)
    {
        bool hasPrefix = HeaderGrammar.HasPrefix(line);
        if (hasPrefix && !(HeaderGrammar.TagColumn(line) is { } tag && tag < line.Length && line[tag] == '\u001b')) return null;
        return ColourGrammar.Without(line) ?? (hasPrefix ? null : LogfmtGrammar.MessageIn(line));
    }

    private static string Limited(string line) => line.Length <= LongestLine ? line : line[..LongestLine];

    /// <summary>No header was read, but the line claims to be of Postfix: it counts among the unread.</summary>
    private static bool SpeaksOfPostfix(string line) => line.AsSpan(0, Math.Min(line.Length, 300)).Contains("postfix/", StringComparison.Ordinal);
}
