using MxAudit.Tables;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>One message that waits, where the log does not know it.</summary>
internal sealed class QueuedScreen(Shell shell, QueuedLine row) : TextScreen(shell, "Queued", $"{row.Message.QueueId} in the queue")
{
    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) => QueuedView.Of(audit, row);
}
