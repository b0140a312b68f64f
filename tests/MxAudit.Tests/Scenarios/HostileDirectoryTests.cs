using System.Diagnostics;
using System.Text;

namespace MxAudit.Tests.Scenarios;

/// <summary>Where the program is started must not matter: the library of the screens would read settings from the current directory.</summary>
public sealed class HostileDirectoryTests : FolderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The program as it is built, and the published one.</summary>
    public static TheoryData<string> Programs => ["built", "published"];

    /// <summary>Who opens a pipe to read waits for a writer, and none comes.</summary>
    public HostileDirectoryTests()
    {
        Directory.CreateDirectory(PathOf(".tui"));
        foreach (string name in (string[])["config.json", "mxaudit.config.json", "MxAudit.Tests.config.json"])
            using (var made = Process.Start("mkfifo", [PathOf($".tui/{name}")])!) made.WaitForExit();
    }

    [Theory, MemberData(nameof(Programs))]
    public void Check_opens_no_file_of_the_current_directory(string program)
    {
        var (status, _) = Run([.. CommandOf(program), "check", "--quiet", Golden.PathOf("sample-logs/seed-healthy-negcache-yes/mail.log")]);
        Assert.NotEqual(3, status);
    }

    [Theory, MemberData(nameof(Programs))]
    public void The_screens_open_none_either_and_leave_the_terminal_as_it_was(string program)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script(1), which makes a terminal, is not here");
        string command = "stty cols 100 rows 30; exec " + string.Join(' ', CommandOf(program).Select(word => $"'{word}'")) + " demo --color never";
        var (status, output) = Run(["script", "-qec", command, "/dev/null"], keys: "q", when: "CRITICAL");
        Assert.Equal(0, status);
        foreach (var (on, off) in (ReadOnlySpan<(string, string)>)[("\u001b[?1049h", "\u001b[?1049l"), ("\u001b[?25l", "\u001b[?25h"),
            ("\u001b[?1003h", "\u001b[?1003l")])
            Assert.True(output.LastIndexOf(off, StringComparison.Ordinal) > output.LastIndexOf(on, StringComparison.Ordinal), $"{on[1..]} was left on.");
    }

    private static string[] CommandOf(string program)
    {
        if (program == "built") return ["dotnet", Path.Combine(AppContext.BaseDirectory, "mxaudit.dll")];
        string? binary = Environment.GetEnvironmentVariable("MXAUDIT_BINARY");
        Assert.SkipWhen(string.IsNullOrEmpty(binary), "MXAUDIT_BINARY names no published binary");
        return [binary!];
    }

    /// <param name="keys">Typed as soon as the program has written <paramref name="when"/>.</param>
    private (int Status, string Output) Run(string[] command, string keys = "", string? when = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("DisableRealDriverIO");
        using var process = Process.Start(start)!;
        using var limit = new Timer(_ => process.Kill(entireProcessTree: true), null, Patience, Timeout.InfiniteTimeSpan);
        var output = new StringBuilder();
        char[] buffer = new char[4096];
        for (int read; (read = process.StandardOutput.Read(buffer)) > 0;)
        {
            output.Append(buffer, 0, read);
            if (when is null || !output.ToString().Contains(when, StringComparison.Ordinal)) continue;
            process.StandardInput.Write(keys);
            process.StandardInput.Flush();
            when = null;
        }
        process.WaitForExit();
        return (process.ExitCode, output.ToString());
    }
}
