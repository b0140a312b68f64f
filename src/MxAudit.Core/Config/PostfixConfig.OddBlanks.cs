using System.Text.RegularExpressions;

namespace MxAudit.Config;

/// <summary>Characters that look like a blank, or like nothing, and are letters to Postfix: they come with text that is copied from a page.</summary>
public sealed partial class PostfixConfig
{
    private const char NoBreakSpace = '\u00A0';

    /// <summary>What some editors write in front of a text.</summary>
    internal const char ByteOrderMark = '\uFEFF';

    /// <summary>Whether it is one of them. Tabs and the like are blanks to Postfix, too.</summary>
    public static bool IsOddBlank(char c) =>
        c is NoBreakSpace or ByteOrderMark or (>= '\u2000' and <= '\u200D') or '\u202F' or '\u205F' or '\u2060' or '\u3000';

    private void NoticeOddBlanks()
    {
        foreach (var (setting, service) in Settings.Select(setting => (setting, (MasterEntry?)null))
            .Concat(Services.SelectMany(service => service.Overrides.Values.Select(setting => (setting, (MasterEntry?)service)))))
        {
            if (!setting.Name.Any(IsOddBlank) && !setting.Value.Any(IsOddBlank)) continue;
            string read = IsReadByPeople(setting.Name) ? setting.Name : setting.Name + SaidToPeople().Replace(setting.Value, "");
            if (read.FirstOrDefault(IsOddBlank) is var odd and not '\0')
                NoticeAt(service, setting.Name, new ConfigRemark(ConfigRemarkKind.OddBlank, setting.Name,
                    $"{Plainly(setting.Name)} has {NameOf(odd)} (U+{(int)odd:X4}) {(setting.Name.Contains(odd) ? "in its name" : "in its value")}: Postfix takes it for a letter of the word, and not for a blank.",
                    setting.Place));
        }
    }

    /// <summary>Banners, reasons and other texts, in which it does no harm.</summary>
    private static bool IsReadByPeople(string name) =>
        name.EndsWith("_banner", StringComparison.Ordinal) || name.EndsWith("_reason", StringComparison.Ordinal) || name.EndsWith("_footer", StringComparison.Ordinal)
        || name.EndsWith("_reply", StringComparison.Ordinal) || name.EndsWith("_text", StringComparison.Ordinal) || name is "mail_name";

    /// <summary>
    /// What is said behind a refusal in an inline table (<c>static:{REJECT go away}</c>), or by a transport that is none (<c>error:nobody is here</c>).
    /// </summary>
    [GeneratedRegex(@"(?<=[{=\s](?:REJECT|WARN|INFO|HOLD|DISCARD|DEFER|DEFER_IF_PERMIT|DEFER_IF_REJECT|PREPEND|REPLACE|[45][0-9][0-9])[ \t])[^{}]{1,500}(?=\})|(?<=^(?:error|retry|discard):).*",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex SaidToPeople();

    private static string Plainly(string name) => string.Concat(name.Where(letter => !IsOddBlank(letter)));

    private static string NameOf(char odd) => odd switch
    {
        NoBreakSpace => "a no-break space",
        ByteOrderMark => "a byte order mark",
        _ => "an odd blank",
    };
}
