namespace MxAudit.Rules;

/// <summary>What one rule found, and how bad it is: the advice is the same, and is read once.</summary>
/// <param name="Findings">At least one, of one severity and state; in the order of the report.</param>
public sealed record Problem(IReadOnlyList<Finding> Findings)
{
    public RuleManual Rule => Findings[0].Rule;
    public Severity Severity => Findings[0].Severity;
    public FindingState State => Findings[0].State;

    /// <summary>In the order of the report; what is known or suppressed stands apart.</summary>
    public static IReadOnlyList<Problem> Of(IEnumerable<Finding> findings) =>
        [.. findings.GroupBy(finding => (finding.Rule.Id, finding.Severity, finding.State)).Select(group => new Problem([.. group]))];

    /// <summary>Where it was found: <c>a.example, b.example, c.example and 4 more</c>.</summary>
    /// <param name="most">So many are named.</param>
    public string Subjects(int most) => Telling.Some(Findings.Select(finding => finding.Subject), most);
}
