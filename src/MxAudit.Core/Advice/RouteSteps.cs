using MxAudit.Config.Tables;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>Relayed mail, and the probes, must go to the primary and not to a relayhost.</summary>
internal static class RouteSteps
{
    internal static IEnumerable<PlannedStep> Of(AdvisedHost host)
    {
        var config = host.Configuration;
        string[] taken = [.. host.TakenByRelayhost.Select(name => name.TrimStart('.')).Distinct()];
        if (taken.Length == 0)
        {
            if (!config.IsEmpty("relayhost") && host.RelayedNames.Count > 0)
                host.AlreadyRight.Add($"relayhost is not used for the relayed domains: {host.Own("transport_maps")[0]} takes them out.");
            yield break;
        }
        string[] keys = [.. taken.SelectMany(name => Routes.TakesSubdomains(host, name) ? new[] { name, "." + name } : [name])];
        string command = Routes.Entries(host, keys);
        yield return new PlannedStep(Stage.Routes, $"Send mail and probes of {Telling.Some(taken, 20)} to the primary, not to the relayhost",
            $"relayhost takes them now: {host.Own("relayhost")[0]}. It knows none of the users, accepts them all or refuses them all, and verification asks it instead of the primary.",
            command,
            command.Length > 0
                ? Routes.TableIsNew(host)
                    ? $"Nothing is done where {Routes.TableName(host).Split(':', 2)[1]} is there already: look into it, then add the entries by hand." : ""
                : "transport_maps is no file that can be edited here: give these keys the value \"relay:\" there: " + string.Join(", ", keys) + ".",
            ["RLY006", .. host.Named("VRF007")]);
    }
}

/// <summary>Entries of transport_maps, as commands for the table that is there or a new one.</summary>
internal static class Routes
{
    private static LookupTable? TableOf(AdvisedHost host) =>
        host.Configuration.TablesOf("transport_maps").FirstOrDefault(table => TableShelf.IsCompiled(table.Type) || table.Type == "texthash");

    internal static bool TableIsNew(AdvisedHost host) => TableOf(host) is null;

    /// <summary><c>hash:/etc/postfix/transport_fallback</c></summary>
    internal static string TableName(AdvisedHost host) =>
        TableOf(host) is { } table ? $"{table.Type}:{table.Name}" : $"{host.Configuration.TableTypeForFixes}:{host.Draft.Folder}/{RouteFixes.NewTable}";

    /// <summary>Mail for subdomains is accepted, and would take the relayhost.</summary>
    internal static bool TakesSubdomains(AdvisedHost host, string domain) =>
        host.Configuration.SubdomainsMatch("relay_domains")
        && !domain.StartsWith('.')
        && Relayhosts.Takes(host.Configuration, host.Configuration.RouteOfDomain("any-subdomain." + domain));

    /// <summary>Adds keys with the value <c>relay:</c>; those that are there are changed. Empty where the table can not be edited by a command.</summary>
    internal static string Entries(AdvisedHost host, IReadOnlyList<string> keys)
    {
        if (!keys.All(IsPlain)) return "";
        var table = TableOf(host);
        if (table is null && host.Draft.Value("transport_maps").Trim().Length > 0) return "";
        if (table is { Name: var path } && !path.StartsWith('/')) return "";
        string file = table?.Name ?? $"{host.Draft.Folder}/{RouteFixes.NewTable}", type = table?.Type ?? host.Configuration.TableTypeForFixes;
        TableEntry[] entries = [.. table?.Entries.Where(entry => keys.Contains(entry.Key)) ?? []];
        if (entries.Any(entry => entry.IsContinued)) return "";
        string[] there = [.. entries.Select(entry => entry.Key).Distinct()];
        List<string> parts = there.Length > 0 ? [Substitution(there, file)] : [];
        // the last line may have no end
        if (keys.Except(there).ToArray() is { Length: > 0 } added)
            parts.Add(table is null
                ? $"test ! -e {ShellWord.Of(file)} && printf '%s\\n' {Lines(added)} > {ShellWord.Of(file)}"
                : $"printf '%s\\n' '' {Lines(added)} >> {ShellWord.Of(file)}");
        return Finish(host, parts, type, file, isNew: table is null);
    }

    private static string Lines(IEnumerable<string> keys) => string.Join(' ', keys.Select(key => ShellWord.Of($"{key} relay:")));

    /// <summary>Gives one entry the value <c>relay:</c>.</summary>
    internal static string Entry(AdvisedHost host, string domain, TableEntry entry)
    {
        var table = host.Configuration.TablesOf("transport_maps").FirstOrDefault(one => one.Entries.Contains(entry));
        if (table is null || entry.IsContinued || !IsPlain(entry.Key)
            || !table.Name.StartsWith('/') || (entry.Key != domain && entry.Key != "." + domain)) return "";
        return Finish(host, [Substitution([entry.Key], table.Name)], table.Type, table.Name, isNew: false);
    }

    private static string Finish(AdvisedHost host, List<string> parts, string type, string file, bool isNew)
    {
        if (TableShelf.IsCompiled(type)) parts.Add($"postmap {ShellWord.Of($"{type}:{file}")}");
        string set = isNew ? host.Draft.Change(("transport_maps", $"{type}:{file}")) : "";
        parts.Add(set.Length > 0 ? set : Draft.Reload);
        return string.Join(" && ", parts);
    }

    private static string Substitution(IEnumerable<string> keys, string file) =>
        TableEdit.Of(file, keys.Select(key => $"s/{TableEdit.Key(key)}.*$/{key} relay:/I"));

    private static bool IsPlain(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
