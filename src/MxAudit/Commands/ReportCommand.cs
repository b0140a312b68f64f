using System.CommandLine;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit report</c>: one file that can be handed on.</summary>
internal sealed class ReportCommand : Verb
{
    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly EvidenceOptions _evidence;
    private readonly FindingOptions _findings;
    private readonly PseudonymOptions _pseudonyms;
    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "Ends in .html, .md or .txt; without it the report is text on standard output",
    };

    public ReportCommand() : base("report", "Write a report that can be handed on",
    [
        ("mxaudit report -o audit.html", "one file for a browser: no script, no request to anywhere"),
        ("mxaudit report --since 24h | mail -s 'Mail audit' postmaster", "plain text, from cron"),
        ("mxaudit report -o audit.md --queue queue.json --config postconf.txt mail.log", "from saved evidence, for a ticket"),
    ])
    {
        Arguments.Add(_logs);
        Options.Add(_output);
        _findings = new FindingOptions(this);
        _pseudonyms = new PseudonymOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        string? output = parsed.GetValue(_output);
        string form = FormOf(output);
        var request = _findings.Read(parsed, _evidence.Read(parsed, Words.Of(parsed, _logs).All, terminal));
        using var audit = Auditing.Run(request, terminal);
        var page = ReportSections.Of(new CheckReport(audit) { Since = request.Since, Until = request.Until, Generated = terminal.Clock.GetUtcNow() });
        terminal = _pseudonyms.Veil(terminal, parsed, audit);
        ResultFile.WriteText(output, terminal, writer =>
        {
            if (form == ".html") ReportHtmlWriter.Write(writer, page);
            else if (form == ".md") ReportMarkdownWriter.Write(writer, page);
            else ReportTextWriter.Write(new Page(writer, columns: ResultFile.IsStandardOutput(output) ? terminal.Width : null), page);
        });
        return ExitStatus.Ok;
    }

    private static string FormOf(string? output) => ResultFile.IsStandardOutput(output) ? ".txt" : Path.GetExtension(output!).ToLowerInvariant() switch
    {
        ".html" or ".htm" => ".html",
        ".md" => ".md",
        ".txt" => ".txt",
        _ => throw new UsageException($"-o {output}: a report ends in .html, .md or .txt."),
    };
}
