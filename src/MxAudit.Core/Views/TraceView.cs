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

    private static void Add(List<ToneLine> lines, AuditResult audit, TraceStep step)
    {
        int indent = 2 * Step * Math.Min(step.Depth, DeepestShown);
        if (step.Kind is TraceStepKind.Life && lines.Count > 0) lines.Add(ToneLine.Empty);
        if (step.Kind is TraceStepKind.Life) lines.Add(new ToneLine([new Span(step.What, Tone.Heading), new Span($"  {step.More}")], indent, Hang: Step));
        else if (step.Kind is TraceStepKind.ShownAbove) lines.Add(new ToneLine($"{step.What} {step.More}", Tone.Dim, indent, hang: Step));
        else
        {
            indent += Step;
            lines.Add(new ToneLine([new Span(step.Time is null ? "" : $"{Passage.Moment(step.Time)} ", Tone.Dim), new Span(step.What, ToneOf(step)), new Span(step.More.Length > 0 ? $" {step.More}" : "")], indent, Hang: Step));
        }
        if (step.MessageId.Length > 0) lines.Add(new ToneLine($"Message-ID {step.MessageId}", Tone.Plain, indent + Step, hang: Step));
        if (step.Line is not { } position || audit.Locate(position) is not { Text.Length: > 0 } line) return;
        string shown = $"{SourceName.Of(audit, line.Source)}:{line.Line}: {line.Text}";
        lines.Add(new ToneLine(shown, Tone.Dim, indent + Step, hang: Step) { LogLine = line.Text });
    }

    private static Tone ToneOf(TraceStep step) => (step.Kind, step.Status) switch
    {
        (TraceStepKind.Attempt, DeliveryStatus.Sent or DeliveryStatus.Deliverable) => Tone.Delivered,
        (TraceStepKind.Attempt, DeliveryStatus.Deferred or DeliveryStatus.SoftBounce) => Tone.Deferred,
        (TraceStepKind.Attempt, _) => Tone.Bounced,
        (TraceStepKind.Notice, _) when step.IsBackscatter => Tone.High,
        (TraceStepKind.End, _) => Tone.Dim,
        _ => Tone.Plain,
    };
}
