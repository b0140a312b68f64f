using System.Text.Json;
using MxAudit.Advice;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary><c>advise --format json</c>: schema <c>mxaudit.advice/1</c>. Every member is always there.</summary>
public static class AdviceJsonWriter
{
    public static void Write(Stream stream, HostAdvice advice, DateTimeOffset generated)
    {
        using (var json = new Utf8JsonWriter(stream, JsonParts.Indented))
        {
            json.WriteStartObject();
            json.WriteString("schema", "mxaudit.advice/1");
            json.WriteMaker(generated);
            json.WriteString("first", advice.First);
            json.WriteString("limits", advice.Limits);
            WritePlan(json, advice);
            json.WriteWords("already_right", advice.AlreadyRight);
            WriteOutage(json, advice.Outage);
            WriteChecklist(json, advice);
            WriteFindings(json, "other_findings", advice.Others);
            WriteFindings(json, "left_out", advice.LeftOut);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    private static void WritePlan(Utf8JsonWriter json, HostAdvice advice)
    {
        json.WriteStartArray("plan");
        foreach (var step in advice.Plan)
        {
            json.WriteStartObject();
            json.WriteString("stage", Wording.Of(step.Stage));
            json.WriteString("title", step.Title);
            json.WriteString("why", step.Why);
            json.WriteString("command", step.Command);
            json.WriteString("not_known", step.NotKnown);
            json.WriteWords("rules", step.Rules);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteOutage(Utf8JsonWriter json, OutageAnswer answer)
    {
        json.WriteStartObject("outage");
        json.WriteString("question", OutageAnswer.Question);
        json.WriteString("answer", OutageAnswer.Short);
        json.WriteString("trade_off", OutageAnswer.TradeOff);
        json.WriteString("measured_on", OutageAnswer.MeasuredOn);
        json.WriteWords("cases", OutageAnswer.Cases);
        json.WriteStartArray("rows");
        foreach (var row in answer.Rows)
        {
            json.WriteStartObject();
            json.WriteString("key", row.Key);
            json.WriteString("configuration", row.Configuration);
            json.WriteWords("answers", row.Answers);
            json.WriteBoolean("this_host", row.IsThisHost);
            json.WriteWords("domains", row.Domains);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("here", answer.Here);
        json.WriteEndObject();
    }

    private static void WriteChecklist(Utf8JsonWriter json, HostAdvice advice)
    {
        json.WriteStartArray("checklist");
        foreach (var step in advice.Checklist)
        {
            json.WriteStartObject();
            json.WriteString("step", step.Id);
            json.WriteString("recipe", step.Recipe);
            json.WriteString("verdict", Wording.Of(step.Verdict));
            json.WriteString("reason", step.Reason);
            json.WriteString("measured", step.Measured);
            json.WriteStartArray("own");
            foreach (var own in step.Own)
            {
                json.WriteStartObject();
                json.WriteString("setting", own.Text);
                json.WriteString("source", own.Source);
                if (own.Line is { } line) json.WriteNumber("line", line); else json.WriteNull("line");
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteWords("rules", step.Rules);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFindings(Utf8JsonWriter json, string name, IReadOnlyList<Finding> findings)
    {
        json.WriteStartArray(name);
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule.Id);
            json.WriteString("severity", Wording.Of(finding.Severity));
            json.WriteString("subject", finding.Subject);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
