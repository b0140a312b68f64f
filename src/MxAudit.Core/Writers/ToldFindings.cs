using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>The findings that a list has told in full: what a reader has read already is not told again.</summary>
internal sealed class ToldFindings
{
    private readonly List<Finding> _told = [];

    public Finding Last => _told[^1];

    public void Add(Finding finding) => _told.Add(finding);

    /// <summary>One fault of many domains: another name is all that differs.</summary>
    public bool IsLastAgain(Finding finding) => _told.Count > 0 && IsSame(Last, finding);

    /// <summary>One of the same rule with the same fix; null: there is none.</summary>
    public Finding? WithFixOf(Finding finding) => _told.Find(told => told.Rule == finding.Rule && told.Fixes.SequenceEqual(finding.Fixes));

    private static bool IsSame(Finding told, Finding other) =>
        (told.Rule, told.Severity, told.Confidence, told.State, told.StateNote, told.FirstSeen, told.LastSeen) == (other.Rule, other.Severity, other.Confidence, other.State, other.StateNote, other.FirstSeen, other.LastSeen)
        && told.Message.Replace(told.Subject, "", StringComparison.Ordinal) == other.Message.Replace(other.Subject, "", StringComparison.Ordinal)
        && told.Fixes.SequenceEqual(other.Fixes) && told.Proofs.SequenceEqual(other.Proofs);
}
