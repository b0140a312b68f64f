using System.Globalization;
using MxAudit.Config.Syntax;

namespace MxAudit.Config;

/// <summary>Values of a type, and defaults that depend on the host.</summary>
public sealed partial class PostfixConfig
{
    /// <summary><c>yes</c> or <c>no</c>, in any case; anything else is fatal to Postfix, and read as the default.</summary>
    public bool Bool(string name, MasterEntry? service = null) =>
        Typed(name, service, "yes or no", SwitchOf) ?? false;

    public long Int(string name, MasterEntry? service = null) => Typed(name, service, "a number", text => NumberOf(name, text)) ?? 0;

    /// <summary>A number without unit has the unit of the parameter's default.</summary>
    public TimeSpan Time(string name, MasterEntry? service = null) => Typed(name, service, "a time", text => TimeOf(text, DefaultUnit(name))) ?? TimeSpan.Zero;

    /// <summary>The words of a list, macros replaced; <c>{ … }</c> is one word.</summary>
    public IReadOnlyList<string> List(string name, MasterEntry? service = null)
    {
        if (_words.TryGetValue((service?.Id, name), out var known)) return known;
        return _words[(service?.Id, name)] = WordGrammar.Read(ExpandedFor(service, name));
    }

    /// <summary>Asked for again with each domain, and there can be a hundred thousand.</summary>
    private readonly Dictionary<(string? Service, string Name), IReadOnlyList<string>> _words = [];

    private T? Typed<T>(string name, MasterEntry? service, string kind, Func<string, T?> read) where T : struct
    {
        string text = ExpandedFor(service, name).Trimmed();
        if (read(text) is { } value) return value;
        if (!IsExplicit(name, service)) return null;
        if (!RefersToUnknown(name, service)) NoticeAt(service, name, new ConfigRemark(ConfigRemarkKind.BadValue, name,
            $"{Redaction.OfText(Shown(name, service))} is not {kind}: Postfix ends with a fatal error.{OfComment(text)}",
            PlaceOf(name, service)));
        return read(Expand(DefaultOf(name) ?? "", name, null).Trimmed());
    }

    private static string OfComment(string text) => CommentBehind(text) is null ? "" : " '#' begins a comment only at the beginning of a line.";

    private char DefaultUnit(string name) => DefaultOf(name) is { Length: > 0 } text && char.IsAsciiLetterLower(text[^1]) ? text[^1] : 's';

    /// <summary>The value has a macro for a parameter that nobody set, and what Postfix has for it then is not known here.</summary>
    private bool RefersToUnknown(string name, MasterEntry? service)
    {
        bool refers = false;
        try
        {
            new MacroExpansion(inner =>
            {
                refers |= SettingOf(inner, service) is null && DefaultOf(inner) is null && ParameterNames.IsKnown(inner);
                return ValueIn(inner, service);
            }).Expand(Value(name, service));
        }
        catch (MacroException) { return true; } // that is told
        return refers;
    }

    /// <summary>Whether Postfix could read this as the value; true of texts.</summary>
    private bool CanBe(string name, string text) => !IsTooSmall(name, text) && !IsTooLarge(name, text) && IsOfChoice(name, text)
        && ParameterKinds.Of(name) switch
    {
        ParameterKind.Switch => SwitchOf(text) is not null,
        ParameterKind.Number => NumberOf(name, text) is not null,
        ParameterKind.Time => TimeOf(text, DefaultUnit(name)) is not null,
        _ => name != "inet_protocols" || !WordGrammar.Read(text).Except(Protocols).Any(),
    };

    private static bool? SwitchOf(string text) => text.ToLowerInvariant() switch { "yes" => true, "no" => false, _ => null };

    /// <summary>mail_conf_int.c, mail_conf_long.c: what does not fit is no number.</summary>
    private static long? NumberOf(string name, string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && (number == (int)number || MayBeLong(name))
            ? number : null;

    private static bool MayBeLong(string name) =>
        name is "message_size_limit" or "mailbox_size_limit" or "virtual_mailbox_limit" or "queue_minfree" or "lmdb_map_size";

    /// <summary>conv_time.c: digits, and a small letter, of which what is behind it is not looked at; more seconds than an int has are no time.</summary>
    private static TimeSpan? TimeOf(string text, char unit)
    {
        string digits = text.StartsWith('+') ? text[1..] : text;
        int end = digits.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (end >= 0) (digits, unit) = (digits[..end], digits[end]);
        long? seconds = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 7 * 86400, _ => null };
        if (seconds is null || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return null;
        return number * seconds.Value > int.MaxValue ? null : TimeSpan.FromSeconds(number * seconds.Value);
    }

    private string? DefaultOf(string name)
    {
        if (_parts.Defaults.GetValueOrDefault(name) is { } own) return own.Value;
        return name switch
        {
            "myhostname" => _parts.Hints.OwnNames is [var first, ..] ? first : "",
            "mydomain" when DomainOfHost() is { } domain => domain,
            "mynetworks" => DefaultNetworks(),
            "mail_version" => Version.ToString(),
            "mail_name" => "Postfix",
            "stress" => "",
            _ => ParameterDefaults.ByName.GetValueOrDefault(name)?.In(Version),
        };
    }

    /// <summary>mail_params.c: what is behind the first dot of myhostname.</summary>
    private string? DomainOfHost()
    {
        string host = Expanded("myhostname");
        int dot = host.IndexOf('.');
        return dot < 0 || dot == host.Length - 1 ? null : host[(dot + 1)..];
    }

    /// <summary>With <c>host</c>, this machine alone. The networks of its interfaces are not known elsewhere: <see cref="TrustedNetworks"/> says so.</summary>
    private string DefaultNetworks() =>
        string.Join(' ', ["127.0.0.0/8", "[::1]/128", .. InterfaceAddresses.Select(address => address.Contains(':') ? $"[{address}]/128" : $"{address}/32")]);
}
