using System.Diagnostics;

namespace MxAudit.Tests.Writers;

/// <summary>A program that is not ours reads what we wrote. Where it is not installed the test is skipped, and says so.</summary>
internal static class OtherProgram
{
    public static (int Status, string Said) Run(string program, string input, params string[] words)
    {
        string? path = PathOf(program);
        if (path is null) Assert.Skip($"{program} is not installed.");
        var (status, output, error) = Run(new ProcessStartInfo(path!, words), input);
        return (status, output + error);
    }

    public static bool IsInstalled(string program) => PathOf(program) is not null;

    public static (int Status, string Output, string Error) Run(ProcessStartInfo start, string input)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not read to the end; what it said tells why.
        }
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    private static string? PathOf(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
