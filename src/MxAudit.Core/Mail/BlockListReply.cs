using System.Buffers;
using System.Text;

namespace MxAudit.Mail;

/// <summary>
/// What a DNS block list says of its own trouble, and not of the client. smtpd takes any answer of it for a listing, and refuses whoever was asked about.
/// </summary>
internal static class BlockListReply
{
    private const int Trouble = 1, End = 2, LongestRead = 256;

    private static readonly WordTree Words = new();
    private static readonly SearchValues<byte> OfNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"u8);

    static BlockListReply()
    {
        Words.Add("query refused"u8, Trouble);
        Words.Add("spamhaus.org/returnc/"u8, Trouble);
        Words.Add("list shut down"u8, End);
        Words.Add("been shut down"u8, End);
        Words.Add("been discontinued"u8, End);
        Words.Add("list is dead"u8, End);
        Words.Add("please stop using"u8, End);
    }

    /// <summary>
    /// The list of <c>… blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/</c>; else empty.
    /// </summary>
    public static ReadOnlySpan<byte> ListInTrouble(ReadOnlySpan<byte> reply)
    {
        var rest = BehindWhat(reply);
        int end = rest.IndexOf("; "u8);
        return end > 0 && IsTrouble(rest[(end + 2)..]) && IsName(rest[..end]) ? rest[..end] : default;
    }

    /// <summary>What it says behind its name; empty: nothing.</summary>
    public static ReadOnlySpan<byte> SaidIn(ReadOnlySpan<byte> reply)
    {
        var rest = BehindWhat(reply);
        int end = rest.IndexOf("; "u8);
        return end > 0 ? rest[(end + 2)..] : default;
    }

    /// <summary>A stranger's address may have these words in it, and stands before them, in brackets.</summary>
    private static ReadOnlySpan<byte> BehindWhat(ReadOnlySpan<byte> reply)
    {
        int what = reply.LastIndexOf("] blocked using "u8);
        return what < 0 ? default : reply[(what + "] blocked using "u8.Length)..];
    }

    /// <summary>postscreen's, which has no more behind it. Where the name has a key, postscreen_dnsbl_reply_map shows the public one.</summary>
    public static bool Names(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> list)
    {
        var named = BehindWhat(reply);
        return named.Length == list.Length ? Ascii.EqualsIgnoreCase(named, list) : ZoneOf(named) is { IsEmpty: false } zone && zone.SequenceEqual(ZoneOf(list));
    }

    /// <summary>Of Spamhaus: <c>zen</c>, also of <c>KEY.zen.dq.spamhaus.net</c>; empty: of others.</summary>
    private static ReadOnlySpan<byte> ZoneOf(ReadOnlySpan<byte> list)
    {
        var zone = list.EndsWith(".spamhaus.org"u8) ? list[..^".spamhaus.org".Length]
            : list.EndsWith(".dq.spamhaus.net"u8) ? list[..^".dq.spamhaus.net".Length] : default;
        return zone[(zone.LastIndexOf((byte)'.') + 1)..];
    }

    /// <summary>Nothing but a name gets into a command.</summary>
    public static bool IsName(ReadOnlySpan<byte> list) => !list.IsEmpty && list[0] != '-' && list.IndexOfAnyExcept(OfNames) < 0;

    /// <summary>Of Spamhaus, URIBL, and of lists that were shut down. A listing has words about the client, or the address of a page about it.</summary>
    private static bool IsTrouble(ReadOnlySpan<byte> said) =>
        said.StartsWith("http"u8) ? said.IndexOf("spamhaus.org/returnc/"u8) >= 0 : said.StartsWith("Error: "u8) || MarksOf(said) != 0;

    /// <summary>The list was given up, and lists everybody so that nobody asks any more.</summary>
    public static bool SaysEnd(ReadOnlySpan<byte> said) => (MarksOf(said) & End) != 0;

    private static int MarksOf(ReadOnlySpan<byte> said)
    {
        Span<byte> lower = stackalloc byte[LongestRead];
        if (said.Length > LongestRead) said = said[..LongestRead];
        for (int i = 0; i < said.Length; i++) lower[i] = said[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(said[i] | 0x20) : said[i];
        return Words.MarksIn(lower[..said.Length]);
    }
}
