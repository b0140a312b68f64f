using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Lives that a content filter's reply named before any line of their own: they began before the log, or in lines that somebody left out.</summary>
public sealed partial class HistoryBuilder
{
    private readonly record struct NamedAhead(QueueId Id, ushort Origin, int Attempt);

    /// <summary>So much mail is under way at the moment at which a log begins.</summary>
    private const int MostNamedAhead = 64;

    /// <summary>Short ids are used again.</summary>
    private const long LongestNamedAheadMilliseconds = 3_600_000;

    private readonly NamedAhead[] _namedAhead = new NamedAhead[MostNamedAhead];
    private int _namedAheadCount;

    /// <summary>The last attempt handed its mail to a filter, which said that this host queued it as an id that no line had yet.</summary>
    private void NameAhead(scoped in LogEvent happened)
    {
        if (!IsLoopback(happened.Relay)) return;
        _namedAhead[_namedAheadCount++ % MostNamedAhead] = new NamedAhead(happened.OtherId, happened.Origin, _attempts.Count - 1);
    }

    /// <summary>This life, whose beginning was not seen, is the one that a filter handed back: of all its recipients.</summary>
    private void FindNaming(int life, scoped in LogEvent happened)
    {
        foreach (ref var named in _namedAhead.AsSpan(0, Math.Min(_namedAheadCount, MostNamedAhead)))
        {
            if (named.Id != happened.QueueId || _origins[named.Origin].Host != _origins[happened.Origin].Host) continue;
            ref var attempt = ref _attempts[named.Attempt];
            named = default;
            if (attempt.Life == life || happened.Time - attempt.Time > LongestNamedAheadMilliseconds) continue;
            attempt.NextLife = life + 1;
            Continue(attempt.Life, life, LifeFlags.Reinjected);
        }
    }
}
