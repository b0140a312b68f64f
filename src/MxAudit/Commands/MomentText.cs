using System.Globalization;

namespace MxAudit.Commands;

/// <summary>Moments as people type them.</summary>
internal static class MomentText
{
    private static readonly string[] Absolute = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];
    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A date (its midnight), a time, an age such as <c>24h</c> or <c>7d</c>, <c>yesterday</c>, <c>today</c> or <c>now</c>.</summary>
    /// <param name="now">What ages count back from.</param>
    /// <param name="offset">Of times that carry none.</param>
    /// <exception cref="UsageException">None of these.</exception>
    public static DateTimeOffset Of(string option, string text, DateTimeOffset now, TimeSpan offset)
    {
        var today = new DateTimeOffset(now.ToOffset(offset).Date, offset);
        if (text == "now") return now;
        if (text == "today") return today;
        if (text == "yesterday") return today.AddDays(-1);
        if (AgeOf(text) is { } age && age < now - DateTimeOffset.UnixEpoch) return now - age;
        if (DateTime.TryParseExact(text, Absolute, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return At(local, offset);
        if (DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        throw new UsageException($"{option} {text}: not a time; 2026-11-22, 2026-11-22T15:00, 24h, 7d and yesterday are.");
    }

    /// <summary><c>+01:00</c>, <c>-0530</c>, <c>Z</c>.</summary>
    public static TimeSpan OffsetOf(string text)
    {
        if (text is "Z" or "z" or "UTC") return TimeSpan.Zero;
        bool east = text.StartsWith('+'), west = text.StartsWith('-');
        if ((east || west) && TimeSpan.TryParseExact(text[1..], [@"hh\:mm", "hhmm", "hh"], CultureInfo.InvariantCulture, out var size) && size <= TimeSpan.FromHours(14))
            return east ? size : -size;
        throw new UsageException($"--utc-offset {text}: not an offset such as +01:00.");
    }

    private static DateTimeOffset At(DateTime local, TimeSpan offset) =>
        local.Year is > 1 and < 9999 ? new DateTimeOffset(local, offset) : throw new UsageException($"The year {local.Year} is out of reach.");

    private static TimeSpan? AgeOf(string text)
    {
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > 1_000_000) return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            'w' => TimeSpan.FromDays(7 * number),
            _ => null,
        };
    }
}
