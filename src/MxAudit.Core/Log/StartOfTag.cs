using System.Buffers;
using System.Runtime.CompilerServices;

namespace MxAudit.Log;

/// <summary>Where the tag begins, behind all that may stand between it and the stamp.</summary>
internal static class StartOfTag
{
    /// <summary>Behind the priority, the host and again the priority, of which each may be missing.</summary>
    /// <returns>-1: there is one word, or none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int In(ReadOnlySpan<byte> rest, scoped ref ReadOnlySpan<byte> host)
    {
        int start = SyslogPriority.LengthIn(rest);
        if (start > 0 && rest[0] != '<') return start; // OpenWrt
        int length = rest[start..].IndexOf((byte)' ');
        if (length < 0) return -1;
        if (length == 0) return BehindMoreBlanks(rest, start, ref host);
        return BehindHost(rest, start, length, ref host);
    }

    /// <summary>The same for the few lines that ask twice.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Again(ReadOnlySpan<byte> rest, scoped ref ReadOnlySpan<byte> host) => In(rest, ref host);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BehindHost(ReadOnlySpan<byte> rest, int start, int length, scoped ref ReadOnlySpan<byte> host)
    {
        if (rest[start + length - 1] == ':') return start; // no host: the tag itself
        host = rest.Slice(start, length);
        int behind = start + length + 1;
        return behind + SyslogPriority.LengthIn(rest[behind..]);
    }

    /// <summary><c>192.0.2.1</c>, <c>2001:db8::1</c></summary>
    public static bool IsAddress(ReadOnlySpan<byte> host) =>
        host.IndexOfAnyExcept(OfIpv4) < 0 ? host.Count((byte)'.') == 3 && host[0] != '.' && host[^1] != '.' && host.IndexOf(".."u8) < 0
            : host.IndexOfAnyExcept(OfIpv6) < 0 && host.Count((byte)':') >= 2;

    private static readonly SearchValues<byte> OfIpv4 = SearchValues.Create("0123456789."u8), OfIpv6 = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Several blanks stand behind the stamp, or behind the priority that follows it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int BehindMoreBlanks(ReadOnlySpan<byte> rest, int start, scoped ref ReadOnlySpan<byte> host)
    {
        int blanks = rest[start..].IndexOfAnyExcept((byte)' ');
        if (blanks < 0) return -1;
        int at = start + blanks;
        if (start == 0) return Again(rest[at..], ref host) is >= 0 and var tag ? at + tag : -1;
        int length = rest[at..].IndexOf((byte)' ');
        return length < 0 ? -1 : BehindHost(rest, at, length, ref host);
    }

    /// <summary>Several blanks stand behind the host, or around the priority that follows it.</summary>
    /// <returns>0: nothing else follows.</returns>
    public static int BehindBlanks(ReadOnlySpan<byte> text)
    {
        int at = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            int blanks = text[at..].IndexOfAnyExcept((byte)' ');
            if (blanks < 0) return 0;
            at += blanks;
            if (pass == 0) at += SyslogPriority.LengthIn(text[at..]);
        }
        return at;
    }
}
