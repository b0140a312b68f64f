using System.Text.RegularExpressions;
using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>From a finding to a message that shows it.</summary>
public static partial class ProofTrace
{
    /// <summary>The first message that a proof of the finding names; null when none does.</summary>
    public static Message? MessageOf(AuditResult audit, Finding finding)
    {
        lock (audit.Mail)
        {
            var report = new CheckReport(audit);
            string[] ids = [.. finding.Proofs
                .SelectMany(proof => QueueIds().Matches(report.PlaceOf(proof).Text))
                .Select(match => match.Groups[1].Value)
                .Distinct()];
            var lives = audit.Mail.LivesOf(ids);
            foreach (string id in ids)
                if (lives[id].Any()) return lives[id].First();
            return null;
        }
    }

    /// <summary>Behind the name of the daemon in a line of the log, or at the beginning of a line of the queue.</summary>
    [GeneratedRegex(@"(?:\]: |^)([0-9A-Za-z]{6,20})(?=: | deferred| active| hold| incoming| corrupt)")]
    private static partial Regex QueueIds();
}
