using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>Traces as text: each step, and under it the line of the log, or of the queue's listing, that says so.</summary>
public sealed class TraceWriter(Page page, AuditResult audit)
{
    private const int Indent = 4, DeepestShown = 12;

    public void Write(Traced found)
    {
        bool isFirst = true;
        foreach (var step in new Trace(audit).Of(found))
        {
            if (step.IsHead && !isFirst) page.Line();
            isFirst = false;
            Write(step);
        }
    }

    private void Write(TraceStep step)
    {
        bool isHeading = step.Kind is TraceStepKind.Life or TraceStepKind.ShownAbove or TraceStepKind.Refusals;
        int indent = Indent * Math.Min(step.Depth, DeepestShown) + (isHeading ? 0 : Indent);
        string time = step.Time is { } known ? $"{TimeText.Of(known)} " : "";
        page.Line($"{time}{step.What} {step.More}".TrimEnd() + step.Waits(TimeText.Of), indent);
        if (step.MessageId.Length > 0) page.Line($"Message-ID {step.MessageId}", indent + 2);
        if (step.Line is { } position && audit.Locate(position) is { Text.Length: > 0 } line) page.Quote($"{line.Source}:{line.Line}", line.Text, indent + 2);
        if (step.Listed is { } listed) page.Quote(listed.Line is { } number ? $"{listed.Source}:{number}" : listed.Source, listed.Text, indent + 2);
    }
}
