namespace MxAudit.Log;

/// <summary>
/// One line of <c>time="2026-11-22T16:05:46Z" level=info msg="postfix/smtpd[123]: …"</c>, as programs that start others write what these say.
/// </summary>
internal static class LogfmtRecord
{
    /// <param name="message">What the value of <c>msg</c> or <c>message</c> stands for, in <paramref name="scratch"/>.</param>
    /// <param name="stamp">The value of <c>time</c>, <c>ts</c> or <c>timestamp</c>; empty where there is none.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, ref byte[] scratch, out ReadOnlySpan<byte> message, out ReadOnlySpan<byte> stamp)
    {
        message = stamp = default;
        if (scratch.Length < line.Length) scratch = Scratch.Of(line.Length * 2);
        bool hasMessage = false;
        for (var rest = line; !rest.IsEmpty; rest = rest.TrimStart((byte)' '))
        {
            int equals = rest.IndexOfAny("= \""u8);
            if (equals <= 0 || rest[equals] != '=' || rest[..equals].IndexOfAnyExcept(KeyBytes) >= 0) return false;
            var key = rest[..equals];
            int length = LengthOfValue(rest[(equals + 1)..]);
            if (length < 0) return false;
            var value = rest.Slice(equals + 1, length);
            rest = rest[(equals + 1 + length)..];
            if (!rest.IsEmpty && rest[0] != ' ') return false;
            if (key.SequenceEqual("msg"u8) || key.SequenceEqual("message"u8))
            {
                message = scratch.AsSpan(0, Unquote(value, scratch));
                hasMessage = true;
            }
            else if (key.SequenceEqual("time"u8) || key.SequenceEqual("ts"u8) || key.SequenceEqual("timestamp"u8)) stamp = value.Trim((byte)'"');
        }
        return hasMessage;
    }

    private static readonly System.Buffers.SearchValues<byte> KeyBytes =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@-"u8);

    /// <returns>-1: quotes that nothing closes, or within a word.</returns>
    private static int LengthOfValue(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '"') return text.IndexOfAny(" \""u8) switch { < 0 => text.Length, var end => text[end] == ' ' ? end : -1 };
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i + 1;
            if (text[i] == '\\') i++;
        }
        return -1;
    }

    /// <summary>Line ends and tabs become blanks; behind other backslashes stands what is meant.</summary>
    private static int Unquote(ReadOnlySpan<byte> value, Span<byte> into)
    {
        if (value.IsEmpty || value[0] != '"') { value.CopyTo(into); return value.Length; }
        int used = 0;
        for (int i = 1; i < value.Length - 1; i++)
            into[used++] = value[i] != '\\' ? value[i] : value[++i] is (byte)'n' or (byte)'r' or (byte)'t' ? (byte)' ' : value[i];
        return used;
    }
}
