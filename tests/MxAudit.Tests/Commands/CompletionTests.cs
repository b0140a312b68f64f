using MxAudit.Tests.Writers;

namespace MxAudit.Tests.Commands;

public class CompletionTests
{
    private static string Script(string shell)
    {
        var (status, output, error) = Screenless.Run("completion", shell);
        Assert.Equal((0, ""), (status, error));
        return output;
    }

    /// <summary>What bash would offer for the last of these words.</summary>
    private static string[] Offered(params string[] words)
    {
        string program = Script("bash")
            + $"\nCOMP_WORDS=({string.Join(' ', words.Select(word => $"'{word}'"))}); COMP_CWORD={words.Length - 1}; _mxaudit; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n";
        var (status, said) = OtherProgram.Run("bash", program, "--norc", "-s");
        Assert.Equal(0, status);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Bash_completes_verbs_options_and_their_words()
    {
        Assert.Equal(["check"], Offered("mxaudit", "che"));
        Assert.Contains("trace", Offered("mxaudit", ""));
        Assert.Equal(["--only", "--own-address", "--own-name"], Offered("mxaudit", "check", "--o").Where(word => word != "--output").Order());
        Assert.Equal(["nagios", "ndjson"], Offered("mxaudit", "check", "--format", "n").Order());
        Assert.Contains("QUE005", Offered("mxaudit", "check", "--only", "QUE"));
        Assert.Equal(["BKS001"], Offered("mxaudit", "explain", "BKS001"));
        Assert.Equal(["bounces"], Offered("mxaudit", "export", "bo"));
        Assert.Empty(Offered("mxaudit", "check", "mail"));
    }

    [Theory]
    [InlineData("zsh", "zsh")]
    [InlineData("fish", "fish")]
    public void A_shell_can_read_its_script(string shell, string program)
    {
        var (status, said) = OtherProgram.Run(program, Script(shell), shell == "zsh" ? ["-n", "/dev/stdin"] : ["--no-execute", "/dev/stdin"]);
        Assert.True(status == 0, said);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Every_verb_is_in_the_script(string shell)
    {
        string script = Script(shell);
        Assert.All(MxAudit.Commands.CommandLine.Root().Subcommands, verb => Assert.Contains(verb.Name, script));
        Assert.DoesNotContain(script, c => c is '\t' or '\r');
    }
}
