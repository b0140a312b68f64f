using System.Globalization;

namespace MxAudit.Views;

/// <summary>A length of time in few characters: one number, one unit.</summary>
public static class ShortAge
{
    /// <summary><c>0.2 s</c>, <c>58 s</c>, <c>12 min</c>, <c>3.5 h</c>, <c>21 d</c></summary>
    public static string Of(TimeSpan age) => age.Duration() switch
    {
        { TotalSeconds: < 0.1 } length => Number(length.TotalMilliseconds, "ms"),
        { TotalSeconds: < 100 } length => Number(length.TotalSeconds, "s"),
        { TotalMinutes: < 100 } length => Number(length.TotalMinutes, "min"),
        { TotalHours: < 48 } length => Number(length.TotalHours, "h"),
        var length => Number(length.TotalDays, "d"),
    };

    private static string Number(double number, string unit) => $"{number.ToString(number < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)} {unit}";
}
