using MxAudit.Input;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>Runs the audit, shows how far it is where that takes long, and says what it noted.</summary>
internal static class Auditing
{
    /// <param name="strangeLogs">A log of which not one line is understood will do.</param>
    /// <exception cref="InputException">No audit was performed: the message says why.</exception>
    public static AuditResult Run(AuditRequest request, Terminal terminal, bool quiet = false, bool strangeLogs = false)
    {
        var progress = new ReadingProgress();
        AuditResult result;
        using (ProgressLine.Begin(progress, terminal, quiet)) result = Audit.Run(request with { Progress = progress });
        terminal.Words.Know(PseudonymOptions.HostsOf(result));
        if (!strangeLogs && IsNoLog(result))
            throw new InputException($"{string.Join(", ", result.Log.Files)}: not one line is of a log of Postfix, though {Phrases.Count(result.Log.PostfixLines, "line")} {(result.Log.PostfixLines == 1 ? "names" : "name")} it; \"mxaudit unread\" shows {(result.Log.PostfixLines == 1 ? "it" : "them")}.");
        foreach (string note in quiet ? NobodyMayMiss(result, request) : result.Notes) CommandLine.Say(terminal, note);
        return result;
    }

    /// <summary>Else the wrong file, such as main.cf, would be well: nothing is wrong with mail that nobody sees.</summary>
    /// <remarks>A line that begins as those of a log do is of one, whatever it goes on with.</remarks>
    private static bool IsNoLog(AuditResult result) =>
        result is { Log: { PostfixLines: > 0, UnderstoodLines: 0, PostfixLinesOutside: 0, Origins.Count: 0 }, Mail.First: null };

    /// <summary>A host at port 25 that logs nothing for so long has hardly been idle: its syslog has died.</summary>
    private static readonly TimeSpan Suspicious = TimeSpan.FromDays(1);

    /// <summary>Else a host that lost its log, or whose Postfix does not run, would be well for ever.</summary>
    private static IEnumerable<string> NobodyMayMiss(AuditResult result, AuditRequest request)
    {
        bool isLong = request is { Since: { } since, Until: null } && (request.Now ?? request.Clock.GetUtcNow()) - since >= Suspicious;
        return new[] { result.WhyNoQueue, result.WhyNoLog, isLong ? result.WhyNoLine : null }.OfType<string>();
    }

    /// <summary>For verbs that show no findings: no rule is asked.</summary>
    public static AuditRequest WithoutRules(this AuditRequest request) => request with { Wanted = _ => false };
}
