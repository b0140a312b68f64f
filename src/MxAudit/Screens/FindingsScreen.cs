using MxAudit.Rules;
using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>The list of findings, and beside it the one under the cursor explained.</summary>
internal sealed class FindingsScreen(Shell shell) : TableScreen(shell, "Findings", "What is wrong, the worst first", FindingsTable.Definition,
[
    new("severity", 8, Tells: true), new("rule", 6), new("subject", 20), new("message", 0), new("count", 7, 70), new("first_seen", 11, 90, Heading: "Since"),
    new("confidence", 10, 100), new("state", 10, 120),
])
{
    /// <summary>Columns from which the finding is explained beside the list: its table wants as many as a whole terminal of 80.</summary>
    private const int WideEnough = 160;

    private readonly TextPanel _panel = new();
    private Finding? _explained;
    private FixCopying? _fixes;

    protected override Screen? Behind(object row) => new FindingScreen(Shell, (Finding)row, Audit!.Findings);
    protected override Tone ToneOf(object row) => ((Finding)row).State != FindingState.New ? Tone.Dim : ToneLine.ToneOf(((Finding)row).Severity);
    protected override bool IsOfLog => false;
    protected override string Nothing => "Nothing is wrong, as far as the evidence at hand tells.";

    protected override KeyHint CopyKey => (_fixes ??= new FixCopying(Shell, () => Row as Finding)).Key;

    protected override IReadOnlyList<KeyHint> OwnKeys =>
    [
        FindingScreen.Trace(Shell, () => Row as Finding),
        FindingScreen.MarkAsKnown(Shell, () => Row as Finding),
        new("J", "explanation down", () => _panel.MovePage(1), InBar: false),
        new("K", "explanation up", () => _panel.MovePage(-1), InBar: false),
    ];

    public override string? StepFinding(int step)
    {
        Move(step > 0 ? TableMove.Down : TableMove.Up);
        return null;
    }

    public override void Renew()
    {
        _explained = null;
        base.Renew();
    }

    /// <summary>The same finding of another audit leaves the reader where they are.</summary>
    private void Explain(IReadOnlyList<ToneLine> lines, Finding finding)
    {
        if (_explained is { } before && NewFindings.AreSame(before, finding)) _panel.Renew(lines);
        else _panel.Take(lines);
        _explained = finding;
    }

    public override void Draw(Canvas canvas)
    {
        bool beside = canvas.Width >= WideEnough;
        int list = beside ? canvas.Width / 2 : Math.Clamp((Sheet?.Count ?? 0) + 2, 4, canvas.Height / 3);
        var (rows, panel) = beside
            ? (canvas.Part(0, 0, list, canvas.Height), canvas.Part(list + 2, 0, canvas.Width - list - 2, canvas.Height))
            : (canvas.Part(0, 0, canvas.Width, list), canvas.Part(0, list, canvas.Width, canvas.Height - list));
        base.Draw(rows);
        if (Audit is not { } audit || Row is not Finding finding) return;
        if (!ReferenceEquals(_explained, finding))
            lock (audit.Mail) Explain(FindingView.Of(audit, finding), finding);
        _panel.Draw(panel.Part(0, 1, panel.Width, panel.Height - 1));
        panel.Rule(0, $"{finding.Rule.Id} explained{(_panel.IsAll ? "" : "; J and K move it")}");
    }
}
