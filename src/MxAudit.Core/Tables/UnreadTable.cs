using MxAudit.Log;

namespace MxAudit.Tables;

public static class UnreadTable
{
    public static Table<UnreadLine> Definition { get; } = new("unread", "one shape of line that was not understood",
        audit => audit.Log.Unread.Select(shape => new UnreadLine(shape, audit)),
    [
        new("daemon", "Daemon", row => row.Shape.Daemon, IsKey: true),
        new("shape", "Shape", row => row.Shape.Shape, IsKey: true),
        new("count", "Count", row => row.Shape.Count, ColumnKind.Number),
        new("example", "Example", row => row.Shape.Example),
        new("source", "Source", row => row.FirstLine.Source),
        new("line", "Line", row => row.FirstLine.Line, ColumnKind.Number),
    ]);
}

/// <summary>A shape and the place of its first line, looked up once and only when asked.</summary>
public sealed class UnreadLine(UnreadShape shape, AuditResult audit)
{
    private (string Source, long Line, string Text)? _firstLine;

    public UnreadShape Shape => shape;
    public (string Source, long Line, string Text) FirstLine => _firstLine ??= audit.Locate(shape.FirstLine);
}
