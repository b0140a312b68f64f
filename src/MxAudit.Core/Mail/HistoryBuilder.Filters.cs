using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What a content filter did with mail that it took: handed it back, threw it away, or returned it to the sender.</summary>
public sealed partial class HistoryBuilder
{
    /// <summary>Rows of the attempts that ended with a notice of the filter's own.</summary>
    private readonly List<int> _returnedByFilter = [];

    /// <summary>The reply names a queue id of this very host: a content filter handed the message back, local(8) forwarded it, or it looped.</summary>
    private void WentOn(ref AttemptRow attempt, int life, scoped in LogEvent happened)
    {
        int next = FindOnHost(happened.OtherId, happened.Origin);
        bool isOrphan = (_lives[life].Flags & LifeFlags.Orphan) != 0; // born when, nobody knows
        if (next < 0 || next == life || (!isOrphan && _lives[next].BornAt < _lives[life].BornAt)) return;
        attempt.NextLife = next + 1;
        bool forwarded = happened.Daemon == Daemon.Local || happened.Relay.SequenceEqual("local"u8);
        bool toFilter = IsLoopback(happened.Relay) || !happened.Relay.EndsWith("]:25"u8);
        if (forwarded) Continue(life, next, LifeFlags.None);
        else if (toFilter) Continue(life, next, LifeFlags.Reinjected);
        else attempt.Flags |= AttemptFlags.LoopHop;
    }

    /// <summary>The reply names no id: the filter hands nothing back.</summary>
    private void KeptByFilter(ref AttemptRow attempt, ReadOnlySpan<byte> said)
    {
        if (!said.StartsWith("250 2."u8)) return;
        if (IsDiscardOfFilter(said)) attempt.Flags |= AttemptFlags.DiscardedByFilter;
        else if (IsReturnOfFilter(said))
        {
            (attempt.Status, attempt.Reason, attempt.Stage) = (DeliveryStatus.Bounced, ReasonClass.Content, Stage.EndOfData);
            _returnedByFilter.Add(_attempts.Count - 1);
        }
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
