using System.Diagnostics;
using System.Runtime.InteropServices;
using MxAudit.Input;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>How far a long audit is, in one line on standard error that goes away before the results come. Only where somebody can see it.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const string Clear = "\r\x1b[K";
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Every = TimeSpan.FromMilliseconds(200);

    private readonly ReadingProgress _progress;
    private readonly Terminal _terminal;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Lock _writing = new();
    private readonly ITimer _timer;
    private readonly PosixSignalRegistration _interrupted;
    private bool _shown, _ended;

    private ProgressLine(ReadingProgress progress, Terminal terminal)
    {
        (_progress, _terminal) = (progress, terminal);
        _interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => End()); // and then the program ends, as it would without
        _timer = TimeProvider.System.CreateTimer(_ => Show(), null, First, Every);
    }

    /// <summary>Null where nobody looks.</summary>
    public static ProgressLine? Begin(ReadingProgress progress, Terminal terminal, bool quiet) =>
        quiet || !terminal.ErrorIsTerminal || terminal.Environment("TERM") is null or "" or "dumb" ? null : new ProgressLine(progress, terminal);

    private void Show()
    {
        lock (_writing)
        {
            if (_ended) return;
            _shown = true;
            Write(Clear + "mxaudit: " + ProgressWords.Of(_progress, Stopwatch.GetElapsedTime(_began)));
        }
    }

    private void End()
    {
        lock (_writing)
        {
            if (_shown && !_ended) Write(Clear);
            _ended = true;
        }
    }

    private void Write(string text)
    {
        try { _terminal.Error.Write(text); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _ended = true; // the terminal is gone
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        End();
        _interrupted.Dispose();
    }
}
