using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What somebody did to the queue by hand, with postsuper(1), or behind Postfix's back.</summary>
public sealed partial class HistoryBuilder
{
    /// <summary>postsuper deleted a message that a delivery agent had in hand: what it did with it comes in a line behind <c>removed</c>.</summary>
    private bool IsStillTried(scoped in LogEvent happened, int life) =>
        happened.Kind == EventKind.Delivery && (_lives[life].Flags & LifeFlags.Deleted) != 0;

    /// <summary>postsuper put it on hold, released it, requeued it or marked it as expired.</summary>
    private void Handled(scoped in LogEvent happened)
    {
        ref var row = ref LifeOf(happened, out _);
        if (happened.Postsuper == PostsuperAct.Hold) _heldOneByOne++;
        if (happened.Postsuper == PostsuperAct.Release) _releasedOneByOne++;
        switch (happened.Postsuper)
        {
            case PostsuperAct.Hold: row.Flags |= LifeFlags.Held | LifeFlags.WasHeld; break;
            case PostsuperAct.Release: row.Flags &= ~LifeFlags.Held; break;
            case PostsuperAct.Requeue: row.Flags |= LifeFlags.Requeued; row.EndedAt = happened.Time; break;
            case PostsuperAct.Expire: row.Flags |= LifeFlags.ForceExpired; break;
        }
    }

    /// <summary>How long before MailScanner's line qmgr can have taken up, or even be done with, what it put back.</summary>
    private const long LongestAheadMilliseconds = 5_000;

    /// <summary>MailScanner put held mail back under another id. qmgr can be quicker to tell of that id than MailScanner.</summary>
    private void PutBack(scoped in LogEvent happened)
    {
        int old = FindOnHost(happened.OtherId, happened.Origin);
        if (old < 0 || (_lives[old].Flags & LifeFlags.Removed) != 0) return;
        int next = _live.Find(happened.QueueId, _lives[old].Origin);
        if (next == old) return;
        if (next < 0 || !CouldBePutBack(_lives[next], happened.Time))
        {
            var there = happened;
            there.Origin = _lives[old].Origin; // as qmgr will call it
            Born(there, happened.QueueId, out next);
        }
        GoesOnAs(next, old, happened.Time);
    }

    private void GoesOnAs(int next, int old, long time)
    {
        if (!Continue(old, next, LifeFlags.None)) return;
        ref var before = ref _lives[old];
        before.Flags = (before.Flags & ~LifeFlags.Held) | LifeFlags.Requeued;
        before.EndedAt = time;
        _lives[next].Flags = (_lives[next].Flags & ~LifeFlags.Orphan) | LifeFlags.WasRequeued;
        _live.Remove(old);
    }

    /// <summary>What was in the queue when its files were renamed, by what stays of a short id. Null: they never were.</summary>
    private Dictionary<(ushort Origin, ulong Microseconds), List<int>>? _renamed;
    private int _renamings;

    /// <summary>
    /// The queue came to another disk. A short id has the inode in it, so the start of Postfix renames the files (<c>postsuper -s</c>), and logs only how many.
    /// </summary>
    private void Renamed(scoped in LogEvent happened)
    {
        if (happened.Number <= 0 || _renamings++ >= MostTotals) return;
        _renamed ??= [];
        for (int life = 0; life < _lives.Count; life++)
        {
            if (_lives[life].Origin != happened.Origin || !IsInQueue(_lives[life].Flags) || !IsShort(_lives[life].Id)) continue;
            var key = (happened.Origin, MicrosecondsOf(_lives[life].Id));
            if (!_renamed.TryGetValue(key, out var lives)) _renamed.Add(key, lives = []);
            lives.Add(life);
        }
    }

    private static bool IsShort(in QueueId id) => id.ToString().All(char.IsAsciiHexDigitUpper);

    /// <summary>The first five characters.</summary>
    private static ulong MicrosecondsOf(in QueueId id) => id.A & 0xff_ffff_ffff;

    /// <summary>
    /// A message that the log did not show the arrival of becomes active: by time of arrival and size it can be one of those that were renamed.
    /// </summary>
    private void FindOldName(int life, scoped in LogEvent happened)
    {
        if (!IsShort(_lives[life].Id) || !_renamed!.TryGetValue((_lives[life].Origin, MicrosecondsOf(_lives[life].Id)), out var lives)) return;
        foreach (int old in lives)
        {
            if (old == life || !IsInQueue(_lives[old].Flags) || ((_lives[old].Flags & LifeFlags.WasActive) != 0 && _lives[old].Size != happened.Size)) continue;
            GoesOnAs(life, old, happened.Time);
            return;
        }
    }

    private static bool CouldBePutBack(in LifeRow row, long time) =>
        (row.Flags & LifeFlags.Orphan) != 0 && ((row.Flags & LifeFlags.Removed) == 0 || row.BornAt >= time - LongestAheadMilliseconds);

    /// <summary><c>Deleted: 3 messages</c>, <c>Renamed to match inode number: 3 messages</c>: of others there are lines that name them.</summary>
    private void Counted(scoped in LogEvent happened)
    {
        if (happened.Subject.SequenceEqual("Renamed to match inode number"u8)) Renamed(happened);
        else AllHandled(happened);
    }

    private const int MostTotals = 100;
    private int _deletedOneByOne, _heldOneByOne, _releasedOneByOne, _totals;

    /// <summary>
    /// <c>postsuper -d ALL</c> logs only how many. When that is exactly how many messages are known to be in the queue, it was those; with
    /// <c>-d ALL deferred</c> those that are not held, with <c>-d ALL hold</c> the held ones. Otherwise nobody can tell which. <c>-h ALL</c> and <c>-H ALL</c>
    /// are like that, and what comes later of a message tells more: qmgr takes up what is not held. <c>-r ALL</c> is told by the <c>orig_id</c> of each.
    /// </summary>
    private void AllHandled(scoped in LogEvent happened)
    {
        bool delete = happened.Subject.SequenceEqual("Deleted"u8), hold = happened.Subject.SequenceEqual("Placed on hold"u8);
        if (!delete && !hold && !happened.Subject.SequenceEqual("Released from hold"u8)) return;
        ref int oneByOne = ref delete ? ref _deletedOneByOne : ref hold ? ref _heldOneByOne : ref _releasedOneByOne;
        long unnamed = happened.Number - oneByOne;
        oneByOne = 0;
        if (unnamed <= 0 || _totals++ >= MostTotals) return;
        List<int> waiting = [], held = [];
        for (int life = 0; life < _lives.Count && Math.Min(waiting.Count, held.Count) <= unnamed; life++)
            if (_lives[life].Origin == happened.Origin && IsInQueue(_lives[life].Flags))
                ((_lives[life].Flags & LifeFlags.Held) != 0 ? held : waiting).Add(life);
        if (delete) foreach (int life in Deleted(waiting, held, unnamed)) DeleteUnnamed(life, happened.Time);
        else if (hold && waiting.Count == unnamed) foreach (int life in waiting) _lives[life].Flags |= LifeFlags.Held | LifeFlags.WasHeld;
        else if (!hold && held.Count == unnamed) foreach (int life in held) _lives[life].Flags &= ~LifeFlags.Held;
    }

    private static List<int> Deleted(List<int> waiting, List<int> held, long number) =>
        waiting.Count + held.Count == number ? [.. waiting, .. held]
            : waiting.Count == held.Count ? []
            : waiting.Count == number ? waiting
            : held.Count == number ? held : [];

    private void DeleteUnnamed(int life, long time)
    {
        ref var row = ref _lives[life];
        row.Flags |= LifeFlags.Removed | LifeFlags.Deleted;
        row.EndedAt = time;
        StaysKnown(life);
    }

    /// <summary>
    /// A life that cleanup itself bounces, as for too many hops, has an attempt and never reaches the queue; nothing logs
    /// its end. Nor does what was to be held, and never came.
    /// </summary>
    private static bool IsInQueue(LifeFlags flags) =>
        (flags & (LifeFlags.Removed | LifeFlags.Superseded | LifeFlags.Requeued | LifeFlags.Refused | LifeFlags.Corrupt)) == 0
        && ((flags & LifeFlags.WasActive) != 0
            || ((flags & LifeFlags.WasHeld) != 0 && (flags & (LifeFlags.HasClient | LifeFlags.HasMessageId)) != LifeFlags.HasClient)
            || (flags & (LifeFlags.HasAttempt | LifeFlags.Orphan)) == (LifeFlags.HasAttempt | LifeFlags.Orphan));
}
