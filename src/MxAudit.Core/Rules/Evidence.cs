using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>Everything that rules may look at. What was not given or could not be read is null, and rules that need it are not evaluated.</summary>
public sealed record Evidence
{
    /// <summary>What the log tells.</summary>
    public MailHistory? Log { get; init; }

    public EvidenceKinds AtHand => Log is null ? EvidenceKinds.None : EvidenceKinds.Log;

    /// <summary>The log's model, for rules that need it.</summary>
    public MailHistory Mail => Log ?? throw new InvalidOperationException("A rule that needs the log was asked without one.");
}
