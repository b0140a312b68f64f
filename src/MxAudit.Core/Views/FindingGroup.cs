using MxAudit.Rules;

namespace MxAudit.Views;

/// <summary>The same fault, at several subjects: one line to look at, not sixteen.</summary>
/// <param name="Findings">Of one rule and one severity; in the order of the report.</param>
public sealed record FindingGroup(IReadOnlyList<Finding> Findings)
{
    public Finding First => Findings[0];

    /// <summary><c>example.com</c>, or <c>example.com and 15 more</c>.</summary>
    public string Subjects => Findings.Count == 1 ? First.Subject : $"{First.Subject} and {Writers.Phrases.Number(Findings.Count - 1)} more";

    /// <summary>In the order of the report; what is known or suppressed stands apart.</summary>
    public static IReadOnlyList<FindingGroup> Of(IReadOnlyList<Finding> findings) =>
        [.. findings.GroupBy(finding => (finding.Rule.Id, finding.Severity, finding.State)).Select(group => new FindingGroup([.. group]))];
}
