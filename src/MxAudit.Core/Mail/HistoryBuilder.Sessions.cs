using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What a session of smtpd tells of a message before it has a queue id, and whether its end ever came.</summary>
public sealed partial class HistoryBuilder
{
    /// <summary>What the session said before the queue id was made: an RCPT-time hold or discard is about this message.</summary>
    private void FromSession(ref LifeRow row, int life, in SessionTable.Session session, scoped in LogEvent happened)
    {
        if (session.HeloLine != 0)
        {
            ref var note = ref _lifeNotes.Add();
            (note.Life, note.Kind, note.Line, note.Time) = (life, LifeNoteKind.Helo, session.HeloLine - 1, happened.Time);
        }
        if (session.Redirected) row.Flags |= LifeFlags.Redirected;
        if (session.PendingAction == ActionKind.None) return;
        if (session.PendingAction == ActionKind.Discard)
        {
            row.Flags |= LifeFlags.Discarded;
            _sessions.Discarded(happened.Pid, happened.Origin, life);
        }
        else row.Flags |= LifeFlags.Held | LifeFlags.WasHeld;
        ref var named = ref AddAttempt(life, session.ActionLine, session.ActionTime);
        named.Recipient = session.Recipient;
        if (row.Sender == 0) row.Sender = session.Sender; // qmgr names it later, if ever
    }

    /// <summary>
    /// The client gave up before the end of its message, or the message is too large. What cleanup holds or discards by a header, it does before it knows.
    /// </summary>
    private void NotTaken(scoped in LogEvent happened)
    {
        int life = happened.QueueId.IsNone ? _sessions.BegunBy(happened.Pid, happened.Origin) : _live.Find(happened.QueueId, happened.Origin);
        if (life >= 0) _lives[life].Flags |= LifeFlags.Refused;
    }

    /// <summary>
    /// Of mail that is discarded at RCPT nothing tells whether it came, but the statistics of the session (3.0): <c>ehlo=1 mail=1 rcpt=1 quit=1 commands=4</c>
    /// </summary>
    private void SessionEnded(int discarded, scoped in LogEvent happened)
    {
        var statistics = happened.ClientName;
        if (happened.Kind != EventKind.Disconnect || statistics.IndexOf(" commands="u8) < 0 || statistics.IndexOf(" bdat="u8) >= 0) return;
        int at = statistics.IndexOf(" data="u8);
        var data = at < 0 ? " data=0"u8 : statistics[at..];
        bool taken = !data.StartsWith(" data=0"u8) && !((data.StartsWith(" data=1 "u8) || data.StartsWith(" data=1/"u8)) && CameBehind(discarded, happened));
        if (!taken) _lives[discarded].Flags |= LifeFlags.Refused;
    }

    /// <summary>RSET, and another message: the one whose end came.</summary>
    private bool CameBehind(int discarded, scoped in LogEvent happened) =>
        _sessions.BegunBy(happened.Pid, happened.Origin) is var last
        && last > discarded
        && (_lives[last].Flags & (LifeFlags.HasMessageId | LifeFlags.WasActive)) != 0;
}
