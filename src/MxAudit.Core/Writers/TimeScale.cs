using System.Globalization;

namespace MxAudit.Writers;

/// <summary>Equal steps of time that begin at round moments.</summary>
public sealed record TimeScale(DateTimeOffset From, TimeSpan Step, int Steps)
{
    private const int MostSteps = 72;

    private static readonly TimeSpan[] Lengths =
    [
        .. new[] { 1, 2, 5, 10, 20, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
        .. new[] { 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2 * 1440, 7 * 1440, 14 * 1440, 28 * 1440 }
            .Select(minutes => TimeSpan.FromMinutes(minutes)),
    ];

    public static TimeScale Of(DateTimeOffset first, DateTimeOffset last)
    {
        var step = Array.Find(Lengths, step => (last - first) / step < MostSteps - 1);
        if (step == default) step = TimeSpan.FromDays(Math.Ceiling((last - first).TotalDays / (MostSteps - 1)));
        var midnight = new DateTimeOffset(first.Date, first.Offset);
        var from = midnight + step * Math.Floor((first - midnight) / step);
        return new(from, step, (int)((last - from) / step) + 1);
    }

    /// <summary><c>2026-11-22 16:05</c>, in the time of the log; with seconds where the steps are shorter than a minute.</summary>
    public static string Shown(DateTimeOffset time, TimeSpan? step = null) =>
        time.ToString(step < TimeSpan.FromMinutes(1) ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
