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
        bool many = environment("COLORTERM") is "truecolor" or "24bit"
            || term.Contains("direct", StringComparison.Ordinal)
            || term.Contains("256", StringComparison.Ordinal);
        if (!many) return Colours.Sixteen;
        return IsLight(environment("COLORFGBG")) ? Colours.Light : Colours.Dark;
    }

    /// <summary>Whether dark text is the better one on this background.</summary>
    public static bool IsLight(byte red, byte green, byte blue) => red * 299 + green * 587 + blue * 114 > 128_000;

    /// <summary>Some terminals tell their colours as numbers of the sixteen: <c>0;15</c> is black on white.</summary>
    private static bool IsLight(string? colours) => colours?.Split(';')[^1] is "7" or "15";
}
