using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests;

/// <summary>A host as a test writes it, and what an audit of it finds. Of what is null there is no evidence.</summary>
internal sealed class AuditedHost(string? mainCf = null, string? log = null, string? masterCf = null, string? dns = null, string? queue = null,
    params IEnumerable<(string Name, string Text)> tables)
{
    public IReadOnlyList<Finding> Findings => field ??= Found();

    private IReadOnlyList<Finding> Found()
    {
        using var audit = Audited();
        return audit.Findings;
    }

    /// <summary>For tests that ask for more than the findings.</summary>
    public AuditResult Audited() =>
        Audit.OfText(log, queue: queue, dns: dns,
            config: mainCf is null ? null : PostfixConfig.OfText(mainCf, masterCf, tables.ToDictionary(table => table.Name, table => table.Text)));

    /// <inheritdoc cref="FindingsOfRules.Told(IEnumerable{Finding}, string)"/>
    public string Told(string rules) => Findings.Told(rules);

    public Finding[] All(string rule) => Findings.All(rule);

    public Finding Only(string rule) => Findings.Only(rule);
}

/// <summary>Findings of a rule, as tests ask for them.</summary>
internal static class FindingsOfRules
{
    /// <summary>What these rules found, in one line: severity, rule and subject of each.</summary>
    public static string Told(this IEnumerable<Finding> findings, string rules) =>
        string.Join(", ",
            findings.Where(finding => rules.Split(' ').Contains(finding.Rule.Id))
                .Select(finding => $"{finding.Severity} {finding.Rule.Id} {finding.Subject}")
                .Order(StringComparer.Ordinal));

    public static Finding[] All(this IEnumerable<Finding> findings, string rule) => [.. findings.Where(finding => finding.Rule.Id == rule)];

    /// <summary>The one finding of this rule.</summary>
    public static Finding Only(this IEnumerable<Finding> findings, string rule) => Assert.Single(findings.All(rule));

    public static string Told(this AuditResult audit, string rules) => audit.Findings.Told(rules);

    public static Finding[] All(this AuditResult audit, string rule) => audit.Findings.All(rule);

    public static Finding Only(this AuditResult audit, string rule) => audit.Findings.Only(rule);
}
