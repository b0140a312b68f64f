namespace MxAudit.Writers;

/// <summary>Lines that were not understood, grouped by shape: how many, and one that an editor can jump to.</summary>
public static class UnreadWriter
{
    public static void Write(Page page, AuditResult audit)
    {
        var log = audit.Log;
        page.Line($"{Phrases.Number(log.UnreadLines)} of {Phrases.Count(log.PostfixLines, "Postfix line")} not understood, in {Phrases.Count(log.Unread.Count, "shape")}");
        foreach (string limit in CheckReport.LimitsOf(audit)) page.Line(limit);
        foreach (var shape in log.Unread.OrderByDescending(shape => shape.Count))
        {
            var (source, line, _) = audit.Locate(shape.FirstLine);
            page.Line();
            page.Quote($"{source}:{line}", $"{Phrases.Count(shape.Count, "line")} of {shape.Daemon}: {shape.Shape}", indent: 0);
            page.Quote("", shape.Example, indent: 4);
        }
    }
}
