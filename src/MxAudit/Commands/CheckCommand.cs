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
    private readonly PageOptions _page;
    private readonly Option<string> _format = new("--format") { HelpName = "text|json", Description = "Default: text", DefaultValueFactory = _ => "text" };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "Instead of standard output; appears whole or not at all" };
    private readonly Option<string> _failOn = new("--fail-on") { HelpName = "SEVERITY", Description = "Findings below do not change the exit status; default: medium", DefaultValueFactory = _ => "medium" };
    private readonly Option<string> _criticalOn = new("--critical-on") { HelpName = "SEVERITY", Description = "From here on exit status 2; default: high", DefaultValueFactory = _ => "high" };
    private readonly Option<string> _only = new("--only") { HelpName = "RULES", Description = "Only these rules or families, comma separated: BKS,RLY006" };
    private readonly Option<string> _ignore = new("--ignore") { HelpName = "RULES", Description = "Not these rules or families" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Print findings alone, and nothing when there are none" };

    public CheckCommand() : base("check", "Audit once and print the findings",
    [
        ("mxaudit check", "this host's mail log"),
        ("mxaudit check --since 24h --quiet", "for cron: silent while all is well"),
        ("mxaudit check --format json -o audit.json /var/log/mail.log*", "for a script, from a rotated set"),
        ("zcat old.gz | mxaudit check --year 2025 --only BKS -", "backscatter alone, from standard input"),
    ])
    {
        _format.AcceptOnlyFromAmong("text", "json");
        _failOn.AcceptOnlyFromAmong(Severities);
        _criticalOn.AcceptOnlyFromAmong(Severities);
        Arguments.Add(_logs);
        foreach (var option in new Option[] { _format, _output, _failOn, _criticalOn, _only, _ignore, _quiet }) Options.Add(option);
        _page = new PageOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        var words = Words.Of(parsed, _logs);
        var wanted = RuleChoice.Of(parsed.GetValue(_only), parsed.GetValue(_ignore));
        bool quiet = parsed.GetValue(_quiet);
        var request = _evidence.Read(parsed, words.All, terminal) with { Wanted = wanted };
        using var audit = Auditing.Run(request, terminal, quiet);
        var report = new CheckReport(audit)
        {
            FailOn = SeverityOf(parsed.GetValue(_failOn)),
            CriticalOn = SeverityOf(parsed.GetValue(_criticalOn)),
            Since = request.Since,
            Until = request.Until,
            Generated = terminal.Clock.GetUtcNow(),
        };
        string? output = parsed.GetValue(_output);
        if (parsed.GetValue(_format) == "json") ResultFile.Write(output, terminal, stream => CheckJsonWriter.Write(stream, report));
        else ResultFile.Write(output, terminal, stream =>
        {
            using var writer = ResultFile.TextOn(stream);
            var page = _page.PageOn(writer, parsed, terminal, toFile: !ResultFile.IsStandardOutput(output));
            if (quiet) CheckTextWriter.WriteFindings(page, report); else CheckTextWriter.Write(page, report);
        });
        return (int)report.Verdict;
    }

    private static Severity SeverityOf(string? word) => (Severity)Array.IndexOf(Severities, word);
}
