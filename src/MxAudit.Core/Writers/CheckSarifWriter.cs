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
        RuleManual[] rules = [.. report.Audit.Findings
            .Select(finding => finding.Rule)
            .Concat(report.Gone.Select(gone => AllRules.Find(gone.Rule)!.Manual))
            .DistinctBy(rule => rule.Id)
            .OrderBy(rule => rule.Id, StringComparer.Ordinal)];
        JsonParts.WriteFile(stream, json =>
        {
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteObjects("runs", [report], _ => WriteRun(json, report, rules));
        });
    }

    private static void WriteRun(Utf8JsonWriter json, CheckReport report, RuleManual[] rules)
    {
        json.WriteObject("tool", () => json.WriteObject("driver", () => WriteTool(json, rules)));
        json.WriteObjects("invocations", [report], _ => WriteInvocation(json, report));
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var finding in report.Audit.Findings) WriteResult(json, report, finding, Array.FindIndex(rules, rule => rule.Id == finding.Rule.Id));
        foreach (var gone in report.Gone)
            WriteGone(json, gone, Array.FindIndex(rules, rule => rule.Id == gone.Rule), LevelOf(AllRules.Find(gone.Rule)!.Manual.Severity));
        json.WriteEndArray();
    }

    private static void WriteTool(Utf8JsonWriter json, RuleManual[] rules)
    {
        json.WriteString("name", "mxaudit");
        json.WriteString("semanticVersion", CheckReport.Version);
        json.WriteObjects("rules", rules, rule =>
        {
            json.WriteString("id", rule.Id);
            json.WriteString("name", rule.Name);
            WriteMessage(json, "shortDescription", rule.Title);
            WriteMessage(json, "fullDescription", rule.Why);
            WriteMessage(json, "help", string.Join('\n', rule.Fix.Select(fix => fix.Command.Length > 0 ? $"{fix.Why}\n    {fix.Command}" : fix.Why)));
            if (rule.References.Count > 0) json.WriteString("helpUri", rule.References[0]);
            json.WriteObject("defaultConfiguration", () => json.WriteString("level", LevelOf(rule.Severity)));
        });
    }

    private static void WriteInvocation(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteBoolean("executionSuccessful", true);
        json.WriteString("endTimeUtc", JsonParts.Utc(report.Generated));
        json.WriteNumber("exitCode", (int)report.Verdict);
        json.WriteObjects("toolExecutionNotifications", report.Audit.NotEvaluated, rule =>
        {
            json.WriteString("level", "note");
            WriteMessage(json, "message", $"{rule.Rule.Id} was not evaluated: it needs {Phrases.List(CheckReport.WordsOf(rule.Needs))}.");
        });
    }

    private static void WriteResult(Utf8JsonWriter json, CheckReport report, Finding finding, int ruleIndex)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Id);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", LevelOf(finding.Severity));
        WriteMessage(json, "message", $"{finding.Subject}: {finding.Message}");
        json.WriteNumber("occurrenceCount", Math.Max(1, finding.Count));
        json.WriteObjects("locations", finding.Proofs.Take(1), proof => WriteLocation(json, report, proof, null));
        json.WriteObjects("relatedLocations", finding.Proofs.Index().Skip(1), proof => WriteLocation(json, report, proof.Item, proof.Index));
        json.WriteObject("partialFingerprints", () => json.WriteString("mxaudit/v1", report.FingerprintOf(finding)));
        if (report.HasBaseline) json.WriteString("baselineState", finding.State == FindingState.Known ? "unchanged" : "new");
        if (finding.State == FindingState.Suppressed) WriteSuppression(json, finding);
        json.WriteObject("properties", () =>
        {
            json.WriteString("severity", Wording.Of(finding.Severity));
            json.WriteString("confidence", Wording.Of(finding.Confidence));
            json.WriteString("subject", finding.Subject);
            json.WriteString("state", Wording.Of(finding.State));
        });
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
        json.WriteObject("partialFingerprints", () => json.WriteString("mxaudit/v1", gone.Fingerprint));
        json.WriteString("baselineState", "absent");
        json.WriteObject("properties", () => json.WriteString("subject", gone.Subject));
        json.WriteEndObject();
    }

    /// <param name="id">Numbers a related location; null: it is the place of the finding.</param>
    private static void WriteLocation(Utf8JsonWriter json, CheckReport report, Proof proof, int? id)
    {
        var (source, line, text) = report.PlaceOf(proof);
        if (id is { } number) json.WriteNumber("id", number);
        json.WriteObject("physicalLocation", () =>
        {
            json.WriteObject("artifactLocation", () => json.WriteString("uri", UriOf(source)));
            if (line is not (> 0 and var known)) return;
            json.WriteObject("region", () =>
            {
                json.WriteNumber("startLine", known);
                WriteMessage(json, "snippet", text);
            });
        });
        WriteMessage(json, "message", $"{Wording.Of(proof.Kind)}: {text}");
    }

    private static void WriteSuppression(Utf8JsonWriter json, Finding finding) => json.WriteObjects("suppressions", [finding], _ =>
    {
        json.WriteString("kind", "external");
        json.WriteString("justification", finding.StateNote);
    });

    private static void WriteMessage(Utf8JsonWriter json, string name, string text) => json.WriteObject(name, () => json.WriteString("text", text));

    private static string LevelOf(Severity severity) => severity >= Severity.High ? "error" : severity == Severity.Medium ? "warning" : "note";

    /// <summary>A path as a reference: whatever a URI may not hold is escaped.</summary>
    private static string UriOf(string source) =>
        (source.StartsWith('/') ? "file://" : "") + string.Join('/', source.Split('/').Select(part => part == "" ? "" : Uri.EscapeDataString(Lawful(part))));

    private static string Lawful(string text) => string.Concat(text.EnumerateRunes());
}
