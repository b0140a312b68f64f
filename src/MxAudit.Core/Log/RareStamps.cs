namespace MxAudit.Log;

/// <summary>Stamps that few logs have. Each is put into one of the two usual forms and read as such.</summary>
internal sealed class RareStamps(Timestamps stamps)
{
    private readonly MonthNames _months = new();

    /// <returns>Bytes read; 0 when this is no such stamp.</returns>
    public int Read(ReadOnlySpan<byte> text, out long time) => ReadWeekday(text, out time) is > 0 and var read ? read : ReadMonthName(text, out time);

    /// <summary>journalctl short-full and with-unit: <c>Sun 2026-11-22 16:05:50 UTC vm …</c>; OpenWrt's logread: <c>Sun Nov 22 16:05:50 2026 mail.info …</c></summary>
    private int ReadWeekday(ReadOnlySpan<byte> line, out long time)
    {
        time = 0;
        if (line.Length < 26 || line[3] != ' ' || "SunMonTueWedThuFriSat"u8.IndexOf(line[..3]) % 3 != 0) return 0;
        int read = stamps.ReadIso(line[4..], out time);
        if (read == 0) return stamps.ReadWithYearBehind(line[4..], out time) is > 0 and var length ? length + 4 : 0;
        read += 4;
        if (read >= line.Length || line[read] != ' ') return 0;
        int zone = line[(read + 1)..].IndexOf((byte)' ');
        if (zone <= 0 || zone > 6) return 0;
        time = stamps.InZone(time, line.Slice(read + 1, zone));
        return read + 1 + zone;
    }

    /// <summary>journalctl short in another language: <c>Mär 22 16:05:46</c>, <c>févr. 2 16:05:46</c>, the day padded or not.</summary>
    private int ReadMonthName(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        int end = text[..Math.Min(text.Length, MonthNames.LongestWord + 1)].IndexOf((byte)' ');
        if (end < MonthNames.ShortestWord || text.Length < end + 11) return 0;
        var behind = text[(end + 1)..];
        int read = behind.Length >= 11 && behind[2] == ' ' ? 11 : behind[1] == ' ' ? 10 : 0;
        if (read == 0 || behind[read - 3] != ':') return 0;
        int month = _months.Of(text[..end]);
        if (month == 0) return 0;
        Span<byte> english = stackalloc byte[15];
        english.Fill((byte)' ');
        for (int i = 0; i < 3; i++) english[i] = (byte)MonthNames.InEnglish(month)[i];
        behind[..read].CopyTo(english[^read..]);
        if (stamps.ReadBsd(english, out time) == 0) return 0;
        return end + 1 + read + Timestamps.ReadFraction(behind[read..], ref time);
    }
}
