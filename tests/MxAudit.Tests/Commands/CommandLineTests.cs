namespace MxAudit.Tests.Commands;

public class CommandLineTests
{
    [Theory]
    [InlineData("check --nope mail.log", "--nope")]
    [InlineData("check --format xml", "xml")]
    [InlineData("check --format 1", "1")]
    [InlineData("check --fail-on severe", "severe")]
    [InlineData("check --year twenty mail.log", "--year twenty")]
    [InlineData("check --utc-offset 1 mail.log", "--utc-offset 1")]
    [InlineData("check --since sometimes mail.log", "--since sometimes")]
    [InlineData("check --now then mail.log", "--now then")]
    [InlineData("check --own-address mx2 mail.log", "--own-address mx2")]
    [InlineData("check --only ZZZ999 mail.log", "ZZZ999")]
    [InlineData("check --ignore , mail.log", "--ignore")]
    [InlineData("check --queue /does/not/exist mail.log", "/does/not/exist")]
    [InlineData("check --config /does/not/exist mail.log", "/does/not/exist")]
    [InlineData("check --dns /does/not/exist", "/does/not/exist")]
    [InlineData("check --dns live", "DNS was not asked")]
    [InlineData("check --dns-server 192.0.2.53 mail.log", "--dns live")]
    [InlineData("check --dns live --dns-server localhost mail.log", "--dns-server localhost")]
    [InlineData("check --dns live --dns-server 53 mail.log", "--dns-server 53")]
    [InlineData("check --color sometimes", "sometimes")]
    [InlineData("check -o", "-o")]
    [InlineData("chek", "chek")]
    [InlineData("export", "TABLE")]
    [InlineData("export mail.log", "mail.log is not a table")]
    [InlineData("export recipients messages mail.log", "-o DIR")]
    [InlineData("export recipients --columns host,hat mail.log", "no column hat")]
    [InlineData("trace", "KEY")]
    [InlineData("trace --bogus", "--bogus")]
    [InlineData("explain ZZZ999", "ZZZ999")]
    public void What_can_not_be_done_is_said_in_a_sentence(string commandLine, string named)
    {
        var (status, output, error) = Screenless.Run(commandLine.Split(' '));
        Assert.Equal((3, ""), (status, output));
        Assert.StartsWith("mxaudit: ", error);
        Assert.Contains(named, error);
        Assert.EndsWith("No audit was performed.\n", error);
        Assert.DoesNotContain("internal error", error);
    }

    [Theory]
    [InlineData("check --help")]
    [InlineData("export --help")]
    [InlineData("export -h")]
    [InlineData("trace --help")]
    [InlineData("unread --help")]
    [InlineData("explain --help")]
    [InlineData("rules --help")]
    [InlineData("doctor --help")]
    [InlineData("--help")]
    public void Help_has_examples_first(string commandLine)
    {
        var (status, output, error) = Screenless.Run(commandLine.Split(' '));
        Assert.Equal((0, ""), (status, error));
        Assert.Matches("^[^\n]+\n\nExamples:\n  .*mxaudit ", output);
        Assert.Contains("\nOptions:\n", output);
    }

    [Fact]
    public void The_version_is_one_line() => Assert.Equal((0, "mxaudit 0.1.0\n", ""), Screenless.Run("--version"));

    [Fact]
    public void Without_a_verb_there_is_help_and_no_audit()
    {
        var (status, output, error) = Screenless.Run();
        Assert.Equal((3, ""), (status, output));
        Assert.Contains("Verbs:", error);
    }

    [Fact]
    public void Explain_without_a_rule_lists_the_rules() => Assert.Equal(Screenless.Run("rules"), Screenless.Run("explain"));
}
