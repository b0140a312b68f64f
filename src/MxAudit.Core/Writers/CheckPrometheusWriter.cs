using System.Globalization;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary><c>check --format prometheus</c>: for the textfile collector of node_exporter. Numbers of one window, so all of them are gauges.</summary>
/// <remarks>Labels have few values: no name or address that a stranger chooses makes a series.</remarks>
public static class CheckPrometheusWriter
{
    private readonly record struct Sample(string Label, string Name, double Value);

    public static void Write(TextWriter writer, CheckReport report)
    {
        var audit = report.Audit;
        Metric(writer, "mxaudit_build_info", "The version of the program.", new Sample("version", CheckReport.Version, 1));
        Metric(writer, "mxaudit_generated_timestamp_seconds", "When the audit was made.", report.Generated.ToUnixTimeSeconds());
        Metric(writer, "mxaudit_verdict", "0 ok, 1 warning, 2 critical.", (int)report.Verdict);
        Metric(writer, "mxaudit_findings", "Findings that are neither known nor suppressed, by severity.",
            [.. Enum.GetValues<Severity>().Select(severity => new Sample("severity", Wording.Of(severity),
                audit.Findings.Count(finding => finding.State == FindingState.New && finding.Severity == severity)))]);
        Metric(writer, "mxaudit_findings_set_aside", "Findings that do not count.",
            [.. new[] { FindingState.Known, FindingState.Suppressed }
                .Select(state => new Sample("state", Wording.Of(state), audit.Findings.Count(finding => finding.State == state)))]);
        var evaluated = audit.Asked.Except(audit.NotEvaluated.Select(rule => rule.Rule)).ToArray();
        Metric(writer, "mxaudit_rule_findings", "New findings of each rule that was evaluated.",
            [.. evaluated.Select(rule =>
                new Sample("rule", rule.Id, audit.Findings.Count(finding => finding.State == FindingState.New && finding.Rule.Id == rule.Id)))]);
        Metric(writer, "mxaudit_rules_not_evaluated", "Rules whose evidence was missing.", audit.NotEvaluated.Count);
        if (audit.Log.WasRead) WriteLog(writer, audit);
        if (audit.Queue is { } queue)
        {
            Metric(writer, "mxaudit_queue_messages", "Messages in the queue.",
                [.. queue.ByQueue.Select(part => new Sample("queue", Wording.Of(part.Queue), part.Messages))]);
            Metric(writer, "mxaudit_queue_bytes", "Size of the queue.", queue.Bytes);
            Metric(writer, "mxaudit_queue_oldest_seconds", "Age of the oldest message in the queue.",
                (CheckReport.OldestOf(audit) ?? TimeSpan.Zero).TotalSeconds);
        }
    }

    /// <summary>Where no log was read, nobody knows them: they are not 0.</summary>
    private static void WriteLog(TextWriter writer, AuditResult audit)
    {
        var totals = audit.Mail.Totals;
        Metric(writer, "mxaudit_log_lines", "Lines of the log.", new Sample("kind", "other", audit.Log.Lines - audit.Log.PostfixLines),
            new Sample("kind", "understood", audit.Log.UnderstoodLines), new Sample("kind", "unread", audit.Log.UnreadLines));
        if (audit.Mail.Last is { } last) Metric(writer, "mxaudit_log_last_timestamp_seconds", "The last line of the log.", last.ToUnixTimeSeconds());
        Metric(writer, "mxaudit_messages_accepted", "Messages accepted.", totals.MessagesAccepted);
        Metric(writer, "mxaudit_rejects", "Refusals.", new Sample("daemon", "smtpd", totals.SmtpdRejects),
            new Sample("daemon", "postscreen", totals.PostscreenRejects));
        Metric(writer, "mxaudit_recipients", "Recipients of mail by what became of them.", new Sample("outcome", "delivered", totals.RecipientsDelivered),
            new Sample("outcome", "bounced", totals.RecipientsBounced), new Sample("outcome", "expired", totals.RecipientsExpired),
            new Sample("outcome", "deferred", totals.RecipientsDeferred));
        Metric(writer, "mxaudit_deferrals", "Attempts that were deferred.", totals.Deferrals);
        Metric(writer, "mxaudit_notices", "Notices made here.", new Sample("kind", "non_delivery", totals.Notices.NonDelivery),
            new Sample("kind", "delay", totals.Notices.Delay),
            new Sample("kind", "delivery_status", totals.Notices.DeliveryStatus), new Sample("kind", "postmaster", totals.Notices.Postmaster));
        Metric(writer, "mxaudit_notices_to_strangers", "Backscatter, by what became of it.", new Sample("fate", "delivered", totals.NoticeFates.Delivered),
            new Sample("fate", "deferred", totals.NoticeFates.Deferred),
            new Sample("fate", "undeliverable", totals.NoticeFates.Undeliverable), new Sample("fate", "unknown", totals.NoticeFates.Unknown));
        Metric(writer, "mxaudit_probes", "Address verification probes by result.", new Sample("result", "deliverable", totals.Probes.Deliverable),
            new Sample("result", "undeliverable", totals.Probes.Undeliverable), new Sample("result", "unknown", totals.Probes.Unknown));
    }

    private static void Metric(TextWriter writer, string name, string help, double value) => Metric(writer, name, help, new Sample("", "", value));

    private static void Metric(TextWriter writer, string name, string help, params ReadOnlySpan<Sample> samples)
    {
        if (samples.IsEmpty) return;
        writer.Write($"# HELP {name} {help}\n# TYPE {name} gauge\n");
        foreach (var (label, value, number) in samples)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{name}{(label.Length == 0 ? "" : $"{{{label}=\"{value}\"}}")} {number:0.###}\n"));
    }
}
