using System.Text;
using MxAudit.Log;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>Text for people, line by line. Whatever could steer a terminal is shown, not sent, wherever it came from; only the page itself colours.</summary>
/// <param name="columns">Of the terminal that shows it; null: not known.</param>
public sealed class Page(TextWriter writer, bool colour = false, bool ascii = false, int? columns = null)
{
    /// <summary>Columns of a paragraph: no more are read well, and fewer are no paragraph.</summary>
    private const int Widest = 100, Narrowest = 40;

    /// <summary>Characters. Most lines of a log have some 300.</summary>
    private const int LongestQuote = 2000;
    private const string Reset = "\x1b[0m";

    /// <summary>Writes one line; a line end within the text begins another with the same indent.</summary>
    public void Line(string text = "", int indent = 0)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0) writer.Write(new string(' ', indent));
            writer.Write(Clean(line));
            writer.Write('\n');
        }
    }

    /// <summary>
    /// What shows something: where it stands, and the text there. One of many kilobytes is cut, and says so; JSON and the tables have it whole.
    /// </summary>
    public void Quote(string place, string text, int indent)
    {
        if (text.Length > LongestQuote)
            text = $"{text[..(char.IsHighSurrogate(text[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote)]} … ({Phrases.Count(text.Length, "character")})";
        Line(place.Length > 0 ? $"{place}: {text}" : text, indent);
    }

    /// <summary>A line with the severity in its middle, as a word and, if wanted, in its colour.</summary>
    public void SeverityLine(string before, Severity severity, string after)
    {
        string word = Mail.Wording.Of(severity);
        writer.Write(Clean(before));
        writer.Write(colour ? ColourOf(severity) + word + Reset : word);
        writer.Write(Clean(after));
        writer.Write('\n');
    }

    /// <summary>A line that heads a part.</summary>
    public void Heading(string text)
    {
        writer.Write(colour ? $"\x1b[1m{Clean(text)}{Reset}" : Clean(text));
        writer.Write('\n');
    }

    /// <summary>A paragraph, filled to a width that reads well and that the terminal has.</summary>
    /// <param name="mark">Stands before its first line; the others are indented as far.</param>
    public void Paragraph(string text, int indent = 0, string mark = "")
    {
        int width = Math.Clamp(columns ?? Widest, Narrowest, Widest);
        var line = new StringBuilder();
        void End()
        {
            Line(mark + line, indent);
            (mark, line) = (new string(' ', mark.Length), line.Clear());
        }
        foreach (string word in text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent + mark.Length + line.Length + 1 + word.Length > width) End();
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        if (line.Length > 0) End();
    }

    private static string ColourOf(Severity severity) => severity switch
    {
        Severity.Critical => "\x1b[1;31m",
        Severity.High => "\x1b[31m",
        Severity.Medium => "\x1b[33m",
        Severity.Low => "\x1b[36m",
        _ => "\x1b[2m",
    };

    /// <summary>Text for any format: what could steer a terminal or break a line is shown as <c>\xNN</c>.</summary>
    public static string Plain(string text) => Clean(text, ascii: false);

    private string Clean(string text) => Clean(text, ascii);

    private static string Clean(string text, bool ascii)
    {
        foreach (char c in text)
            if (PlainText.IsUnsafe(c) || (ascii && c > '~')) return Replaced(text, ascii);
        return text;
    }

    private static string Replaced(string text, bool ascii)
    {
        var clean = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (c == '\t') clean.Append(' ');
            else if (PlainText.IsUnsafe(c)) clean.Append(c < 256 ? $"\\x{(int)c:X2}" : $"\\u{(int)c:X4}");
            else if (!ascii || c <= '~') clean.Append(c);
            else
                clean.Append(c switch
                {
                    '…' => "...",
                    '–' => "-",
                    '—' => "--",
                    '→' => "->",
                    '“' or '”' => "\"",
                    '‘' or '’' => "'",
                    '×' => "x",
                    '≥' => ">=",
                    '≤' => "<=",
                    _ => $"\\u{(int)c:X4}",
                });
        }
        return clean.ToString();
    }
}
