using System.ComponentModel;
using System.Diagnostics;

namespace MxAudit.Input;

/// <summary>What a program of the host said.</summary>
/// <param name="Status">Null: it did not end in time, and was ended.</param>
public sealed record ProgramAnswer(int? Status, byte[] Output, byte[] Complaint);

/// <summary>The programs of this mail host. Each has a time limit: a mail system that hangs must not hang the audit.</summary>
public sealed record HostPrograms
{
    private const int TextFileBusy = 26; // ETXTBSY: it is being installed just now
    private const int MostTries = 20;

    /// <summary>Tried in this order; empty stands for the search path. Cron and users often have no sbin in theirs.</summary>
    public IReadOnlyList<string> Folders { get; init; } = ["", "/usr/sbin", "/usr/local/sbin"];
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <returns>Null: there is no such program.</returns>
    public ProgramAnswer? Run(string program, IReadOnlyList<string> arguments)
    {
        using var process = Folders.Select(folder => Start(Path.Combine(folder, program), arguments)).FirstOrDefault(started => started is not null);
        if (process is null) return null;
        using var output = new MemoryStream();
        using var complaint = new MemoryStream();
        var both = Task.WhenAll(Task.Run(() => process.StandardOutput.BaseStream.CopyTo(output)),
            Task.Run(() => process.StandardError.BaseStream.CopyTo(complaint)));
        var begun = Stopwatch.StartNew();
        if (both.Wait(Patience) && process.WaitForExit(begun.Elapsed < Patience ? Patience - begun.Elapsed : TimeSpan.Zero))
            return new ProgramAnswer(process.ExitCode, output.ToArray(), complaint.ToArray());
        try { process.Kill(entireProcessTree: true); }
        catch (InvalidOperationException) { } // it ended just now
        return new ProgramAnswer(null, [], []);
    }

    private static Process? Start(string path, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C"; // what it says is read
        for (int tries = 1; ; tries++)
        {
            try { return Process.Start(start); }
            catch (Win32Exception busy) when (busy.NativeErrorCode == TextFileBusy && tries < MostTries) { Thread.Sleep(50); }
            catch (Win32Exception) { return null; }
        }
    }
}
