using System.Diagnostics;

namespace MxAudit.Tests.Scenarios;

/// <summary>The published binary in a real terminal, as somebody uses it.</summary>
public sealed class SessionTests : IDisposable
{
    private static readonly string? Binary = Environment.GetEnvironmentVariable("MXAUDIT_BINARY") is { Length: > 0 } path ? path : null;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Log => Path.Combine(_folder.Path, "mail.log");

    private static void NeedsBinary() => Assert.SkipWhen(Binary is null, "MXAUDIT_BINARY names no published binary");

    private Tmux Open(string[] lines, string options)
    {
        NeedsBinary();
        Assert.SkipUnless(Tmux.IsHere, "tmux is not installed");
        File.WriteAllLines(Log, lines);
        var tmux = new Tmux(_folder.Path, 140, 40);
        tmux.Until("$");
        tmux.Type($"stty -g > before; sh -c 'echo $$ > pid; exec {Binary} browse {options} --year 2026 --utc-offset +00:00 mail.log'; echo status $?; stty -g > after")
            .Press("Enter");
        tmux.Until("what to look at first");
        return tmux;
    }

    private void TerminalIsAsItWas(Tmux tmux)
    {
        tmux.Until(screen => screen.Contains("status ") && File.Exists(Path.Combine(_folder.Path, "after")), "The program did not end.");
        tmux.Type("echo all is we''ll").Press("Enter").Until("all is well"); // what is typed is no answer, whether it comes before the prompt or behind it
        Assert.Equal(File.ReadAllText(Path.Combine(_folder.Path, "before")), File.ReadAllText(Path.Combine(_folder.Path, "after")));
        Assert.Equal("0 000 1", tmux.Modes);
    }

    [Fact]
    public void Open_drill_filter_export_follow_a_rotation_resize_and_leave()
    {
        NeedsBinary();
        string[] lines = File.ReadAllLines(new Story("backscatter-no-verify").Log);
        int third = lines.Length / 3;
        using var tmux = Open(lines[..third], "--follow");
        tmux.Press("2").Until("BKS");
        tmux.Press("t").Until("The whole life of one message");
        tmux.Press("Escape").Until("What is wrong, the worst first");
        tmux.Press("8", "/").Type("outcome=bounced").Press("Enter");
        string before = tmux.Until("  /outcome=bounced");
        tmux.Press("x").Until(" columns to (.csv");
        tmux.Press("C-u").Type("shown.csv").Press("Enter").Until("were written to");
        string rows = System.Text.RegularExpressions.Regex.Match(tmux.Screen, @"([\d,]+) rows of").Groups[1].Value;
        Assert.Equal($"{File.ReadAllLines(Path.Combine(_folder.Path, "shown.csv")).Length - 1}", rows); // without the heading
        Assert.Contains($"  {rows}  ", before);
        tmux.Press("k").Until("following");

        File.Move(Log, Log + ".1");
        File.AppendAllLines(Log + ".1", lines[third..(third + 5)]); // whoever writes was not told yet
        File.WriteAllLines(Log, lines[(third + 5)..]);
        string after = tmux.Until(screen => screen.Contains("  /outcome=bounced") && Counts(screen) != Counts(before), "New rows did not come.");
        Assert.Equal(Expected(lines), Counts(after));
        tmux.Until(screen => System.Text.RegularExpressions.Regex.IsMatch(screen, "(?m)^(New: |[0-9]+ new finding)"), "New findings were not announced.");

        tmux.Resize(80, 24);
        tmux.Until(screen => screen.Split('\n').Length >= 24 && screen.Contains("  /outcome=bounced"), "80x24 was not drawn.");
        tmux.Resize(40, 10);
        tmux.Until("Too small: 40x10");
        tmux.Resize(140, 40);
        tmux.Until("  /outcome=bounced");
        tmux.Press("q");
        TerminalIsAsItWas(tmux);
        Assert.Contains("status 0", tmux.Screen);
    }

    /// <summary><c>51 of 60</c>, as it stands over the table.</summary>
    private static string Counts(string screen) => System.Text.RegularExpressions.Regex.Match(screen, @"[\d,]+ of [\d,]+(?=.*/outcome)").Value;

    private static string Expected(string[] lines)
    {
        using var audit = Audit.OfText(string.Join('\n', lines) + "\n");
        return $"{audit.Mail.Recipients.Count(recipient => recipient.Outcome == MxAudit.Mail.Outcome.Bounced)} of {audit.Mail.Recipients.Count}";
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("INT")]
    public void A_signal_leaves_the_terminal_as_it_was(string signal)
    {
        NeedsBinary();
        using var tmux = Open(File.ReadAllLines(new Story("backscatter-no-verify").Log), "");
        Process.Start("kill", ["-" + signal, File.ReadAllText(Path.Combine(_folder.Path, "pid")).Trim()]).WaitForExit();
        TerminalIsAsItWas(tmux);
    }

    [Fact]
    public void When_the_terminal_is_closed_the_program_ends()
    {
        NeedsBinary();
        using var tmux = Open(File.ReadAllLines(new Story("backscatter-no-verify").Log), "");
        int id = int.Parse(File.ReadAllText(Path.Combine(_folder.Path, "pid")));
        tmux.Dispose();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{id}"), TimeSpan.FromSeconds(20)), "It runs on, and nobody sees it.");
    }

    [Fact]
    public async Task A_reader_who_has_read_enough_ends_an_export_without_a_word()
    {
        NeedsBinary();
        byte[] story = File.ReadAllBytes(new Story("backscatter-no-verify").Log);
        using (var log = File.Create(Log))
            for (int i = 0; i < 100; i++) log.Write(story);
        var start = new ProcessStartInfo("bash", ["-c", "\"$0\" export recipients --year 2026 mail.log | head -1; echo \"status ${PIPESTATUS[0]}\"", Binary!])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["status 0"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]);
        Assert.DoesNotContain("written", await complaint);
        Assert.DoesNotContain("error", await complaint);
    }

    [Fact]
    public void Ctrl_C_ends_a_reading_at_once()
    {
        NeedsBinary();
        // A shell that runs the tests in the background has told them to ignore the signal.
        using var process = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", Binary!, "check", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
        process.StandardInput.Write(File.ReadAllText(new Story("backscatter-no-verify").Log));
        process.StandardInput.Flush();
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("", process.StandardOutput.ReadToEnd());
        Assert.Equal("", process.StandardError.ReadToEnd());
    }
}
