using System.Text.Json;
using MxAudit.Input;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>The findings of an earlier run: <c>check --write-baseline</c> writes them, <c>--baseline</c> reads them. A report in JSON is one, too.</summary>
public sealed record Baseline(IReadOnlyList<KnownFinding> Findings)
{
    private const string Schema = "mxaudit.baseline/1";

    /// <summary>What the audit found, but for what is suppressed: a suppression that expires must count again.</summary>
    public static void Write(Stream stream, CheckReport report) =>
        new Baseline([.. report.Audit.Findings.Where(finding => finding.State != FindingState.Suppressed).Select(finding => KnownOf(report, finding))])
            .Write(stream);

    /// <summary>
    /// The same audit: what the baseline has is known and does not count; what it has and the audit did not find is
    /// gone, if its rule was asked and had its evidence.
    /// </summary>
    public AuditResult Judge(AuditResult audit)
    {
        var known = Findings.Select(finding => finding.Fingerprint).ToHashSet();
        var found = audit.Findings.Select(finding => CheckReport.FingerprintOf(audit, finding)).ToHashSet();
        var evaluated = audit.Asked.Select(rule => rule.Id).Except(audit.NotEvaluated.Select(rule => rule.Rule.Id)).ToHashSet();
        return audit with
        {
            Findings = [.. audit.Findings.Select(finding => finding.State == FindingState.New && known.Contains(CheckReport.FingerprintOf(audit, finding))
                ? finding with { State = FindingState.Known } : finding)],
            Gone = [.. Findings.Where(finding => !found.Contains(finding.Fingerprint) && evaluated.Contains(finding.Rule))],
        };
    }

    /// <summary>This baseline and one finding more; the same, where it has it.</summary>
    public Baseline With(CheckReport report, Finding finding) =>
        Findings.Any(known => known.Fingerprint == report.FingerprintOf(finding)) ? this : new Baseline([.. Findings, KnownOf(report, finding)]);

    public void Write(Stream stream) => JsonParts.WriteFile(stream, json =>
    {
        json.WriteString("schema", Schema);
        json.WriteObjects("findings", Findings, finding => WriteKnown(json, finding));
    });

    internal static void WriteKnown(Utf8JsonWriter json, KnownFinding finding)
    {
        json.WriteString("rule", finding.Rule);
        json.WriteString("subject", finding.Subject);
        json.WriteString("fingerprint", finding.Fingerprint);
    }

    private static KnownFinding KnownOf(CheckReport report, Finding finding) => new(finding.Rule.Id, finding.Subject, report.FingerprintOf(finding));

    /// <param name="source">As messages name it.</param>
    /// <exception cref="InputException">It is no baseline.</exception>
    public static Baseline Of(ReadOnlyMemory<byte> text, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.String
                || schema.GetString() is not (Schema or "mxaudit.check/1"))
                throw new InputException($"{source} is no baseline: expected is what --write-baseline writes, schema {Schema}.");
            return new Baseline([.. root.GetProperty("findings").EnumerateArray().Select(FindingOf)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException($"{source} is no baseline: {e.Message}");
        }
    }

    private static KnownFinding FindingOf(JsonElement finding) => new(TextOf(finding, "rule"), TextOf(finding, "subject"), TextOf(finding, "fingerprint"));

    private static string TextOf(JsonElement finding, string name) =>
        finding.GetProperty(name).GetString() ?? throw new JsonException($"{name} of a finding is null.");
}
