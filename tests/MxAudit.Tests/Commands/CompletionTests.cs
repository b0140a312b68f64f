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

    /// <summary>Where nothing is offered, bash offers files.</summary>
    [Fact]
    public void Bash_offers_options_to_who_begins_one_and_files_to_all_others()
    {
        Assert.Empty(Offered("mxaudit", "check", ""));
        Assert.Contains("--queue", Offered("mxaudit", "check", "-"));
        Assert.DoesNotContain("--help", Offered("mxaudit", ""));
        Assert.Equal(["--dump-config", "--help", "--version"], Offered("mxaudit", "--").Order());
        Assert.DoesNotContain("--raw", Offered("mxaudit", "export", ""));
        Assert.Equal(["live", "none"], Offered("mxaudit", "check", "--config", ""));
        Assert.Empty(Offered("mxaudit", "check", "--since", ""));
        Assert.Equal(["VRF"], Offered("mxaudit", "explain", "VRF").Take(1));
    }

    [Fact]
    public void No_shell_offers_files_where_a_time_or_a_name_is_wanted()
    {
        string zsh = Script("zsh"), fish = Script("fish");
        Assert.Matches(@"(?m)--since\[.*:TIME: ' ", zsh);
        Assert.Matches(@"(?m)--baseline\[.*:FILE:_files' ", zsh);
        Assert.Matches(@"(?m)--queue\[.*:\{compadd live none; _files\}' ", zsh);
        Assert.Contains(" -l since -x -d ", fish);
        Assert.Contains(" -l baseline -r -d ", fish);
        Assert.Contains(" -l queue -r -a 'live none' -d ", fish);
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
