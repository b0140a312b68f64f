using System.Text.Json;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary><c>check --format sarif</c>: SARIF 2.1.0, for viewers of such files and code scanning. One run; a result is a finding.</summary>
public static class CheckSarifWriter
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

    public static void Write(Stream stream, CheckReport report)
    {
        RuleManual[] rules = [.. report.Audit.Findings.Select(finding => finding.Rule).Concat(report.Gone.Select(gone => AllRules.Find(gone.Rule)!.Manual)).DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal)];
        using (var json = new Utf8JsonWriter(stream, JsonParts.Indented))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, rules);
            WriteInvocation(json, report);
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach (var finding in report.Audit.Findings) WriteResult(json, report, finding, Array.FindIndex(rules, rule => rule.Id == finding.Rule.Id));
            foreach (var gone in report.Gone) WriteGone(json, gone, Array.FindIndex(rules, rule => rule.Id == gone.Rule), LevelOf(AllRules.Find(gone.Rule)!.Manual.Severity));
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    private static void WriteTool(Utf8JsonWriter json, RuleManual[] rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "mxaudit");
        json.WriteString("semanticVersion", CheckReport.Version);
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteString("name", rule.Name);
            WriteMessage(json, "shortDescription", rule.Title);
            WriteMessage(json, "fullDescription", rule.Why);
            WriteMessage(json, "help", string.Join('\n', rule.Fix.Select(fix => fix.Command.Length > 0 ? $"{fix.Why}\n    {fix.Command}" : fix.Why)));
            if (rule.References.Count > 0) json.WriteString("helpUri", rule.References[0]);
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", LevelOf(rule.Severity));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteString("endTimeUtc", JsonParts.Utc(report.Generated));
        json.WriteNumber("exitCode", (int)report.Verdict);
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var rule in report.Audit.NotEvaluated)
        {
            json.WriteStartObject();
            json.WriteString("level", "note");
            WriteMessage(json, "message", $"{rule.Rule.Id} was not evaluated: it needs {Phrases.List(CheckReport.WordsOf(rule.Needs))}.");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, CheckReport report, Finding finding, int ruleIndex)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Id);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", LevelOf(finding.Severity));
        WriteMessage(json, "message", $"{finding.Subject}: {finding.Message}");
        json.WriteNumber("occurrenceCount", Math.Max(1, finding.Count));
        json.WriteStartArray("locations");
        WriteLocation(json, report, finding.Proofs[0], null);
        json.WriteEndArray();
        json.WriteStartArray("relatedLocations");
        foreach (var (index, proof) in finding.Proofs.Index().Skip(1)) WriteLocation(json, report, proof, index);
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("mxaudit/v1", report.FingerprintOf(finding));
        json.WriteEndObject();
        if (report.HasBaseline) json.WriteString("baselineState", finding.State == FindingState.Known ? "unchanged" : "new");
        if (finding.State == FindingState.Suppressed) WriteSuppression(json, finding);
        json.WriteStartObject("properties");
        json.WriteString("severity", Wording.Of(finding.Severity));
        json.WriteString("confidence", Wording.Of(finding.Confidence));
        json.WriteString("subject", finding.Subject);
        json.WriteString("state", Wording.Of(finding.State));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What an earlier run found and this one did not find again: a result without a place.</summary>
    private static void WriteGone(Utf8JsonWriter json, KnownFinding gone, int ruleIndex, string level)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", gone.Rule);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", level);
        WriteMessage(json, "message", $"{gone.Subject}: found by an earlier run, and not by this one.");
        json.WriteStartObject("partialFingerprints");
        json.WriteString("mxaudit/v1", gone.Fingerprint);
        json.WriteEndObject();
        json.WriteString("baselineState", "absent");
        json.WriteStartObject("properties");
        json.WriteString("subject", gone.Subject);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <param name="id">Numbers a related location; null: it is the place of the finding.</param>
    private static void WriteLocation(Utf8JsonWriter json, CheckReport report, Proof proof, int? id)
    {
        var (source, line, text) = report.PlaceOf(proof);
        json.WriteStartObject();
        if (id is { } number) json.WriteNumber("id", number);
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", UriOf(source));
        json.WriteEndObject();
        if (line is { } known and > 0)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", known);
            WriteMessage(json, "snippet", text);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        WriteMessage(json, "message", $"{Wording.Of(proof.Kind)}: {text}");
        json.WriteEndObject();
    }

    private static void WriteSuppression(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartArray("suppressions");
        json.WriteStartObject();
        json.WriteString("kind", "external");
        json.WriteString("justification", finding.StateNote);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string LevelOf(Severity severity) => severity >= Severity.High ? "error" : severity == Severity.Medium ? "warning" : "note";

    /// <summary>A path as a reference: whatever a URI may not hold is escaped.</summary>
    private static string UriOf(string source) =>
        (source.StartsWith('/') ? "file://" : "") + string.Join('/', source.Split('/').Select(part => part == "" ? "" : Uri.EscapeDataString(Lawful(part))));

    private static string Lawful(string text) => string.Concat(text.EnumerateRunes());
}
