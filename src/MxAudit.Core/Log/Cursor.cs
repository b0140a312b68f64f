using System.Runtime.CompilerServices;

namespace MxAudit.Log;

/// <summary>Reads bytes from left to right. What a method could not read stays unread.</summary>
internal ref struct Cursor(ReadOnlySpan<byte> text)
{
    public ReadOnlySpan<byte> Rest = text;

    public readonly bool AtEnd => Rest.IsEmpty;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Skip(ReadOnlySpan<byte> literal)
    {
        if (!Rest.StartsWith(literal)) return false;
        Rest = Rest[literal.Length..];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Skip(byte literal)
    {
        if (Rest.IsEmpty || Rest[0] != literal) return false;
        Rest = Rest[1..];
        return true;
    }

    /// <summary>Takes what stands before <paramref name="end"/> and skips the end itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TakeUntil(ReadOnlySpan<byte> end, out ReadOnlySpan<byte> taken)
    {
        var rest = Rest;
        int length = end.Length switch { 1 => Near.IndexOf(rest, end[0]), 2 => Near.IndexOfPair(rest, end), _ => rest.IndexOf(end) };
        if (length < 0) { taken = default; return false; }
        taken = rest[..length];
        Rest = rest[(length + end.Length)..];
        return true;
    }

    /// <summary>Takes a value up to <c>", "</c>, which is skipped, or to the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> TakeValue()
    {
        var rest = Rest;
        int comma = Near.IndexOf(rest, (byte)',');
        if (comma >= 0 && ((uint)(comma + 1) >= (uint)rest.Length || rest[comma + 1] != ' ')) comma = rest.IndexOf(", "u8);
        if (comma < 0) { Rest = default; return rest; }
        Rest = rest[(comma + 2)..];
        return rest[..comma];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TakeNumber(out long number)
    {
        var rest = Rest;
        long value = 0;
        int i = 0;
        uint digit;
        for (; (uint)i < (uint)rest.Length && i < 18 && (digit = (uint)(rest[i] - '0')) <= 9; i++) value = value * 10 + digit;
        number = value;
        Rest = rest[i..];
        return i > 0;
    }

    /// <summary>Seconds with decimals, as in <c>delay=6.1</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TakeSeconds(out float seconds)
    {
        bool any = TakeNumber(out long whole);
        seconds = whole;
        if (!any) return false;
        var rest = Rest;
        if (rest.IsEmpty || rest[0] != '.') return true;
        int decimals = 0, scale = 1, i = 1;
        for (; (uint)i < (uint)rest.Length && (uint)(rest[i] - '0') <= 9; i++)
            if (scale < 1_000_000) (decimals, scale) = (decimals * 10 + rest[i] - '0', scale * 10);
        seconds += (float)decimals / scale;
        Rest = rest[i..];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TakeDsn(out Dsn dsn)
    {
        var rest = Rest;
        // one digit each: nearly always
        if (rest.Length > 5 && rest[1] == '.' && rest[3] == '.' && rest[0] is (byte)'2' or (byte)'4' or (byte)'5' && IsDigit(rest[2])
            && IsDigit(rest[4]) && !IsDigit(rest[5]))
        {
            dsn = new Dsn((byte)(rest[0] - '0'), (ushort)(rest[2] - '0'), (ushort)(rest[4] - '0'));
            Rest = rest[5..];
            return true;
        }
        int length = ReadLongDsn(rest, out dsn);
        Rest = rest[length..];
        return length > 0;
    }

    /// <returns>The length of a code whose parts have several digits; 0 when it is none.</returns>
    private static int ReadLongDsn(ReadOnlySpan<byte> text, out Dsn dsn)
    {
        dsn = default;
        if (text.Length < 5 || text[1] != '.' || text[0] is not ((byte)'2' or (byte)'4' or (byte)'5')) return 0;
        var cursor = new Cursor(text[2..]);
        if (!cursor.TakeNumber(out long subject) || subject > 999 || !cursor.Skip((byte)'.') || !cursor.TakeNumber(out long detail) || detail > 999) return 0;
        dsn = new Dsn((byte)(text[0] - '0'), (ushort)subject, (ushort)detail);
        return text.Length - cursor.Rest.Length;
    }

    private static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    /// <summary>Takes an address up to its closing <c>&gt;</c>, which is skipped; quoted parts may hold anything.</summary>
    /// <remarks>Since 3.5 addresses are logged in external form: <c>&lt;"a&gt;b, c"@example.com&gt;</c> is one address (global/info_log_addr_form.c).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TakeAddress(out ReadOnlySpan<byte> address)
    {
        var rest = Rest;
        int end = Near.IndexOfAny(rest, (byte)'>', (byte)'"');
        if ((uint)end >= (uint)rest.Length || rest[end] == '"') end = EndOfQuotedAddress(rest, end);
        if (end < 0) { address = default; return false; }
        address = rest[..end];
        Rest = rest[(end + 1)..];
        return true;
    }

    /// <param name="at">Where the first quote is; -1: there is none, and no end either.</param>
    private static int EndOfQuotedAddress(ReadOnlySpan<byte> text, int at)
    {
        while (at >= 0 && text[at] == '"')
        {
            int close = EndOfQuoted(text, at);
            if (close < 0) return -1;
            int next = text[(close + 1)..].IndexOfAny((byte)'>', (byte)'"');
            at = next < 0 ? -1 : close + 1 + next;
        }
        return at;
    }

    /// <summary>
    /// Like <see cref="TakeAddress"/>, and the address must be one that Postfix writes: quoted from the beginning or without anything that needs quotes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TakeStrictAddress(out ReadOnlySpan<byte> address)
    {
        var rest = Rest;
        int end = Near.EndOfPlainAddress(rest);
        if (end < 0) end = EndOfStrictAddress(rest);
        if (end < 0) { address = default; return false; }
        address = rest[..end];
        Rest = rest[(end + 1)..];
        return true;
    }

    private static int EndOfStrictAddress(ReadOnlySpan<byte> text)
    {
        var cursor = new Cursor(text);
        if (!cursor.TakeAddress(out var address)) return -1;
        var plain = address;
        if (!plain.IsEmpty && plain[0] == '"')
        {
            int close = EndOfQuoted(plain, 0);
            plain = close < 0 ? plain : plain[(close + 1)..];
        }
        return plain.IndexOfAny(NeedsQuotes) < 0 ? address.Length : -1;
    }

    private static readonly System.Buffers.SearchValues<byte> NeedsQuotes = System.Buffers.SearchValues.Create("\"<; \\"u8);

    private static int EndOfQuoted(ReadOnlySpan<byte> text, int open)
    {
        int i = open + 1;
        while (i < text.Length)
        {
            int next = text[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return -1;
            i += next;
            if (text[i] == '"') return i;
            i += 2;
        }
        return -1;
    }
}
