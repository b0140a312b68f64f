using MxAudit.Mail;
using MxAudit.Rules;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>
/// The report as one file for a browser: no script, no request to anywhere, readable on paper and on a telephone. It is well-formed XML besides, so
/// that a test can read it back.
/// </summary>
public sealed class ReportHtmlWriter(TextWriter writer, ReportPage page)
{
    private const int MostProofs = 12;
    private const int MostFixes = 8;
    private const int MostOpen = 3;
    private const int MostSubjects = 3;
    private const int MostAtOnce = 5;

    public static void Write(TextWriter writer, ReportPage page) => new ReportHtmlWriter(writer, page).Write();

    private CheckReport Check => page.Check;

    private void Write()
    {
        writer.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta name="referrer" content="no-referrer"/>
            <meta name="generator" content="mxaudit {CheckReport.Version}"/>
            <title>{Markup.Html(page.Title)}</title>
            <style>
            {ReportStyle.Sheet}
            </style>
            </head>
            <body>
            <a class="skip" href="#findings">To the findings</a>

            """);
        WriteHead();
        writer.Write("<main>\n");
        WriteFindings();
        foreach (var section in page.Sections) WriteSection(section);
        WriteEvidence();
        writer.Write("</main>\n</body>\n</html>\n");
    }

    private void WriteHead()
    {
        string verdict = Wording.Of(Check.Verdict);
        writer.Write($"""
            <header class="verdict {verdict}">
            <p class="word">{verdict}</p>
            <h1>{Markup.Html(page.Title)}</h1>
            <p class="sentence">{Markup.Html(ReportSections.Verdict(Check))}</p>
            <p class="window">{Markup.Html(page.Window)}</p>

            """);
        WriteFirst();
        writer.Write("</header>\n<ul class=\"figures\">\n");
        foreach (var figure in page.Figures)
            writer.Write($"<li{(figure.IsBad ? " class=\"bad\"" : "")}><span class=\"name\">{Markup.Html(figure.Name)}</span><b>{Phrases.Number(figure.Number)}</b><span class=\"more\">{Markup.Html(figure.More)}</span></li>\n");
        writer.Write("</ul>\n<nav aria-label=\"Parts of the report\"><a href=\"#findings\">Findings</a>");
        foreach (var section in page.Sections) writer.Write($" <a href=\"#{section.Id}\">{Markup.Html(section.Title)}</a>");
        writer.Write(" <a href=\"#evidence\">Evidence</a></nav>\n");
    }

    /// <summary>What whoever reads no further should know.</summary>
    private void WriteFirst()
    {
        Problem[] first = [.. ReportSections.Problems(Check).Where(problem => problem.Severity >= Check.FailOn).Take(MostOpen)];
        if (first.Length == 0) return;
        writer.Write($"<h2 class=\"first\">What to look at first</h2>\n<ol class=\"first\">\n");
        foreach (var problem in first)
            writer.Write($"<li><a href=\"#{IdOf(problem)}\">{Markup.Html(problem.Rule.Title)}</a>: {Markup.Html(problem.Subjects(MostSubjects))}</li>\n");
        writer.Write("</ol>\n");
    }

    private void WriteFindings()
    {
        var problems = ReportSections.Problems(Check);
        writer.Write($"<section id=\"findings\">\n<h2>Findings</h2>\n<p class=\"lead\">{(problems.Count == 0 ? Markup.Html(ReportSections.Verdict(Check)) : "The worst come first.<span class=\"onscreen\"> A line opens: what happened, what to do, and what shows it.</span>")}</p>\n");
        foreach (var (index, problem) in problems.Index()) WriteProblem(problem, index < MostOpen && problem.Severity >= Check.FailOn);
        if (ReportSections.Problems(Check, counted: false) is { Count: > 0 } others)
        {
            writer.Write("<h3 class=\"part\">Known already, or meant so: not counted</h3>\n");
            foreach (var problem in others) WriteProblem(problem, open: false);
        }
        if (Check.Gone.Count > 0)
        {
            writer.Write("<h3 class=\"part\">Found by an earlier run, and not by this one</h3>\n<ul>\n");
            foreach (var gone in Check.Gone)
                writer.Write(
                    $"<li>{Markup.Html(AllRules.Find(gone.Rule)!.Manual.Title)}: {Markup.Html(gone.Subject)} <span class=\"note\">({gone.Rule})</span></li>\n");
            writer.Write("</ul>\n");
        }
        writer.Write("<p class=\"onpaper note\">The lines that show each finding are in the file this was printed from.</p>\n</section>\n");
    }

    private void WriteProblem(Problem problem, bool open)
    {
        var (rule, severity) = (problem.Rule, Wording.Of(problem.Severity));
        string state = problem.State == FindingState.New ? "" : $" <span class=\"state\">{Wording.Of(problem.State)}</span>";
        writer.Write($"<details class=\"finding {severity}\" id=\"{IdOf(problem)}\"{(open ? " open=\"open\"" : "")}>\n<summary><span class=\"severity\">{severity}</span>{state} <span class=\"title\">{Markup.Html(rule.Title)}</span> <span class=\"subject\">{Markup.Html(problem.Subjects(MostSubjects))}</span></summary>\n");
        foreach (var finding in problem.Findings.Take(MostAtOnce)) WriteFinding(finding);
        if (problem.Findings.Count > MostAtOnce)
        {
            writer.Write($"<details class=\"proof\"><summary>The same of {Phrases.Number(problem.Findings.Count - MostAtOnce)} more</summary>\n");
            foreach (var finding in problem.Findings.Skip(MostAtOnce)) WriteFinding(finding);
            writer.Write("</details>\n");
        }
        writer.Write("<h3>Why it matters</h3>\n");
        foreach (string paragraph in rule.Why.Split("\n\n")) writer.Write($"<p>{Markup.Html(paragraph.ReplaceLineEndings(" "))}</p>\n");
        writer.Write("<h3>What to do</h3>\n");
        foreach (var fix in problem.Findings.SelectMany(finding => finding.Fixes).Distinct().Take(MostFixes))
        {
            writer.Write($"<p>{Markup.Html(fix.Why)}</p>\n");
            if (fix.Command.Length > 0) writer.Write($"<pre><code>{Markup.Html(fix.Command)}</code></pre>\n");
        }
        writer.Write($"<p class=\"note\">Rule {rule.Id}. {string.Join(" ", rule.References.Select(reference => $"<a href=\"{Markup.Html(reference)}\">{Markup.Html(reference)}</a>"))}</p>\n</details>\n");
    }

    private static string IdOf(Problem problem) =>
        $"{problem.Rule.Id}-{Wording.Of(problem.Severity)}{(problem.State == FindingState.New ? "" : $"-{Wording.Of(problem.State)}")}".ToLowerInvariant();

    private void WriteFinding(Finding finding)
    {
        string when = finding is { FirstSeen: { } first, LastSeen: { } last }
            ? first == last ? $", at {TimeScale.Shown(first)}" : $", {TimeScale.Shown(first)} to {TimeScale.Shown(last)}" : "";
        if (finding.StateNote.Length > 0) writer.Write($"<p class=\"note\">{Markup.Html(finding.StateNote)}</p>\n");
        writer.Write($"<p>{Markup.Html(finding.Message)}</p>\n<details class=\"proof\"><summary>What shows it: {Phrases.Number(finding.Count)} in all{when}; {Wording.Of(finding.Confidence)}</summary>\n<ul class=\"proofs\">\n");
        foreach (var proof in finding.Proofs.Take(MostProofs))
        {
            var (source, line, text) = Check.PlaceOf(proof);
            writer.Write($"<li><span class=\"place\">{Markup.Html(CheckReport.NameOf(source, line))}</span> <code>{Markup.Html(text)}</code></li>\n");
        }
        if (finding.Proofs.Count > MostProofs) writer.Write($"<li>and {Phrases.Number(finding.Proofs.Count - MostProofs)} more</li>\n");
        writer.Write("</ul></details>\n");
    }

    private void WriteSection(ReportSection section)
    {
        writer.Write($"<section id=\"{section.Id}\">\n<h2>{Markup.Html(section.Title)}</h2>\n<p class=\"lead\">{Markup.Html(section.Lead)}</p>\n");
        var charts = new ReportCharts(writer);
        bool paired = section.Blocks.Count(block => block is ReportBars) > 1;
        if (paired) writer.Write("<div class=\"pair\">\n");
        foreach (var bars in section.Blocks.OfType<ReportBars>()) charts.Write(bars);
        if (paired) writer.Write("</div>\n");
        foreach (var block in section.Blocks)
        {
            if (block is ReportTimeline timeline) charts.Write(timeline);
            else if (block is ReportTable table) WriteTable(table);
        }
        writer.Write("</section>\n");
    }

    private void WriteTable(ReportTable table)
    {
        writer.Write($"<p class=\"caption\">{Markup.Html(table.Caption)}</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{Markup.Html(table.Caption)}\"><table{(table.IsText ? " class=\"text\"" : "")}>\n<thead><tr>");
        foreach (string heading in table.Headings) writer.Write($"<th scope=\"col\">{Markup.Html(heading)}</th>");
        writer.Write("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
            writer.Write(
                $"<tr><th scope=\"row\">{Markup.Html(row[0])}</th>{string.Concat(row.Skip(1).Select(cell => $"<td>{Markup.Html(cell)}</td>"))}</tr>\n");
        writer.Write("</tbody>\n</table></div>\n");
    }

    private void WriteEvidence()
    {
        var (audit, log) = (Check.Audit, Check.Audit.Log);
        writer.Write($"<section id=\"evidence\">\n<h2>Evidence</h2>\n<dl>\n<dt>Log</dt><dd>{(log.WasRead ? $"{Markup.Html(string.Join(", ", log.Files))}: {CheckReport.LinesOf(log)}" : "none was read")}</dd>\n");
        foreach (string limit in CheckReport.LimitsOf(audit)) writer.Write($"<dt>Limit</dt><dd>{Markup.Html(limit)}</dd>\n");
        writer.Write($"<dt>Queue</dt><dd>{(audit.Queue is { } queue ? Markup.Html(queue.Source) : "not looked at")}</dd>\n<dt>Configuration</dt><dd>{(audit.Config is { } config ? Markup.Html(config.Source) : "not looked at")}</dd>\n<dt>DNS</dt><dd>{(audit.Dns is { } dns ? Markup.Html(dns.Source) : "not looked at")}</dd>\n");
        foreach (var (needs, lacking) in CheckReport.GroupsOf(audit.NotEvaluated))
            writer.Write($"<dt>Not evaluated</dt><dd>for want of {needs}: {lacking}</dd>\n");
        writer.Write($"<dt>Made</dt><dd>by mxaudit {CheckReport.Version}, {TimeText.Of(Check.Generated)}</dd>\n</dl>\n</section>\n");
    }
}
