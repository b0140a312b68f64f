namespace MxAudit.Screens;

/// <summary>What the environment tells about the terminal.</summary>
internal static class TerminalKind
{
    /// <summary>Why there can be no screens; null when there can.</summary>
    public static string? WhyNone(Func<string, string?> environment) => environment("TERM") switch
    {
        null or "" => "TERM is not set",
        "dumb" => "TERM is \"dumb\"",
        _ => null,
    };

    /// <param name="wanted"><c>auto</c>, <c>always</c> or <c>never</c>.</param>
    public static Colours ColoursOf(Func<string, string?> environment, string wanted)
    {
        if (wanted == "never" || (wanted == "auto" && !string.IsNullOrEmpty(environment("NO_COLOR")))) return Colours.None;
        string term = environment("TERM") ?? "";
        if (wanted == "auto" && IsOld(term)) return Colours.None;
        bool many = environment("COLORTERM") is "truecolor" or "24bit"
            || term.Contains("direct", StringComparison.Ordinal)
            || term.Contains("256", StringComparison.Ordinal);
        if (!many) return Colours.Sixteen;
        return IsLight(environment("COLORFGBG")) ? Colours.Light : Colours.Dark;
    }

    /// <summary>
    /// Nothing but ASCII can be relied on: the locale names another character set than UTF-8, or the terminal is one whose font has few signs.
    /// Where no locale is set, as often over ssh, nothing is known, and most terminals have UTF-8.
    /// </summary>
    public static bool IsAscii(Func<string, string?> environment)
    {
        string term = environment("TERM") ?? "", locale = LocaleVariables.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
        bool utf8 = locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
        return (locale.Length > 0 && !utf8) || term == "linux" || IsOld(term);
    }

    /// <summary>In the order in which they decide on characters.</summary>
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>A serial line, often: <c>vt100</c>, <c>vt220</c> have no colours and no signs.</summary>
    private static bool IsOld(string term) => term.StartsWith("vt1", StringComparison.Ordinal) || term.StartsWith("vt2", StringComparison.Ordinal);

    /// <summary>Whether dark text is the better one on this background.</summary>
    public static bool IsLight(byte red, byte green, byte blue) => red * 299 + green * 587 + blue * 114 > 128_000;

    /// <summary>Some terminals tell their colours as numbers of the sixteen: <c>0;15</c> is black on white.</summary>
    private static bool IsLight(string? colours) => colours?.Split(';')[^1] is "7" or "15";
}
