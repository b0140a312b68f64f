using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>A trace as lines to read: each step, and under it the line of the log that says so.</summary>
public static class TraceView
{
    private const int Step = 2, DeepestShown = 12;

    /// <summary>Begins where the message began: at its first life, and with a notice at the message it is about.</summary>
    public static IReadOnlyList<ToneLine> Of(AuditResult audit, Message message)
    {
        var lines = new List<ToneLine>();
        foreach (var step in new Trace(audit).Of(TraceSearch.Beginning(message))) Add(lines, audit, step);
        return lines;
    }

    /// <summary>All that is found for a key.</summary>
    public static IReadOnlyList<ToneLine> Of(AuditResult audit, string key)
    {
        var found = TraceSearch.Find(audit, key);
        var lines = new List<ToneLine>();
        if (found.IsEmpty) lines.Add(new ToneLine(TraceSearch.NothingMatches(key, audit)));
        foreach (var step in new Trace(audit).Of(found)) Add(lines, audit, step);
        return lines;
    }

    private static void Add(List<ToneLine> lines, AuditResult audit, TraceStep step)
    {
        int indent = 2 * Step * Math.Min(step.Depth, DeepestShown);
        if ((step.Kind is TraceStepKind.Life || step.IsHead) && lines.Count > 0) lines.Add(ToneLine.Empty);
        if (step.Kind is TraceStepKind.Life or TraceStepKind.Refusals)
            lines.Add(new ToneLine([new Span(step.What, Tone.Heading), new Span($"  {step.More}")], indent, Hang: Step));
        else if (step.Kind is TraceStepKind.ShownAbove) lines.Add(new ToneLine($"{step.What} {step.More}", Tone.Dim, indent, hang: Step));
        else
        {
            indent += Step;
            lines.Add(new ToneLine(
                [new Span(step.Time is null ? "" : $"{Passage.Moment(step.Time)} ", Tone.Dim), new Span(step.What, ToneOf(step)),
                    new Span((step.More.Length > 0 ? $" {step.More}" : "") + step.Waits(time => Passage.Moment(time, audit.Mail.Now)))],
                indent,
                Hang: Step));
        }
        if (step.MessageId.Length > 0) lines.Add(new ToneLine($"Message-ID {step.MessageId}", Tone.Plain, indent + Step, hang: Step));
        if (step.Line is { } position && audit.Locate(position) is { Text.Length: > 0 } line)
        {
            string shown = $"{SourceName.Of(audit, line.Source)}:{line.Line}: {line.Text}";
            lines.Add(new ToneLine(shown, Tone.Dim, indent + Step, hang: Step) { LogLine = line.Text });
        }
        if (step.Listed is { } listed)
        {
            string place = $"{SourceName.Of(audit, listed.Source)}{(listed.Line is { } number ? $":{number}" : "")}";
            lines.Add(new ToneLine($"{place}: {listed.Text}", Tone.Dim, indent + Step, hang: Step) { LogLine = listed.Text });
        }
    }

    private static Tone ToneOf(TraceStep step) => (step.Kind, step.Status) switch
    {
        (TraceStepKind.Attempt, DeliveryStatus.Sent or DeliveryStatus.Deliverable) => Tone.Delivered,
        (TraceStepKind.Attempt, DeliveryStatus.Deferred or DeliveryStatus.SoftBounce) => Tone.Deferred,
        (TraceStepKind.Attempt, _) => Tone.Bounced,
        (TraceStepKind.Notice, _) when step.IsBackscatter => Tone.High,
        (TraceStepKind.Refusal, _) => Tone.Rejected,
        (TraceStepKind.Waiting, _) => Tone.Deferred,
        (TraceStepKind.End, _) when step.Expires is not null => Tone.Deferred,
        (TraceStepKind.End or TraceStepKind.LeftOut, _) => Tone.Dim,
        _ => Tone.Plain,
    };
}
