using MxAudit.Rules;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>One finding, explained on the whole screen.</summary>
/// <param name="among">Where e and E go on.</param>
internal sealed class FindingScreen(Shell shell, Finding finding, IReadOnlyList<Finding> among)
    : TextScreen(shell, "Finding", $"{finding.Rule.Id} {finding.Subject}")
{
    private FixCopying? _fixes;

    public override IReadOnlyList<KeyHint> Keys => [.. base.Keys, Trace(Shell, Now), MarkAsKnown(Shell, Now)];

    protected override KeyHint CopyKey => (_fixes ??= new FixCopying(Shell, Now)).Key;

    /// <summary>As the last audit has it, which may know it as known; one that is gone stays as it was.</summary>
    private Finding Now() => Audit is { } audit && NewFindings.SameIn(audit, finding) is { } same ? same : finding;

    public override string? StepFinding(int step)
    {
        int next = among.ToList().IndexOf(finding) + step;
        if (next < 0 || next >= among.Count) return step > 0 ? "This is the last finding." : "This is the first finding.";
        Shell.Replace(new FindingScreen(Shell, among[next], among));
        return null;
    }

    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) => FindingView.Of(audit, Now());

    /// <summary>In a baseline, so that <c>check --baseline</c> takes it for known, too.</summary>
    public static KeyHint MarkAsKnown(Shell shell, Func<Finding?> finding) =>
        new("m", "mark as known", () => Saving.AskForBaseline(shell, finding()), InBar: false);

    public static KeyHint Trace(Shell shell, Func<Finding?> finding) => new("t", "trace a message", () =>
    {
        if (finding() is not { } one || shell.Audit is not { } audit) return "There is no finding here.";
        if (ProofTrace.MessageOf(audit, one) is not { } message) return "No line of this finding belongs to one message.";
        shell.Open(new TraceScreen(shell, message));
        return null;
    });
}
