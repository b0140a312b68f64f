using MxAudit.Rules;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>The first screen: how bad it is, what to look at first, and how the mail went.</summary>
internal sealed class OverviewScreen(Shell shell) : Screen(shell, "Overview", "The whole host at one glance")
{
    private const int NameWidth = 10, FewestFindings = 4, LeastBesideChart = 2, HighestBars = 8, MostFactLines = 2, LowScreen = 20;

    private TrafficChart? _chart;
    private IReadOnlyList<Problem> _problems = [];
    private IReadOnlyList<(string Name, ToneLine Line)> _facts = [];
    private int _cursor;

    public override IReadOnlyList<KeyHint> Keys =>
    [
        new("Enter", "explain the finding", Explain),
        new("j Down", "next finding", () => Step(1)),
        new("k Up", "previous finding", () => Step(-1), InBar: false),
        new("i", "evidence", ShowEvidence, InBar: Audit is { Notes.Count: > 0 }),
    ];

    public override string? StepFinding(int step)
    {
        Step(step);
        return null;
    }

    public override void Renew()
    {
        if (Audit is { } audit) Prepare(audit)();
    }

    public override Action Prepare(AuditResult audit)
    {
        TrafficChart chart;
        IReadOnlyList<(string Name, ToneLine Line)> facts;
        lock (audit.Mail) (chart, facts) = (new TrafficChart(audit.Mail), OverviewFacts.Of(audit));
        var problems = Problem.Of(audit.Findings);
        return () =>
        {
            (_chart, _facts, _problems) = (chart, facts, problems);
            Step(0);
        };
    }

    public override void Draw(Canvas canvas)
    {
        if (Audit is not { } audit || _chart is not { } chart)
        {
            canvas.Write(0, 0, $"{Shell.Doing} …", Tone.Heading);
            canvas.Write(0, 2, "Numbers come when it is done. Screens can be changed meanwhile; q leaves.", Tone.Dim);
            return;
        }
        var facts = FactsIn(canvas);
        int around = 1 + 1 + 1 + facts.Count, findings = Math.Max(1, _problems.Count), room = canvas.Height - around - 1;
        bool charted = audit.Log.WasRead && room >= chart.HeightWith(0, 1) + Math.Min(findings, LeastBesideChart);
        int outages = Math.Clamp(room - chart.HeightWith(0, 1) - Math.Min(findings, FewestFindings), 0, chart.Outages);
        int bars = Math.Clamp((room - findings - chart.HeightWith(outages, 0)) / Math.Max(1, chart.Series), 1, HighestBars);
        int shown = Math.Max(1, Math.Min(findings, charted ? room - chart.HeightWith(outages, bars) : canvas.Height - around));

        canvas.Write(0, 0, OverviewFacts.Verdict(audit).Spans);
        canvas.Rule(1, audit.Findings.Count == 0 ? "findings" : "what to look at first");
        DrawFindings(canvas.Part(0, 2, canvas.Width, shown));
        int y = 2 + shown;
        if (charted)
        {
            canvas.Rule(y++, chart.TitleFor(canvas.Width, outages));
            y += chart.Draw(canvas.Part(0, y, canvas.Width, canvas.Height - y), outages, bars);
        }
        canvas.Rule(y++, "in numbers");
        foreach (var (name, spans) in facts)
        {
            canvas.Write(0, y, name, Tone.Heading);
            canvas.Part(NameWidth, 0, canvas.Width - NameWidth, canvas.Height).Write(0, y++, spans);
        }
    }

    /// <summary>A line that is too long goes on below, with all that is left, where the terminal is no low one.</summary>
    private List<(string Name, IReadOnlyList<Views.Span> Spans)> FactsIn(Canvas canvas)
    {
        var lines = new List<(string, IReadOnlyList<Views.Span>)>();
        int most = canvas.Height < LowScreen ? 1 : MostFactLines, width = canvas.Width - NameWidth;
        foreach (var (name, line) in _facts)
        {
            bool fits = Canvas.ColumnsOf(line.Text, canvas.Ascii) <= width;
            ToneLine[] filled = fits ? [line] : [.. TextPanel.Filled(line, width - 1, canvas.Ascii)]; // each word has the blank behind it
            for (int i = 0; i < Math.Min(most, filled.Length); i++)
                lines.Add((i == 0 ? name : "", i < most - 1 ? filled[i].Spans : [.. filled[i..].SelectMany(rest => rest.Spans)]));
        }
        return lines;
    }

    private void DrawFindings(Canvas canvas)
    {
        if (_problems.Count == 0)
        {
            canvas.Write(0, 0, "Nothing is wrong, as far as the evidence at hand tells.", Tone.Good);
            return;
        }
        int shown = Math.Min(canvas.Height, _problems.Count), top = Math.Clamp(_cursor - shown + 1, 0, _problems.Count - shown);
        string more = top + shown < _problems.Count ? $" {_problems.Count - top - shown} more ▼" : "";
        for (int i = 0; i < shown; i++) DrawProblem(canvas, i, _problems[top + i], top + i == _cursor, canvas.Width - (i == shown - 1 ? more.Length : 0));
        canvas.WriteRight(canvas.Width, shown - 1, more, Tone.Dim, top + shown - 1 == _cursor);
    }

    /// <param name="end">Where the text must end.</param>
    private static void DrawProblem(Canvas canvas, int y, Problem problem, bool marked, int end)
    {
        var tone = problem.State == FindingState.New ? ToneLine.ToneOf(problem.Severity) : Tone.Dim;
        if (marked) canvas.Write(0, y, new string(' ', canvas.Width), marked: true);
        canvas.Write(0, y, ToneLine.SignOf(ToneLine.ToneOf(problem.Severity)), tone, marked: marked);
        canvas.Write(3, y, Mail.Wording.Of(problem.Severity), tone, marked: marked);
        canvas.Write(12, y, problem.Rule.Id, Tone.Dim, marked: marked);
        canvas.Write(19, y, $"{problem.Subjects(most: 1)}: {problem.Rule.Title}", Tone.Plain, Math.Max(0, end - 19), marked);
    }

    private void Step(int by) => _cursor = Math.Clamp(_cursor + by, 0, Math.Max(0, _problems.Count - 1));

    private string? ShowEvidence()
    {
        if (Audit is null) return "The audit is still at work.";
        Shell.Open(new PageScreen(Shell, "Evidence", "What was read, and what was not", EvidenceView.Of));
        return null;
    }

    private string? Explain()
    {
        if (Audit is null) return "The audit is still at work.";
        if (_problems.Count == 0) return "There is no finding to explain.";
        Shell.Open(new FindingScreen(Shell, _problems[_cursor].Findings[0], [.. _problems.SelectMany(problem => problem.Findings)]));
        return null;
    }
}
