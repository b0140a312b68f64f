using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What can be told only when the last line was read: classes, chains of lives, trust.</summary>
public sealed partial class MailHistory
{
    internal void Derive()
    {
        OrderAttempts();
        JoinNamedFilters();
        UnjoinLoops();
        JoinFilters();
        LinkNoticesOfFilters();
        ClassifyLives();
        DeriveRecipients();
        DeriveNotices();
        DeriveNextHops();
        DeriveCirculations();
        DeriveTotals();
    }

    /// <summary>Attempts side by side: by life (counting sort), in a life by recipient (two aliases of one address are two), of a recipient by time.</summary>
    private void OrderAttempts()
    {
        int lives = Lives.Count, attempts = AttemptRows.Count;
        var first = new Numbers(_arena, lives + 1);
        SortOut(first);
        for (int life = 1; life <= lives; life++) first[life] += first[life - 1];
        var order = new Numbers(_arena, attempts);
        for (int row = attempts - 1; row >= 0; row--) order[--first[AttemptRows[row].Life]] = row;
        (_order, _firstOfLife) = (order, first);
        ulong[] keys = [];
        for (int life = 0; life < lives; life++)
        {
            int count = first[life + 1] - first[life];
            FetchAttempt(first[life] + Ahead);
            if (count > 1) GroupByRecipient(order.AsSpan(first[life], count), ref keys);
        }
    }

    /// <summary>How many attempts each life has, and in the same look the few that went on in another life, and the probes.</summary>
    private void SortOut(Numbers attemptsOfLife)
    {
        int row = 0, probe = 0;
        foreach (ref var attempt in AttemptRows)
        {
            attemptsOfLife[attempt.Life]++;
            if (attempt.NextLife != 0) _wentOn.Add(row);
            if ((attempt.Flags & AttemptFlags.IsProbe) != 0) SetProbe(probe++, row, attempt);
            row++;
        }
    }

    /// <summary>Attempts whose reply named another life.</summary>
    private readonly List<int> _wentOn = [];

    private void GroupByRecipient(Span<int> rows, ref ulong[] keys)
    {
        if (keys.Length < rows.Length) keys = new ulong[Math.Max(64, rows.Length)];
        bool grouped = true;
        var flags = AttemptFlags.None;
        ulong before = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            ref var attempt = ref AttemptRows[rows[i]];
            flags |= attempt.Flags;
            ulong key = keys[i] = ((ulong)(uint)attempt.Recipient << 32) | (uint)rows[i];
            grouped &= key >= before;
            before = key;
        }
        if ((flags & AttemptFlags.HasOriginal) != 0)
        {
            rows.Sort((a, b) => ((uint)AttemptRows[a].Recipient, OriginalOf(a), a).CompareTo(((uint)AttemptRows[b].Recipient, OriginalOf(b), b)));
            return;
        }
        if (grouped) return;
        Array.Sort(keys, 0, rows.Length);
        for (int i = 0; i < rows.Length; i++) rows[i] = (int)(uint)keys[i];
    }

    /// <summary>A life that goes on to the very relay that made it is a hop of a loop, not a content filter's.</summary>
    private void UnjoinLoops()
    {
        var loopedBy = new Dictionary<int, int>(); // the relay that a life came back through
        var goOn = new HashSet<(int Life, int Relay)>(); // looked at, and goes on elsewhere
        foreach (int row in _wentOn)
        {
            ref var attempt = ref AttemptRows[row];
            if ((attempt.Flags & AttemptFlags.LoopHop) != 0) continue;
            int next = attempt.NextLife - 1;
            if ((Lives[next].Flags & LifeFlags.Reinjected) == 0 || Lives[next].Previous != attempt.Life + 1) continue;
            bool loops = loopedBy.TryGetValue(attempt.Life, out int relay) && relay == attempt.Relay; // its last hop goes no further
            if (!loops && goOn.Contains((next, attempt.Relay))) continue;
            foreach (int later in AttemptRowsOf(next))
            {
                if (loops) break;
                loops = AttemptRows[later].Relay == attempt.Relay && AttemptRows[later].NextLife != 0;
            }
            if (!loops)
            {
                goOn.Add((next, attempt.Relay));
                continue;
            }
            loopedBy.TryAdd(next, attempt.Relay);
            attempt.Flags |= AttemptFlags.LoopHop;
            _loopedFrom.TryAdd(next, attempt.Life);
            Lives[next].Previous = 0;
            Lives[next].Flags &= ~(LifeFlags.Continues | LifeFlags.Reinjected);
        }
    }

    /// <summary>The life that each hop of such a loop came from.</summary>
    private readonly Dictionary<int, int> _loopedFrom = [];

    private void ClassifyLives()
    {
        _classes = new MessageClass[Lives.Count];
        int life = 0;
        foreach (ref var row in Lives)
        {
            if (row.Previous != 0) Chain(row.Previous - 1, life);
            // nearly all is mail of a client
            if ((row.Flags & (LifeFlags.HasClient | LifeFlags.Verification | LifeFlags.Notice)) != LifeFlags.HasClient) _classes[life] = ClassOf(ref row, life);
            if (WasAccepted(row, _classes[life])) _accepted++;
            life++;
        }
    }

    private void Chain(int before, int life)
    {
        if (!_next.TryGetValue(before, out var lives)) _next.Add(before, lives = []);
        lives.Add(life);
    }

    /// <summary>
    /// A probe is a few headers and no body, 200 to 300 bytes as they were measured; a notice to the postmaster has a transcript or a whole message in it.
    /// </summary>
    private const int ProbesStayBelowBytes = 1000;

    private MessageClass ClassOf(ref LifeRow row, int life)
    {
        if ((row.Flags & LifeFlags.Verification) != 0) return MessageClass.Probe;
        if ((row.Flags & LifeFlags.Notice) != 0) return MessageClass.Notice;
        if ((row.Flags & (LifeFlags.HasClient | LifeFlags.HasUid | LifeFlags.Continues)) != 0 || row.Sender == 0) return MessageClass.Mail;
        var sender = Texts.Bytes(row.Sender);
        if (IsDoubleBounce(sender))
        {
            bool pendingProbe = (row.Flags & LifeFlags.HasAttempt) == 0 && row.Size < ProbesStayBelowBytes && row.RecipientCount == 1;
            if (pendingProbe) return MessageClass.Probe;
            AddUnlinkedNotice(ref row, life);
            return MessageClass.Notice;
        }
        // Born here by its message-id, without a client: a notice whose link the log does not show.
        return sender.IsEmpty && (row.Flags & LifeFlags.Orphan) == 0 ? MessageClass.Notice : MessageClass.Mail;
    }

    /// <summary>Policy and protocol notices to the postmaster have no link line, and are delivered like mail.</summary>
    private void AddUnlinkedNotice(ref LifeRow row, int life)
    {
        ref var notice = ref NoticeRows.Add();
        notice.Line = row.FirstLine;
        notice.Time = row.BornAt;
        notice.Itself = life + 1;
        notice.Kind = NoticeKind.Postmaster;
        row.NoticeRow = NoticeRows.Count;
    }

    /// <summary><c>double-bounce@…</c>, with address_verify_sender_ttl <c>double-bounceJQYH@…</c></summary>
    private static bool IsDoubleBounce(ReadOnlySpan<byte> sender)
    {
        if (!sender.StartsWith("double-bounce"u8)) return false;
        int at = sender.IndexOf((byte)'@');
        return at < 0 || at is >= 13 and <= 26;
    }

    internal bool WasAccepted(int life) => WasAccepted(Lives[life], _classes[life]);

    private static bool WasAccepted(in LifeRow row, MessageClass messageClass) =>
        messageClass == MessageClass.Mail && (row.Flags & (LifeFlags.HasClient | LifeFlags.HasUid)) != 0 && row.Previous == 0 && WasTaken(row.Flags);

    /// <summary>
    /// The whole of it came and was not refused. To hold or to discard it can be decided before: at RCPT, and then the client need not send anything at all,
    /// or by a header. Of what is discarded at RCPT cleanup logs nothing.
    /// </summary>
    private static bool WasTaken(LifeFlags flags)
    {
        if ((flags & (LifeFlags.WasActive | LifeFlags.HasAttempt)) != 0) return true;
        bool held = (flags & LifeFlags.WasHeld) != 0 && (flags & (LifeFlags.HasMessageId | LifeFlags.Requeued)) != 0;
        return (held || (flags & LifeFlags.Discarded) != 0) && (flags & (LifeFlags.Refused | LifeFlags.Canceled)) == 0;
    }

    /// <summary>A client began it, and it was not taken.</summary>
    private static bool IsAbandoned(LifeFlags flags) => (flags & (LifeFlags.HasClient | LifeFlags.HasUid)) != 0 && !WasTaken(flags);

    internal Answer TrustOf(int life)
    {
        life = FirstLifeOf(life);
        for (int hops = 0; _loopedFrom.Count > 0 && hops < MostLives && _loopedFrom.TryGetValue(life, out int before); hops++) life = FirstLifeOf(before);
        ref var row = ref Lives[life];
        if ((row.Flags & LifeFlags.HasClient) != 0) return row.SaslUser != 0 || TrustsClient(row.Client) ? Answer.Yes : Answer.No;
        if ((row.Flags & LifeFlags.HasUid) != 0) return (row.Flags & LifeFlags.WasRequeued) != 0 ? Answer.Unknown : Answer.Yes;
        return Answer.Unknown;
    }

    private Dictionary<int, LifeNote>? _helos, _expiries, _messageIds;

    internal string HeloOf(int life)
    {
        _helos ??= NotesOf(LifeNoteKind.Helo);
        return _helos.TryGetValue(life, out var note) && Lines is not null && Lines.TryRead(new LinePosition(note.Line), out var happened)
            && happened.Kind is EventKind.Reject or EventKind.Action ? PlainText.Of(happened.Helo) : "";
    }

    internal LinePosition? ExpiredLineOf(int life) =>
        (_expiries ??= NotesOf(LifeNoteKind.Expired)).TryGetValue(life, out var note) ? new LinePosition(note.Line) : null;

    private Dictionary<int, LifeNote> NotesOf(LifeNoteKind kind)
    {
        var notes = new Dictionary<int, LifeNote>();
        for (int i = 0; i < LifeNotes.Count; i++)
            if (LifeNotes[i].Kind == kind) notes.TryAdd(LifeNotes[i].Life, LifeNotes[i]);
        return notes;
    }
}
