using MxAudit.Config.Tables;

namespace MxAudit.Rules;

/// <summary>
/// Fixes that write a route, for the domain of a finding. A name that is not known stays a word in capitals: an invented one would be copied.
/// </summary>
internal static class RouteFixes
{
    private const string Primary = "PRIMARY";

    /// <summary>What the manual says of example.com and of its primary mx1.example.com, said of this domain.</summary>
    public static Fix For(this Fix fix, Evidence evidence, string domain) =>
        fix.Naming("mx1.example.com", Primary).Naming("example.com", domain).Naming(Primary, PrimaryOf(evidence, domain) ?? Primary);

    /// <summary>The first MX host that DNS names before this one; null where none is known.</summary>
    public static string? PrimaryOf(Evidence evidence, string domain) =>
        evidence.Dns?.Of(domain)
            ?.BetterThan(evidence.Own)
            .Select(host => host.Exchange)
            .FirstOrDefault(exchange => exchange.Contains('.') && Postconf.Name(exchange) == exchange);

    /// <summary>Entries on lines of their own, whatever the file ends with, and compiled where the type is.</summary>
    public static string Append(string file, string type, params ReadOnlySpan<string> entries)
    {
        var lines = new List<string> { "''" };
        foreach (string entry in entries) lines.Add(ShellWord.Quoted(entry));
        return $"printf '%s\\n' {string.Join(' ', lines)} >> {file} && {(TableShelf.IsCompiled(type) ? $"postmap {type}:{file}" : "postfix reload")}";
    }
}
