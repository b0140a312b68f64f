using MxAudit.Log;

namespace MxAudit.Writers;

/// <summary>Lines that were not understood, grouped by shape: how many, one that an editor can jump to, and how far it was understood.</summary>
public static class UnreadWriter
{
    public static void Write(Page page, AuditResult audit)
    {
        var log = audit.Log;
        page.Line($"{Phrases.Number(log.UnreadLines)} of {Phrases.Count(log.PostfixLines, "Postfix line")} not understood, in {Phrases.Count(log.Unread.Count, "shape")}");
        foreach (string limit in CheckReport.LimitsOf(audit)) page.Line(limit);
        foreach (var shape in log.Unread.OrderByDescending(shape => shape.Count))
        {
            var (source, line, text) = audit.Locate(shape.FirstLine);
            page.Line();
            page.Quote($"{source}:{line}", $"{Phrases.Count(shape.Count, "line")} of {shape.Daemon}: {shape.Shape}", indent: 0);
            page.Quote("", shape.Example, indent: 4);
            if (WhyNot(text) is { } reason) page.Quote("", reason, indent: 4);
        }
    }

    /// <summary>At which column what was expected. Null for a record: its columns are not those of the message in it.</summary>
    private static string? WhyNot(string line) =>
        line.StartsWith('{') || LineGrammar.Explain(line) is not { } reason || !reason.StartsWith("column", StringComparison.Ordinal) ? null : reason;
}
