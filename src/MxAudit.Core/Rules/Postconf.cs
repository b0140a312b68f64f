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

    /// <summary>What is left of the list; null where one of them is no word of it.</summary>
    public static string? Without(PostfixConfig config, string name, IReadOnlyCollection<string> domains)
    {
        if (config.WordsOf(name) is not { } words) return null;
        var gone = domains.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return gone.IsSubsetOf(words.Select(word => word.Meant).ToHashSet(StringComparer.OrdinalIgnoreCase))
            ? string.Join(", ", words.Where(word => !gone.Contains(word.Meant)).Select(word => word.Written)) : null;
    }

    /// <summary>
    /// A list of restrictions with some of them changed, or taken out where they become null. Macros stay where what is changed does not stand in one.
    /// The value is null where it does, and one of the services has set it for itself: main.cf, which has the list, is for the others, too.
    /// </summary>
    public static (MasterEntry? Service, string Name, string? Value) Changed(PostfixConfig config, string list, MasterEntry? service,
        Func<Restriction, Restriction?> become)
    {
        var (written, expanded) = (config.RestrictionsWritten(list, service), config.RestrictionsOf(list, service));
        int Changes(IReadOnlyList<Restriction> restrictions) => restrictions.Count(restriction => become(restriction) != restriction);
        bool IsTheSameForAll() => config.SmtpdServices.Where(other => !other.Overrides.ContainsKey(list))
            .All(other => config.ExpandedFor(other, list) == config.Expanded(list));
        var read = Changes(written) == Changes(expanded) ? written
            : service?.Overrides.ContainsKey(list) == true || IsTheSameForAll() ? expanded : null;
        return (service, list, read is null ? null : Restrictions(read.Select(become).OfType<Restriction>()));
    }

    /// <summary>Several lists at once; empty where one of them can not be said.</summary>
    public static string SetAll(IReadOnlyList<(string List, string Value)> lists, MasterEntry? service) =>
        SetEach([.. lists.Select(one => (service, one.List, (string?)one.Value))]);

    /// <summary>
    /// Settings as several services see them: once in main.cf for those that keep to it, and in master.cf for each that has its own. Empty where
    /// one of them can not be said.
    /// </summary>
    public static string SetEach(IReadOnlyList<(MasterEntry? Service, string Name, string? Value)> all)
    {
        static bool IsOfService((MasterEntry? Service, string Name, string Value) one) => one.Service?.Overrides.ContainsKey(one.Name) == true;
        if (all.Any(one => one.Value is null)) return "";
        (MasterEntry? Service, string Name, string Value)[] settings = [.. all.Select(one => (one.Service, one.Name, one.Value!))];
        if (settings.Any(one => Redaction.OfText(one.Value) != one.Value || (IsOfService(one) && Unspaced(one.Value).Any(char.IsWhiteSpace)))) return "";
        // a macro that one of the services has set for itself
        if (settings.Where(one => !IsOfService(one)).GroupBy(one => one.Name).Any(same => same.Select(one => one.Value).Distinct().Skip(1).Any())) return "";
        string[] common = [.. settings.Where(one => !IsOfService(one)).DistinctBy(one => one.Name).Select(one => ShellWord.Quoted($"{one.Name} = {one.Value}"))];
        var commands = settings.Where(IsOfService).Select(one => SetOnly(one.Name, one.Value, one.Service)).Distinct().ToList();
        if (common.Length > 0) commands.Insert(0, $"postconf -e {string.Join(' ', common)}");
        return string.Join(" && ", commands.Append("postfix reload"));
    }

    /// <summary>Gives a setting the value that was meant; null: it can not be told, or not be said. A table is made first.</summary>
    public static string? SetMeant(PostfixConfig config, string name, MasterEntry? service)
    {
        if (config.ValueMeant(name, service) is not { } value || SetValue(name, value, service) is not { } command) return null;
        if (name == "message_size_limit" && service is null && long.TryParse(value, out long largest) && config.MailboxLimitsBelow(largest).ToArray() is { Length: > 0 } limits)
            return $"{command} {string.Join(' ', limits.Select(limit => ShellWord.Quoted($"{limit} = {value}")))}";
        if (!ParameterLimits.IsOfTables(name)) return command;
        var made = config.List(name, service).Where(word => !word.Contains(':')).Select(path => ShellWord.Of($"{config.TableTypeForFixes}:{path}"));
        return string.Join(" && ", [.. made.Select(table => $"postmap {table}"), command]);
    }

    /// <summary>Null where the value can not be said: it is a secret, or has blanks and is for one service.</summary>
    public static string? SetValue(string name, string value, MasterEntry? service) =>
        value == Redaction.OfValue(name, value) && (service is null || !Unspaced(value).Any(char.IsWhiteSpace)) ? SetOnly(name, value, service) : null;

    /// <summary>Takes a parameter that is empty away from these services, wherever it is set so: what main.cf says, or the default, holds then.</summary>
    public static string TakeOutEmpty(PostfixConfig config, string name, IEnumerable<MasterEntry> services)
    {
        string[] own = [.. services.Where(service => service.Overrides.ContainsKey(name)).Select(service => ShellWord.Quoted($"{service.Id}/{name}"))];
        string[] commands =
        [
            .. config.IsExplicit(name) && config.IsEmpty(name) ? new[] { $"postconf -X {name}" } : [],
            .. own.Length > 0 ? new[] { $"postconf -PX {string.Join(' ', own)}" } : [],
        ];
        return string.Join(" && ", commands.Append("postfix reload"));
    }

    /// <summary>A domain as a word of a command: strangers choose subdomains.</summary>
    public static string Name(string domain) =>
        domain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-') && !domain.StartsWith('-') ? domain : ShellWord.Quoted(domain);

    /// <summary>What relay_domains is made of; empty where only a default fills it.</summary>
    public static string RelayDomainsWritten(PostfixConfig config) => config.IsExplicit("relay_domains") ? config.Value("relay_domains").Trim() : "";

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

    public static string Restrictions(IEnumerable<Restriction> restrictions) => string.Join(", ", restrictions.Select(Written));

    private static string Written(Restriction restriction)
    {
        string argument = restriction.Argument.AsSpan().IndexOfAny(" \t,") < 0 ? restriction.Argument : $"{{ {restriction.Argument} }}";
        return $"{(restriction.OnlyWarns ? "warn_if_reject " : "")}{restriction.Name}{(argument.Length > 0 ? " " : "")}{argument}";
    }
}
