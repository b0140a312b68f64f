using System.Text;

namespace MxAudit.Config.Syntax;

/// <summary>Several lines of a file that Postfix reads as one, and the number of the first.</summary>
internal readonly record struct LogicalLine(string Text, int Line, bool IsContinued);

/// <summary>
/// util/readlline.c: a line that begins with whitespace continues the one before. Empty lines and comments are skipped, inside a
/// continued value too, and do not end it. A <c>#</c> further right is an ordinary character.
/// </summary>
internal static class LogicalLines
{
    internal static List<LogicalLine> Of(string text, string source, ICollection<ConfigRemark> remarks)
    {
        var lines = new List<LogicalLine>();
        var joined = new StringBuilder();
        int number = 0, first = 0;
        bool isContinued = false;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan(range).TrimEnd('\r');
            int begin = line.IndexOfAnyExcept(TextGrammar.BlankCharacters);
            if (begin < 0 || line[begin] == '#') continue;
            if (begin > 0)
            {
                if (first > 0)
                {
                    joined.Append(line);
                    isContinued = true;
                }
                else
                    remarks.Add(new ConfigRemark(ConfigRemarkKind.LeadingWhitespace, source, "The first line begins with whitespace: Postfix ignores it.",
                        new Place(source, number)));
                continue;
            }
            if (first > 0) lines.Add(new LogicalLine(joined.ToString(), first, isContinued));
            joined.Clear().Append(line);
            (first, isContinued) = (number, false);
        }
        if (first > 0) lines.Add(new LogicalLine(joined.ToString(), first, isContinued));
        return lines;
    }
}
