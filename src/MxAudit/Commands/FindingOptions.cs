using System.CommandLine;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>
/// What a site has said about findings before: its limits, what it knows, what it means so. The same options on every verb that shows findings.
/// </summary>
internal sealed class FindingOptions
{
    private readonly Option<string> _baseline = new("--baseline")
    {
        HelpName = "FILE",
        Description = "Findings of an earlier run: they are shown as known and do not count",
    };
    private readonly Option<string> _suppress = new("--suppress")
    {
        HelpName = "FILE",
        Description = "Deliberate exceptions, in TOML: tables [[suppress]] with rule, subject, reason, expires",
    };
    private readonly Option<string[]> _thresholds = new("--threshold")
    {
        HelpName = "RULE=VALUE",
        Description = "Another limit for a rule (repeatable): QUE005=12h; \"mxaudit explain RULE\" names it",
    };

    public FindingOptions(Command command)
    {
        foreach (var option in new Option[] { _baseline, _suppress, _thresholds }) command.Options.Add(option);
    }

    /// <summary>The same request; what it finds will be judged so.</summary>
    /// <exception cref="UsageException">A limit or an exception that can not be read.</exception>
    /// <exception cref="Input.InputException">The baseline can not be read.</exception>
    public AuditRequest Read(ParseResult parsed, AuditRequest request)
    {
        var thresholds = Thresholds.Of(parsed.GetValue(_thresholds) ?? []);
        var suppressions = parsed.GetValue(_suppress) is { } exceptions ? Suppressions.OfFile(exceptions) : null;
        var baseline = parsed.GetValue(_baseline) is { } earlier ? Baseline.Of(InputFile.Read("--baseline", earlier), earlier) : null;
        AuditResult Judge(AuditResult audit)
        {
            if (suppressions is not null)
                audit = audit with { Findings = [.. audit.Findings.Select(finding => suppressions.Judge(finding, request.Clock.GetUtcNow()))] };
            return baseline?.Judge(audit) ?? audit;
        }
        return request with { Thresholds = thresholds, Judge = Judge };
    }
}
