using System.Text.Json;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary><c>check --format json</c>: schema <c>mxaudit.check/1</c>. Members are always there; what is not known is null. Only <c>state_note</c> is left out where there is nothing to say.</summary>
public static class CheckJsonWriter
{
    public static void Write(Stream stream, CheckReport report)
    {
        using (var json = new Utf8JsonWriter(stream, JsonParts.Indented))
        {
            json.WriteStartObject();
            WriteHead(json, report);
            json.WriteStartArray("findings");
            foreach (var finding in report.Audit.Findings)
            {
                json.WriteStartObject();
                WriteFinding(json, report, finding);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("gone");
            foreach (var gone in report.Gone)
            {
                json.WriteStartObject();
                WriteGone(json, gone);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("not_evaluated");
            foreach (var rule in report.Audit.NotEvaluated)
            {
                json.WriteStartObject();
                WriteNotEvaluated(json, rule);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    /// <summary><c>check --format ndjson</c>: a line each for the check, every finding and every rule that was not evaluated; <c>line</c> tells which.</summary>
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
        foreach (var gone in report.Gone) Line("gone", () => WriteGone(json, gone));
        foreach (var rule in report.Audit.NotEvaluated) Line("not_evaluated", () => WriteNotEvaluated(json, rule));
    }

    private static void WriteHead(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteString("schema", "mxaudit.check/1");
        json.WriteMaker(report.Generated);
        json.WriteString("verdict", Wording.Of(report.Verdict));
        WriteWindow(json, report);
        WriteEvidence(json, report.Audit);
        WriteTotals(json, report.Audit);
    }

    private static void WriteGone(Utf8JsonWriter json, KnownFinding gone)
    {
        json.WriteString("rule", gone.Rule);
        json.WriteString("subject", gone.Subject);
        json.WriteString("fingerprint", gone.Fingerprint);
    }

    private static void WriteNotEvaluated(Utf8JsonWriter json, NotEvaluated rule)
    {
        json.WriteString("rule", rule.Rule.Id);
        json.WriteWords("needs", CheckReport.WordsOf(rule.Needs));
    }

    private static void WriteDns(Utf8JsonWriter json, Dns.DnsAnswers? dns)
    {
        if (dns is null) { json.WriteNull("dns"); return; }
        json.WriteStartObject("dns");
        json.WriteString("source", dns.Source);
        json.WriteNumber("domains", dns.All.Count);
        json.WriteEndObject();
    }

    private static void WriteWindow(Utf8JsonWriter json, CheckReport report)
    {
        var mail = report.Audit.Mail;
        json.WriteStartObject("window");
        WriteTime(json, "from", report.Since ?? mail.First);
        WriteTime(json, "to", report.Until ?? mail.Last);
        WriteTime(json, "now", mail.Now ?? mail.Last);
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, AuditResult audit)
    {
        json.WriteStartObject("evidence");
        WriteLog(json, audit);
        WriteQueue(json, audit.Queue);
        WriteConfig(json, audit);
        WriteDns(json, audit.Dns);
        json.WriteEndObject();
    }

    private static void WriteLog(Utf8JsonWriter json, AuditResult audit)
    {
        LogReport log = audit.Log;
        if (!log.WasRead) { json.WriteNull("log"); return; }
        json.WriteStartObject("log");
        json.WriteWords("files", log.Files);
        json.WriteNumber("lines", log.Lines);
        json.WriteNumber("postfix_lines", log.PostfixLines);
        json.WriteNumber("understood_lines", log.UnderstoodLines);
        json.WriteNumber("unread_lines", log.UnreadLines);
        json.WriteNumber("lines_without_queue_id", audit.Mail.LinesWithoutQueueId);
        if (audit.Mail.LinesLost is { } lost) json.WriteNumber("lost_lines", lost); else json.WriteNull("lost_lines");
        WriteTime(json, "first", audit.Mail.First);
        WriteTime(json, "last", audit.Mail.Last);
        json.WriteWords("hosts", log.Origins.Select(origin => origin.Host).Distinct());
        json.WriteWords("instances", log.Origins.Select(origin => origin.Instance).Distinct());
        json.WriteEndObject();
    }

    private static void WriteQueue(Utf8JsonWriter json, QueueSnapshot? queue)
    {
        if (queue is null) { json.WriteNull("queue"); return; }
        json.WriteStartObject("queue");
        json.WriteString("source", queue.Source);
        json.WriteNumber("messages", queue.Messages.Count);
        json.WriteNumber("recipients", queue.RecipientCount);
        json.WriteNumber("bytes", queue.Bytes);
        json.WriteEndObject();
    }

    private static void WriteConfig(Utf8JsonWriter json, AuditResult audit)
    {
        if (audit.Config is not { } config) { json.WriteNull("config"); return; }
        json.WriteStartObject("config");
        json.WriteString("source", config.Source);
        json.WriteNumber("parameters", config.Settings.Count());
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, AuditResult audit)
    {
        var totals = audit.Mail.Totals;
        json.WriteStartObject("totals");
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
        WriteQueueTotals(json, audit);
        json.WriteEndObject();
    }

    private static void WriteQueueTotals(Utf8JsonWriter json, AuditResult audit)
    {
        if (audit.Queue is not { } queue) { json.WriteNull("queue"); return; }
        json.WriteStartObject("queue");
        json.WriteNumber("messages", queue.Messages.Count);
        json.WriteNumber("recipients", queue.RecipientCount);
        json.WriteNumber("oldest_seconds", CheckReport.OldestOf(audit) is { } age ? (long)age.TotalSeconds : 0);
        json.WriteStartObject("by_queue");
        foreach (var (name, messages) in queue.ByQueue) json.WriteNumber(Wording.Of(name), messages);
        json.WriteEndObject();
        json.WriteEndObject();
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
        json.WriteStartArray("evidence");
        foreach (var proof in finding.Proofs) WriteProof(json, report, proof);
        json.WriteEndArray();
        json.WriteWords("missing_evidence", CheckReport.WordsOf(finding.Missing));
        json.WriteStartArray("fix");
        foreach (var fix in finding.Fixes)
        {
            json.WriteStartObject();
            json.WriteString("why", fix.Why);
            json.WriteString("command", fix.Command);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteWords("references", finding.Rule.References);
        json.WriteString("state", Wording.Of(finding.State));
        if (finding.StateNote.Length > 0) json.WriteString("state_note", finding.StateNote);
    }

    private static void WriteProof(Utf8JsonWriter json, CheckReport report, Proof proof)
    {
        var (source, line, text) = report.PlaceOf(proof);
        json.WriteStartObject();
        json.WriteString("kind", Wording.Of(proof.Kind));
        json.WriteString("source", source);
        if (line is { } known) json.WriteNumber("line", known); else json.WriteNull("line");
        json.WriteString("text", text);
        json.WriteEndObject();
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
