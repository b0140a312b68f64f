using MxAudit.Input;

namespace MxAudit.Log;

/// <summary>Puts sources in the order of their content, oldest first, and settles what their stamps without a year or an offset mean.</summary>
/// <remarks>Year and offset: as told, else as the lines tell, else by file time and this machine's clock and zone, which is said.</remarks>
public sealed class ReadingOrder
{
    private readonly Dictionary<LogSource, LogClock> _clocks = [];
    private readonly Dictionary<LogSource, long> _firstTimes = [];

    private ReadingOrder() { }

    /// <summary>What had to be assumed, as sentences.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Of local times that do not tell it.</summary>
    public TimeSpan UtcOffset { get; private set; }

    public LogClock ClockOf(LogSource source) => _clocks[source];

    /// <summary>Sorts <paramref name="sources"/> and leaves out what another one holds already.</summary>
    public static ReadingOrder Settle(LogSources sources, int? year, TimeSpan? utcOffset, TimeProvider clock)
    {
        var order = new ReadingOrder();
        var evidence = sources.Sources.ToDictionary(source => source, ClockEvidence.Of);
        var offset = order.UtcOffset = order.SettleOffset(evidence.Values, utcOffset, clock);
        // What lines tell about their own source goes before what those of another tell; what the user told goes before both.
        TimeSpan OffsetOf(ClockEvidence one) => utcOffset ?? one.UtcOffset ?? offset;
        if (year is { } told) order.SettleYearsFrom(told, evidence, OffsetOf);
        else order.SettleYears(evidence, OffsetOf, clock);
        sources.Sort((a, b) => order._firstTimes.GetValueOrDefault(a).CompareTo(order._firstTimes.GetValueOrDefault(b)));
        if (sources.Sources.Count > 1) sources.LeaveOutRepeated(order.MayBeginWithin);
        return order;
    }

    private TimeSpan SettleOffset(IEnumerable<ClockEvidence> all, TimeSpan? told, TimeProvider clock)
    {
        if (told is { } offset) return offset;
        if (all.Select(one => one.UtcOffset).FirstOrDefault(one => one is not null) is { } inferred) return inferred;
        offset = clock.LocalTimeZone.GetUtcOffset(clock.GetUtcNow());
        if (all.Any(one => one.NeedsOffset))
            Notes.Add($"The log does not tell its UTC offset: this machine's {(offset < TimeSpan.Zero ? "-" : "+")}{offset:hh\\:mm} is assumed (--utc-offset sets another).");
        return offset;
    }

    /// <summary>Each source by its own lines, else as near as can be to a source that is known, else by its file time.</summary>
    private void SettleYears(Dictionary<LogSource, ClockEvidence> evidence, Func<ClockEvidence, TimeSpan> offsetOf, TimeProvider clock)
    {
        bool assumed = false;
        long[] known = [.. evidence.Values.Where(one => one is { FirstStamp: not null } && (one.Year is not null || !one.NeedsYear))
            .Select(one => one.NeedsYear ? InYear(one.FirstStamp!.Value, one.Year!.Value) : one.FirstStamp!.Value)];
        foreach (var (source, one) in evidence)
        {
            int year = one.Year ?? ClockEvidence.TrialYear;
            if (one is { NeedsYear: true, Year: null, FirstStamp: { } first })
            {
                assumed |= known.Length == 0;
                year = known.Length > 0 ? NearestYear(first, known) : LatestYearBefore(first, source.FileTime ?? clock.GetUtcNow());
            }
            Assign(source, one, year, offsetOf(one));
        }
        if (assumed) Notes.Add("The log does not tell its year: it is taken from the file time (--year sets another).");
    }

    private static long InYear(long trialStamp, int year) =>
        DateTimeOffset.FromUnixTimeMilliseconds(trialStamp).AddYears(year - ClockEvidence.TrialYear).ToUnixTimeMilliseconds();

    /// <summary>Pieces of one log lie side by side.</summary>
    private static int NearestYear(long trialStamp, long[] known)
    {
        int[] years = [.. known.Select(time => DateTimeOffset.FromUnixTimeMilliseconds(time).Year)
            .SelectMany(year => new[] { year - 1, year, year + 1 })
            .Distinct()];
        return years.MinBy(year => known.Min(time => Math.Abs(InYear(trialStamp, year) - time)));
    }

    private static int LatestYearBefore(long trialStamp, DateTimeOffset fileTime)
    {
        var stamp = DateTimeOffset.FromUnixTimeMilliseconds(trialStamp);
        for (int year = fileTime.Year + 1; year > fileTime.Year - 8; year--)
        {
            if (stamp.Day > DateTime.DaysInMonth(year, stamp.Month)) continue;
            if (new DateTimeOffset(year, stamp.Month, stamp.Day, stamp.Hour, stamp.Minute, stamp.Second, TimeSpan.Zero) <= fileTime.AddDays(1)) return year;
        }
        return fileTime.Year;
    }

    /// <summary>The year of the oldest stamp was told. Oldest is what follows the largest gap between first stamps, around the turn of the year.</summary>
    private void SettleYearsFrom(int year, Dictionary<LogSource, ClockEvidence> evidence, Func<ClockEvidence, TimeSpan> offsetOf)
    {
        var yearless = evidence.Where(pair => pair.Value is { NeedsYear: true, FirstStamp: not null }).OrderBy(pair => pair.Value.FirstStamp).ToList();
        const long trialYearLength = 366L * 86_400_000;
        int oldest = 0;
        long largest = -1;
        for (int i = 0; i < yearless.Count; i++)
        {
            long before = i > 0 ? yearless[i - 1].Value.FirstStamp!.Value : yearless[^1].Value.FirstStamp!.Value - trialYearLength;
            long gap = yearless[i].Value.FirstStamp!.Value - before;
            if (gap > largest) (largest, oldest) = (gap, i);
        }
        for (int i = 0; i < yearless.Count; i++)
        {
            var (source, one) = yearless[(oldest + i) % yearless.Count];
            Assign(source, one, oldest + i < yearless.Count ? year : year + 1, offsetOf(one));
        }
        foreach (var (source, one) in evidence)
            if (!_clocks.ContainsKey(source)) Assign(source, one, year, offsetOf(one));
    }

    private void Assign(LogSource source, ClockEvidence evidence, int year, TimeSpan offset)
    {
        _clocks[source] = new LogClock(year, offset);
        if (evidence.FirstStamp is not { } first) return;
        var stamp = DateTimeOffset.FromUnixTimeMilliseconds(first);
        if (evidence.NeedsYear) stamp = stamp.AddYears(year - ClockEvidence.TrialYear);
        _firstTimes[source] = stamp.ToUnixTimeMilliseconds() - (evidence.NeedsOffset ? (long)offset.TotalMilliseconds : 0);
    }

    private readonly Dictionary<LogSource, long> _lastTimes = [];

    /// <summary>The beginning of <paramref name="b"/> lies within the time of <paramref name="a"/>.</summary>
    private bool MayBeginWithin(LogSource a, LogSource b)
    {
        if (!_firstTimes.TryGetValue(a, out long from) || !_firstTimes.TryGetValue(b, out long begins)) return false;
        return begins >= from && begins <= LastTimeOf(a);
    }

    private long LastTimeOf(LogSource source)
    {
        if (_lastTimes.TryGetValue(source, out long last)) return last;
        last = long.MinValue;
        var scanner = new LineScanner(new Origins());
        scanner.Begin(ClockOf(source));
        using var stream = source.Open();
        if (source.Length is { } length and > 1 << 17 && stream.CanSeek) stream.Seek(length - (1 << 16), SeekOrigin.Begin);
        using var lines = new LineReader(stream);
        var happened = default(LogEvent);
        while (lines.TryRead(out var line))
        {
            scanner.Read(line.Bytes, default, ref happened);
            if (happened.Time > last) last = happened.Time;
        }
        return _lastTimes[source] = last;
    }
}
