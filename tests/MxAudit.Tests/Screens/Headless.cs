using System.Runtime.CompilerServices;
using MxAudit.Screens;
using MxAudit.Tests.Scenarios;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;

namespace MxAudit.Tests.Screens;

/// <summary>The screens on a terminal that is not there: keys go in, the screen comes out. One thread, no main loop.</summary>
/// <remarks>No test may <c>await</c> here: the library would bring the test back on a loop that nobody runs.</remarks>
internal sealed class Headless : IDisposable
{
    private readonly IApplication _app;
    private readonly SessionToken _session;
    private readonly ShellView _view;
    private readonly AuditResult? _audit;

    public Headless(int width, int height, AuditResult? audit, Colours colours = Colours.Dark, bool ascii = false, bool follows = false)
    {
        _audit = audit;
        _app = LinklessDriver.Application(new VirtualTimeProvider()).Init(DriverRegistry.Names.ANSI);
        _app.Driver!.SetScreenSize(width, height);
        Shell = new Shell { Ascii = ascii, Follows = follows, Copy = text => Copied = text };
        _view = new ShellView(Shell, new Palette(colours));
        Shell.Post = action => _app.Invoke(action);
        Shell.Changed = _view.SetNeedsDraw;
        if (audit is not null) Shell.Show(audit);
        _session = _app.Begin(_view)!;
        Pump();
    }

    /// <summary>A host of <c>sample-logs</c> with all its evidence.</summary>
    public static Headless On(string story, int width, int height, Colours colours = Colours.Dark, bool ascii = false) =>
        new(width, height, AuditOf(story), colours, ascii);

    public static AuditResult AuditOf(string story)
    {
        string folder = new Story(story).Folder;
        return Audit.Run(new AuditRequest
        {
            Logs = [Path.Combine(folder, "mail.log")],
            QueueFile = Path.Combine(folder, "postqueue-j.json"),
            Config = folder,
            Dns = Path.Combine(folder, "mx.json"),
            Now = new DateTimeOffset(2026, 11, 22, 18, 0, 0, TimeSpan.Zero),
            Year = 2026,
            UtcOffset = TimeSpan.Zero,
        });
    }

    public Shell Shell { get; }
    public string Copied { get; private set; } = "";

    /// <summary>Without blanks at the ends of lines.</summary>
    public string Screen => string.Join('\n', _app.Driver!.ToString()!.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";

    /// <summary>With colours.</summary>
    public string Ansi => _app.Driver!.ToAnsi();

    /// <summary>What writes to the terminal.</summary>
    public object Output => _app.Driver!.GetOutput();

    /// <summary>Keys by their names: <c>j</c>, <c>Enter</c>, <c>Ctrl+D</c>, a blank between two.</summary>
    public Headless Press(string keys)
    {
        foreach (string key in keys.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _app.InjectKey(KeyOf(key));
            Pump();
        }
        return this;
    }

    public Headless Type(string text)
    {
        foreach (char c in text)
        {
            _app.InjectKey(c == ' ' ? Key.Space : new Key(c));
            Pump();
        }
        return this;
    }

    public Headless Resize(int width, int height)
    {
        _app.Driver!.SetScreenSize(width, height);
        Pump();
        return this;
    }

    /// <summary>Waits for work on another thread.</summary>
    public Headless Until(Func<bool> done)
    {
        for (int i = 0; !done(); i++)
        {
            Assert.True(i < 5000, $"It did not come.\n{Screen}");
            Thread.Sleep(2);
            Pump();
        }
        Pump();
        return this;
    }

    public void Pump()
    {
        _app.TimedEvents!.RunTimers();
        _app.LayoutAndDraw();
    }

    public void Dispose()
    {
        _app.End(_session);
        _view.Dispose();
        _app.Dispose();
        _audit?.Dispose();
    }

    private static Key KeyOf(string name) => name switch
    {
        "Up" => Key.CursorUp,
        "Down" => Key.CursorDown,
        "Left" => Key.CursorLeft,
        "Right" => Key.CursorRight,
        "Shift+Tab" => Key.Tab.WithShift,
        _ when name.StartsWith("Ctrl+", StringComparison.Ordinal) => new Key(char.ToLowerInvariant(name[^1])).WithCtrl,
        { Length: 1 } => new Key(name[0]),
        _ => Key.TryParse(name, out var key) ? key : throw new ArgumentException($"There is no key {name}."),
    };
}

/// <summary>Before the library looks for a terminal: otherwise tests would draw on the one they were started from.</summary>
internal static class NoTerminal
{
    [ModuleInitializer]
    internal static void Choose()
    {
        if (Environment.GetEnvironmentVariable("REAL_TERMINAL") is null) Environment.SetEnvironmentVariable("DisableRealDriverIO", "1");
    }
}
