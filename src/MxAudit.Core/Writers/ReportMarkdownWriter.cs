using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>The report in Markdown, for tickets and wikis.</summary>
public static class ReportMarkdownWriter
{
    private const int MostProofs = 5;

    public static void Write(TextWriter writer, ReportPage report)
    {
        var (check, log) = (report.Check, report.Check.Audit.Log);
        writer.Write($"# {Markup.Markdown(report.Title)}\n\n**{Wording.Of(check.Verdict)}**: {Markup.Markdown(ReportSections.Verdict(check))}\n\n{Markup.Markdown(report.Window)}\n\n");
        foreach (var figure in report.Figures)
            writer.Write($"- {Markup.Markdown(figure.Name)}: **{Phrases.Number(figure.Number)}** ({Markup.Markdown(figure.More)})\n");
        writer.Write("\n## Findings\n\n");
        if (check.Audit.Findings.Count == 0) writer.Write("None.\n\n");
        var (reasons, told, fixes) = (new HashSet<string>(), new ToldFinding(), new ToldFixes());
        foreach (var finding in check.Audit.Findings) WriteFinding(writer, check, finding, told, fixes, withReason: reasons.Add(finding.Rule.Id));
        if (check.Gone.Count > 0)
            writer.Write($"### Found by an earlier run, and not by this one\n\n{string.Concat(check.Gone.Select(gone => $"- {gone.Rule}: {Markup.Markdown(gone.Subject)}\n"))}\n");
        foreach (var section in report.Sections)
        {
            writer.Write($"## {Markup.Markdown(section.Title)}\n\n{Markup.Markdown(section.Lead)}\n\n");
            foreach (var block in section.Blocks) WriteBlock(writer, block);
        }
        string read = !log.WasRead ? "; no log was read"
            : $" from {Markup.Markdown(string.Join(", ", log.Files))}: {Phrases.Count(log.Lines, "line")}, {Phrases.Number(log.UnreadLines)} not understood";
        writer.Write($"## Evidence\n\nMade by mxaudit {CheckReport.Version}{read}.\n");
        foreach (string limit in CheckReport.LimitsOf(check.Audit)) writer.Write($"\n{Markup.Markdown(limit)}\n");
        foreach (var (needs, lacking) in CheckReport.GroupsOf(check.Audit.NotEvaluated)) writer.Write($"\nNot evaluated, for want of {needs}: {lacking}.\n");
    }

    /// <param name="withReason">Why the rule matters; once for all its findings is enough.</param>
    private static void WriteFinding(TextWriter writer, CheckReport check, Finding finding, ToldFinding told, ToldFixes fixes, bool withReason)
    {
        writer.Write($"### {Wording.Of(finding.Severity)} {finding.Rule.Id}: {Markup.Markdown(finding.Rule.Title)}: {Markup.Markdown(finding.Subject)}{(finding.State == FindingState.New ? "" : $" ({Wording.Of(finding.State)})")}\n\n");
        if (told.IsLastAgain(finding))
        {
            writer.Write($"What is wrong, the fix and the evidence are those of {Markup.Markdown(told.Last.Subject)}.\n\n");
            return;
        }
        told.Add(finding);
        writer.Write($"{Markup.Markdown(finding.Message)}\n\n");
        if (finding.StateNote.Length > 0) writer.Write($"{Markup.Markdown(finding.StateNote)}\n\n");
        if (withReason) writer.Write($"Why it matters: {Markup.Markdown(finding.Rule.Why.ReplaceLineEndings(" "))}\n\n");
        foreach (var fix in fixes.Shortened(finding))
        {
            writer.Write($"{Markup.Markdown(fix.Why)}\n\n");
            if (fix.Command.Length > 0) writer.Write($"{Markup.Fenced(fix.Command.Split('\n'))}\n");
        }
        writer.Write($"Evidence ({Wording.Of(finding.Confidence)}, {Phrases.Number(finding.Count)} in all):\n\n");
        writer.Write(Markup.Fenced(finding.Proofs
            .Take(MostProofs)
            .Select(check.PlaceOf)
            .Select(place => $"{CheckReport.NameOf(place.Source, place.Line)}: {place.Text}")));
        writer.Write('\n');
    }

    private static void WriteBlock(TextWriter writer, ReportBlock block)
    {
        writer.Write($"{Markup.Markdown(block.Caption)}:\n\n");
        if (block is ReportTable table) WriteTable(writer, table.Headings, table.Rows);
        else if (block is ReportBars bars)
            WriteTable(writer, ["", "Number"], [.. bars.Bars.Select(bar => (IReadOnlyList<string>)[bar.Name, Phrases.Number(bar.Number)])]);
        else if (block is ReportTimeline timeline)
            WriteTable(writer, ["", "Sum", "Over time"],
                [.. timeline.Lanes.Select(lane => (IReadOnlyList<string>)[lane.Name, lane.Sum, ReportTextWriter.Sparks(lane.Counts)])]);
    }

    private static void WriteTable(TextWriter writer, IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        writer.Write($"| {string.Join(" | ", headings.Select(Markup.Markdown))} |\n|{string.Concat(headings.Select((_, column) => column == 0 ? " --- |" : " ---: |"))}\n");
        foreach (var row in rows) writer.Write($"| {string.Join(" | ", row.Select(Markup.Markdown))} |\n");
        writer.Write('\n');
    }
}
