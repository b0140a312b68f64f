using System.Runtime.CompilerServices;

namespace MxAudit.Log;

/// <summary>What stamps without a year or an offset mean in one source.</summary>
/// <param name="Year">The year of the first stamp.</param>
/// <param name="UtcOffset">Of this machine's clock when the log was written.</param>
public sealed record LogClock(int Year, TimeSpan UtcOffset);

/// <summary>Reads the stamps of all prefix forms into milliseconds since 1970 UTC. Remembers the last stamp, to know the year of the next.</summary>
internal sealed class Timestamps
{
    private const long MillisecondsPerDay = 86_400_000;

    private int _year = 1970;
    private int _lastMonth;
    private long _offset;

    private ulong _isoDate, _isoDateTail;
    private long _isoDay;
    private ulong _bsdDate;
    private long _bsdDay;

    public void Begin(LogClock clock)
    {
        _year = clock.Year;
        _offset = (long)clock.UtcOffset.TotalMilliseconds;
        _lastMonth = 0;
        _bsdDate = 0;
    }

    /// <summary>Reads <c>Nov 22 15:28:54[.ffffff]</c>; the day may be padded with a blank or a zero.</summary>
    /// <returns>Bytes read; 0 when this is no such stamp.</returns>
    public int ReadBsd(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (text.Length < 15 || text[6] != ' ' || text[9] != ':' || text[12] != ':') return 0;
        ulong date = Unsafe.ReadUnaligned<ulong>(in text[0]) & 0x0000_ffff_ffff_ffff;
        if (date != _bsdDate && !NewBsdDate(text, date)) return 0;
        int clock = ClockAt(text, 7);
        if (clock < 0) return 0;
        time = _bsdDay + clock - _offset;
        return 15 + ReadFraction(text[15..], ref time);
    }

    /// <summary>Reads <c>Jan 6 08:39:06</c>, where something took the padding of the day away.</summary>
    public int ReadBsdShort(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (text.Length < 14 || text[3] != ' ' || text[5] != ' ' || text[8] != ':') return 0;
        Span<byte> padded = stackalloc byte[15];
        text[..4].CopyTo(padded);
        padded[4] = (byte)' ';
        text[4..14].CopyTo(padded[5..]);
        return ReadBsd(padded, out time) == 0 ? 0 : 14 + ReadFraction(text[14..], ref time);
    }

    private bool NewBsdDate(ReadOnlySpan<byte> text, ulong date)
    {
        int month = MonthOf(text), tens = text[4] == ' ' ? 0 : text[4] - '0', ones = text[5] - '0';
        int day = tens * 10 + ones;
        if (month == 0 || text[3] != ' ' || (uint)tens > 3 || (uint)ones > 9 || day is < 1 or > 31) return false;
        // The year whose date lies nearest to the last stamp: December to January is a new year, a late December line after it the old one.
        if (_lastMonth != 0)
        {
            int apart = month - _lastMonth;
            if (apart < -6) _year++;
            else if (apart > 6) _year--;
        }
        int year = Math.Clamp(_year, 1, 9998);
        while (day > DateTime.DaysInMonth(year, month))
        {
            if (month != 2 || day != 29) return false;
            year++; // the 29th of February belongs to a leap year
            if (year > 9998) return false;
        }
        _year = year;
        _lastMonth = month;
        _bsdDate = date;
        _bsdDay = DayNumber(year, month, day) * MillisecondsPerDay;
        return true;
    }

    /// <summary>Reads RFC 3339 and its relatives: <c>2026-11-22T16:05:46[.ffffff][Z|+00:00|+0000]</c>, also with a blank for the T.</summary>
    public int ReadIso(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ') || text[13] != ':' || text[16] != ':') return 0;
        ulong date = Unsafe.ReadUnaligned<ulong>(in text[0]), tail = Unsafe.ReadUnaligned<ushort>(in text[8]);
        if ((date != _isoDate || tail != _isoDateTail) && !NewIsoDate(text, date, tail)) return 0;
        int clock = ClockAt(text, 11);
        if (clock < 0) return 0;
        time = _isoDay + clock;
        int read = 19 + ReadFraction(text[19..], ref time);
        if (read < text.Length && text[read] == 'Z') return read + 1;
        int offset = ReadOffset(text[read..], out long offsetMilliseconds);
        time -= offset > 0 ? offsetMilliseconds : _offset;
        return read + offset;
    }

    private bool NewIsoDate(ReadOnlySpan<byte> text, ulong date, ulong tail)
    {
        int year = Two(text, 0) * 100 + Two(text, 2), month = Two(text, 5), day = Two(text, 8);
        if (Two(text, 0) < 0 || Two(text, 2) < 0 || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        (_isoDate, _isoDateTail) = (date, tail);
        _isoDay = DayNumber(year, month, day) * MillisecondsPerDay;
        return true;
    }

    /// <summary>
    /// A time that was read with the source's offset, where its zone is named behind it: <c>UTC</c>, <c>+03</c>,
    /// <c>+0330</c>, <c>+03:30</c>. Other names do not tell.
    /// </summary>
    public long InZone(long time, ReadOnlySpan<byte> zone)
    {
        if (zone.SequenceEqual("UTC"u8)) return time + _offset;
        bool hoursOnly = zone.Length == 3 && zone[0] is (byte)'+' or (byte)'-' && Two(zone, 1) is >= 0 and <= 23;
        if (hoursOnly) return time + _offset - (zone[0] == '-' ? -1 : 1) * Two(zone, 1) * 3_600_000L;
        return zone.Length >= 5 && ReadOffset(zone, out long milliseconds) == zone.Length ? time + _offset - milliseconds : time;
    }

    /// <summary>Reads seconds since 1970, <c>1795363550.275778</c>, as journalctl's short-unix writes them.</summary>
    public static int ReadUnix(ReadOnlySpan<byte> text, out long time)
    {
        var cursor = new Cursor(text);
        time = 0;
        if (!cursor.TakeNumber(out long seconds) || seconds is < 100_000_000 or > 99_999_999_999 || cursor.AtEnd || cursor.Rest[0] != '.') return 0;
        time = seconds * 1000;
        return text.Length - cursor.Rest.Length + ReadFraction(cursor.Rest, ref time);
    }

    /// <summary>Reads <c>Nov 22 15:28:54 2026</c>, as asctime(3) writes it.</summary>
    public int ReadWithYearBehind(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        int month = MonthOf(text);
        if (text.Length < 20 || month == 0 || text[3] != ' ' || text[6] != ' ' || text[15] != ' ') return 0;
        Span<byte> iso = stackalloc byte[19];
        text.Slice(16, 4).CopyTo(iso);
        iso[4] = iso[7] = (byte)'-';
        (iso[5], iso[6]) = ((byte)('0' + month / 10), (byte)('0' + month % 10));
        (iso[8], iso[9]) = (text[4] == ' ' ? (byte)'0' : text[4], text[5]);
        iso[10] = (byte)' ';
        text.Slice(7, 8).CopyTo(iso[11..]);
        return ReadIso(iso, out time) == 0 ? 0 : 20;
    }

    public static int ReadOffset(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 5 || text[0] is not ((byte)'+' or (byte)'-')) return 0;
        int minutesAt = text[3] == ':' ? 4 : 3;
        if (text.Length < minutesAt + 2) return 0;
        int hours = Two(text, 1), minutes = Two(text, minutesAt);
        if (hours is < 0 or > 23 || minutes is < 0 or > 59) return 0;
        milliseconds = (hours * 60 + minutes) * 60_000L;
        if (text[0] == '-') milliseconds = -milliseconds;
        return minutesAt + 2;
    }

    public static int ReadFraction(ReadOnlySpan<byte> text, ref long time)
    {
        if (text.Length < 2 || text[0] is not ((byte)'.' or (byte)',') || (uint)(text[1] - '0') > 9) return 0;
        int i = 1, scale = 100;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++, scale /= 10) time += (text[i] - '0') * scale;
        return i;
    }

    /// <summary><c>hh:mm:ss</c> in milliseconds; -1 when it is none. A leap second counts as the second before.</summary>
    private static int ClockAt(ReadOnlySpan<byte> text, int at)
    {
        int hours = Two(text, at), minutes = Two(text, at + 3), seconds = Two(text, at + 6);
        if ((uint)hours > 23 || (uint)minutes > 59 || (uint)seconds > 60) return -1;
        return ((hours * 60 + minutes) * 60 + Math.Min(seconds, 59)) * 1000;
    }

    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)(text[at] - '0'), ones = (uint)(text[at + 1] - '0');
        return tens > 9 || ones > 9 ? -1 : (int)(tens * 10 + ones);
    }

    public static int MonthOf(ReadOnlySpan<byte> text) => text.Length < 3 ? 0 : (text[0] << 16 | text[1] << 8 | text[2]) switch
    {
        'J' << 16 | 'a' << 8 | 'n' => 1, 'F' << 16 | 'e' << 8 | 'b' => 2, 'M' << 16 | 'a' << 8 | 'r' => 3, 'A' << 16 | 'p' << 8 | 'r' => 4,
        'M' << 16 | 'a' << 8 | 'y' => 5, 'J' << 16 | 'u' << 8 | 'n' => 6, 'J' << 16 | 'u' << 8 | 'l' => 7, 'A' << 16 | 'u' << 8 | 'g' => 8,
        'S' << 16 | 'e' << 8 | 'p' => 9, 'O' << 16 | 'c' << 8 | 't' => 10, 'N' << 16 | 'o' << 8 | 'v' => 11, 'D' << 16 | 'e' << 8 | 'c' => 12,
        _ => 0,
    };

    private static long DayNumber(int year, int month, int day) => new DateTime(year, month, day).Ticks / TimeSpan.TicksPerDay - 719_162;
}
