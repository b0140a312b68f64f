using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What each kind of line does to the model. Sessions, notices and postsuper(1) have files of their own.</summary>
public sealed partial class HistoryBuilder
{
    /// <summary><c>client=</c></summary>
    private void Accepted(scoped in LogEvent happened)
    {
        ref var row = ref Born(happened, happened.QueueId, out int life);
        row.Flags |= LifeFlags.HasClient;
        var client = happened.OriginalClient.IsEmpty ? happened.ClientName : happened.OriginalClient;
        _texts.Later(client, ref row.Client);
        if (!happened.SaslUser.IsEmpty) _texts.Later(happened.SaslUser, ref row.SaslOrNotice);
        if (IsLoopback(happened.ClientName)) row.Flags |= LifeFlags.FromLoopback;
        if (!happened.OtherId.IsNone)
        {
            int original = FindOnHost(happened.OtherId, happened.Origin);
            if (original >= 0 && original != life) Continue(original, life, LifeFlags.Reinjected);
        }
        _sessions.Began(happened.Pid, happened.Origin, life);
        if (_sessions.TryTake(happened.Pid, happened.Origin, out var session)) FromSession(ref row, life, session, happened);
    }

    /// <summary><c>uid=</c>, with orig_id after <c>postsuper -r</c>.</summary>
    private void PickedUp(scoped in LogEvent happened)
    {
        int old = happened.OtherId.IsNone ? -1 : FindOnHost(happened.OtherId, happened.Origin); // syslog_name may have been changed in between
        ref var row = ref Born(happened, happened.QueueId, out int life);
        row.Flags |= LifeFlags.HasUid;
        _texts.Later(happened.Sender, ref row.Sender);
        if (happened.OtherId.IsNone) return;
        row.Flags |= LifeFlags.WasRequeued;
        if (old < 0 || old == life) return;
        ref var before = ref _lives[old];
        before.Flags |= LifeFlags.Requeued;
        if (before.EndedAt == long.MinValue) before.EndedAt = happened.Time;
        Continue(old, life, LifeFlags.None);
        _live.Remove(old);
    }

    /// <summary>The message of the life <paramref name="from"/> goes on in <paramref name="to"/>.</summary>
    /// <returns>False where <paramref name="to"/> is that of another message already.</returns>
    private bool Continue(int from, int to, LifeFlags how)
    {
        ref var row = ref _lives[to];
        if (row.Previous != 0 || from == to) return false;
        row.Previous = from + 1;
        row.Flags |= LifeFlags.Continues | how;
        return true;
    }

    /// <summary><c>message-id=</c>. Without a client= or uid= before it this is the birth of a notice or a probe.</summary>
    private void Identified(scoped in LogEvent happened)
    {
        int life = _live.Find(happened.QueueId, happened.Origin);
        if (life < 0) life = FindElsewhere(happened);
        bool resent = happened.Flag;
        if (life >= 0 && ((_lives[life].Flags & LifeFlags.Removed) != 0
            || (!resent
                && (_lives[life].Flags & LifeFlags.HasMessageId) != 0
                && (_lives[life].Flags & (LifeFlags.WasActive | LifeFlags.HasAttempt | LifeFlags.Refused)) != 0)))
            life = -1;
        if (life < 0) Born(happened, happened.QueueId, out life);
        ref var row = ref _lives[life];
        if ((row.Flags & LifeFlags.HasMessageId) != 0) return;
        row.Flags |= happened.Text.Length > 2 ? LifeFlags.HasMessageId : LifeFlags.HasMessageId | LifeFlags.EmptyMessageId;
        row.MessageIdLine = happened.Position.Packed;
        if (row.MessageIdIsFarAway) Note(life, LifeNoteKind.MessageId, happened);
        row.MessageIdHash = _hash.Hash(happened.Text);
    }

    /// <summary><c>(queue active)</c>, at each retry again.</summary>
    private void Activated(scoped in LogEvent happened)
    {
        ref var row = ref LifeOf(happened, out int life);
        row.Flags &= ~LifeFlags.Held;
        if ((row.Flags & LifeFlags.WasActive) != 0) return;
        if (_renamed is not null && (row.Flags & LifeFlags.Orphan) != 0) FindOldName(life, happened);
        row.Flags |= LifeFlags.WasActive;
        if ((row.Flags & (LifeFlags.HasClient | LifeFlags.FromLoopback | LifeFlags.Reinjected)) == LifeFlags.HasClient)
            _taken.On(happened.Origin) = happened.Time;
        row.Size = (int)Math.Min(happened.Size, int.MaxValue);
        row.RecipientCount = happened.RecipientCount;
        _texts.Later(happened.Sender, ref row.Sender);
    }

    private void Delivered(scoped in LogEvent happened)
    {
        LifeOf(happened, out int life);
        if (happened.Status >= DeliveryStatus.Deliverable && (_lives[life].Flags & LifeFlags.HasClient) != 0) life = SplitReused(life, happened);
        ref var row = ref _lives[life];
        row.Flags |= LifeFlags.HasAttempt;
        ref var attempt = ref AddAttempt(life, happened.Position.Packed, happened.Time);
        _texts.Later(happened.Recipient, ref attempt.Recipient);
        if (!happened.OriginalRecipient.IsEmpty)
        {
            attempt.Flags |= AttemptFlags.HasOriginal;
            ref var original = ref _originals.Add();
            original.Attempt = _attempts.Count - 1;
            _texts.Later(happened.OriginalRecipient, ref original.Recipient);
        }
        attempt.Relay = _relays.Of(happened.Relay);
        attempt.DelaySeconds = happened.DelaySeconds;
        attempt.Dsn = happened.Dsn;
        attempt.Status = happened.Status;
        attempt.Daemon = happened.Daemon;
        if (happened.ByRelayService) attempt.Flags |= AttemptFlags.ByRelayService;
        if (happened.Status >= DeliveryStatus.Deliverable)
        {
            row.Flags |= LifeFlags.Verification;
            if ((row.Flags & (LifeFlags.HasUid | LifeFlags.HasClient)) == 0)
            {
                attempt.Flags |= AttemptFlags.IsProbe;
                _probes++;
            }
        }
        if (happened.Status is DeliveryStatus.Sent)
        {
            if (!happened.OtherId.IsNone) WentOn(ref attempt, life, happened);
            else if (happened.Daemon == Daemon.Local && happened.Text.SequenceEqual("discarded"u8)) attempt.Flags |= AttemptFlags.DiscardedHere;
            else if (!happened.Relay.EndsWith("]:25"u8)) KeptByFilter(ref attempt, happened.Text);
            return;
        }
        if (happened.Status == DeliveryStatus.Deliverable) return;
        var reason = ReasonClassifier.Of(happened.Text, happened.Dsn);
        attempt.Reason = reason.Class;
        attempt.Stage = reason.Stage;
        if (reason.Suspended) attempt.Flags |= AttemptFlags.Suspended;
        if (!reason.Hop.IsEmpty && happened.Relay.SequenceEqual("none"u8)) _texts.Later(reason.Hop, ref attempt.NextOrHop);
        if (happened.Dsn.IsNone) attempt.Dsn = WithoutDsn(happened);
    }

    private ref AttemptRow AddAttempt(int life, ulong line, long time)
    {
        ref var attempt = ref _attempts.Add();
        attempt.Life = life;
        attempt.Line = line;
        attempt.Time = time;
        return ref attempt;
    }

    /// <summary>Before 2.3 there was no dsn=: the class from the status, or from the reply of a probe.</summary>
    private static Dsn WithoutDsn(scoped in LogEvent happened)
    {
        int said = happened.Text.IndexOf(" said: "u8);
        bool permanent = happened.Status == DeliveryStatus.Bounced || (said >= 0 && said + 7 < happened.Text.Length && happened.Text[said + 7] == '5');
        return new Dsn((byte)(permanent ? 5 : 4), 0, 0);
    }

    /// <summary><c>name[127.0.0.1]:10024</c></summary>
    private static bool IsLoopback(ReadOnlySpan<byte> host)
    {
        var address = host[(Near.LastIndexOf(host, (byte)'[') + 1)..];
        return address.StartsWith("127."u8) || address.StartsWith("::1]"u8) || address.StartsWith("::ffff:127."u8);
    }

    private void Removed(scoped in LogEvent happened)
    {
        if (happened.Daemon == Daemon.Postsuper) _deletedOneByOne++;
        int life = _live.Find(happened.QueueId, happened.Origin);
        if (life < 0) return;
        ref var row = ref _lives[life];
        row.Flags |= LifeFlags.Removed;
        if (happened.Flag) row.Flags |= LifeFlags.Canceled;
        if (happened.Discarded) row.Flags |= LifeFlags.Discarded;
        if (happened.Daemon == Daemon.Postsuper) row.Flags |= LifeFlags.Deleted;
        row.EndedAt = happened.Time;
        if ((row.Flags & (LifeFlags.HasClient | LifeFlags.HasUid)) != 0 && (row.Flags & (LifeFlags.FromLoopback | LifeFlags.Deleted)) == 0)
        {
            _live.Remove(life);
            return;
        }
        StaysKnown(life);
    }

    /// <summary>For a moment, in which a line may still be about it.</summary>
    private void StaysKnown(int life)
    {
        ref ulong place = ref _recentlyRemoved[_recentlyRemovedCount++ % MostRecentlyRemoved];
        if (place != 0) _live.Forget(place);
        place = _live.SlotOf(life);
    }

    private void Expired(scoped in LogEvent happened)
    {
        ref var row = ref LifeOf(happened, out int life);
        row.Flags |= happened.Flag ? LifeFlags.Expired | LifeFlags.ForceExpired : LifeFlags.Expired;
        if (row.Sender == 0 && (row.Flags & LifeFlags.WasActive) == 0) _texts.Later(happened.Sender, ref row.Sender);
        if ((row.Flags & LifeFlags.HasAttempt) == 0) AddAttempt(life, happened.Position.Packed, happened.Time); // its recipients stand in an older log
        Note(life, LifeNoteKind.Expired, happened);
    }

    private void Rejected(scoped in LogEvent happened)
    {
        if (happened.Daemon == Daemon.Cleanup && IsLocalMail(happened)) return; // no reply: it bounces, or waits in maildrop
        ref var row = ref _rejects.Add();
        row.Line = happened.Position.Packed;
        row.Time = happened.Time;
        if (happened.ClientName.IsEmpty) row.Client = _sessions.ClientOf(happened.Pid, happened.Origin); // proxy-reject
        else _texts.Later(happened.ClientName, ref row.Client);
        if (!happened.Recipient.IsEmpty) _texts.Later(happened.Recipient, ref row.Recipient);
        row.Repeats = happened.Repeats;
        row.Code = (ushort)happened.Code;
        row.Dsn = happened.Dsn;
        row.Origin = happened.Origin;
        row.Reason = RejectClassifier.Of(happened);
        row.Stage = happened.Stage;
        row.Daemon = happened.Daemon;
        row.WarnOnly = happened.Flag;
        if (row.Reason == ReasonClass.Dnsbl && !happened.Flag) RefusedForList(happened);
        if (happened.QueueId.IsNone) _sessions.HeardHelo(happened.Pid, happened.Origin, happened.Helo.IsEmpty ? 0 : happened.Position.Packed + 1);
        else if (happened.Stage is Stage.EndOfData or Stage.Data && !happened.Flag)
        {
            int life = _live.Find(happened.QueueId, happened.Origin);
            if (life >= 0) _lives[life].Flags |= LifeFlags.Refused;
        }
    }

    /// <summary>A milter calls the client of local mail <c>localhost[127.0.0.1]</c>.</summary>
    private bool IsLocalMail(scoped in LogEvent happened) =>
        happened.ClientName.SequenceEqual("local"u8)
        || (_live.Find(happened.QueueId, happened.Origin) is var life && life >= 0 && (_lives[life].Flags & LifeFlags.HasUid) != 0);

    /// <summary>An access map, a header check or a milter did something to the message other than refusing it.</summary>
    private void Acted(scoped in LogEvent happened)
    {
        if (happened.Action == ActionKind.Redirect) Redirected(happened);
        if (happened.Action is not (ActionKind.Hold or ActionKind.Discard)) return;
        if (happened.QueueId.IsNone)
        {
            _sessions.Acted(happened.Pid, happened.Origin, happened.Action, happened.Position.Packed, happened.Time,
                happened.Recipient.IsEmpty ? 0 : _texts.Of(happened.Recipient), happened.Sender.IsEmpty ? 0 : _texts.Of(happened.Sender));
            return;
        }
        ref var row = ref LifeOf(happened, out int life);
        if (happened.Action == ActionKind.Hold) row.Flags |= LifeFlags.Held | LifeFlags.WasHeld;
        else row.Flags |= LifeFlags.Discarded;
        if (row.Sender == 0 && !happened.Sender.IsEmpty) _texts.Later(happened.Sender, ref row.Sender); // qmgr names it later, if ever
        if (happened.Recipient.IsEmpty) return;
        ref var named = ref AddAttempt(life, happened.Position.Packed, happened.Time);
        _texts.Later(happened.Recipient, ref named.Recipient);
        if (!happened.Helo.IsEmpty) Note(life, LifeNoteKind.Helo, happened);
    }

    private void Redirected(scoped in LogEvent happened)
    {
        if (happened.QueueId.IsNone) _sessions.Redirected(happened.Pid, happened.Origin);
        else LifeOf(happened, out _).Flags |= LifeFlags.Redirected;
    }

    /// <summary>When a client's mail was queued last. What a content filter hands back was let in before.</summary>
    private readonly LastOfHosts _taken;

    /// <summary>When smtpd ended a session last: one that dies at its start never does.</summary>
    private readonly LastOfHosts _served;

    private long LastHeard(scoped in LogEvent happened) => happened.Remark switch
    {
        RemarkKind.ServerSilent => _taken.On(happened.Origin),
        RemarkKind.BadCommandStartup => _served.On(happened.Origin),
        _ => long.MinValue,
    };

    private void Remarked(scoped in LogEvent happened)
    {
        if (happened.Remark == RemarkKind.BlockListRank)
        {
            Ranked(happened);
            _remarks.Pass();
            return;
        }
        if (happened.Remark == RemarkKind.BlockListError) AnsweredWithError(happened);
        _remarks.Add(happened.Remark, happened.Subject, happened, LastHeard(happened));
        if (happened.Remark == RemarkKind.PostsuperTotal && happened.Daemon == Daemon.Postsuper) Counted(happened);
        if (happened.Remark != RemarkKind.CorruptQueueFile || !QueueId.TryParse(happened.Subject, out var id)) return;
        int life = _live.Find(id, happened.Origin);
        if (life >= 0) _lives[life].Flags |= LifeFlags.Corrupt;
    }

    /// <summary>syslogd's <c>last message repeated N times</c>: of the line before it, by the same host, where it names one.</summary>
    private void RepeatedLast(scoped in LogEvent happened)
    {
        string host = _origins[happened.Origin].Host;
        if (_lastKind == EventKind.Reject && _rejects.Count > 0 && (host.Length == 0 || _origins[_rejects[_rejects.Count - 1].Origin].Host == host))
        {
            ref var row = ref _rejects[_rejects.Count - 1];
            row.Repeats += happened.Repeats;
            int last = _blockListRefusals.Count - 1;
            if (last >= 0 && _blockListRefusals[last].Line == row.Line) _blockListRefusals[last].Count += happened.Repeats;
        }
        else if (_lastKind == EventKind.Remark) _remarks.RepeatLast(happened.Repeats);
    }
}
