using System.Runtime.CompilerServices;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Follows the mail line by line. Keeps a table of open queue ids and appends to columns; what needs the whole log is derived at the end.</summary>
/// <remarks>Life cycle of a queue id: see ARCHITECTURE.md. A birth on an open id closes the old life: short ids are reused.</remarks>
public sealed partial class HistoryBuilder : IDisposable
{
    /// <summary>How many lives stay known for a moment after <c>removed</c>: the line that links them can come later.</summary>
    private const int MostRecentlyRemoved = 1024;

    private readonly Origins _origins;
    private readonly Seeded _hash;
    private readonly Arena _arena = new();
    private readonly NativeList<LifeRow> _lives;
    private readonly NativeList<AttemptRow> _attempts;
    private readonly NativeList<OriginalRow> _originals;
    private readonly NativeList<RejectRow> _rejects;
    private readonly NativeList<NoticeRow> _notices;
    private readonly NativeList<LifeNote> _lifeNotes;
    private readonly TextTable _texts;
    private readonly FrequentTexts _relays;
    private readonly LiveTable _live;
    private readonly SessionTable _sessions = new();
    private readonly RemarkTable _remarks;
    private readonly ulong[] _recentlyRemoved = new ulong[MostRecentlyRemoved];
    private int _recentlyRemovedCount, _probes;
    private long _first = long.MaxValue, _last = long.MinValue;

    /// <param name="origins">Shared with the scanner, which numbers them.</param>
    public HistoryBuilder(Origins origins)
    {
        _origins = origins;
        _hash = Seeded.Anew();
        (_lives, _attempts, _originals, _rejects, _notices, _lifeNotes) = (new(_arena), new(_arena), new(_arena), new(_arena), new(_arena), new(_arena));
        _blockListRefusals = new(_arena);
        _texts = new TextTable(_hash, _arena);
        _relays = new FrequentTexts(_texts);
        _live = new LiveTable(_hash, _lives);
        _remarks = new RemarkTable(_texts);
        (_taken, _served) = (new LastOfHosts(origins), new LastOfHosts(origins));
    }

    /// <summary>Must be called before the bytes of observed lines are overwritten.</summary>
    public void Settle() => _texts.Settle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(scoped in LogEvent happened)
    {
        if (happened.IsFromPostfix) Widen(happened.Time);
        if (happened.Kind != EventKind.Ignored) Follow(happened); // a third of all lines
        _lastKind = happened.Kind;
    }

    /// <summary>The window: from the first line of Postfix to the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Widen(long time)
    {
        if (time > _last) _last = time;
        if (time < _first && time != long.MinValue) _first = time;
    }

    private void Follow(scoped in LogEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Delivery: Delivered(happened); break;
            case EventKind.QueueActive: Activated(happened); break;
            case EventKind.Client: Accepted(happened); break;
            case EventKind.MessageId: Identified(happened); break;
            case EventKind.Removed: Removed(happened); break;
            case EventKind.Connect or EventKind.Disconnect:
                if (happened is { Kind: EventKind.Disconnect, Daemon: Daemon.Smtpd }) _served.On(happened.Origin) = happened.Time;
                if (_sessions.Forget(happened.Pid, happened.Origin) is > 0 and var discarded) SessionEnded(discarded - 1, happened);
                break;
            case EventKind.Reject: Rejected(happened); break;
            case EventKind.ClientOfNone: HeardInFront(happened); break;
            case EventKind.NoticeLink: Linked(happened); break;
            case EventKind.Pickup: PickedUp(happened); break;
            case EventKind.Expired: Expired(happened); break;
            case EventKind.Action: Acted(happened); break;
            case EventKind.Postsuper: Handled(happened); break;
            case EventKind.Remark: Remarked(happened); break;
            case EventKind.RepeatedLast: RepeatedLast(happened); break;
            case EventKind.PutBack: PutBack(happened); break;
            case EventKind.NotTaken: NotTaken(happened); break;
            case EventKind.ProxyAccept: TakenByFilterInFront(happened); break;
        }
    }

    private EventKind _lastKind;

    /// <summary>A line that is not observed went by: a <c>last message repeated</c> behind it is about that one.</summary>
    public void Passed() => _lastKind = EventKind.NotPostfix;

    /// <summary>The model of everything that was observed. The builder is used up.</summary>
    /// <param name="now">The moment ages are counted to; null: the last line.</param>
    public MailHistory Finish(TrustedClients trusted, ILogLines? lines, DateTimeOffset? now)
    {
        _texts.Close();
        NameClientsInFront();
        Dispose();
        var history = new MailHistory(
            new HistoryRows(_lives, _attempts, _originals, _rejects, _notices, _lifeNotes, _texts, _origins.All, _arena)
            {
                Probes = _probes,
                ReturnedByFilter = _returnedByFilter,
                BlockListRefusals = _blockListRefusals,
                ReturnedInFront = _returnedInFront,
                Domains = new TextTable(Seeded.Anew(), _arena),
            },
            trusted)
        {
            Lines = lines,
            Remarks = _remarks.All(_origins, _served),
            First = _first == long.MaxValue ? null : MailHistory.TimeOf(_first),
            Last = _last == long.MinValue ? null : MailHistory.TimeOf(_last),
        };
        history.Now = now ?? history.Last;
        history.Derive();
        return history;
    }

    /// <summary>Frees what only building needs; the columns belong to the history.</summary>
    public void Dispose()
    {
        _live.Dispose();
        _sessions.Dispose();
    }

    /// <summary>A new life of this id. One that is still open under it ends.</summary>
    private ref LifeRow Born(scoped in LogEvent happened, scoped in QueueId id, out int life)
    {
        life = _lives.Count;
        ref var row = ref _lives.Add();
        row.Id = id;
        row.FirstLine = happened.Position.Packed;
        row.BornAt = happened.Time;
        row.Origin = happened.Origin;
        int old = _live.Set(life);
        if (old >= 0 && (_lives[old].Flags & LifeFlags.Removed) == 0) _lives[old].Flags |= LifeFlags.Superseded;
        return ref row;
    }

    /// <summary>The open life of the event's id; one that begins now where the log did not show its beginning.</summary>
    private ref LifeRow LifeOf(scoped in LogEvent happened, out int life)
    {
        life = _live.Find(happened.QueueId, happened.Origin);
        if (life >= 0 && ((_lives[life].Flags & LifeFlags.Removed) == 0 || IsStillTried(happened, life))) return ref _lives[life];
        if (life < 0 && FindElsewhere(happened) is >= 0 and var elsewhere) return ref _lives[life = elsewhere];
        if (life < 0 && happened.Kind == EventKind.QueueActive && FindUnderOldHost(happened) is >= 0 and var waiting) return ref _lives[life = waiting];
        ref var row = ref Born(happened, happened.QueueId, out life);
        row.Flags |= LifeFlags.Orphan;
        if (_namedAheadCount > 0) FindNaming(life, happened);
        return ref row;
    }

    /// <summary>The life that another line names: of the same instance, else of another one on the same host.</summary>
    private int FindOnHost(in QueueId id, ushort origin)
    {
        int life = _live.Find(id, origin);
        for (int other = 0; life < 0 && other < _origins.All.Count; other++)
            if (other != origin && _origins[other].Host == _origins[origin].Host) life = _live.Find(id, (ushort)other);
        return life;
    }

    /// <summary>
    /// The open life of this id in another instance of the host, or -1. In stock master.cf (3.3 to 3.8) <c>relay</c> and other
    /// services log as <c>postfix/…</c>, whatever the instance is called. Who is right is cleanup, and qmgr: what they have named is
    /// of their instance, and another one can have the same short id.
    /// </summary>
    private int FindElsewhere(scoped in LogEvent happened)
    {
        for (int other = 0; other < _origins.All.Count && _origins.All.Count > 1; other++)
        {
            if (other == happened.Origin || _origins[other].Host != _origins[happened.Origin].Host) continue;
            int life = _live.Find(happened.QueueId, (ushort)other);
            if (life < 0 || (_lives[life].Flags & LifeFlags.Removed) != 0) continue;
            if (happened.Daemon is not (Daemon.Cleanup or Daemon.Qmgr)) return life;
            if ((_lives[life].Flags & (LifeFlags.HasMessageId | LifeFlags.WasActive)) != 0) continue;
            MoveTo(happened.Origin, life);
            return life;
        }
        return -1;
    }

    /// <summary>
    /// The host got another name while mail waits: a container that was made anew, a log that tells the domain now. The queue is the same,
    /// and qmgr begins with it: id and size are those of a message that waits under the old name. Or -1.
    /// </summary>
    private int FindUnderOldHost(scoped in LogEvent happened)
    {
        for (int other = 0; other < _origins.All.Count; other++)
        {
            if (other == happened.Origin || _origins[other].Host == _origins[happened.Origin].Host) continue;
            int life = _live.Find(happened.QueueId, (ushort)other);
            if (life < 0 || (_lives[life].Flags & (LifeFlags.Removed | LifeFlags.WasActive)) != LifeFlags.WasActive || _lives[life].Size != happened.Size)
                continue;
            MoveTo(happened.Origin, life);
            return life;
        }
        return -1;
    }

    /// <summary>From now on the life is that of another instance, or of the host under its other name.</summary>
    private void MoveTo(ushort origin, int life)
    {
        _live.Remove(life);
        _lives[life].Origin = origin;
        _live.Set(life);
    }

    /// <summary>The id of this event is that of mail which another instance of the host has taken.</summary>
    internal bool FollowsElsewhere(scoped in LogEvent happened) => _live.Find(happened.QueueId, happened.Origin) < 0 && FindElsewhere(happened) >= 0;

    private void Note(int life, LifeNoteKind kind, scoped in LogEvent happened)
    {
        ref var note = ref _lifeNotes.Add();
        note.Life = life;
        note.Kind = kind;
        note.Line = happened.Position.Packed;
        note.Time = happened.Time;
    }
}
