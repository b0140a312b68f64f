namespace MxAudit.Log;

/// <summary>
/// Facility and severity, where a syslogd writes them beside the host: <c>mx2 mail.info postfix/smtpd[1]: </c> (busybox; AIX has a colon),
/// <c>&lt;mail.info&gt; mx2 postfix/…</c> (FreeBSD -v), <c>mail.info postfix/…</c> (OpenWrt), <c>INFO    postfix/…</c> (templates of containers).
/// </summary>
internal static class SyslogPriority
{
    /// <returns>The length with the blanks behind it; 0 when the text begins with something else, such as a host.</returns>
    public static int LengthIn(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)' ');
        if (end < 3) return 0;
        var word = text[..end];
        if (word[0] == '<' && word[^1] == '>') return IsPriority(word[1..^1]) ? end + 1 : 0;
        if (IsPriority(word)) return end + 1;
        if (!IsSeverity(word, capital: true)) return 0;
        while (end < text.Length && text[end] == ' ') end++;
        return end;
    }

    public static bool IsPriority(ReadOnlySpan<byte> word)
    {
        int dot = word.IndexOfAny((byte)'.', (byte)':');
        if (dot < 0) return false;
        var facility = word[..dot];
        bool isFacility = facility.SequenceEqual("mail"u8) || facility.SequenceEqual("daemon"u8) || facility.SequenceEqual("user"u8)
            || facility.SequenceEqual("syslog"u8)
            || (facility.Length == 6 && facility.StartsWith("local"u8) && (uint)(facility[5] - '0') <= 7) || facility.SequenceEqual("2"u8);
        return isFacility && (IsSeverity(word[(dot + 1)..], capital: false) || (word.Length == dot + 2 && (uint)(word[dot + 1] - '0') <= 7));
    }

    private static bool IsSeverity(ReadOnlySpan<byte> word, bool capital)
    {
        if (word.Length is < 3 or > 7) return false;
        Span<byte> small = stackalloc byte[word.Length];
        for (int i = 0; i < word.Length; i++)
        {
            if (capital ? word[i] is < (byte)'A' or > (byte)'Z' : word[i] is < (byte)'a' or > (byte)'z') return false;
            small[i] = (byte)(word[i] | 0x20);
        }
        return small.SequenceEqual("info"u8) || small.SequenceEqual("notice"u8) || small.SequenceEqual("warning"u8) || small.SequenceEqual("warn"u8)
            || small.SequenceEqual("err"u8)
            || small.SequenceEqual("error"u8) || small.SequenceEqual("crit"u8) || small.SequenceEqual("alert"u8) || small.SequenceEqual("emerg"u8)
            || small.SequenceEqual("debug"u8);
    }
}
