namespace MxAudit.Benchmarks;

/// <summary>Writes one log of the wanted shape and size, and returns the day with its truth.</summary>
static class LogGenerator
{
    // Mail per hour of the day, in UTC: little at night, most in the late morning.
    static readonly int[] Busyness =
        [22, 18, 16, 16, 18, 24, 36, 52, 74, 84, 88, 84, 72, 76, 82, 78, 68, 56, 46, 42, 38, 34, 30, 26];

    static readonly int BusynessOfDay = Busyness.Sum();

    public static MailDay Write(Stream file, GenerateOptions options)
    {
        var day = new MailDay(file, options);
        if (options.Shape == LogShape.Day)
            day.Start(Arrivals(day));
        else
            foreach (var story in HotShapes.Stories(day, options))
                day.Start(story);
        day.Run(cutAtSize: options.Shape is LogShape.Day or LogShape.DictionaryAttack);
        return day;
    }

    /// <summary>
    /// Visitors, one after the other, at a pace that spreads the wanted size over one day: what is left to write, by what
    /// a visit has been seen to cost, over what is left of the day.
    /// </summary>
    static IEnumerable<long> Arrivals(MailDay day)
    {
        var visits = new Visits(day);
        for (var visit = 0L; ; visit++)
        {
            day.Start(visits.Any());
            if (day.Dice.OneIn(8))
                OtherLines.WriteSome(day);
            var bytesPerVisit = (day.Log.Bytes + 100_000.0) / (visit + 80.0);
            var (hour, shareLeft) = WhereInTheDay(day.Now);
            var visitsLeft = (day.Size - day.Log.Bytes) / bytesPerVisit;
            var hours = shareLeft * BusynessOfDay / Busyness[hour] / Math.Max(visitsLeft, 1);
            var meanGap = Math.Clamp((long)(hours * MailDay.HourMicros), 1, 600_000_000);
            yield return day.Dice.Below((int)Math.Min(2 * meanGap, int.MaxValue)) + 1;
        }
    }

    static (int Hour, double ShareLeft) WhereInTheDay(long now)
    {
        var (hour, micros) = Math.DivRem(Math.Min(now - MailDay.StartMicros, 24 * MailDay.HourMicros - 1), MailDay.HourMicros);
        var left = Busyness[(int)hour] * (1.0 - (double)micros / MailDay.HourMicros);
        for (var later = (int)hour + 1; later < 24; later++)
            left += Busyness[later];
        return ((int)hour, Math.Max(left / BusynessOfDay, 0.0001));
    }
}
