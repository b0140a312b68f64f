using System.Globalization;

namespace MxAudit.Rules;

public enum LimitUnit { Count, Time }

/// <summary>The number from which on a rule speaks; a site may set another (<c>--threshold RULE=VALUE</c>).</summary>
/// <param name="Default">Seconds where it is a time.</param>
/// <param name="Means">What the number counts: <c>notices in the busiest 24 hours</c>.</param>
/// <param name="Least">Below it there would be nothing to show.</param>
public sealed record Limit(double Default, LimitUnit Unit, string Means, double Least = 1)
{
    /// <summary>The longest time, in seconds: ten years.</summary>
    private const double Longest = 10 * 366 * 86400d;

    public static Limit Of(TimeSpan time, string means) => new(time.TotalSeconds, LimitUnit.Time, means, 0);

    /// <summary><c>25</c>; <c>90m</c>, <c>1h30m</c>, <c>2d</c>, or seconds without a unit. Null: it is no such number.</summary>
    public double? Read(string text)
    {
        double? value = Unit == LimitUnit.Time ? Amount.SecondsOf(text) : Amount.NumberOf(text);
        return value >= Least && value <= Longest && (Unit == LimitUnit.Time || value == Math.Floor(value.Value)) ? value : null;
    }

    /// <summary>As <see cref="Read"/> takes it: <c>15m</c>.</summary>
    public string Written(double value) => Unit == LimitUnit.Count ? Number(value)
        : value > 0 && value % 86400 == 0 ? Number(value / 86400) + "d"
        : value > 0 && value % 3600 == 0 ? Number(value / 3600) + "h"
        : value > 0 && value % 60 == 0 ? Number(value / 60) + "m"
        : Number(value) + "s";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
