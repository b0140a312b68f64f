using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>The first screen: how bad it is, what to look at first, and how the mail went.</summary>
internal sealed class OverviewScreen(Shell shell) : Screen(shell, "Overview", "The whole host at one glance")
{
    private const int NameWidth = 10, MostOutages = 4, FewestFindings = 4;

    private Traffic? _traffic;
    private IReadOnlyList<(string Name, ToneLine Line)> _facts = [];
    private int _cursor;

    public override IReadOnlyList<KeyHint> Keys =>
    [
        new("Enter", "explain the finding", Explain),
        new("j Down", "next finding", () => Step(1)),
        new("k Up", "previous finding", () => Step(-1), InBar: false),
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
        Traffic traffic;
        IReadOnlyList<(string Name, ToneLine Line)> facts;
        lock (audit.Mail) (traffic, facts) = (Traffic.Of(audit.Mail), OverviewFacts.Of(audit));
        return () =>
        {
            (_traffic, _facts) = (traffic, facts);
            _cursor = Math.Min(_cursor, Math.Max(0, audit.Findings.Count - 1));
        };
    }

    public override void Draw(Canvas canvas)
    {
        if (Audit is not { } audit || _traffic is not { } traffic)
        {
            canvas.Write(0, 0, $"{Shell.Doing} …", Tone.Heading);
            canvas.Write(0, 2, "Numbers come when it is done. Screens can be changed meanwhile; q leaves.", Tone.Dim);
            return;
        }
        var outages = audit.Mail.Outages.GroupBy(outage => outage.NextHop).OrderByDescending(group => group.Sum(outage => outage.Failures)).Take(MostOutages).ToArray();
        int below = 1 + traffic.Series.Count + outages.Length + 1 + 1 + _facts.Count;
        int room = Math.Max(FewestFindings, canvas.Height - below - 2);
        canvas.Write(0, 0, OverviewFacts.Verdict(audit).Spans);
        canvas.Rule(1, audit.Findings.Count == 0 ? "findings" : "what to look at first");
        int y = DrawFindings(canvas.Part(0, 2, canvas.Width, room), audit.Findings) + 2;
        canvas.Rule(y++, "mail over time");
        y += DrawTraffic(canvas.Part(0, y, canvas.Width, canvas.Height - y), traffic, outages);
        canvas.Rule(y++, "in numbers");
        foreach (var (name, line) in _facts)
        {
            canvas.Write(0, y, name, Tone.Heading);
            canvas.Part(NameWidth, 0, canvas.Width - NameWidth, canvas.Height).Write(0, y++, line.Spans);
        }
    }

    private int DrawFindings(Canvas canvas, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            canvas.Write(0, 0, "Nothing is wrong, as far as the evidence at hand tells.", Tone.Good);
            return 1;
        }
        int shown = Math.Min(canvas.Height, findings.Count), top = Math.Clamp(_cursor - shown + 1, 0, findings.Count - shown);
        for (int i = 0; i < shown; i++) DrawFinding(canvas, i, findings[top + i], top + i == _cursor);
        if (top + shown < findings.Count) canvas.WriteRight(canvas.Width, shown - 1, $" {findings.Count - top - shown} more ▼", Tone.Dim);
        return shown;
    }

    private static void DrawFinding(Canvas canvas, int y, Finding finding, bool marked)
    {
        var tone = ToneLine.ToneOf(finding.Severity);
        if (marked) canvas.Write(0, y, new string(' ', canvas.Width), marked: true);
        canvas.Write(0, y, ToneLine.SignOf(finding.Severity), tone, marked: marked);
        canvas.Write(3, y, Wording.Of(finding.Severity), tone, marked: marked);
        canvas.Write(12, y, finding.Rule.Id, Tone.Plain, marked: marked);
        canvas.Write(19, y, $"{finding.Subject}: {finding.Rule.Title}", Tone.Plain, marked: marked);
    }

    private static int DrawTraffic(Canvas canvas, Traffic traffic, IReadOnlyList<IGrouping<NextHop, Outage>> outages)
    {
        int label = Math.Clamp(outages.Select(group => group.Key.HostName.Length + 6).DefaultIfEmpty(0).Max(), 18, Math.Max(18, canvas.Width / 3)), width = canvas.Width - label;
        int y = 0;
        foreach (var series in traffic.Series)
        {
            canvas.Write(0, y, series.Name, series.Tone);
            canvas.WriteRight(label - 1, y, Writers.Phrases.Number(series.Total));
            canvas.Write(label, y++, TrafficSeries.Bars(series.In(width)), series.Tone);
        }
        foreach (var group in outages)
        {
            canvas.Write(0, y, $"down {group.Key.HostName}", Tone.High, label - 1);
            foreach (var outage in group)
                if (traffic.ColumnsOf(outage.From, outage.To, width) is var (first, last)) canvas.Write(label + first, y, new string('▒', last - first + 1), Tone.High);
            y++;
        }
        string begin = $"{traffic.From:HH:mm:ss}", end = $"{traffic.From + traffic.Length:HH:mm:ss}";
        canvas.Write(label, y, begin, Tone.Dim);
        canvas.WriteRight(canvas.Width, y, end, Tone.Dim);
        canvas.Write(0, y, $"a column is {Writers.Phrases.Age(traffic.Length / width)}", Tone.Dim, label - 1);
        return y + 1;
    }

    private void Step(int by) => _cursor = Math.Clamp(_cursor + by, 0, Math.Max(0, (Audit?.Findings.Count ?? 0) - 1));

    private string? Explain()
    {
        if (Audit is not { Findings.Count: > 0 } audit) return "There is no finding to explain.";
        Shell.Open(new FindingScreen(Shell, audit.Findings[_cursor], audit.Findings));
        return null;
    }
}
