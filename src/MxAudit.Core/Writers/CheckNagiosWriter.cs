using System.Globalization;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>
/// <c>check --format nagios</c>: one line with the verdict and the numbers, as plug-ins of Nagios and Icinga write it; then a line for each finding.
/// </summary>
public static class CheckNagiosWriter
{
    /// <summary>The rule that judges how old mail in the queue may be.</summary>
    private static readonly RuleManual NearExpiry = AllRules.Find("QUE005")!.Manual;

    /// <param name="perfdata">The numbers behind the bar.</param>
    /// <param name="details">The lines behind the first.</param>
    public static void Write(TextWriter writer, CheckReport report, bool perfdata = true, bool details = true)
    {
        string numbers = perfdata ? string.Join(' ', Perfdata(report.Audit)) : "";
        writer.Write($"MXAUDIT {Wording.Of(report.Verdict).ToUpperInvariant()} - {Shown(Words(report))}{CheckReport.WithoutLines(report.Audit.Log)}{(numbers.Length > 0 ? $" | {numbers}" : "")}\n");
        if (!details) return;
        foreach (var finding in report.Audit.Findings)
            writer.Write(Shown($"{Wording.Of(finding.Severity)} {finding.Rule.Id} {finding.Subject}: {finding.Message}{(finding.State == FindingState.New ? "" : $" ({Wording.Of(finding.State)})")}") + "\n");
        if (report.Audit.NotEvaluated.Count > 0) writer.Write($"{Phrases.Count(report.Audit.NotEvaluated.Count, "rule")} not evaluated for want of evidence\n");
    }

    /// <summary>No audit was performed, and why.</summary>
    public static void WriteUnknown(TextWriter writer, string why) => writer.Write($"MXAUDIT UNKNOWN - {Shown(why)}\n");

    private static string Words(CheckReport report)
    {
        var verdicts = report.Audit.Findings
            .Select(report.VerdictOf)
            .Where(verdict => verdict != Verdict.Ok)
            .CountBy(verdict => verdict)
            .OrderByDescending(pair => pair.Key);
        string counted = string.Join(", ", verdicts.Select(pair => $"{pair.Value} {Wording.Of(pair.Key)}"));
        return counted.Length > 0 ? counted
            : report.Audit.Findings.Count == 0 ? "no findings"
            : $"{Phrases.Count(report.Audit.Findings.Count, "finding")} that {(report.Audit.Findings.Count == 1 ? "does" : "do")} not count";
    }

    /// <summary><c>name=value[unit];warning;critical;least</c></summary>
    private static IEnumerable<string> Perfdata(AuditResult audit) => (audit.Log.WasRead ? OfLog(audit) : []).Concat(OfQueue(audit));

    /// <summary>Where no log was read, nobody knows them: they are not 0.</summary>
    private static IEnumerable<string> OfLog(AuditResult audit)
    {
        var totals = audit.Mail.Totals;
        yield return Number("notices_to_strangers", totals.NoticesToStrangers);
        yield return Number("messages_accepted", totals.MessagesAccepted);
        yield return Number("smtpd_rejects", totals.SmtpdRejects);
        yield return Number("recipients_delivered", totals.RecipientsDelivered);
        yield return Number("recipients_bounced", totals.RecipientsBounced);
        yield return Number("recipients_expired", totals.RecipientsExpired);
        yield return Number("recipients_deferred", totals.RecipientsDeferred);
        yield return Number("unread_lines", audit.Log.UnreadLines);
    }

    private static IEnumerable<string> OfQueue(AuditResult audit)
    {
        if (audit.Queue is not { } queue) yield break;
        yield return Number("queue_messages", queue.Messages.Count);
        var lifetime = audit.QueueTimes.MaximalQueueLifetime;
        var warning = lifetime - audit.Evidence.AgeLimitOf(NearExpiry); // so near to its end the rule speaks of it
        yield return string.Create(CultureInfo.InvariantCulture,
            $"queue_oldest={(long)(CheckReport.OldestOf(audit) ?? TimeSpan.Zero).TotalSeconds}s;{(long)Math.Max(0, warning.TotalSeconds)};{(long)lifetime.TotalSeconds};0");
    }

    private static string Number(string name, long value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value};;;0");

    /// <summary>The first bar of a text begins the numbers: a stranger's does not.</summary>
    private static string Shown(string text) => Page.Plain(text).Replace("|", "\\x7C");
}
