using System.Diagnostics;

namespace MxAudit.Tests.Scenarios;

/// <summary>A terminal that is really there: a shell in a tmux of its own.</summary>
internal sealed class Tmux : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _socket = $"mxaudit-{Guid.NewGuid():N}";

    public Tmux(string folder, int width, int height) =>
        Run("-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}", "-c", folder, "env -u NO_COLOR PS1='$ ' sh");

    public static bool IsHere { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "tmux")));

    /// <summary>What is on the terminal.</summary>
    public string Screen => Run("capture-pane", "-p");

    /// <summary>As tmux names keys: <c>Enter</c>, <c>Escape</c>, <c>C-c</c>.</summary>
    public Tmux Press(params string[] keys)
    {
        foreach (string key in keys) Run("send-keys", key);
        return this;
    }

    public Tmux Type(string text)
    {
        Run("send-keys", "-l", text);
        return this;
    }

    public void Resize(int width, int height) => Run("resize-window", "-x", $"{width}", "-y", $"{height}");

    /// <summary>What a program may leave behind: another screen, the mouse, a hidden cursor.</summary>
    public string Modes => Run("display-message", "-p", "#{alternate_on} #{mouse_any_flag}#{mouse_standard_flag}#{mouse_button_flag} #{cursor_flag}").Trim();

    public string Until(string text) => Until(screen => screen.Contains(text), $"\"{text}\" did not come.");

    /// <summary>Looks until the terminal shows what is expected; there is nobody who would tell.</summary>
    public string Until(Func<string, bool> shows, string complaint)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            string screen = Screen;
            if (shows(screen)) return screen;
            Assert.True(watch.Elapsed < Patience, $"{complaint}\n{screen}");
            Thread.Sleep(50);
        }
    }

    private string Run(params string[] words)
    {
        var start = new ProcessStartInfo("tmux", ["-L", _socket, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("TMUX");
        start.Environment.Remove("DisableRealDriverIO"); // these tests have a real one
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"tmux {string.Join(' ', words)}: {complaint.Result}");
        return said;
    }

    public void Dispose()
    {
        try { Run("kill-server"); }
        catch (Xunit.Sdk.XunitException)
        {
            // It has ended with its shell.
        }
    }
}
