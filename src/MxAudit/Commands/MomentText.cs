using System.Globalization;
using MxAudit.Tables;

namespace MxAudit.Commands;

/// <summary>Moments as people type them.</summary>
internal static class MomentText
{
    /// <summary>A date (its midnight), a time, an age such as <c>24h</c> or <c>7d</c>, <c>yesterday</c>, <c>today</c> or <c>now</c>.</summary>
    /// <param name="now">What ages count back from.</param>
    /// <param name="offset">Of times that carry none.</param>
    /// <exception cref="UsageException">None of these.</exception>
    public static DateTimeOffset Of(string option, string text, DateTimeOffset now, TimeSpan offset) =>
        Moment.Of(text, now, offset) ?? throw new UsageException($"{option} {text}: not a time; {Moment.Examples} are.");

    /// <summary><c>+01:00</c>, <c>-0530</c>, <c>Z</c>.</summary>
    public static TimeSpan OffsetOf(string text)
    {
        if (text is "Z" or "z" or "UTC") return TimeSpan.Zero;
        bool east = text.StartsWith('+'), west = text.StartsWith('-');
        if ((east || west)
            && TimeSpan.TryParseExact(text[1..], [@"hh\:mm", "hhmm", "hh"], CultureInfo.InvariantCulture, out var size)
            && size <= TimeSpan.FromHours(14))
            return east ? size : -size;
        throw new UsageException($"--utc-offset {text}: not an offset such as +01:00.");
    }
}
