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
    public bool TakeUntil(ReadOnlySpan<byte> end, out ReadOnlySpan<byte> taken)
    {
        int length = end.Length switch { 1 => Near.IndexOf(Rest, end[0]), 2 => Near.IndexOfPair(Rest, end), _ => Rest.IndexOf(end) };
        if (length < 0) { taken = default; return false; }
        taken = Rest[..length];
        Rest = Rest[(length + end.Length)..];
        return true;
    }

    /// <summary>Takes a value up to <c>", "</c>, which is skipped, or to the end.</summary>
    public ReadOnlySpan<byte> TakeValue()
    {
        var rest = Rest;
        int from = 0;
        while (true)
        {
            int comma = Near.IndexOf(rest[from..], (byte)',');
            if (comma < 0) { Rest = default; return rest; }
            comma += from;
            if (comma + 1 < rest.Length && rest[comma + 1] == ' ')
            {
                Rest = rest[(comma + 2)..];
                return rest[..comma];
            }
            from = comma + 1;
        }
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
    public bool TakeSeconds(out float seconds)
    {
        bool any = TakeNumber(out long whole);
        seconds = whole;
        if (!any) return false;
        if (!Rest.IsEmpty && Rest[0] == '.')
        {
            float scale = 0.1f;
            int i = 1;
            for (; i < Rest.Length && (uint)(Rest[i] - '0') <= 9; i++, scale *= 0.1f) seconds += (Rest[i] - '0') * scale;
            Rest = Rest[i..];
        }
        return true;
    }

    public bool TakeDsn(out Dsn dsn)
    {
        dsn = default;
        var rest = Rest;
        if (rest.Length < 5 || rest[1] != '.' || rest[0] is not ((byte)'2' or (byte)'4' or (byte)'5')) return false;
        if (rest.Length > 5 && rest[3] == '.' && IsDigit(rest[2]) && IsDigit(rest[4]) && !IsDigit(rest[5])) // one digit each: nearly always
        {
            dsn = new Dsn((byte)(rest[0] - '0'), (ushort)(rest[2] - '0'), (ushort)(rest[4] - '0'));
            Rest = rest[5..];
            return true;
        }
        var cursor = new Cursor(rest[2..]);
        if (!cursor.TakeNumber(out long subject) || subject > 999 || !cursor.Skip((byte)'.') || !cursor.TakeNumber(out long detail) || detail > 999) return false;
        dsn = new Dsn((byte)(rest[0] - '0'), (ushort)subject, (ushort)detail);
        Rest = cursor.Rest;
        return true;
    }

    private static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    /// <summary>Takes an address up to its closing <c>&gt;</c>, which is skipped; quoted parts may hold anything.</summary>
    /// <remarks>Since 3.5 addresses are logged in external form: <c>&lt;"a&gt;b, c"@example.com&gt;</c> is one address (global/info_log_addr_form.c).</remarks>
    public bool TakeAddress(out ReadOnlySpan<byte> address)
    {
        var rest = Rest;
        int at = Near.IndexOfAny(rest, (byte)'>', (byte)'"');
        while (at >= 0 && rest[at] == '"')
        {
            int close = EndOfQuoted(rest, at);
            if (close < 0) break;
            int next = rest[(close + 1)..].IndexOfAny((byte)'>', (byte)'"');
            at = next < 0 ? -1 : close + 1 + next;
        }
        if (at < 0 || rest[at] != '>') { address = default; return false; }
        address = rest[..at];
        Rest = rest[(at + 1)..];
        return true;
    }

    /// <summary>Like <see cref="TakeAddress"/>, and the address must be one that Postfix writes: quoted from the beginning or without anything that needs quotes.</summary>
    public bool TakeStrictAddress(out ReadOnlySpan<byte> address)
    {
        var before = Rest;
        int end = Near.EndOfPlainAddress(before);
        if (end >= 0)
        {
            address = before[..end];
            Rest = before[(end + 1)..];
            return true;
        }
        if (!TakeAddress(out address)) return false;
        var plain = address;
        if (!plain.IsEmpty && plain[0] == '"')
        {
            int close = EndOfQuoted(plain, 0);
            plain = close < 0 ? plain : plain[(close + 1)..];
        }
        if (plain.IndexOfAny(NeedsQuotes) < 0) return true;
        Rest = before;
        return false;
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
