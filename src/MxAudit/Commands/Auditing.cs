namespace MxAudit.Commands;

/// <summary>Runs the audit and says what it noted.</summary>
internal static class Auditing
{
    public static AuditResult Run(AuditRequest request, Terminal terminal, bool quiet = false)
    {
        var result = Audit.Run(request);
        if (!quiet)
            foreach (string note in result.Notes) CommandLine.Say(terminal, note);
        return result;
    }

    /// <summary>For verbs that show no findings: no rule is asked.</summary>
    public static AuditRequest WithoutRules(this AuditRequest request) => request with { Wanted = _ => false };
}
