using System.Globalization;
using MxAudit.Rules;

namespace MxAudit.Tables;

/// <summary>Moments as people type them.</summary>
public static class Moment
{
    public const string Examples = "2026-11-22, 2026-11-22T15:00, 02:10, 24h, 7d and yesterday";

    private static readonly string[] Absolute = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];
    private static readonly string[] ClockTimes = ["HH:mm", "HH:mm:ss"];
    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>
    /// A date (its midnight), a time, an age such as <c>24h</c> or <c>7d</c>, <c>yesterday</c>, <c>today</c> or <c>now</c>; null: none of these. <c>02:10</c>
    /// is when the clock said so last.
    /// </summary>
    /// <param name="now">What ages count back from.</param>
    /// <param name="offset">Of times that carry none.</param>
    public static DateTimeOffset? Of(string text, DateTimeOffset now, TimeSpan offset)
    {
        var today = new DateTimeOffset(now.ToOffset(offset).Date, offset);
        if (text == "now") return now;
        if (text == "today") return today;
        if (text == "yesterday") return today.AddDays(-1);
        if (text.Length > 1 && char.IsAsciiLetter(text[^1]) && Amount.SecondsOf(text) is { } age && age < (now - DateTimeOffset.UnixEpoch).TotalSeconds)
            return now.AddSeconds(-age);
        if (TimeOnly.TryParseExact(text, ClockTimes, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
            return today + clock.ToTimeSpan() is var at && at <= now ? at : at.AddDays(-1);
        if (DateTime.TryParseExact(text, Absolute, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return local.Year is > 1 and < 9999 ? new DateTimeOffset(local, offset) : null;
        return DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }
}
