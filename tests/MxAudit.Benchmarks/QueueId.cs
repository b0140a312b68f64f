namespace MxAudit.Benchmarks;

/// <summary>Both forms of queue id are made of the time of arrival and the queue file's inode number (mail_queue.h).</summary>
readonly record struct QueueId(bool IsLong, long ArrivedMicros, uint Inode);

enum QueueIdForm { Short, Long, Mixed }

/// <summary>
/// Gives inode numbers as a file system does: the one that was freed last comes first. No two open messages share one,
/// and now and then a short id comes back whole, because the microsecond is the same too.
/// </summary>
sealed class QueueFiles(QueueIdForm form, Dice dice)
{
    // Ids that the primaries answer with are made from numbers above this, so that none is mistaken for one of ours.
    const uint FirstInodeElsewhere = 0x500000;

    readonly Stack<QueueId> freed = [];
    uint neverUsed = 0x1A0000;

    public QueueId Open(long nowMicros)
    {
        var isLong = form == QueueIdForm.Long || (form == QueueIdForm.Mixed && dice.OneIn(2));
        if (!freed.TryPop(out var last))
            return new(isLong, nowMicros, neverUsed++);
        return !isLong && !last.IsLong && dice.OneIn(300) ? last : new(isLong, nowMicros, last.Inode);
    }

    public void Remove(QueueId id) => freed.Push(id);

    public QueueId Elsewhere(long nowMicros) =>
        new(dice.OneIn(2), nowMicros + dice.Below(900_000), FirstInodeElsewhere + (uint)dice.Below(0x400000));
}
