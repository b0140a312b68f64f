using System.Text;

namespace MxAudit.Log;

/// <summary>The one place where bytes of the log become text. Strangers wrote them: whatever could steer a terminal is shown, not sent.</summary>
public static class PlainText
{
    private static readonly UTF8Encoding Utf8 = new(false, false);

    /// <summary>
    /// UTF-8 with U+FFFD for what is none; controls (C0, C1, DEL), line and paragraph separators and bidirectional marks as <c>\xNN</c> or <c>\uNNNN</c>.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0) return Encoding.Latin1.GetString(bytes); // nearly always plain ASCII
        string text = Utf8.GetString(bytes);
        foreach (char c in text)
            if (IsUnsafe(c)) return Shown(text);
        return text;
    }

    public static bool IsUnsafe(char c) =>
        c < ' ' || (c >= '\x7f' && c <= '\x9f') || c is '\u061c' or '\u200e' or '\u200f' or '\ufeff' || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');

    private static string Shown(string text)
    {
        var shown = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (!IsUnsafe(c)) shown.Append(c);
            else if (c < 256) shown.Append("\\x").Append(((int)c).ToString("X2"));
            else shown.Append("\\u").Append(((int)c).ToString("X4"));
        }
        return shown.ToString();
    }
}
