namespace MxAudit.Log;

/// <summary>rsyslog and journald say when they threw lines away: then a missing line proves nothing.</summary>
internal static class LinesLost
{
    /// <returns>Always false: the line is not of Postfix; the event is a remark all the same when lines were lost.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, ReadOnlySpan<byte> host, Origins origins, scoped ref LogEvent happened)
    {
        long lost = 0;
        int from = text.IndexOf(" messages from /"u8); // journald names the unit: only ours matters
        if (from >= 0 && text[from..].IndexOf("postfix"u8) < 0) return false;
        if (Number(text, "imuxsock lost "u8, ref lost) || Number(text, "Suppressed "u8, ref lost) || Number(text, "imjournal: "u8, ref lost)
            || text.IndexOf("begins to drop messages"u8) >= 0 || text.IndexOf("begin to drop messages"u8) >= 0)
        {
            happened.Kind = EventKind.Remark;
            happened.Remark = RemarkKind.LinesLost;
            happened.Number = lost;
            happened.Text = text;
            happened.Subject = text.StartsWith("rsyslogd"u8) || text.IndexOf("imuxsock"u8) >= 0 || text.IndexOf("imjournal"u8) >= 0 ? "rsyslogd"u8
                : "journald"u8;
            happened.Origin = origins.NumberOfHost(host);
        }
        return false;
    }

    private static bool Number(ReadOnlySpan<byte> text, ReadOnlySpan<byte> before, ref long number)
    {
        int at = text.IndexOf(before);
        if (at < 0) return false;
        var cursor = new Cursor(text[(at + before.Length)..]);
        if (cursor.TakeNumber(out number) && cursor.Rest.StartsWith(" messages"u8)) return true;
        number = 0;
        return false;
    }

    /// <summary>Of the name in a tag.</summary>
    public static bool IsReporter(ReadOnlySpan<byte> name) =>
        (name.StartsWith("rsyslogd"u8) && name.IndexOf((byte)'/') < 0) || name.SequenceEqual("systemd-journald"u8) || name.SequenceEqual("systemd-journal"u8)
        || name.SequenceEqual("journal"u8) || name.SequenceEqual("imuxsock"u8);
}
