using MxAudit.Config.Tables;

namespace MxAudit.Rules;

/// <summary>
/// Fixes that write a route, for the domain of a finding. A name that is not known stays a word in capitals: an invented one would be copied.
/// </summary>
internal static class RouteFixes
{
    private const string Primary = "PRIMARY";

    /// <summary>
    /// For a host without transport_maps. Distributions have a sample with the name <c>transport</c>, and a file of former times may have it: its entries would
    /// be in effect again.
    /// </summary>
    public const string NewTable = "transport_fallback";

    /// <summary>What the manual says of example.com and of its primary mx1.example.com, said of this domain.</summary>
    public static Fix For(this Fix fix, Evidence evidence, string domain) =>
        fix.Naming("mx1.example.com", Primary).Naming("example.com", domain).Naming(Primary, PrimaryOf(evidence, domain) ?? Primary);

    /// <summary>The first MX host that DNS names before this one; null where none is known, or no configuration tells which one this host is.</summary>
    public static string? PrimaryOf(Evidence evidence, string domain) =>
        evidence.Config is null ? null : evidence.Dns?.Of(domain)
            ?.BetterThan(evidence.Own)
            .Select(host => host.Exchange)
            .FirstOrDefault(exchange => exchange.Contains('.') && Postconf.Name(exchange) == exchange);

    /// <summary>
    /// Entries on lines of their own, whatever the file ends with, compiled and in effect: without a reload trivial-rewrite looks for a new
    /// file a few seconds later only, and at texthash never.
    /// </summary>
    public static string Append(string file, string type, params ReadOnlySpan<string> entries) => $"{AppendOnly(file, type, entries)} && postfix reload";

    /// <summary>The same, in front of what reloads anyway.</summary>
    public static string AppendOnly(string file, string type, params ReadOnlySpan<string> entries)
    {
        var lines = new List<string> { "''" };
        foreach (string entry in entries) lines.Add(ShellWord.Quoted(entry));
        string appended = $"printf '%s\\n' {string.Join(' ', lines)} >> {file}";
        return TableShelf.IsCompiled(type) ? $"{appended} && postmap {type}:{file}" : appended;
    }
}
