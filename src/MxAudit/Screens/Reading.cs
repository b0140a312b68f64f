using System.Diagnostics;

namespace MxAudit.Screens;

/// <summary>The audit on a thread of its own, while the screens are already there.</summary>
internal sealed class Reading(Shell shell, Func<AuditResult> audit)
{
    private int _running;

    /// <summary>Runs on the thread of the screens.</summary>
    public Action<Action> Post { get; init; } = action => action();

    /// <summary>The audit can not be made; <see cref="Error"/> says why.</summary>
    public Action Failed { get; set; } = () => { };
    public Exception? Error { get; private set; }

    public void Start()
    {
        if (Interlocked.Exchange(ref _running, 1) == 1) return;
        var watch = Stopwatch.StartNew();
        new Thread(() =>
        {
            try
            {
                var result = audit();
                Post(() =>
                {
                    var before = shell.Audit;
                    shell.Show(result);
                    if (before is not null)
                    {
                        before.Dispose();
                        shell.Say(FormattableString.Invariant($"Read again in {watch.Elapsed.TotalSeconds:0.0} s."));
                    }
                });
            }
            catch (Exception e)
            {
                if (shell.Audit is null)
                {
                    Error = e;
                    Failed();
                }
                else Post(() => shell.Say(e.Message));
            }
            finally { Volatile.Write(ref _running, 0); }
        })
        { IsBackground = true, Name = "audit" }.Start();
    }
}
