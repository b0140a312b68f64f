using System.Globalization;

namespace MxAudit.Views;

/// <summary>A length of time in few characters: one number, one unit.</summary>
public static class ShortAge
{
    /// <summary><c>0.2 s</c>, <c>58 s</c>, <c>12 min</c>, <c>3.5 h</c>, <c>21 d</c></summary>
    public static string Of(TimeSpan age) => age.Duration() switch
    {
        { TotalSeconds: < 0.1 } => Number(age.TotalMilliseconds, "ms"),
        { TotalSeconds: < 100 } => Number(age.TotalSeconds, "s"),
        { TotalMinutes: < 100 } => Number(age.TotalMinutes, "min"),
        { TotalHours: < 48 } => Number(age.TotalHours, "h"),
        _ => Number(age.TotalDays, "d"),
    };

    private static string Number(double number, string unit) => $"{number.ToString(Math.Abs(number) < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)} {unit}";
}
