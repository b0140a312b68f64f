using MxAudit.Input;

namespace MxAudit.Commands;

/// <summary>Runs the audit, shows how far it is where that takes long, and says what it noted.</summary>
internal static class Auditing
{
    public static AuditResult Run(AuditRequest request, Terminal terminal, bool quiet = false)
    {
        var progress = new ReadingProgress();
        AuditResult result;
        using (ProgressLine.Begin(progress, terminal, quiet)) result = Audit.Run(request with { Progress = progress });
        terminal.Words.Know(PseudonymOptions.HostsOf(result));
        foreach (string note in quiet ? NobodyMayMiss(result) : result.Notes) CommandLine.Say(terminal, note);
        return result;
    }

    /// <summary>Else a host that lost its log, or whose Postfix does not run, would be well for ever.</summary>
    private static IEnumerable<string> NobodyMayMiss(AuditResult result) => new[] { result.WhyNoQueue, result.WhyNoLog }.OfType<string>();

    /// <summary>For verbs that show no findings: no rule is asked.</summary>
    public static AuditRequest WithoutRules(this AuditRequest request) => request with { Wanted = _ => false };
}
