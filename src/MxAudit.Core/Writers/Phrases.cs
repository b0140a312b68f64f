using System.Globalization;
using Humanizer;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>
/// Counts and ages as people say them: what <see cref="Telling"/> says, with the plural of any word. Never in machine output. The one file that knows
/// Humanizer.
/// </summary>
public static class Phrases
{
    /// <summary><c>1 line</c>, <c>1,234 lines</c>.</summary>
    public static string Count(long number, string singular) =>
        Telling.Count(number, singular, number == 1 ? null : singular.Pluralize());

    /// <summary><c>1,234</c></summary>
    public static string Number(long number) => Telling.Number(number);

    /// <summary>The same where it fits; else <c>1234</c>.</summary>
    public static string Number(long number, int width) =>
        Number(number) is var separated && separated.Length <= width ? separated : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The two biggest units: <c>3 days, 4 hours</c>.</summary>
    public static string Age(TimeSpan age) =>
        age.Duration() < TimeSpan.FromSeconds(1)
            ? "less than a second"
            : age.Humanize(precision: 2, culture: CultureInfo.InvariantCulture, maxUnit: TimeUnit.Day, minUnit: TimeUnit.Second);

    /// <summary><c>log, queue and dns</c></summary>
    public static string List(IEnumerable<string> words)
    {
        string[] all = [.. words];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
