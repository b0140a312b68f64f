using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Mail that Postfix writes itself: which message a notice is about, and which id it took over.</summary>
public sealed partial class HistoryBuilder
{
    /// <summary><c>OLD: sender non-delivery notification: NEW</c>, before or after NEW's own first lines.</summary>
    private void Linked(scoped in LogEvent happened)
    {
        LifeOf(happened, out int about);
        if (happened.Notice == NoticeKind.DeliveryStatus && (_lives[about].Flags & LifeFlags.Verification) != 0) AskedByUser(about);
        int itself = _live.Find(happened.OtherId, happened.Origin);
        const LifeFlags OfClient = LifeFlags.HasClient | LifeFlags.HasMessageId;
        if (itself >= 0 && (_lives[itself].Flags & (OfClient | LifeFlags.Removed)) == OfClient) itself = SplitReused(itself, happened);
        else if (itself < 0 || !CouldBeNotice(_lives[itself].Flags)) Born(happened, happened.OtherId, out itself);
        ref var notice = ref _notices.Add();
        notice.Line = happened.Position.Packed;
        notice.Time = happened.Time;
        notice.About = about + 1;
        notice.Itself = itself + 1;
        notice.Kind = happened.Notice;
        ref var row = ref _lives[itself];
        row.Flags |= LifeFlags.Notice;
        row.NoticeRow = _notices.Count;
    }

    /// <summary>
    /// The report on a verification goes to whoever asked with <c>sendmail -bv</c>: verify(8) is told the result and gets no mail. Its uid= stands
    /// before this log, where it was taken for a probe.
    /// </summary>
    private void AskedByUser(int life)
    {
        for (int i = _attempts.Count - 1; i >= 0 && i >= _attempts.Count - MostRecentAttempts; i--)
        {
            if (_attempts[i].Life != life || (_attempts[i].Flags & AttemptFlags.IsProbe) == 0) continue;
            _attempts[i].Flags &= ~AttemptFlags.IsProbe;
            _probes--;
        }
    }

    /// <summary>How far back the attempts of a message that was made a moment ago can lie.</summary>
    private const int MostRecentAttempts = 4096;

    /// <summary>
    /// A client gave up before its mail was queued, which leaves no trace, and the id was given to a notice or a probe of this host, which no client hands
    /// over. From message-id= on the lines are of a life of its own.
    /// </summary>
    private int SplitReused(int old, scoped in LogEvent happened)
    {
        _texts.Settle();
        const LifeFlags OfTheClient = LifeFlags.HasClient | LifeFlags.FromLoopback | LifeFlags.Reinjected | LifeFlags.Continues | LifeFlags.Refused;
        ref var row = ref Born(happened, _lives[old].Id, out int life);
        ref var before = ref _lives[old];
        ulong messageId = MessageIdLineOf(old);
        if (messageId != 0) row.FirstLine = messageId;
        row.MessageIdLine = messageId;
        row.MessageIdHash = before.MessageIdHash;
        row.Sender = before.Sender;
        row.Size = before.Size;
        row.RecipientCount = before.RecipientCount;
        row.Flags = before.Flags & ~(OfTheClient | LifeFlags.Superseded);
        before.Flags = (before.Flags & OfTheClient) | LifeFlags.Superseded;
        before.MessageIdLine = before.MessageIdHash = 0;
        before.Sender = 0;
        for (int i = _attempts.Count - 1; i >= 0 && i >= _attempts.Count - MostRecentAttempts; i--)
            if (_attempts[i].Life == old) _attempts[i].Life = life;
        return life;
    }

    private ulong MessageIdLineOf(int life)
    {
        if (!_lives[life].MessageIdIsFarAway) return _lives[life].MessageIdLine;
        int note = _lifeNotes.Count - 1;
        while (_lifeNotes[note].Life != life || _lifeNotes[note].Kind != LifeNoteKind.MessageId) note--;
        return _lifeNotes[note].Line;
    }

    private static bool CouldBeNotice(LifeFlags flags) =>
        (flags & (LifeFlags.HasClient | LifeFlags.HasUid | LifeFlags.Notice | LifeFlags.Verification)) == 0;
}
