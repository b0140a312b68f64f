using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>The finding that a list told in full last: what a reader has read just now is not told again.</summary>
internal sealed class ToldFinding
{
    private Finding? _last;

    public Finding Last => _last!;

    public void Add(Finding finding) => _last = finding;

    /// <summary>One fault of many domains: another name is all that differs.</summary>
    public bool IsLastAgain(Finding finding) => _last is not null && IsSame(_last, finding);

    private static bool IsSame(Finding told, Finding other) =>
        (told.Rule, told.Severity, told.Confidence, told.State, told.StateNote, told.FirstSeen, told.LastSeen)
            == (other.Rule, other.Severity, other.Confidence, other.State, other.StateNote, other.FirstSeen, other.LastSeen)
        && told.Message.Replace(told.Subject, "", StringComparison.Ordinal) == other.Message.Replace(other.Subject, "", StringComparison.Ordinal)
        && told.Fixes.SequenceEqual(other.Fixes) && told.Proofs.SequenceEqual(other.Proofs);
}
