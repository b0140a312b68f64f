using MxAudit.Mail;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>Traces as text: each step, and under it the line of the log that says so.</summary>
public sealed class TraceWriter(Page page, AuditResult audit)
{
    private const int Indent = 4, DeepestShown = 12;

    private readonly Trace _trace = new(audit);

    public void Write(Message first)
    {
        foreach (var step in _trace.Of(first)) Write(step);
    }

    private void Write(TraceStep step)
    {
        int indent = Indent * Math.Min(step.Depth, DeepestShown) + (step.Kind is TraceStepKind.Life or TraceStepKind.ShownAbove ? 0 : Indent);
        string time = step.Time is { } known ? $"{TimeText.Of(known)} " : "";
        page.Line($"{time}{step.What} {step.More}".TrimEnd(), indent);
        if (step.MessageId.Length > 0) page.Line($"Message-ID {step.MessageId}", indent + 2);
        if (step.Line is { } position && audit.Locate(position) is { Text.Length: > 0 } line) page.Quote($"{line.Source}:{line.Line}", line.Text, indent + 2);
    }
}
