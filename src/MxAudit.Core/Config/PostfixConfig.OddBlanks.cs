namespace MxAudit.Config;

/// <summary>Characters that look like a blank, or like nothing, and are letters to Postfix: they come with text that is copied from a page.</summary>
public sealed partial class PostfixConfig
{
    private const char NoBreakSpace = '\u00A0', ByteOrderMark = '\uFEFF';

    /// <summary>Whether it is one of them. Tabs and the like are blanks to Postfix, too.</summary>
    public static bool IsOddBlank(char c) =>
        c is NoBreakSpace or ByteOrderMark or (>= '\u2000' and <= '\u200D') or '\u202F' or '\u205F' or '\u2060' or '\u3000';

    private void NoticeOddBlanks()
    {
        foreach (var (setting, service) in Settings.Select(setting => (setting, (MasterEntry?)null))
            .Concat(Services.SelectMany(service => service.Overrides.Values.Select(setting => (setting, (MasterEntry?)service)))))
        {
            string read = IsReadByPeople(setting.Name) ? setting.Name : setting.Name + setting.Value;
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

    private static string Plainly(string name) => string.Concat(name.Where(letter => !IsOddBlank(letter)));

    private static string NameOf(char odd) => odd switch
    {
        NoBreakSpace => "a no-break space",
        ByteOrderMark => "a byte order mark",
        _ => "an odd blank",
    };
}
