using System.Diagnostics;

namespace MxAudit.Tests.Writers;

/// <summary>A program that is not ours reads what we wrote. Where it is not installed the test is skipped, and says so.</summary>
internal static class OtherProgram
{
    public static (int Status, string Said) Run(string program, string input, params string[] words)
    {
        string? path = PathOf(program);
        if (path is null) Assert.Skip($"{program} is not installed.");
        var start = new ProcessStartInfo(path!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }

    private static string? PathOf(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
