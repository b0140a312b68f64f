using System.Buffers;
using System.Text.RegularExpressions;

namespace MxAudit.Config;

/// <summary>Takes secrets out of configuration text before anybody sees it. Paths of key files are no secrets, what stands in them is.</summary>
public static partial class Redaction
{
    private const string Hidden = "(not shown)";
    private const int Longest = 4000;

    /// <summary>The value of a parameter, fit to be shown.</summary>
    public static string OfValue(string name, string value) =>
        value.Length > 0 && SecretName().IsMatch(name) && !LooksLikeTables(value) ? Hidden : OfText(value);

    /// <summary>A whole line: <c>name = value</c>.</summary>
    public static string OfSetting(Setting setting) => $"{setting.Name} = {OfValue(setting.Name, setting.Value)}";

    /// <summary>Any text with settings in it: <c>password = x</c>, <c>ldap://user:secret@host</c>, tables written into the value.</summary>
    public static string OfText(string text)
    {
        if (text.Length > Longest) text = text[..Longest] + " …";
        text = UserInUrl().Replace(text, $"$1{Hidden}@");
        text = OfLog(text);
        return Assignment().Replace(text, $"$1{Hidden}");
    }

    /// <summary>Lines of a log, and what they name: they have no settings, and may have the names of block lists.</summary>
    public static string OfLog(string text) => text.AsSpan().ContainsAny(ListsWithKeys) ? KeyOfList().Replace(text, Hidden) : text;

    private static readonly SearchValues<string> ListsWithKeys = SearchValues.Create(["dq.spamhaus.net", "abusix.zone"], StringComparison.OrdinalIgnoreCase);

    /// <summary><c>hash:/etc/postfix/sasl_passwd</c> names a file and tells nothing.</summary>
    private static bool LooksLikeTables(string value) =>
        value.StartsWith('$') || value.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries).All(word => TableName().IsMatch(word));

    [GeneratedRegex("pass(word|wd|phrase)?(_maps)?$|secret|_pw$|token|credential", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^(?>(proxy:|debug:)*)(?!inline:|static:)[a-z]+:[^{}]*$", RegexOptions.CultureInvariant)]
    private static partial Regex TableName();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UserInUrl();

    /// <summary>Block lists that are paid for have the key of their customer in the name: <c>KEY.zen.dq.spamhaus.net</c>.</summary>
    [GeneratedRegex(@"\b[a-z0-9]{16,}(?=\.[a-z0-9.-]*(?:dq\.spamhaus\.net|abusix\.zone)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex KeyOfList();

    [GeneratedRegex(@"((?:^|[\s{,_])(?:bind_pw|password|passwd|pass|pw|secret|token)\s*=\s*)(?!\s)(?:\{[^}]*\}|[^\s,}]+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
