using MxAudit.Mail;

namespace MxAudit.Writers;

/// <summary>The report as plain text, for mail from cron.</summary>
public static class ReportTextWriter
{
    private const int WidestBar = 40;

    public static void Write(Page page, ReportPage report)
    {
        page.Heading(report.Title);
        page.Line(new string('=', report.Title.Length));
        page.Paragraph(ReportSections.Verdict(report.Check));
        if (report.Window.Length > 0) page.Paragraph(report.Window);
        page.Line();
        foreach (var figure in report.Figures) page.Line($"{Phrases.Number(figure.Number),9}  {figure.Name.ToLowerInvariant()} ({figure.More})");
        Heading(page, "Findings");
        if (report.Check.Audit.Findings.Count == 0) page.Line("None.");
        CheckTextWriter.WriteFindings(page, report.Check);
        CheckTextWriter.WriteGone(page, report.Check.Gone);
        foreach (var section in report.Sections)
        {
            Heading(page, section.Title);
            page.Paragraph(section.Lead);
            foreach (var block in section.Blocks) WriteBlock(page, block);
        }
        Heading(page, "Evidence");
        CheckTextWriter.WriteEvidence(page, report.Check.Audit);
        page.Line();
        CheckTextWriter.WriteNotEvaluated(page, report.Check.Audit.NotEvaluated);
        page.Line($"verdict: {Wording.Of(report.Check.Verdict)}");
    }

    private static void Heading(Page page, string title)
    {
        page.Line();
        page.Heading(title);
        page.Line(new string('-', title.Length));
    }

    private static void WriteBlock(Page page, ReportBlock block)
    {
        page.Line();
        page.Line(block.Caption);
        switch (block)
        {
            case ReportBars bars:
                long most = Math.Max(1, bars.Bars.Max(bar => bar.Number));
                WriteRows(page,
                    [.. bars.Bars.Select(bar =>
                        (IReadOnlyList<string>)[bar.Name, Phrases.Number(bar.Number), new string('#', (int)Math.Max(1, bar.Number * WidestBar / most))])],
                    isLastText: true);
                if (bars.Left > 0) page.Line($"and {bars.Left} more", indent: 2);
                break;
            case ReportTable table:
                WriteRows(page, [table.Headings, .. table.Rows]);
                break;
            case ReportTimeline timeline:
                WriteRows(page,
                    [.. timeline.Lanes.Select(lane => (IReadOnlyList<string>)[lane.Name, Phrases.Count(lane.Counts.Sum(), lane.Unit), Sparks(lane.Counts)])],
                    isLastText: true);
                break;
        }
    }

    /// <summary>A digit for each step, in tenths of the highest; a dot where there is nothing.</summary>
    internal static string Sparks(IReadOnlyList<long> counts)
    {
        long most = Math.Max(1, counts.Max());
        return string.Concat(counts.Select(count => count == 0 ? "." : ((count * 9 + most - 1) / most).ToString("0")));
    }

    private static void WriteRows(Page page, IReadOnlyList<IReadOnlyList<string>> rows, bool isLastText = false)
    {
        int columns = rows[0].Count;
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => rows.Max(row => row[column].Length))];
        foreach (var row in rows)
            page.Line(
                string.Join("  ",
                    row.Select((cell, column) =>
                        column == 0 || (isLastText && column == columns - 1) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd(),
                indent: 2);
    }
}
