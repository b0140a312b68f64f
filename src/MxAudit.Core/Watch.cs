using System.Diagnostics;
using MxAudit.Input;

namespace MxAudit;

/// <summary>Audits the same evidence again and again, while it changes: a log that grows and is rotated, a queue that fills.</summary>
/// <remarks>
/// Each audit reads everything from the first byte on: what it says of a log is what <c>check</c> would say, and nothing is counted twice
/// or forgotten. That costs what an audit costs, so the next one waits: see <see cref="IsDue"/>. Used by one thread.
/// </remarks>
/// <param name="follows">Files stay open from one audit to the next, and <see cref="IsDue"/> looks at them; else each audit is on its own.</param>
public sealed class Watch(AuditRequest request, bool follows = false) : IDisposable
{
    /// <summary>An audit waits this many times as long as the last one took: it takes a fifth of a core at most.</summary>
    private const int Patience = 4;
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private Gathering? _gathered;
    private GrowingLogs? _logs, _before;
    private long _ended, _queueListed, _missingSince;
    private TimeSpan _took;

    /// <summary>How often the live queue is listed.</summary>
    public TimeSpan QueueEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the journal is read: only its reader can tell whether there is something new.</summary>
    public TimeSpan JournalEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two names a log is nowhere for a moment.</summary>
    public TimeSpan RotationMayTake { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Logs that are followed and can not be read any more: <c>mail.log is gone</c>; null: all can, as of the last <see cref="IsDue"/>.</summary>
    public string? Missing => _logs is { Missing: { Count: > 0 } missing } && Stopwatch.GetElapsedTime(_missingSince) >= RotationMayTake
        ? string.Join(", ", missing) : null;

    /// <summary>Of the audit that is going on, or of the last one. May be asked from any thread.</summary>
    public ReadingProgress Progress { get; private set; } = new();

    /// <summary>The evidence can be read a second time; standard input can not.</summary>
    public bool CanReadAgain => !request.Logs.Contains("-");

    /// <summary>Audits all that is there now.</summary>
    /// <param name="anew">Looks for everything again, configuration and DNS included; else only what grows is looked at.</param>
    /// <exception cref="InputException">No audit was performed: the message says why.</exception>
    public AuditResult Audit(bool anew = false)
    {
        var began = Stopwatch.GetTimestamp();
        try { return anew || _gathered is null ? AuditAnew() : AuditAgain(); }
        finally
        {
            _ended = Stopwatch.GetTimestamp();
            _took = Stopwatch.GetElapsedTime(began, _ended);
        }
    }

    /// <summary>Whether another audit would tell something new, and it is time for one. Costs a few calls of the system.</summary>
    public bool IsDue()
    {
        if (_gathered is not { } gathered || _logs is not { } logs) return false;
        var since = Stopwatch.GetElapsedTime(_ended);
        bool news = logs.Look();
        if (logs.Missing.Count == 0) _missingSince = Stopwatch.GetTimestamp();
        if (since < LeastPause || since < _took * Patience) return false;
        if (gathered.HasLiveQueue && Stopwatch.GetElapsedTime(_queueListed) >= QueueEvery)
        {
            _queueListed = Stopwatch.GetTimestamp();
            news |= gathered.ListQueueAgain();
        }
        return news || (IsJournal(gathered) && since >= JournalEvery);
    }

    private AuditResult AuditAnew()
    {
        _missingSince = Stopwatch.GetTimestamp();
        Progress = new ReadingProgress();
        var gathered = new Gathering(request);
        _queueListed = Stopwatch.GetTimestamp();
        if (!follows) return MxAudit.Audit.Of(gathered, gathered.Logs, request with { Progress = Progress });
        var logs = new GrowingLogs(gathered.Logs);
        try
        {
            var result = Read(gathered, logs);
            _before?.Dispose(); // the audit that is shown just now still reads its own
            _before = _logs;
            (_gathered, _logs) = (gathered, logs);
            return result;
        }
        catch
        {
            logs.Dispose();
            throw;
        }
    }

    private AuditResult AuditAgain()
    {
        if (IsJournal(_gathered!)) return AuditAnew();
        Progress = new ReadingProgress();
        return Read(_gathered!, _logs!);
    }

    /// <summary>When a log was cut under the reader, some of it is missing: it is read again from where it is now.</summary>
    private AuditResult Read(Gathering gathered, GrowingLogs logs)
    {
        while (true)
        {
            logs.Look();
            int cuts = logs.Cuts;
            var result = MxAudit.Audit.Of(gathered, logs.Now(), request with { Progress = Progress });
            logs.Look();
            if (logs.Cuts == cuts) return result;
            result.Dispose();
        }
    }

    private static bool IsJournal(Gathering gathered) =>
        gathered.Logs.Sources.Any(source => source.Path is null && source.Name.StartsWith("journal", StringComparison.Ordinal));

    public void Dispose()
    {
        _before?.Dispose();
        _logs?.Dispose();
    }
}
