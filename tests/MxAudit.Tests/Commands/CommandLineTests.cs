using MxAudit.Commands;

namespace MxAudit.Tests.Commands;

public class CommandLineTests
{
    [Fact]
    public void A_verb_is_made_alone_by_its_name() =>
        Assert.All(CommandLine.Root().Subcommands, verb => Assert.Equal(verb.Name, Assert.Single(CommandLine.Root(verb.Name).Subcommands).Name));

    [Theory]
    [InlineData("check --nope mail.log", "--nope")]
    [InlineData("check --format xml", "--format xml: expected is one of text, json, ndjson, nagios, prometheus, sarif, junit.")]
    [InlineData("check --format json --format text mail.log", "--format is given more than once")]
    [InlineData("check --since 2026-11-22 --until 2026-11-21 mail.log", "--since 2026-11-22 is later than --until 2026-11-21")]
    [InlineData("check --baseline no.json mail.log", "--baseline no.json: there is no such file.")]
    [InlineData("export recipients bounces -o x.csv mail.log", "-o x.csv names a file")]
    [InlineData("export recipients -o x.xlsx mail.log", "Spreadsheets open .csv")]
    [InlineData("bundle -o x.zip mail.log", "the name of a bundle ends in .tar.gz")]
    [InlineData("check --format 1", "1")]
    [InlineData("chek mail.log", "chek is no verb, and there is no such file; near to it: check. Try")]
    [InlineData("chekc mail.log", "chekc is no verb, and there is no such file; near to it: check. Try")]
    [InlineData("check --formt json mail.log", "There is no option --formt; near to it: --format; a file")]
    [InlineData("check --only BSK,VRF mail.log", "--only BSK: there is no such rule or family")]
    [InlineData("check --only BSK001 mail.log", "there is no such rule or family; near to it: BKS001")]
    [InlineData("explain BSK001", "There is no rule BSK001; near to it: BKS001")]
    [InlineData("explain notice-to-strangr", "There is no rule notice-to-strangr; near to it: notice-to-stranger;")]
    [InlineData("export recpients mail.log", "recpients is not a table; near to it: recipients; the tables are")]
    [InlineData("export recipients --columns tiem mail.log", "recipients has no column tiem; it has host, instance")]
    [InlineData("export recipients --columns recipent mail.log", "recipients has no column recipent; near to it: recipient")]
    [InlineData("check --threshold QUE005 mail.log", "RULE=VALUE")]
    [InlineData("check --threshold ZZZ999=1 mail.log", "no rule ZZZ999")]
    [InlineData("check --threshold BKS001=1 mail.log", "BKS001 has no limit; those that have one are BKS002")]
    [InlineData("check --threshold QUE005=soon mail.log", "such as 90m, 4h or 2d")]
    [InlineData("check --threshold BKS002=1.5 mail.log", "a whole number from 1 on")]
    [InlineData("check --threshold BKS002=0 mail.log", "a whole number from 1 on")]
    [InlineData("check --trusted-network 192.0.2.1/24 mail.log", "--trusted-network 192.0.2.1/24")]
    [InlineData("check -o a.json -o ./a.json mail.log", "a.json")]
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

    [Fact]
    public void An_empty_key_is_not_looked_for()
    {
        var (status, _, error) = Screenless.Run(["trace", "", "mail.log"]);
        Assert.Equal(3, status);
        Assert.StartsWith("mxaudit: KEY is empty", error);
    }

    [Theory]
    [InlineData("browse --help")]
    [InlineData("demo --help")]
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

    [Theory]
    [InlineData("--help")]
    [InlineData("check --help")]
    [InlineData("export --help")]
    public void Help_fits_the_terminal(string words)
    {
        using var output = new MemoryStream();
        using (var terminal = new MxAudit.Commands.Terminal { Output = output, Error = TextWriter.Null, Width = 80 })
            Assert.Equal(0, CommandLine.Run(words.Split(' '), terminal));
        string[] lines = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n'), usual = Screenless.Run(words.Split(' ')).Output.Split('\n');
        Assert.All(lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("  mxaudit ", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(string.Concat(usual).Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("report")]
    public void Text_fits_the_terminal(string verb)
    {
        using var output = new MemoryStream();
        using (var terminal = new MxAudit.Commands.Terminal { Output = output, Error = TextWriter.Null, Width = 60 })
            CommandLine.Run([verb, new Scenarios.Story("backscatter-no-verify").Log], terminal);
        string[] fixes = [.. System.Text.Encoding.UTF8
            .GetString(output.ToArray())
            .Split('\n')
            .Where(line => line.StartsWith("    fix: ", StringComparison.Ordinal))];
        Assert.NotEmpty(fixes);
        Assert.All(fixes, line => Assert.InRange(line.Length, 0, 60));
    }

    [Fact]
    public void The_version_is_one_line() => Assert.Equal((0, "mxaudit 0.1.0\n", ""), Screenless.Run("--version"));

    [Fact]
    public void Screens_without_a_terminal_are_refused_in_a_sentence()
    {
        foreach (string[] words in (string[][])[[], ["browse"], ["demo"], ["mail.log"]])
        {
            var (status, output, error) = Screenless.Run(words);
            Assert.Equal((3, ""), (status, output));
            Assert.Contains("The screens need a terminal, and standard output is none; \"mxaudit check\" prints instead.", error);
        }
    }

    [Theory]
    [InlineData("dumb", "TERM is \"dumb\"")]
    [InlineData(null, "TERM is not set")]
    public void Screens_on_a_terminal_that_can_not_show_them_are_refused(string? term, string why)
    {
        using var error = new StringWriter();
        using var terminal = new MxAudit.Commands.Terminal
        {
            Output = new MemoryStream(),
            Error = error,
            IsTerminal = true,
            Environment = name => name == "TERM" ? term : null,
        };
        Assert.Equal(3, CommandLine.Run(["demo"], terminal));
        Assert.Contains(why, error.ToString());
    }

    [Fact]
    public void Explain_of_a_family_lists_its_rules()
    {
        var (status, output, _) = Screenless.Run("explain", "vrf");
        Assert.Equal(0, status);
        Assert.All(output.TrimEnd().Split('\n'), line => Assert.StartsWith("VRF0", line));
        Assert.Contains(output, Screenless.Run("rules").Output);
    }

    [Fact]
    public void Explain_without_a_rule_lists_the_rules() => Assert.Equal(Screenless.Run("rules"), Screenless.Run("explain"));
}
