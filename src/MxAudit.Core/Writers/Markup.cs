using System.Text;
using MxAudit.Log;

namespace MxAudit.Writers;

/// <summary>Text in HTML and in Markdown. Strangers wrote part of it: it stays text.</summary>
public static class Markup
{
    /// <summary>For elements and for attributes in either quote; what could steer a terminal or turn the reading direction is shown as <c>\uNNNN</c>.</summary>
    public static string Html(string text)
    {
        var safe = new StringBuilder(text.Length + 16);
        foreach (char c in text)
            safe.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\n' => "\n",
                _ when PlainText.IsUnsafe(c) || char.IsSurrogate(c) || c >= '\ufffe' => $"\\u{(int)c:X4}",
                _ => c.ToString(),
            });
        return safe.ToString();
    }

    /// <summary>One line; what Markdown or HTML would take for a sign is escaped.</summary>
    public static string Markdown(string text)
    {
        var safe = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (c is '\n' or '\t') safe.Append(' ');
            else if (PlainText.IsUnsafe(c)) safe.Append($"\\\\u{(int)c:X4}");
            else if (c is '<') safe.Append("&lt;");
            else if (c is '&') safe.Append("&amp;");
            else if (@"\`*_[]|#~!>".Contains(c)) safe.Append('\\').Append(c);
            else safe.Append(c);
        }
        return safe.ToString();
    }

    /// <summary>Lines as they are, in a fence that is longer than any run of backticks in them.</summary>
    public static string Fenced(IEnumerable<string> lines)
    {
        string text = string.Join('\n', lines.Select(line => string.Concat(line.Select(c => PlainText.IsUnsafe(c) ? $"\\u{(int)c:X4}" : c.ToString()))));
        int longest = 0, run = 0;
        foreach (char c in text) longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        string fence = new('`', Math.Max(3, longest + 1));
        return $"{fence}text\n{text}\n{fence}\n";
    }
}
