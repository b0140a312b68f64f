namespace MxAudit.Rules;

/// <summary>The manual of a rule: what <c>explain</c>, the documentation and the screens print, and the examples that test it.</summary>
public sealed record RuleManual
{
    /// <summary>Family and number, never reused: <c>BKS001</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The wrong thing, as a name that reads well after "allow".</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>The usual severity; a finding may have another when the numbers say so.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Without these kinds of evidence the rule is not evaluated.</summary>
    public required EvidenceKinds Needs { get; init; }

    /// <summary>Kinds that show a part of what the rule looks for, without the needed ones.</summary>
    public EvidenceKinds OrElse { get; init; }

    /// <summary>It looks at each relayed domain by its name: of a table that can not be read it tells nothing.</summary>
    public bool NeedsDomains { get; init; }

    /// <summary>Kinds that make a finding surer or name its cause.</summary>
    public EvidenceKinds SurerWith { get; init; }

    /// <summary>The number from which on the rule speaks; null: it has none that a site could set.</summary>
    public Limit? Limit { get; init; }

    /// <summary>Why it matters: plain sentences.</summary>
    public required string Why { get; init; }

    /// <summary>How it is detected, and what keeps it quiet.</summary>
    public required string Detects { get; init; }
    public required IReadOnlyList<Fix> Fix { get; init; }

    /// <summary>The least evidence that shows the fault.</summary>
    public required Example Fires { get; init; }

    /// <summary>The nearest miss: almost the same evidence, and no fault.</summary>
    public required Example Quiet { get; init; }

    public required IReadOnlyList<string> References { get; init; }
}
