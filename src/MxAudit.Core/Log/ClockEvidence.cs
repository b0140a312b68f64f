using MxAudit.Input;

namespace MxAudit.Log;

/// <summary>What the beginning of a source tells about its clock: the first stamp, and where lines carry their own date, the year and the offset.</summary>
/// <remarks>
/// Two lines know more than their stamp: <c>QID: client=…</c> with a long queue id, which holds the moment of its making, and
/// <c>QID: message-id=&lt;YYYYMMDDHHMMSS.QID@host&gt;</c>, which Postfix made itself, in UTC. No stranger can
/// write either, since the id must be the line's own.
/// </remarks>
internal sealed record ClockEvidence
{
    /// <summary>A leap year, so that every date is one.</summary>
    public const int TrialYear = 2024;
    private const int OtherTrialYear = 2016;

    private const int MostBytes = 16 << 20, EnoughWitnesses = 12;
    private const long QuarterHour = 900_000, LongestOffset = 15 * 3_600_000L, MostDrift = 120_000;

    /// <summary>Milliseconds; with the trial year and without an offset where the stamp lacks them.</summary>
    public long? FirstStamp { get; private set; }

    /// <summary>Stamps have neither a year nor an offset, at least one of those that were looked at.</summary>
    public bool NeedsYear { get; private set; }
    public bool NeedsOffset { get; private set; }

    /// <summary>Of the first stamp.</summary>
    public int? Year { get; private set; }
    public TimeSpan? UtcOffset { get; private set; }

    public static ClockEvidence Of(LogSource source)
    {
        var evidence = new ClockEvidence();
        using var stream = source.Open();
        using var lines = new LineReader(stream);
        // Read twice at once: with two years and two offsets a stamp that lacks its own comes out differently.
        var scanner = new LineScanner(new Origins());
        var shifted = new LineScanner(new Origins());
        scanner.Begin(new LogClock(TrialYear, TimeSpan.Zero));
        shifted.Begin(new LogClock(OtherTrialYear, TimeSpan.FromHours(1)));
        var happened = default(LogEvent);
        var witnesses = new List<(int YearShift, long Offset)>();
        while (lines.Offset < MostBytes && witnesses.Count < EnoughWitnesses && lines.TryRead(out var line))
        {
            scanner.Read(line.Bytes, default, ref happened);
            if (happened.Time == long.MinValue) continue;
            long time = happened.Time;
            evidence.FirstStamp ??= time;
            if (!evidence.NeedsYear && (!evidence.NeedsOffset || lines.Offset <= 1 << 16))
            {
                var again = default(LogEvent);
                shifted.Read(line.Bytes, default, ref again);
                evidence.NeedsOffset |= again.Time != time;
                evidence.NeedsYear = Math.Abs(again.Time - time) > LongestOffset;
                if (!evidence.NeedsOffset && lines.Offset > 1 << 16) break; // every stamp is complete
            }
            if (evidence.NeedsOffset && MomentOf(happened) is { } moment && TryCompare(time, moment, evidence.NeedsYear) is { } witness) witnesses.Add(witness);
        }
        if (witnesses.Count == 0) return evidence;
        var (yearShift, offset) = witnesses.GroupBy(witness => witness).OrderByDescending(group => group.Count()).First().Key;
        evidence.UtcOffset = TimeSpan.FromMilliseconds(offset);
        if (evidence.NeedsYear) evidence.Year = TrialYear + yearShift;
        return evidence;
    }

    /// <summary>The moment that the line itself tells, in milliseconds since 1970 UTC.</summary>
    private static long? MomentOf(scoped in LogEvent happened) => happened.Kind switch
    {
        EventKind.Client => happened.QueueId.ArrivalMilliseconds,
        EventKind.MessageId => MadeHere(happened.Text, happened.QueueId.ToString()),
        _ => null,
    };

    /// <summary><c>&lt;20261122152854.EA481B243A5@mx2.example.com&gt;</c> in the line of EA481B243A5.</summary>
    private static long? MadeHere(ReadOnlySpan<byte> messageId, string queueId)
    {
        var cursor = new Cursor(messageId);
        if (!cursor.Skip((byte)'<') || cursor.Rest.Length < 16 || cursor.Rest[14] != '.') return null;
        var digits = new Cursor(cursor.Rest[..14]);
        if (!digits.TakeNumber(out long number) || !digits.AtEnd) return null;
        if (!PlainText.Of(cursor.Rest[15..]).StartsWith(queueId + "@", StringComparison.Ordinal)) return null;
        int second = (int)(number % 100), minute = (int)(number / 100 % 100), hour = (int)(number / 10_000 % 100), day = (int)(number / 1_000_000 % 100),
            month = (int)(number / 100_000_000 % 100), year = (int)(number / 10_000_000_000);
        if (year is < 1990 or > 9000 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return null;
        return new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }

    /// <summary>Which shift of years and which offset make the stamp the moment; null when none does.</summary>
    private static (int YearShift, long Offset)? TryCompare(long stamp, long moment, bool yearIsOpen)
    {
        var local = DateTimeOffset.FromUnixTimeMilliseconds(stamp);
        int about = DateTimeOffset.FromUnixTimeMilliseconds(moment).Year;
        for (int year = yearIsOpen ? about - 1 : local.Year; year <= (yearIsOpen ? about + 1 : local.Year); year++)
        {
            if (local.Day > DateTime.DaysInMonth(year, local.Month)) continue;
            long there = new DateTimeOffset(year, local.Month, local.Day, local.Hour, local.Minute, local.Second, TimeSpan.Zero).ToUnixTimeMilliseconds();
            long difference = there - moment;
            if (Math.Abs(difference) > LongestOffset) continue;
            long offset = (long)Math.Round(difference / (double)QuarterHour) * QuarterHour;
            if (Math.Abs(difference - offset) <= MostDrift) return (year - local.Year, offset);
        }
        return null;
    }
}
