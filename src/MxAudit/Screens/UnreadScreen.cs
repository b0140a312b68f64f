using MxAudit.Tables;

namespace MxAudit.Screens;

/// <summary>What this version can not read.</summary>
internal sealed class UnreadScreen(Shell shell) : TableScreen(shell, "Unread", "Lines that were not understood, by their shape", UnreadTable.Definition,
[
    new("count", 7), new("daemon", 14), new("shape", 0), new("example", 0, 120),
])
{
    protected override Screen? Behind(object row) => new LineScreen(Shell, ((UnreadLine)row).Shape.FirstLine);
    protected override string Nothing => "Every Postfix line was understood.";
}
