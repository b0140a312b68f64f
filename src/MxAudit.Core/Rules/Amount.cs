using System.Globalization;

namespace MxAudit.Rules;

/// <summary>Lengths of time and sizes as people type them: in options, limits and filters. Those of main.cf have a syntax of their own.</summary>
public static class Amount
{
    /// <summary><c>90</c> and <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1h30m</c>, <c>1.5h</c>, <c>7d</c>, <c>2W</c>; null: none of these.</summary>
    public static double? SecondsOf(string text)
    {
        if (NumberOf(text) is { } bare) return bare;
        double sum = 0;
        int from = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (char.IsAsciiDigit(text[at]) || text[at] == '.') continue;
            if (SecondsIn(text[at]) is not { } unit || NumberOf(text[from..at]) is not { } number) return null;
            sum += number * unit;
            from = at + 1;
        }
        return from == text.Length && from > 0 ? sum : null;
    }

    /// <summary><c>2000</c>, <c>64kB</c>, <c>10MB</c> count in thousands, <c>1MiB</c> in 1024s; null: none of these.</summary>
    public static double? BytesOf(string text)
    {
        int end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1])) end--;
        double? unit = text[end..].ToLowerInvariant() switch
        {
            "" or "b" => 1,
            "k" or "kb" => 1e3,
            "m" or "mb" => 1e6,
            "g" or "gb" => 1e9,
            "kib" => 1L << 10,
            "mib" => 1L << 20,
            "gib" => 1L << 30,
            _ => null,
        };
        return NumberOf(text[..end]) * unit;
    }

    private static double? SecondsIn(char unit) => char.ToLowerInvariant(unit) switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => null,
    };

    /// <summary>Without sign, exponent or separators.</summary>
    internal static double? NumberOf(string text) =>
        text.Length <= 15 && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;
}
