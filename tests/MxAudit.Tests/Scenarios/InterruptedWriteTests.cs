using System.Diagnostics;
using MxAudit.Tests.Commands;
using MxAudit.Tests.Writers;

namespace MxAudit.Tests.Scenarios;

/// <summary>A program that is ended in the middle of a write leaves the file of the run before.</summary>
public sealed class InterruptedWriteTests : FolderTests
{
    [Fact]
    public void Killed_it_leaves_the_old_file_whole()
    {
        Assert.Equal(128 + 9, EndedWhileItWrites("KILL"));
        Assert.Equal("the one before", File.ReadAllText(Result));
    }

    [Fact]
    public void Interrupted_it_leaves_the_old_file_and_nothing_else()
    {
        Assert.Equal(128 + 2, EndedWhileItWrites("INT"));
        Assert.Equal("the one before", File.ReadAllText(Result));
        Assert.Equal([Result], Directory.GetFileSystemEntries(Path.GetDirectoryName(Result)!));
    }

    private string Result => PathOf("out/messages.ndjson");

    /// <returns>The exit status.</returns>
    private int EndedWhileItWrites(string signal)
    {
        Assert.SkipUnless(OtherProgram.IsInstalled("env") && OtherProgram.IsInstalled("kill"), "there is no env or no kill here");
        string log = PathOf("mail.log"), folder = Directory.CreateDirectory(Path.GetDirectoryName(Result)!).FullName;
        File.WriteAllText(log, BusyDay.Log(20_000));
        File.WriteAllText(Result, "the one before");
        // Whoever runs the tests in the background may have switched the signal off.
        using var process = Process.Start(new ProcessStartInfo("env", ["--default-signal", ExitStatusTests.Program, "export", "messages", "-o", Result,
            "--year", "2026", log]) { RedirectStandardError = true })!;
        while (!process.HasExited && !Directory.EnumerateFiles(folder, ".*").Any()) Thread.Yield();
        Assert.False(process.HasExited, process.HasExited ? process.StandardError.ReadToEnd() : "");
        Assert.Equal(0, OtherProgram.Run("kill", "", $"-{signal}", $"{process.Id}").Status);
        process.WaitForExit();
        return process.ExitCode;
    }
}
