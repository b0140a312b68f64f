using System.Text;
using MxAudit.Log;

namespace MxAudit.Queue;

/// <summary>A time as <c>postqueue -p</c> writes it: local, to the second, with the weekday and without the year.</summary>
public readonly record struct ListedTime(DayOfWeek Weekday, int Month, int Day, TimeSpan TimeOfDay)
{
    /// <summary>A weekday falls on the same date again after at most eleven years.</summary>
    private const int MostYearsBack = 11;
    private const long QuarterHour = 900;

    /// <summary>The latest year that fits: by the weekday, and where that never fits, by the date.</summary>
    public DateTimeOffset? In(ListingClock clock)
    {
        DateTimeOffset? byDate = null;
        for (int year = clock.Latest.Year + 1; year >= clock.Latest.Year - MostYearsBack; year--)
        {
            if (year is < 1970 or > 9998 || Day > DateTime.DaysInMonth(year, Month)) continue;
            var local = new DateTime(year, Month, Day).Add(TimeOfDay);
            var time = new DateTimeOffset(local, clock.Zone.GetUtcOffset(local)).ToUniversalTime();
            if (time > clock.Latest) continue;
            if (local.DayOfWeek == Weekday) return time;
            byDate ??= time;
        }
        return byDate;
    }

    /// <summary>
    /// A long queue id holds the moment of its making in UTC: no zone and no year is needed. Null for short ids and for requeued mail, which arrived before.
    /// </summary>
    public DateTimeOffset? ByLongId(string queueId)
    {
        if (!QueueId.TryParse(Encoding.ASCII.GetBytes(queueId), out var id)
            || id.ArrivalMilliseconds is not { } milliseconds
            || milliseconds / 1000 > 253402300799)
            return null;
        long made = milliseconds / 1000;
        var utc = DateTimeOffset.FromUnixTimeSeconds(made);
        if (utc.Year is < 1971 or > 9997) return null;
        for (int year = utc.Year - 1; year <= utc.Year + 1; year++)
        {
            if (Day > DateTime.DaysInMonth(year, Month)) continue;
            var listed = new DateTimeOffset(new DateTime(year, Month, Day).Add(TimeOfDay), TimeSpan.Zero);
            long offset = (long)Math.Round((listed - utc).TotalSeconds / QuarterHour) * QuarterHour;
            if (Math.Abs(offset) <= 14 * 3600 && Math.Abs((listed - utc).TotalSeconds - offset) <= 1) return listed.AddSeconds(-offset);
        }
        return null;
    }
}

/// <summary>What turns a <see cref="ListedTime"/> into a moment.</summary>
/// <param name="Latest">Nothing in the listing is later.</param>
/// <param name="Zone">That of the host that listed.</param>
public sealed record ListingClock(DateTimeOffset Latest, TimeZoneInfo Zone)
{
    /// <summary>A listing that was made at this moment, perhaps by another clock.</summary>
    public static ListingClock At(DateTimeOffset moment, TimeZoneInfo zone) => new(moment.AddDays(1), zone);

    /// <summary>A listing that was made at about this time: it may be half a year younger than the log.</summary>
    public static ListingClock Near(DateTimeOffset moment, TimeZoneInfo zone) => new(moment.AddDays(182), zone);

    public static TimeZoneInfo ZoneOf(TimeSpan offset) => TimeZoneInfo.CreateCustomTimeZone("listing", offset, null, null);
}
