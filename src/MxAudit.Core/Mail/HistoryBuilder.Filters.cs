using MxAudit.Log;
using MxAudit.Log.Daemons;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Filters: one before the queue, whose clients another smtpd knows; one behind it, that hands mail back, throws it away or returns it.</summary>
public sealed partial class HistoryBuilder
{
    /// <summary>Replies of a filter that wrote to the sender itself.</summary>
    private readonly List<ReturnedByFilter> _returnedByFilter = [];

    /// <summary>Replies of one before the queue that wrote to the sender itself.</summary>
    private readonly List<ReturnedInFront> _returnedInFront = [];

    /// <summary>Mail that came through a filter before the queue, and whose it really was: the filter hands it over as a client of its own.</summary>
    private readonly List<(int Life, int Client, int SaslUser)> _inFront = [];

    /// <summary><c>NOQUEUE: client=</c></summary>
    private void HeardInFront(scoped in LogEvent happened) =>
        _sessions.HeardClient(happened.Pid, happened.Origin, _texts.Of(happened.ClientName), happened.SaslUser.IsEmpty ? 0 : _texts.Of(happened.SaslUser),
            _lives.Count);

    /// <summary><c>proxy-accept:</c> names the id under which the filter handed the message of this session over.</summary>
    private void TakenByFilterInFront(scoped in LogEvent happened)
    {
        _taken.On(happened.Origin) = happened.Time;
        if (_sessions.ClientOf(happened.Pid, happened.Origin) is not (not 0 and var client)) return;
        int saslUser = _sessions.SaslUserOf(happened.Pid, happened.Origin), born = _sessions.BornBefore(happened.Pid, happened.Origin);
        if (SenderOfReturned(happened.Text) is { IsEmpty: false } sender)
            _returnedInFront.Add(new(_texts.Of(sender), client, saslUser, born, _lives.Count, happened.Position.Packed));
        if (happened.OtherId.IsNone) return;
        int life = FindOnHost(happened.OtherId, happened.Origin);
        if (life < born) return; // the id is that of another host, and of older mail here
        if ((_lives[life].Flags & LifeFlags.HasClient) != 0) _inFront.Add((life, client, saslUser));
    }

    /// <summary>Whom the filter wrote to, where its reply tells that it did.</summary>
    private static ReadOnlySpan<byte> SenderOfReturned(ReadOnlySpan<byte> proxyAccept)
    {
        int start = proxyAccept.IndexOf("250 2."u8), end = proxyAccept.IndexOf("; from=<"u8);
        if (start < 0 || end < start || proxyAccept[start..end] is var said && !IsReturnOfFilter(said) && DeliveryLines.ReturnedOf(said, out _) == 0) return [];
        var asked = default(LogEvent);
        Envelope.Read(proxyAccept[end..], true, ref asked);
        return asked.Sender;
    }

    /// <summary>When all texts are in their places. A filter does not log in: who did is no filter.</summary>
    private void NameClientsInFront()
    {
        foreach (var (life, client, saslUser) in _inFront)
            if (_lives[life].SaslOrNotice == 0) (_lives[life].Client, _lives[life].SaslOrNotice) = (client, saslUser);
    }

    /// <summary>The reply names a queue id of this very host: a content filter handed the message back, local(8) forwarded it, or it looped.</summary>
    private void WentOn(ref AttemptRow attempt, int life, scoped in LogEvent happened)
    {
        int next = FindOnHost(happened.OtherId, happened.Origin);
        if (next < 0 && !happened.Relay.EndsWith("]:25"u8)) NameAhead(happened);
        bool isOrphan = (_lives[life].Flags & LifeFlags.Orphan) != 0; // born when, nobody knows
        if (next < 0 || next == life || (!isOrphan && _lives[next].BornAt < _lives[life].BornAt)) return;
        attempt.NextLife = next + 1;
        bool forwarded = happened.Daemon == Daemon.Local || happened.Relay.SequenceEqual("local"u8);
        bool toFilter = IsLoopback(happened.Relay) || !happened.Relay.EndsWith("]:25"u8);
        if (forwarded) Continue(life, next, LifeFlags.None);
        else if (toFilter) Continue(life, next, LifeFlags.Reinjected);
        else attempt.Flags |= AttemptFlags.LoopHop;
        if (!forwarded && DeliveryLines.ReturnedOf(happened.Text, out _) is > 0 and var some) _returnedByFilter.Add(new(_attempts.Count - 1, some, next));
    }

    /// <summary>The reply names no id: the filter hands nothing back.</summary>
    private void KeptByFilter(ref AttemptRow attempt, ReadOnlySpan<byte> said)
    {
        if (!said.StartsWith("250 2."u8)) return;
        if (IsDiscardOfFilter(said))
        {
            attempt.Flags |= AttemptFlags.DiscardedByFilter;
            return;
        }
        if (!IsReturnOfFilter(said)) return;
        attempt.Flags |= AttemptFlags.Returned;
        _returnedByFilter.Add(new(_attempts.Count - 1, 0, -1));
    }

    /// <summary>
    /// amavis takes the mail and throws it away: <c>250 2.7.0 Ok, discarded, id=17-03 - spam</c>, <c>250 2.5.0 Ok, id=17-03, DISCARD(…)</c>;
    /// so does Proxmox Mail Gateway: <c>250 2.7.0 BLOCKED (3802E45DFA503808B06)</c>
    /// </summary>
    private static bool IsDiscardOfFilter(ReadOnlySpan<byte> said) =>
        said.IndexOf(" Ok, discarded, "u8) >= 0
        || (said.IndexOf(" Ok, id="u8) >= 0 && said.IndexOf(", DISCARD("u8) >= 0)
        || said.StartsWith("250 2.7.0 BLOCKED ("u8);

    /// <summary>
    /// amavis writes to the sender itself (D_BOUNCE): <c>250 2.5.0 Ok, id=17-03, BOUNCE</c>, by LMTP <c>250 2.5.0 Ok &lt;address&gt;, DSN was sent (554 …)</c>
    /// </summary>
    private static bool IsReturnOfFilter(ReadOnlySpan<byte> said) =>
        said.StartsWith("250 2.5.0 Ok"u8)
        && ((said.IndexOf(" Ok, id="u8) >= 0 && said.EndsWith(", BOUNCE"u8)) || said.IndexOf(">, DSN was sent (5"u8) >= 0);
}
