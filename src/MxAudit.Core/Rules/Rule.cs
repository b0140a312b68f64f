using MxAudit.Config;

namespace MxAudit.Rules;

/// <summary>One thing that can be wrong with a fallback MX. A rule only reads: it never opens, prints, or remembers.</summary>
public abstract class Rule
{
    public abstract RuleManual Manual { get; }

    public bool CanExamine(Evidence evidence) => Has(evidence, Manual.Needs) || (Manual.OrElse != EvidenceKinds.None && Has(evidence, Manual.OrElse));

    private static bool Has(Evidence evidence, EvidenceKinds kinds) => (kinds & ~evidence.AtHand) == 0;

    /// <summary>At most one finding for a subject. Called only when <see cref="RuleManual.Needs"/>, or <see cref="RuleManual.OrElse"/>, is at hand.</summary>
    public abstract IEnumerable<Finding> Examine(Evidence evidence);

    /// <param name="severity">Null: the manual's.</param>
    /// <param name="fixes">Null: the manual's.</param>
    /// <exception cref="InvalidOperationException">There is nothing to show: a fault of the rule.</exception>
    protected Finding Report(string subject, string message, Seen seen, Confidence confidence, Severity? severity = null, IReadOnlyList<Fix>? fixes = null)
    {
        if (seen.Proofs.Count == 0) throw new InvalidOperationException($"{Manual.Id} reports {subject} and has nothing to show for it.");
        return new Finding
        {
            Rule = Manual,
            Severity = severity ?? Manual.Severity,
            Confidence = confidence,
            Subject = Redaction.OfLog(subject),
            Message = Redaction.OfLog(message),
            Count = Math.Max(1, seen.Count),
            FirstSeen = seen.First,
            LastSeen = seen.Last,
            Proofs = [.. seen.Proofs.Take(Seen.MostProofs)],
            Fixes = fixes ?? Manual.Fix,
        };
    }
}
