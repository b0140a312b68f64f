using System.Text.Json;
using MxAudit.Advice;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary><c>advise --format json</c>: schema <c>mxaudit.advice/1</c>. Every member is always there.</summary>
public static class AdviceJsonWriter
{
    public static void Write(Stream stream, HostAdvice advice, DateTimeOffset generated) => JsonParts.WriteFile(stream, json =>
    {
        json.WriteString("schema", "mxaudit.advice/1");
        json.WriteMaker(generated);
        json.WriteString("first", advice.First);
        json.WriteString("limits", advice.Limits);
        json.WriteString("keep", advice.Keep);
        json.WriteString("undo", advice.Undo);
        WritePlan(json, advice);
        json.WriteWords("already_right", advice.AlreadyRight);
        json.WriteObject("outage", () => WriteOutage(json, advice.Outage));
        WriteChecklist(json, advice);
        WriteFindings(json, "other_findings", advice.Others);
        WriteFindings(json, "left_out", advice.LeftOut);
    });

    private static void WritePlan(Utf8JsonWriter json, HostAdvice advice) => json.WriteObjects("plan", advice.Plan, step =>
    {
        json.WriteString("stage", Wording.Of(step.Stage));
        json.WriteString("title", step.Title);
        json.WriteString("why", step.Why);
        json.WriteString("command", step.Command);
        json.WriteString("not_known", step.NotKnown);
        json.WriteWords("rules", step.Rules);
    });

    private static void WriteOutage(Utf8JsonWriter json, OutageAnswer answer)
    {
        json.WriteString("question", OutageAnswer.Question);
        json.WriteString("answer", OutageAnswer.Short);
        json.WriteString("trade_off", OutageAnswer.TradeOff);
        json.WriteString("measured_on", OutageAnswer.MeasuredOn);
        json.WriteWords("cases", OutageAnswer.Cases);
        json.WriteObjects("rows", answer.Rows, row =>
        {
            json.WriteString("key", row.Key);
            json.WriteString("configuration", row.Configuration);
            json.WriteWords("answers", row.Answers);
            json.WriteBoolean("this_host", row.IsThisHost);
            json.WriteWords("domains", row.Domains);
        });
        json.WriteString("here", answer.Here);
    }

    private static void WriteChecklist(Utf8JsonWriter json, HostAdvice advice) => json.WriteObjects("checklist", advice.Checklist, step =>
    {
        json.WriteString("step", step.Id);
        json.WriteString("recipe", step.Recipe);
        json.WriteString("verdict", Wording.Of(step.Verdict));
        json.WriteString("reason", step.Reason);
        json.WriteString("measured", step.Measured);
        json.WriteObjects("own", step.Own, own =>
        {
            json.WriteString("setting", own.Text);
            json.WriteString("source", own.Source);
            json.WriteNumberOrNull("line", own.Line);
        });
        json.WriteWords("rules", step.Rules);
    });

    private static void WriteFindings(Utf8JsonWriter json, string name, IReadOnlyList<Finding> findings) => json.WriteObjects(name, findings, finding =>
    {
        json.WriteString("rule", finding.Rule.Id);
        json.WriteString("severity", Wording.Of(finding.Severity));
        json.WriteString("subject", finding.Subject);
    });
}
