using System.Text;
using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Config.Syntax;

namespace MxAudit.Rules;

/// <summary>Commands that change a parameter where it is set now: in main.cf, or for one service in master.cf.</summary>
internal static class Postconf
{
    /// <summary>The usual smtpd_relay_restrictions.</summary>
    public const string RelayControl = "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination";

    public static string Set(string name, string value, MasterEntry? service = null) =>
        SetOnly(name, value, service) + " && postfix reload";

    /// <summary>One of several commands in a row.</summary>
    public static string SetOnly(string name, string value, MasterEntry? service = null) =>
        service?.Overrides.ContainsKey(name) == true
            ? $"postconf -P {ShellWord.Quoted($"{service.Id}/{name}={Unspaced(value)}")}"
            : $"postconf -e {ShellWord.Quoted($"{name} = {value}")}";

    /// <summary>postconf -P takes no blanks in a value. Between words a comma does as well; a word with blanks in braces can not be said.</summary>
    public static string Unspaced(string value) => string.Join(',', WordGrammar.Read(value));

    /// <summary>A list without some of its domains; where they are not words of it, or a command can not hold it, what shows the list.</summary>
    public static string SetWithout(PostfixConfig config, string name, IReadOnlyCollection<string> domains) =>
        Without(config, name, domains) is { } value ? Set(name, value) : $"postconf {name}   # then set it again without {string.Join(", ", domains)}";

    /// <summary>What is left of the list; null where one of them is no word of it.</summary>
    public static string? Without(PostfixConfig config, string name, IReadOnlyCollection<string> domains) =>
        config.WordsOf(name) is { } words && domains.All(domain => words.Any(word => word.Meant.Equals(domain, StringComparison.OrdinalIgnoreCase)))
            ? string.Join(", ", words.Where(word => !domains.Contains(word.Meant, StringComparer.OrdinalIgnoreCase)).Select(word => word.Written)) : null;

    /// <summary>Empty where the list holds a secret, or for master.cf a word with blanks: a command with a part missing is worse than none.</summary>
    public static string SetList(string name, IEnumerable<Restriction> restrictions, MasterEntry? service = null) =>
        SetAll([(name, string.Join(", ", restrictions.Select(Written)))], service);

    /// <summary>Several lists at once; empty where one of them can not be said.</summary>
    public static string SetAll(IReadOnlyList<(string List, string Value)> lists, MasterEntry? service = null)
    {
        bool IsOfService(string list) => service?.Overrides.ContainsKey(list) == true;
        if (lists.Any(one => Redaction.OfText(one.Value) != one.Value || (IsOfService(one.List) && Unspaced(one.Value).Any(char.IsWhiteSpace)))) return "";
        string[] common = [.. lists.Where(one => !IsOfService(one.List)).Select(one => ShellWord.Quoted($"{one.List} = {one.Value}"))];
        var commands = lists.Where(one => IsOfService(one.List)).Select(one => SetOnly(one.List, one.Value, service)).ToList();
        if (common.Length > 0) commands.Insert(0, $"postconf -e {string.Join(' ', common)}");
        return string.Join(" && ", commands.Append("postfix reload"));
    }

    /// <summary>A domain as a word of a command: strangers choose subdomains.</summary>
    public static string Name(string domain) =>
        domain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-') && !domain.StartsWith('-') ? domain : ShellWord.Quoted(domain);

    /// <summary>What a setting is made of; empty where only a default fills it.</summary>
    public static string Written(PostfixConfig config, string name) => config.IsExplicit(name) ? config.Value(name).Trim() : "";

    /// <summary>Words of a restriction list with commas between them, none before an argument.</summary>
    public static string Restrictions(IEnumerable<string> words)
    {
        var text = new StringBuilder();
        bool expectsArgument = true;
        foreach (string word in words)
        {
            text.Append(text.Length == 0 ? "" : expectsArgument ? " " : ", ").Append(word);
            expectsArgument = word == "warn_if_reject" || RestrictionNames.TakesArgument(word);
        }
        return text.ToString();
    }

    private static string Written(Restriction restriction)
    {
        string argument = restriction.Argument.AsSpan().IndexOfAny(" \t,") < 0 ? restriction.Argument : $"{{ {restriction.Argument} }}";
        return $"{(restriction.OnlyWarns ? "warn_if_reject " : "")}{restriction.Name}{(argument.Length > 0 ? " " : "")}{argument}";
    }
}
