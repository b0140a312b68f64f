using System.Text.Json;
using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>
/// <c>check --format json</c>: schema <c>mxaudit.check/1</c>. Members are always there; what is not known is null. Only
/// <c>state_note</c> is left out where there is nothing to say.
/// </summary>
public static class CheckJsonWriter
{
    public static void Write(Stream stream, CheckReport report) => JsonParts.WriteFile(stream, json =>
    {
        WriteHead(json, report);
        json.WriteObjects("findings", report.Audit.Findings, finding => WriteFinding(json, report, finding));
        json.WriteObjects("gone", report.Gone, gone => Baseline.WriteKnown(json, gone));
        json.WriteObjects("not_evaluated", report.Audit.NotEvaluated, rule => WriteNotEvaluated(json, rule));
    });

    /// <summary>
    /// <c>check --format ndjson</c>: a line each for the check, every finding and every rule that was not evaluated; <c>line</c> tells which.
    /// </summary>
    public static void WriteLines(Stream stream, CheckReport report)
    {
        using var json = new Utf8JsonWriter(stream, JsonParts.InOneLine);
        void Line(string kind, Action write)
        {
            json.WriteStartObject();
            json.WriteString("line", kind);
            write();
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.Write("\n"u8);
        }
        Line("check", () => WriteHead(json, report));
        foreach (var finding in report.Audit.Findings) Line("finding", () => WriteFinding(json, report, finding));
        foreach (var gone in report.Gone) Line("gone", () => Baseline.WriteKnown(json, gone));
        foreach (var rule in report.Audit.NotEvaluated) Line("not_evaluated", () => WriteNotEvaluated(json, rule));
    }

    private static void WriteHead(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteString("schema", "mxaudit.check/1");
        json.WriteMaker(report.Generated);
        json.WriteString("verdict", Wording.Of(report.Verdict));
        json.WriteObject("window", () => WriteWindow(json, report));
        json.WriteObject("evidence", () => WriteEvidence(json, report.Audit));
        json.WriteObject("totals", () => WriteTotals(json, report.Audit));
    }

    private static void WriteNotEvaluated(Utf8JsonWriter json, NotEvaluated rule)
    {
        json.WriteString("rule", rule.Rule.Id);
        json.WriteWords("needs", CheckReport.WordsOf(rule.Needs));
    }

    private static void WriteWindow(Utf8JsonWriter json, CheckReport report)
    {
        var mail = report.Audit.Mail;
        WriteTime(json, "from", report.Since ?? mail.First);
        WriteTime(json, "to", report.Until ?? mail.Last);
        WriteTime(json, "now", mail.Now ?? mail.Last);
    }

    private static void WriteEvidence(Utf8JsonWriter json, AuditResult audit)
    {
        WriteOrNull(json, "log", audit.Log.WasRead ? audit : null, WriteLog);
        WriteOrNull(json, "queue", audit.Queue, WriteQueue);
        WriteOrNull(json, "config", audit.Config, WriteConfig);
        WriteOrNull(json, "dns", audit.Dns, WriteDns);
    }

    private static void WriteLog(Utf8JsonWriter json, AuditResult audit)
    {
        LogReport log = audit.Log;
        json.WriteWords("files", log.Files);
        json.WriteNumber("lines", log.Lines);
        json.WriteNumber("postfix_lines", log.PostfixLines);
        json.WriteNumber("understood_lines", log.UnderstoodLines);
        json.WriteNumber("unread_lines", log.UnreadLines);
        json.WriteNumber("lines_without_queue_id", audit.Mail.LinesWithoutQueueId);
        json.WriteNumberOrNull("lost_lines", audit.Mail.LinesLost);
        WriteTime(json, "first", audit.Mail.First);
        WriteTime(json, "last", audit.Mail.Last);
        json.WriteWords("hosts", log.Origins.Select(origin => origin.Host).Distinct());
        json.WriteWords("instances", log.Origins.Select(origin => origin.Instance).Distinct());
    }

    private static void WriteQueue(Utf8JsonWriter json, QueueSnapshot queue)
    {
        json.WriteString("source", queue.Source);
        json.WriteNumber("messages", queue.Messages.Count);
        json.WriteNumber("recipients", queue.RecipientCount);
        json.WriteNumber("bytes", queue.Bytes);
    }

    private static void WriteConfig(Utf8JsonWriter json, PostfixConfig config)
    {
        json.WriteString("source", config.Source);
        json.WriteNumber("parameters", config.Settings.Count());
    }

    private static void WriteDns(Utf8JsonWriter json, DnsAnswers dns)
    {
        json.WriteString("source", dns.Source);
        json.WriteNumber("domains", dns.All.Count);
    }

    private static void WriteTotals(Utf8JsonWriter json, AuditResult audit)
    {
        var totals = audit.Mail.Totals;
        json.WriteNumber("messages_accepted", totals.MessagesAccepted);
        json.WriteNumber("smtpd_rejects", totals.SmtpdRejects);
        json.WriteNumber("postscreen_rejects", totals.PostscreenRejects);
        json.WriteNumber("recipients_delivered", totals.RecipientsDelivered);
        json.WriteNumber("recipients_bounced", totals.RecipientsBounced);
        json.WriteNumber("recipients_expired", totals.RecipientsExpired);
        json.WriteNumber("recipients_deferred", totals.RecipientsDeferred);
        json.WriteNumber("deferrals", totals.Deferrals);
        WriteNumbers(json, "notices", ("non_delivery", totals.Notices.NonDelivery), ("delay", totals.Notices.Delay),
            ("delivery_status", totals.Notices.DeliveryStatus), ("postmaster", totals.Notices.Postmaster));
        json.WriteNumber("notices_to_strangers", totals.NoticesToStrangers);
        WriteNumbers(json, "notice_fates", ("delivered", totals.NoticeFates.Delivered), ("deferred", totals.NoticeFates.Deferred),
            ("undeliverable", totals.NoticeFates.Undeliverable), ("unknown", totals.NoticeFates.Unknown));
        WriteNumbers(json, "probes", ("deliverable", totals.Probes.Deliverable), ("undeliverable", totals.Probes.Undeliverable),
            ("unknown", totals.Probes.Unknown), ("not_cached", totals.Probes.NotCached));
        WriteOrNull(json, "queue", audit.Queue, (json, queue) =>
        {
            json.WriteNumber("messages", queue.Messages.Count);
            json.WriteNumber("recipients", queue.RecipientCount);
            json.WriteNumber("oldest_seconds", CheckReport.OldestOf(audit) is { } age ? (long)age.TotalSeconds : 0);
            json.WriteObject("by_queue", () => { foreach (var (name, messages) in queue.ByQueue) json.WriteNumber(Wording.Of(name), messages); });
        });
    }

    private static void WriteFinding(Utf8JsonWriter json, CheckReport report, Finding finding)
    {
        json.WriteString("rule", finding.Rule.Id);
        json.WriteString("name", finding.Rule.Name);
        json.WriteString("title", finding.Rule.Title);
        json.WriteString("severity", Wording.Of(finding.Severity));
        json.WriteString("confidence", Wording.Of(finding.Confidence));
        json.WriteString("subject", finding.Subject);
        json.WriteString("fingerprint", report.FingerprintOf(finding));
        json.WriteString("message", finding.Message);
        json.WriteNumber("count", finding.Count);
        WriteTime(json, "first_seen", finding.FirstSeen);
        WriteTime(json, "last_seen", finding.LastSeen);
        json.WriteObjects("evidence", finding.Proofs, proof => WriteProof(json, report, proof));
        json.WriteWords("missing_evidence", CheckReport.WordsOf(finding.Missing));
        json.WriteObjects("fix", finding.Fixes, fix =>
        {
            json.WriteString("why", fix.Why);
            json.WriteString("command", fix.Command);
        });
        json.WriteWords("references", finding.Rule.References);
        json.WriteString("state", Wording.Of(finding.State));
        if (finding.StateNote.Length > 0) json.WriteString("state_note", finding.StateNote);
    }

    private static void WriteProof(Utf8JsonWriter json, CheckReport report, Proof proof)
    {
        var (source, line, text) = report.PlaceOf(proof);
        json.WriteString("kind", Wording.Of(proof.Kind));
        json.WriteString("source", source);
        json.WriteNumberOrNull("line", line);
        json.WriteString("text", text);
    }

    private static void WriteOrNull<T>(Utf8JsonWriter json, string name, T? part, Action<Utf8JsonWriter, T> members) where T : class
    {
        if (part is not null) json.WriteObject(name, () => members(json, part)); else json.WriteNull(name);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known) json.WriteString(name, TimeText.Of(known)); else json.WriteNull(name);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<(string Name, long Number)> numbers)
    {
        json.WriteStartObject(name);
        foreach (var (member, number) in numbers) json.WriteNumber(member, number);
        json.WriteEndObject();
    }
}
