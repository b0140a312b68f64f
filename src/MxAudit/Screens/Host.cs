using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Terminal.Gui.App;
using Terminal.Gui.Configuration;
using Terminal.Gui.Drivers;

namespace MxAudit.Screens;

/// <summary>What the screens are started with.</summary>
/// <param name="Watch">Makes the audits, on another thread. What the first one throws is shown after the screens are gone.</param>
internal sealed record Show(Watch Watch, bool Mouse, Colours Colours);

/// <summary>Brings the shell to a terminal, and leaves the terminal as it was found, however the program ends.</summary>
internal static partial class Host
{
    /// <summary>Mouse, pasting, key protocol, colours, other screen, cursor: as a shell wants them.</summary>
    private const string Reset = "\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[0m\x1b[?1049l\x1b[?25h";
    private static readonly TimeSpan LoopMayTake = TimeSpan.FromSeconds(2);

    /// <summary>Loads the library and lets it read what it reads at its beginning.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Touch()
    {
        RuntimeHelpers.RunModuleConstructor(typeof(IApplication).Module.ModuleHandle);

        // The native program has no initializer (Terminal.Gui.xml): every verb would pay for it.
        if (!RuntimeFeature.IsDynamicCodeSupported) TuiConfigurationBuilder.Shared.ApplyToStaticFacades();
    }

    /// <summary>Returns when somebody leaves the screens or the program is told to end.</summary>
    /// <returns>The last audit, or what ended it.</returns>
    /// <remarks>What a screen throws ends it, too, and is thrown here, when the terminal is as it was.</remarks>
    public static (AuditResult? Result, Exception? Error) Run(Show show, Shell shell)
    {
        Application.MaximumIterationsPerSecond = 30;
        if (show.Colours is Colours.Sixteen or Colours.None) Driver.Force16Colors = true;
        bool clean = false;
        void OnExit(object? sender, EventArgs e) { if (!clean) RawReset(); }
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit; // on a thread of the library's
        using var left = new CancellationTokenSource();
        try
        {
            using var app = LinklessDriver.Application().Init(DriverRegistry.Names.ANSI);
            if (!show.Mouse) app.Driver!.WriteRaw("\x1b[?1003l\x1b[?1015l\x1b[?1006l");
            var signals = new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT }
                .Select(signal => PosixSignalRegistration.Create(signal, context => { context.Cancel = true; Stop(app, left.Token); }))
                .ToArray();
            WatchTerminal(app, left.Token);
            try
            {
                using var view = new ShellView(shell, new Palette(show.Colours));
                using var reading = new Reading(shell, show.Watch) { Post = action => app.Invoke(action) };
                FitColours(app, view, show.Colours);
                shell.Post = reading.Post;
                shell.Changed = view.SetNeedsDraw;
                shell.Copy = text => app.Driver!.WriteRaw($"\x1b]52;c;{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\x07");
                shell.Reload = show.Watch.CanReadAgain ? reading.Again : null;
                reading.Failed = () => Stop(app, left.Token);
                reading.Start();
                app.AddTimeout(TimeSpan.FromMilliseconds(200), () =>
                {
                    if (shell.Audit is not null && !shell.ReadsAnew) return true;
                    shell.Doing = Writers.ProgressWords.Of(show.Watch.Progress, Stopwatch.GetElapsedTime(reading.Began));
                    view.SetNeedsDraw();
                    return true;
                });
                app.Run(view);
                clean = true;
                return (shell.Audit, reading.Error);
            }
            finally
            {
                foreach (var signal in signals) signal.Dispose();
            }
        }
        catch
        {
            RawReset();
            clean = true;
            throw;
        }
        finally
        {
            left.Cancel(); // not before: on a terminal that is gone the library does not come to its end
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            AppDomain.CurrentDomain.UnhandledException -= OnExit;
        }
    }

    /// <summary>The library asks the terminal for its background; terminals that do not answer are as the environment says.</summary>
    private static void FitColours(IApplication app, ShellView view, Colours colours)
    {
        if (colours is not (Colours.Dark or Colours.Light) || app.Driver is not { } driver) return;
        driver.DefaultAttributeChanged += (_, _) => app.Invoke(Fit);
        Fit();

        void Fit()
        {
            if (driver.DefaultAttribute?.Background is { A: > 0 } ground)
                view.Palette = new Palette(TerminalKind.IsLight(ground.R, ground.G, ground.B) ? Colours.Light : Colours.Dark);
        }
    }

    /// <summary>When the terminal is gone and no SIGHUP came (sudo, <c>ssh -t</c>), the library would read from nothing for ever.</summary>
    private static void WatchTerminal(IApplication app, CancellationToken left)
    {
        int terminal = IsTerminal(0) == 1 ? 0 : IsTerminal(1) == 1 ? 1 : -1;
        if (terminal < 0) return;
        app.AddTimeout(TimeSpan.FromSeconds(1), () =>
        {
            if (IsTerminal(terminal) == 1) return true;
            Stop(app, left);
            return false;
        });
    }

    /// <param name="left">The library has ended; where it does not, the program is ended without it.</param>
    private static void Stop(IApplication app, CancellationToken left)
    {
        app.Invoke(() =>
        {
            foreach (var session in app.SessionStack?.ToArray() ?? [])
                if (session.Runnable is { } runnable) app.RequestStop(runnable);
        });
        _ = Task.Delay(LoopMayTake, left)
            .ContinueWith(_ => { RawReset(); Environment.Exit(129); }, left, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private static void RawReset()
    {
        try
        {
            using var terminal = new FileStream("/dev/tty", FileMode.Open, FileAccess.Write);
            terminal.Write(Encoding.ASCII.GetBytes(Reset));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The terminal is gone: nobody looks at it.
        }
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);
}
