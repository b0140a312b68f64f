namespace MxAudit.Log;

/// <summary>What a syslogd writes in place of lines that are equal to the one before, which it has written: the number is how often it came again.</summary>
/// <remarks>
/// Where the tag would stand: <c>last message repeated 3 times</c> of BSD, Solaris and old Linux, <c>last message buffered 3 times</c> of sysklogd 2, and
/// <c>--- last message repeated 1 time ---</c> of macOS, which names no host and once wrote a colon behind the stamp. Behind the tag of the line that came
/// again: <c>last message repeated 3 times</c> of rsyslog before 7, with or without a host, and
/// <c>Last message 'NOQUEUE: reject: RCP' repeated 3 times, suppressed by syslog-ng on mx2</c>.
/// </remarks>
internal static class RepeatedLines
{
    /// <summary>Where the tag would stand.</summary>
    /// <param name="host">The word before it. Where no host is named, that is the first word of the message itself.</param>
    public static bool TryRead(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> host, Origins origins, scoped ref LogEvent happened)
    {
        if (tag is not [(byte)'l' or (byte)'L' or (byte)'m' or (byte)'-', ..]) return false;
        int times = host.SequenceEqual("last"u8) ? TimesBehindLast(tag) : 0;
        bool hostMissing = times > 0 || host.IsEmpty || host.SequenceEqual("---"u8);
        if (times == 0) times = TimesIn(tag);
        if (times == 0) return false;
        Tell(times, ref happened);
        happened.Origin = hostMissing ? Origins.None : origins.NumberOfHost(host);
        return true;
    }

    /// <summary>Mac OS X before 10.9: <c>Jan 22 07:54:32: --- last message repeated 5 times ---</c></summary>
    public static bool TryReadBehindColon(ReadOnlySpan<byte> line, scoped ref LogEvent happened)
    {
        const int stamp = 15;
        if (line.Length < stamp || !line[stamp..].StartsWith(": --- "u8) || TimesIn(line[(stamp + 2)..]) is not (> 0 and var times)) return false;
        Tell(times, ref happened);
        return true;
    }

    /// <summary>The daemon's tag stands before it.</summary>
    public static bool TryReadMessage(ReadOnlySpan<byte> message, scoped ref LogEvent happened)
    {
        if (message is not [(byte)'l' or (byte)'L', ..] || TimesIn(message) is not (> 0 and var times)) return false;
        Tell(times, ref happened);
        return true;
    }

    private static void Tell(int times, scoped ref LogEvent happened) => (happened.Kind, happened.Repeats) = (EventKind.RepeatedLast, times);

    private static int TimesIn(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("Last message '"u8))
            return text.LastIndexOf("' repeated "u8) is > 0 and var end && text.IndexOf(" times, suppressed by syslog-ng on "u8) > end
                ? NumberAt(text[(end + "' repeated ".Length)..]) : 0;
        if (text.StartsWith("--- "u8)) text = text[4..];
        return text.StartsWith("last "u8) ? TimesBehindLast(text[5..]) : 0;
    }

    private static int TimesBehindLast(ReadOnlySpan<byte> text) =>
        text.StartsWith("message repeated "u8) || text.StartsWith("message buffered "u8) ? NumberAt(text["message repeated ".Length..]) : 0;

    private static int NumberAt(ReadOnlySpan<byte> text) => new Cursor(text).TakeNumber(out long times) && times is >= 1 and <= int.MaxValue ? (int)times : 0;
}
