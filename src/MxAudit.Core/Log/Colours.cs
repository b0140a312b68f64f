namespace MxAudit.Log;

/// <summary>
/// Colours for a terminal that ended up in a log: of docker-compose, grc, <c>grep --color</c>, journalctl. Postfix itself writes no control characters.
/// </summary>
internal static class Colours
{
    private const byte Escape = 0x1b;

    /// <summary>The text without them, in <paramref name="scratch"/>; empty where there are none.</summary>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> text, ref byte[] scratch)
    {
        if (text.IndexOf(Escape) < 0) return default;
        if (scratch.Length < text.Length) scratch = Scratch.Of(text.Length * 2);
        int used = 0, at = 0;
        while (at < text.Length)
        {
            if (text[at] == Escape && LengthOf(text[at..]) is > 0 and var length) at += length;
            else scratch[used++] = text[at++];
        }
        return used == text.Length ? default : scratch.AsSpan(0, used);
    }

    /// <summary><c>ESC [ 0 ; 36 m</c>, and grep's <c>ESC [ K</c>; 0 when it is neither.</summary>
    private static int LengthOf(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || text[1] != '[') return 0;
        int at = 2;
        while (at < text.Length && (text[at] == ';' || (uint)(text[at] - '0') <= 9)) at++;
        return at < text.Length && text[at] is (byte)'m' or (byte)'K' ? at + 1 : 0;
    }
}
