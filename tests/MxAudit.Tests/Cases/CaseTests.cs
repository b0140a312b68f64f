using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using MxAudit.Tests.Commands;

namespace MxAudit.Tests.Cases;

/// <summary>Whole runs, one readable file each: command, input files, expected output, exit status.</summary>
/// <remarks>
/// <c>MXAUDIT_ACCEPT=1 dotnet test</c> rewrites what is expected; the difference is reviewed. A word of the command that names an input
/// file of the case, or begins with <c>./</c>, lies in the case's own directory. That is also where the host of the case has its logs and its
/// programs: an input that begins with <c>#!</c> stands for one.
/// </remarks>
public partial class CaseTests
{
    private static readonly string Folder = FolderOf();

    public static TheoryData<string> All => [.. Directory.GetFiles(Folder, "*.case").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_case_runs_as_it_is_written(string name)
    {
        string path = Path.Combine(Folder, name), text = File.ReadAllText(path);
        var parts = Parts().Matches(text).ToDictionary(part => part.Groups["name"].Value, part => part.Groups["text"].Value);
        string actual = Run(parts);
        Assert.DoesNotContain("internal error", actual); // never to be accepted
        string expected = string.Concat(parts.Where(part => part.Key.StartsWith("expected", StringComparison.Ordinal))
            .Select(part => $"=== {part.Key}\n{part.Value}"));
        if (actual != expected && Environment.GetEnvironmentVariable("MXAUDIT_ACCEPT") == "1")
        {
            int begin = text.IndexOf("=== expected", StringComparison.Ordinal);
            File.WriteAllText(path, (begin < 0 ? text : text[..begin]) + actual);
            return;
        }
        Assert.Equal(expected, actual);
    }

    private static string Run(Dictionary<string, string> parts)
    {
        using var directory = new TestFolder();
        string[] inputs = [.. parts.Keys.Where(name => name != "command" && !name.StartsWith("expected", StringComparison.Ordinal))];
        foreach (string input in inputs)
        {
            string path = directory.Write(input, parts[input]);
            if (parts[input].StartsWith("#!", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        string[] args = [.. parts["command"].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(word => inputs.Contains(word) || word.StartsWith("./", StringComparison.Ordinal)
                ? directory.PathOf(word.StartsWith("./", StringComparison.Ordinal) ? word[2..] : word) : word)];
        var (status, output, error) = Screenless.RunOn(directory.Path, args);
        var actual = new StringBuilder($"=== expected exit status {status}\n");
        if (output.Length > 0) actual.Append("=== expected output\n").Append(output);
        if (error.Length > 0) actual.Append("=== expected error\n").Append(error);
        foreach (string made in Directory
            .GetFiles(directory.Path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(directory.Path, file))
            .Except(inputs)
            .Order(StringComparer.Ordinal))
            actual.Append($"=== expected file {made}\n").Append(File.ReadAllText(directory.PathOf(made)));
        return actual.Replace(directory.Path + "/", "").ToString();
    }

    private static string FolderOf([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("^=== (?<name>[^\n]+)\n(?<text>.*?)(?=^=== |\\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Parts();
}
