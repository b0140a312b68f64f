using System.Diagnostics;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>The audit on a thread of its own, while the screens are already there; and again, when there is news.</summary>
internal sealed class Reading(Shell shell, Watch watch) : IDisposable
{
    /// <summary>How often is looked whether there is news.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShowingMayTake = TimeSpan.FromSeconds(5);

    private readonly AutoResetEvent _woken = new(false);
    private volatile bool _anew, _ended;

    /// <summary>Runs on the thread of the screens.</summary>
    public Action<Action> Post { get; init; } = action => action();

    /// <summary>The first audit can not be made, or there is a bug; <see cref="Error"/> says why.</summary>
    public Action Failed { get; set; } = () => { };
    public Exception? Error { get; private set; }

    /// <summary>Seconds count from here.</summary>
    public long Began { get; private set; }

    public void Start() => new Thread(Run) { IsBackground = true, Name = "audit" }.Start();

    /// <summary>Everything is read again, as soon as that is possible.</summary>
    public void Again()
    {
        shell.ReadsAnew = _anew = true;
        _woken.Set();
    }

    private void Run()
    {
        try { Read(); }
        catch (Exception) when (_ended) { } // the screens are gone, and nobody waits for the rest
        catch (Exception e)
        {
            Error = e;
            Failed();
        }
    }

    private void Read()
    {
        AuditFor(anew: true, "");
        while (!_ended)
        {
            bool woken = _woken.WaitOne(shell.Follows ? Look : Timeout.InfiniteTimeSpan);
            if (_ended) return;
            if (woken && _anew)
            {
                _anew = false;
                AuditFor(anew: true, "Read again in {0:0.0} s.");
            }
            else if (shell is { Follows: true, Frozen: false }) Follow();
        }
    }

    private void Follow()
    {
        try
        {
            bool due = watch.IsDue();
            TellMissing(watch.Missing);
            if (!due) return;
        }
        catch (Exception e) when (Trouble.IsExpected(e)) // a log that can not be looked at now may be there again soon
        {
            Post(() => shell.Say(e.Message));
            return;
        }
        AuditFor(anew: false, "");
    }

    /// <summary>Once in a sentence, and as long as it lasts in a few words.</summary>
    private void TellMissing(string? missing)
    {
        if (missing == shell.Missing) return;
        shell.Missing = missing;
        Post(missing is null ? shell.Changed : () => shell.Say($"{missing}: what is seen stays as it is, and goes on when there is a log again."));
    }

    /// <param name="done">Said when nothing new was found; with the seconds that it took.</param>
    private void AuditFor(bool anew, string done)
    {
        Began = Stopwatch.GetTimestamp();
        try
        {
            var result = watch.Audit(anew);
            var show = shell.Prepare(result);
            string sentence = string.Format(System.Globalization.CultureInfo.InvariantCulture, done, Stopwatch.GetElapsedTime(Began).TotalSeconds);
            OnScreens(() => Show(result, show, sentence));
            // the columns of the audit before are outside its heap: it does not know how much there is to collect
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
        catch (Exception e) when (shell.Audit is not null && Trouble.IsExpected(e))
        {
            Post(() => shell.Say(e.Message));
        }
        finally { if (!_anew) shell.ReadsAnew = false; }
    }

    private void Show(AuditResult result, Action show, string sentence)
    {
        var before = shell.Audit;
        show();
        if (before is null) return;
        if (NewFindings.Sentence(before, result) is { } news) shell.Say(news);
        else if (sentence.Length > 0) shell.Say(sentence);
        before.Dispose();
    }

    /// <summary>Returns when it is done.</summary>
    private void OnScreens(Action action)
    {
        using var done = new ManualResetEventSlim();
        Post(() =>
        {
            try { action(); }
            finally { done.Set(); }
        });
        while (!_ended && !done.Wait(ShowingMayTake)) { }
    }

    public void Dispose()
    {
        _ended = true;
        _woken.Set();
    }
}
