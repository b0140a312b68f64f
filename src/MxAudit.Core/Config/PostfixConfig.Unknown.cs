using System.Text.RegularExpressions;

namespace MxAudit.Config;

/// <summary>Names that Postfix does not know, in main.cf and behind <c>-o</c> in master.cf.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>More of them are no configuration.</summary>
    private const int MostUnknown = 30;

    /// <summary>The parameter that a misspelt name looks like; null where there is none.</summary>
    public static string? ParameterMeantBy(string name) => name.Length > 100 ? null : ParameterNames.Meant(name);

    /// <summary>Where a name is set: null for main.cf, else the service.</summary>
    public IEnumerable<MasterEntry?> PlacesOf(string name) =>
        (_parts.Main.Settings.ContainsKey(name) ? new MasterEntry?[] { null } : []).Concat(Services.Where(service => service.Overrides.ContainsKey(name)));

    /// <summary>Names that nobody's value refers to. A reference from another service is enough: postconf(1) is stricter, and warns then.</summary>
    private void NoticeUnknownParameters()
    {
        string[] unknown =
        [
            .. Settings.Concat(Services.Where(IsOfPostfix).SelectMany(service => service.Overrides.Values)).Select(setting => setting.Name).Distinct()
                .Where(name => !ParameterNames.IsKnown(name) && !_parts.Defaults.ContainsKey(name)),
        ];
        if (unknown.Length == 0) return;
        string[] values = [.. Settings.Concat(Services.SelectMany(service => service.Overrides.Values)).Select(setting => setting.Value)];
        var used = values.SelectMany(value => Reference().Matches(value)).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        used.UnionWith(List("smtpd_restriction_classes"));
        used.UnionWith(Services.Where(service => service.Overrides.ContainsKey("smtpd_restriction_classes"))
            .SelectMany(service => List("smtpd_restriction_classes", service)));
        string[] sources = [.. values.SelectMany(value => OldSource().Matches(value)).Select(match => match.Groups[1].Value + "_").Distinct()];
        foreach (string name in unknown
            .Where(name => !used.Contains(name) && !sources.Any(source => name.StartsWith(source, StringComparison.Ordinal)))
            .Take(MostUnknown))
        {
            MasterEntry?[] places = [.. PlacesOf(name)];
            string[] services = [.. places.OfType<MasterEntry>().Select(service => service.Id)];
            string what = services.Length == 0 ? "the line" : $"{(services.Length == places.Length ? "" : "the line of main.cf and ")}-o for {string.Join(", ", services)}";
            Notice(new ConfigRemark(ConfigRemarkKind.UnknownParameter, name,
                $"{name} is no parameter of Postfix, and nothing refers to it: {what} has no effect.{(ParameterMeantBy(name) is { } meant ? $" Is {meant} meant?" : "")}",
                PlaceOf(name, places[0])));
        }
    }

    /// <summary>A program that somebody has put beside those of Postfix may read what it likes.</summary>
    private static bool IsOfPostfix(MasterEntry service) => Programs.Contains(service.Command);

    private static readonly HashSet<string> Programs =
    [
        "anvil", "bounce", "cleanup", "discard", "dnsblog", "error", "flush", "lmtp", "local", "nqmgr", "oqmgr", "pickup", "pipe", "postlogd", "postscreen",
        "proxymap", "qmgr", "qmqpd", "scache", "showq", "smtp", "smtpd", "spawn", "tlsmgr", "tlsproxy", "trivial-rewrite", "verify", "virtual",
    ];

    /// <summary><c>$name</c>, <c>${name}</c>, <c>${name?…}</c>, <c>$(name)</c></summary>
    [GeneratedRegex(@"\$[{(]?\s*([A-Za-z0-9_]+)")]
    private static partial Regex Reference();

    /// <summary><c>ldap:accounts</c>, whose settings are parameters of main.cf: <c>accounts_server_host</c>. With a path it is a file.</summary>
    [GeneratedRegex(@"\b(?:ldap|mysql|pgsql|sqlite|memcache):([A-Za-z0-9_-]+)(?![\w/.-])")]
    private static partial Regex OldSource();
}
