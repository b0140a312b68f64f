namespace MxAudit.Log;

/// <summary>Stamps that few logs have. Each is put into one of the two usual forms and read as such.</summary>
internal sealed class RareStamps(Timestamps stamps)
{
    /// <summary>In bytes, without a dot.</summary>
    private const int LongestWeekday = 9;

    private const int DayBehindMonth = 4, DayBehindYearAndMonth = 9;

    private readonly MonthNames _months = new();

    /// <returns>Bytes read; 0 when this is no such stamp.</returns>
    public int Read(ReadOnlySpan<byte> text, out long time)
    {
        int read = ReadWeekday(text, out time);
        if (read > 0) return read;
        read = ReadOfSvlogd(text, out time);
        if (read > 0) return read;
        read = ReadMonthName(text, out time);
        if (read > 0) return read;
        read = ReadWeekdayName(text, out time);
        if (read > 0) return read;
        return ReadOtherOrder(text, out time);
    }

    /// <summary>
    /// journalctl short-full and with-unit: <c>Sun 2026-11-22 16:05:50 UTC vm …</c>; OpenWrt's logread: <c>Sun Nov 22 16:05:50 2026 mail.info …</c>;
    /// templates that have a weekday: <c>Sun Nov 22 16:05:50 vm …</c>, <c>Sun Nov 22 2026 16:05:50 vm …</c>
    /// </summary>
    private int ReadWeekday(ReadOnlySpan<byte> line, out long time)
    {
        time = 0;
        if (line.Length < 18 || line[3] != ' ' || "SunMonTueWedThuFriSat"u8.IndexOf(line[..3]) % 3 != 0) return 0;
        var stamp = line[4..];
        int read = stamps.ReadIso(stamp, out time);
        if (read > 0) return UpToZone(line, 4 + read, ref time);
        read = stamps.ReadWithYearBehind(stamp, out time);
        if (read == 0) read = stamps.ReadBsd(stamp, out time);
        if (read == 0) read = stamps.ReadBsdShort(stamp, out time);
        if (read == 0) read = ReadOtherOrder(stamp, out time);
        return read == 0 ? 0 : read + 4;
    }

    /// <summary>TAI began ten seconds before UTC, and a label counts from 2^62 (libtai).</summary>
    private const ulong LabelOfEpoch = (1UL << 62) + 10;

    private const int LabelLength = 25;

    /// <summary>
    /// svlogd -t and multilog t: <c>@400000006a85c2390a1b2c3d</c>, TAI64N, seconds and nanoseconds in hexadecimal digits; svlogd -tt, in UTC:
    /// <c>2026-11-22_16:05:46.12345</c>. Behind them stands what the program wrote.
    /// </summary>
    private int ReadOfSvlogd(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (text.Length >= LabelLength && text[0] == '@')
        {
            if (!TryHex(text.Slice(1, 16), out ulong label) || !TryHex(text.Slice(17, 8), out ulong nanoseconds)) return 0;
            ulong seconds = label - LabelOfEpoch;
            if (seconds > LatestSecond) return 0;
            time = (long)seconds * 1000 + (long)(nanoseconds / 1_000_000);
            return LabelLength;
        }
        if (text.Length < 19 || text[10] != '_') return 0;
        Span<byte> iso = stackalloc byte[19];
        text[..19].CopyTo(iso);
        iso[10] = (byte)'T';
        if (stamps.ReadIso(iso, out time) == 0) return 0;
        time = stamps.InZone(time, "UTC"u8);
        return 19 + Timestamps.ReadFraction(text[19..], ref time);
    }

    private const ulong LatestSecond = 99_999_999_999;

    private static bool TryHex(ReadOnlySpan<byte> digits, out ulong number)
    {
        number = 0;
        foreach (byte digit in digits)
        {
            int value = digit is >= (byte)'0' and <= (byte)'9' ? digit - '0' : digit is >= (byte)'a' and <= (byte)'f' ? digit - 'a' + 10 : -1;
            if (value < 0) return false;
            number = number << 4 | (uint)value;
        }
        return true;
    }

    private int UpToZone(ReadOnlySpan<byte> line, int at, ref long time)
    {
        if (at >= line.Length || line[at] != ' ') return 0;
        int zone = line[(at + 1)..].IndexOf((byte)' ');
        if (zone <= 0 || zone > 6) return 0;
        time = stamps.InZone(time, line.Slice(at + 1, zone));
        return at + 1 + zone;
    }

    /// <summary>journalctl short-full in another language: <c>So 2026-11-22 16:05:50 CET vm …</c>, <c>dim. 2026-…</c></summary>
    private int ReadWeekdayName(ReadOnlySpan<byte> line, out long time)
    {
        time = 0;
        int end = line[..Math.Min(line.Length, LongestWeekday + 2)].IndexOf((byte)' ');
        if (end <= 0 || line.Length < end + 20 || line[end + 11] != ' ') return 0;
        var word = line[end - 1] == '.' ? line[..(end - 1)] : line[..end];
        if (word.Length is 0 or > LongestWeekday) return 0;
        foreach (byte letter in word)
            if (letter < 0x80 && (uint)((letter | 0x20) - 'a') > 25) return 0;
        int read = stamps.ReadIso(line[(end + 1)..], out time);
        return read == 0 ? 0 : UpToZone(line, end + 1 + read, ref time);
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

    /// <summary>
    /// <c>Nov 22 2026 16:05:46</c>, <c>2026/11/22 16:05:46</c>, <c>22-Nov-2026 16:05:46</c>, <c>22/Nov/2026:16:05:46</c>,
    /// <c>22.11.2026 16:05:46</c>, <c>2026 Nov 22 16:05:46</c> (syslog-ng's full date); an offset may stand behind, after a blank.
    /// </summary>
    private int ReadOtherOrder(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (text.Length < 20) return 0;
        if (text[2] == '-' && text[6] == '-' && text[11] == ' ') return ReadDate(text, year: 7, Timestamps.MonthOf(text[3..]), day: 0, clock: 12, out time);
        if (text[2] == '/' && text[6] == '/' && text[11] == ':') return ReadDate(text, year: 7, Timestamps.MonthOf(text[3..]), day: 0, clock: 12, out time);
        if (text[3] == ' ' && text[6] == ' ' && text[11] == ' ') return ReadDate(text, year: 7, Timestamps.MonthOf(text), DayBehindMonth, clock: 12, out time);
        if (text[4] == '/' && text[7] == '/' && text[10] == ' ') return ReadDate(text, year: 0, MonthInDigits(text[5..]), day: 8, clock: 11, out time);
        if (text[4] == ' ' && text[8] == ' ' && text[11] == ' ')
            return ReadDate(text, year: 0, Timestamps.MonthOf(text[5..]), DayBehindYearAndMonth, clock: 12, out time);
        if (text[2] == '.' && text[5] == '.' && text[10] == ' ') return ReadDate(text, year: 6, MonthInDigits(text[3..]), day: 0, clock: 11, out time);
        return 0;
    }

    private static int MonthInDigits(ReadOnlySpan<byte> text) =>
        (uint)(text[0] - '0') <= 1 && (uint)(text[1] - '0') <= 9 ? (text[0] - '0') * 10 + text[1] - '0' : 0;

    private int ReadDate(ReadOnlySpan<byte> text, int year, int month, int day, int clock, out long time)
    {
        time = 0;
        if (month == 0) return 0;
        bool isPadded = day is DayBehindMonth or DayBehindYearAndMonth && text[day] == ' ';
        Span<byte> iso = stackalloc byte[19];
        text.Slice(year, 4).CopyTo(iso);
        iso[4] = iso[7] = (byte)'-';
        (iso[5], iso[6]) = ((byte)('0' + month / 10), (byte)('0' + month % 10));
        (iso[8], iso[9]) = (isPadded ? (byte)'0' : text[day], text[day + 1]);
        iso[10] = (byte)' ';
        text.Slice(clock, 8).CopyTo(iso[11..]);
        if (stamps.ReadIso(iso, out time) == 0) return 0;
        int read = clock + 8 + Timestamps.ReadFraction(text[(clock + 8)..], ref time);
        if (read >= text.Length || text[read] != ' ') return read;
        var zone = text[(read + 1)..];
        int offset = Timestamps.ReadOffset(zone, out _);
        if (offset == 0) return read;
        time = stamps.InZone(time, zone[..offset]);
        return read + 1 + offset;
    }

    /// <summary>What ends in a stamp tells year and offset: <c>…T16:05:46Z</c>, <c>…46+01:00</c>, <c>… UTC</c>, <c>1795363550.275778</c>.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd((byte)' ');
        var word = text[(text.LastIndexOf((byte)' ') + 1)..];
        if (word.SequenceEqual("UTC"u8) || Timestamps.ReadUnix(word, out _) > 0) return true;
        if (word.Length >= 19 && (word[0] == '@' || word[10] == '_')) return true; // of svlogd
        if (word.IsEmpty || word[^1] == 'Z') return !word.IsEmpty && word.IndexOf((byte)':') > 0;
        int sign = word.LastIndexOfAny((byte)'+', (byte)'-');
        return sign >= 0 && (Timestamps.ReadOffset(word[sign..], out _) == word.Length - sign || (sign == 0 && word.Length == 3));
    }
}
