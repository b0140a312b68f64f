using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>A finding explained: what, why it matters, what to do, what shows it.</summary>
public static class FindingView
{
    public static IReadOnlyList<ToneLine> Of(AuditResult audit, Finding finding)
    {
        var report = new CheckReport(audit);
        var lines = new List<ToneLine>
        {
            new([new Span($"{Wording.Of(finding.Severity)} ", ToneLine.ToneOf(finding.Severity)),
                new Span($"{finding.Rule.Id} {finding.Rule.Title}", Tone.Heading)]),
            new([new Span("about "), new Span(finding.Subject, Tone.Heading),
                new Span($"; {Wording.Of(finding.Confidence)}, {Phrases.Number(finding.Count)} in all{When(finding)}{(finding.State == FindingState.New ? "" : $"; {Wording.Of(finding.State)}")}")]),
            ToneLine.Empty,
            new(finding.Message),
        };
        lines.Head("what to do");
        foreach (var (fix, number) in finding.Fixes.Select((fix, i) => (fix, i + 1)))
        {
            lines.Add(new ToneLine($"{number}. {fix.Why}", Indent: 2, hang: 3));
            foreach (string command in fix.Command.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                lines.Add(new ToneLine(command, Tone.Command, 5, hang: 2));
        }
        lines.Head("why it matters");
        foreach (string paragraph in finding.Rule.Why.Split("\n\n")) lines.Add(new ToneLine(paragraph.ReplaceLineEndings(" "), Indent: 2));
        lines.Head("what shows it");
        foreach (var proof in finding.Proofs)
        {
            var (source, line, text) = report.PlaceOf(proof);
            lines.Add(new ToneLine($"{CheckReport.NameOf(SourceName.Of(audit, source), line)}:", Tone.Dim, 2));
            lines.Add(new ToneLine(text, Tone.Plain, 4, hang: 2));
        }
        if (finding.Missing != EvidenceKinds.None)
            lines.Add(new ToneLine($"{Phrases.List(CheckReport.WordsOf(finding.Missing))} would make it surer", Tone.Dim, 2));
        lines.Head("references");
        foreach (string reference in finding.Rule.References) lines.Add(new ToneLine(reference, Indent: 2, hang: 2));
        return lines;
    }

    /// <summary>The number of the fix with a command that comes after this one; behind the last the first again.</summary>
    /// <returns>0: none has a command, a person must decide.</returns>
    /// <remarks>One at a time: often one is instead of another, or only until another is done.</remarks>
    public static int FixAfter(Finding finding, int number)
    {
        int[] numbers = [.. Enumerable.Range(1, finding.Fixes.Count).Where(one => finding.Fixes[one - 1].Command.Length > 0)];
        return numbers.Where(one => one > number).Concat(numbers).FirstOrDefault();
    }

    private static string When(Finding finding) => finding switch
    {
        { FirstSeen: { } first, LastSeen: { } last } when Passage.Moment(first) == Passage.Moment(last) => $", {Passage.Moment(first)}",
        { FirstSeen: { } first, LastSeen: { } last } => $", {Passage.Moment(first)} to {(first.Date == last.Date ? $"{last:HH:mm:ss}" : Passage.Moment(last))}",
        _ => "",
    };
}
