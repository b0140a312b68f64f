using System.CommandLine;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit check</c>: audits once, prints the findings, and answers with the exit status.</summary>
internal sealed class CheckCommand : Verb
{
    private static readonly string[] Severities = ["info", "low", "medium", "high", "critical"];

    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly EvidenceOptions _evidence;
    private readonly FindingOptions _findings;
    private readonly PageOptions _page;
    private readonly PseudonymOptions _pseudonyms;
    private readonly Option<string?> _format = new("--format")
    {
        HelpName = "FORMAT",
        Description = $"{string.Join(", ", CheckOutput.Formats)}; default: by the extension of FILE, else text",
    };
    private readonly Option<string[]> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "Instead of standard output (repeatable): .txt, .json, .ndjson, .prom, .sarif, .xml (junit); appears whole or not at all",
    };
    private readonly Option<string> _failOn = new("--fail-on")
    {
        HelpName = "SEVERITY",
        Description = "Findings below do not change the exit status; default: medium",
        DefaultValueFactory = _ => "medium",
    };
    private readonly Option<string> _criticalOn = new("--critical-on")
    {
        HelpName = "SEVERITY",
        Description = "From here on exit status 2; default: high",
        DefaultValueFactory = _ => "high",
    };
    private readonly Option<string> _only = new("--only") { HelpName = "RULES", Description = "Only these rules or families, comma separated: BKS,RLY006" };
    private readonly Option<string> _ignore = new("--ignore") { HelpName = "RULES", Description = "Not these rules or families" };
    private readonly Option<string> _writeBaseline = new("--write-baseline")
    {
        HelpName = "FILE",
        Description = "Writes the findings of this run for --baseline",
    };
    private readonly Option<bool> _quiet = new("--quiet")
    {
        Description = "Print what the exit status speaks of alone: new findings from --fail-on up, and nothing when there are none; of nagios the first line",
    };
    private readonly Option<bool> _noPerfdata = new("--no-perfdata") { Description = "nagios without numbers" };

    public CheckCommand() : base("check", "Audit once and print the findings",
    [
        ("mxaudit check", "this host's mail log"),
        ("mxaudit check --since 24h --quiet", "for cron: silent while all is well"),
        ("mxaudit check -o audit.json -o audit.prom /var/log/mail.log*", "for scripts, from a rotated set"),
        ("mxaudit check --format nagios --since 24h", "as a plug-in of Nagios or Icinga"),
        ("zcat old.gz | mxaudit check --year 2025 --only BKS -", "backscatter alone, from standard input"),
    ])
    {
        _format.AcceptOnlyFromAmong(CheckOutput.Formats);
        _failOn.AcceptOnlyFromAmong(Severities);
        _criticalOn.AcceptOnlyFromAmong(Severities);
        _only.CompletionSources.Add(RuleChoice.Words);
        _ignore.CompletionSources.Add(RuleChoice.Words);
        Arguments.Add(_logs);
        foreach (var option in new Option[] { _format, _output, _failOn, _criticalOn, _only, _ignore, _writeBaseline, _quiet, _noPerfdata })
            Options.Add(option);
        _findings = new FindingOptions(this);
        _page = new PageOptions(this);
        _pseudonyms = new PseudonymOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override string Statuses => "0 audited and well, 1 warning, 2 critical, 3 no audit was performed";

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        var words = Words.Of(parsed, _logs);
        var outputs = CheckOutput.Of(parsed.GetValue(_output) ?? [], parsed.GetValue(_format));
        var wanted = RuleChoice.Of(parsed.GetValue(_only), parsed.GetValue(_ignore));
        bool quiet = parsed.GetValue(_quiet);
        var request = _findings.Read(parsed, _evidence.Read(parsed, words.All, terminal)) with { Wanted = wanted, MayLackRights = false };
        using var audit = Auditing.Run(request, terminal, quiet);
        terminal = _pseudonyms.Veil(terminal, parsed, audit);
        var report = new CheckReport(audit)
        {
            FailOn = SeverityOf(parsed.GetValue(_failOn)),
            CriticalOn = SeverityOf(parsed.GetValue(_criticalOn)),
            Since = request.Since,
            Until = request.Until,
            Generated = terminal.Clock.GetUtcNow(),
        };
        if (parsed.GetValue(_writeBaseline) is { } written) ResultFile.Write(written, terminal, stream => Baseline.Write(stream, report));
        foreach (var output in outputs) Write(output, report, parsed, terminal);
        return (int)report.Verdict;
    }

    private void Write(CheckOutput output, CheckReport report, ParseResult parsed, Terminal terminal)
    {
        bool quiet = parsed.GetValue(_quiet);
        var (path, format) = output;
        if (format == "json") ResultFile.Write(path, terminal, stream => CheckJsonWriter.Write(stream, report));
        else if (format == "ndjson") ResultFile.Write(path, terminal, stream => CheckJsonWriter.WriteLines(stream, report));
        else if (format == "sarif") ResultFile.Write(path, terminal, stream => CheckSarifWriter.Write(stream, report));
        else if (format == "junit") ResultFile.Write(path, terminal, stream => CheckJunitWriter.Write(stream, report));
        else if (format == "prometheus") ResultFile.WriteText(path, terminal, writer => CheckPrometheusWriter.Write(writer, report));
        else if (format == "nagios")
            ResultFile.WriteText(path, terminal, writer => CheckNagiosWriter.Write(writer, report, perfdata: !parsed.GetValue(_noPerfdata), details: !quiet));
        else if (quiet) _page.Write(path, parsed, terminal, page => CheckTextWriter.WriteFindings(page, report, countingOnly: true));
        else _page.Write(path, parsed, terminal, page => CheckTextWriter.Write(page, report));
    }

    private static Severity SeverityOf(string? word) => (Severity)Array.IndexOf(Severities, word);
}
