using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using MxAudit.Tables;

namespace MxAudit.Tests.Scenarios;

/// <summary>The published binary says what the same code says in this process, byte for byte.</summary>
/// <remarks><c>MXAUDIT_BINARY</c> names it; <c>.ci/run</c> publishes it and sets the variable.</remarks>
public partial class BinaryTests
{
    private static readonly string? Binary = Environment.GetEnvironmentVariable("MXAUDIT_BINARY") is { Length: > 0 } path ? path : null;

    public static TheoryData<string> All => [.. Story.Names];

    [Theory, MemberData(nameof(All))]
    public void Check_says_the_same_as_text(string name) => SaysTheSame(["check", .. Story.Fixed, new Story(name).Log]);

    [Theory, MemberData(nameof(All))]
    public void Check_says_the_same_as_JSON(string name) => SaysTheSame(["check", "--format", "json", .. Story.Fixed, new Story(name).Log]);

    [Theory, MemberData(nameof(All))]
    public void Every_table_is_the_same_as_CSV(string name)
    {
        foreach (var table in AllTables.InOrder) SaysTheSame(["export", table.Name, .. Story.Fixed, new Story(name).Log]);
    }

    [Fact]
    public void Tables_are_the_same_as_JSON()
    {
        foreach (var table in AllTables.InOrder) SaysTheSame(["export", table.Name, "--format", "json", .. Story.Fixed, new Story("noise-content-filter").Log]);
    }

    /// <summary>The compiler leaves out a part of the library (<c>Parquet.xml</c>): it must be one that nobody misses.</summary>
    [Fact]
    public void Tables_are_the_same_as_Parquet()
    {
        Assert.SkipWhen(Binary is null, "MXAUDIT_BINARY names no published binary");
        using var folder = new TestFolder();
        var story = new Story("multi-instance");
        foreach (var table in AllTables.InOrder)
        {
            string here = folder.PathOf($"{table.Name}.here.parquet"), there = folder.PathOf($"{table.Name}.there.parquet");
            string[] words = ["export", table.Name, .. Story.Fixed, "--queue", Path.Combine(story.Folder, "postqueue-j.json"), story.Log, "-o"];
            Assert.Equal((0, "", ""), Story.Run([.. words, here]));
            Assert.Equal((0, "", ""), RunBinary([.. words, there]));
            Assert.Equal(File.ReadAllBytes(here), File.ReadAllBytes(there));
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("check --help")]
    [InlineData("--version")]
    [InlineData("rules")]
    [InlineData("explain BKS001")]
    [InlineData("check --nope")]
    [InlineData("check no/such/mail.log")]
    public void Everything_else_is_the_same_too(string commandLine) => SaysTheSame(commandLine.Split(' '));

    /// <summary>A job may have none. Only the binary shows it: here the runtime gives its number to a file of its own.</summary>
    [Fact]
    public void A_standard_input_that_is_closed_is_a_sentence()
    {
        Assert.SkipWhen(Binary is null, "MXAUDIT_BINARY names no published binary");
        Assert.Equal((3, "", "mxaudit: -: there is no standard input, it is closed. No audit was performed.\n"),
            Run("sh", ["-c", "exec \"$0\" check - <&-", Binary]));
    }

    [Fact]
    public void A_folder_as_standard_input_is_a_sentence()
    {
        Assert.SkipWhen(Binary is null, "MXAUDIT_BINARY names no published binary");
        Assert.Equal((3, "", "mxaudit: -: standard input can not be read: Is a directory. No audit was performed.\n"),
            Run("sh", ["-c", "exec \"$0\" check - </", Binary]));
    }

    private static void SaysTheSame(params string[] words)
    {
        Assert.SkipWhen(Binary is null, "MXAUDIT_BINARY names no published binary");
        var here = Story.Run(words);
        var there = RunBinary(words);
        Assert.Equal(Timeless(here.Output), Timeless(there.Output));
        Assert.Equal(here.Error, there.Error);
        Assert.Equal(here.Status, there.Status);
    }

    private static (int Status, string Output, string Error) RunBinary(string[] words) => Run(Binary!, words);

    private static (int Status, string Output, string Error) Run(string program, string[] words)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>When a report was made is the one thing that may differ.</summary>
    private static string Timeless(string output) => Generated().Replace(output, "\"generated\": \"\"");

    [GeneratedRegex("\"generated\": *\"[^\"]*\"")]
    private static partial Regex Generated();
}
