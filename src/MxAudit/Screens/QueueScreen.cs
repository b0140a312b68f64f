using MxAudit.Tables;

namespace MxAudit.Screens;

/// <summary>What waits, and why.</summary>
internal sealed class QueueScreen(Shell shell) : TableScreen(shell, "Queue", "Recipients that wait in the queue", QueueTable.Definition,
[
    new("queue_id", 15), new("queue", 8), new("arrival", 14), new("sender", 0, 110), new("recipient", 0), new("reason_class", 15), new("expires_at", 14, 100), new("reason", 0, 140),
])
{
    protected override Screen? Behind(object row) => TraceScreen.OfQueueId(Shell, ((QueuedLine)row).Message.QueueId);
    protected override string Nothing => Audit?.Queue is null ? "The queue was not looked at: --queue live, or a saved \"postqueue -j\"." : "The queue is empty.";
}
