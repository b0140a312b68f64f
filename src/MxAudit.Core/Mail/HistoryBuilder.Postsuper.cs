using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What somebody did to the queue by hand, with postsuper(1).</summary>
public sealed partial class HistoryBuilder
{
    /// <summary>postsuper put it on hold, released it, requeued it or marked it as expired.</summary>
    private void Handled(scoped in LogEvent happened)
    {
        ref var row = ref LifeOf(happened, out _);
        switch (happened.Postsuper)
        {
            case PostsuperAct.Hold: row.Flags |= LifeFlags.Held | LifeFlags.WasHeld; break;
            case PostsuperAct.Release: row.Flags &= ~LifeFlags.Held; break;
            case PostsuperAct.Requeue: row.Flags |= LifeFlags.Requeued; row.EndedAt = happened.Time; break;
            case PostsuperAct.Expire: row.Flags |= LifeFlags.ForceExpired; break;
        }
    }

    private const int MostDeletions = 100;
    private int _deletedOneByOne, _deletions;

    /// <summary>
    /// <c>postsuper -d ALL</c> logs only how many. When that is exactly how many messages are known to be in the queue, it was those; with
    /// <c>-d ALL deferred</c> those that are not held, with <c>-d ALL hold</c> the held ones. Otherwise nobody can tell which.
    /// </summary>
    private void AllDeleted(scoped in LogEvent happened)
    {
        long unnamed = happened.Number - _deletedOneByOne;
        _deletedOneByOne = 0;
        if (unnamed <= 0 || _deletions++ >= MostDeletions) return;
        List<int> waiting = [], held = [];
        for (int life = 0; life < _lives.Count && Math.Min(waiting.Count, held.Count) <= unnamed; life++)
            if (_lives[life].Origin == happened.Origin && (_lives[life].Flags & (LifeFlags.Removed | LifeFlags.Superseded | LifeFlags.Requeued | LifeFlags.Refused | LifeFlags.Corrupt)) == 0
                && (_lives[life].Flags & (LifeFlags.WasActive | LifeFlags.WasHeld | LifeFlags.HasAttempt)) != 0) ((_lives[life].Flags & LifeFlags.Held) != 0 ? held : waiting).Add(life);
        List<int> deleted = waiting.Count + held.Count == unnamed ? [.. waiting, .. held]
            : waiting.Count == held.Count ? []
            : waiting.Count == unnamed ? waiting
            : held.Count == unnamed ? held : [];
        foreach (int life in deleted)
        {
            ref var row = ref _lives[life];
            row.Flags |= LifeFlags.Removed | LifeFlags.Deleted;
            row.EndedAt = happened.Time;
            _live.Remove(life);
        }
    }
}
