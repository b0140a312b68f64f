namespace MxAudit.Tests.Commands;

/// <summary>Files and variables say what the command line leaves open.</summary>
public sealed class SettingsTests : FolderTests
{
    private static readonly string Log = Golden.PathOf("sample-logs/backscatter-no-verify/mail.log");

    private (int Status, string Output, string Error) Run(string system, string own, Dictionary<string, string> variables, string commandLine)
    {
        Directory.CreateDirectory(PathOf("mxaudit"));
        Write("system.toml", system);
        Write("mxaudit/config.toml", own);
        var (status, output, error) = Screenless.RunIn(
            new Screenless.Surroundings { SystemSettings = PathOf("system.toml"), Variables = new(variables) { ["XDG_CONFIG_HOME"] = Folder } },
            [.. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "LOG" ? Log : word)]);
        return (status, output.Replace(Folder + "/", ""), error.Replace(Folder + "/", ""));
    }

    [Theory]
    [InlineData("", "", "", "check --only BKS002 LOG", 2)]
    [InlineData("critical-on = \"critical\"\nfail-on = \"critical\"", "", "", "check --only BKS001 LOG", 0)]
    [InlineData("fail-on = \"critical\"", "fail-on = \"medium\"", "", "check --only BKS001 LOG", 2)]
    [InlineData("", "fail-on = \"low\"", "critical", "check --only BKS001 LOG", 0)]
    [InlineData("", "", "critical", "check --fail-on low --only BKS001 LOG", 2)]
    [InlineData("only = \"HYG\"", "", "", "check LOG", 0)]
    [InlineData("[check]\nonly = \"HYG\"", "", "", "check LOG", 0)]
    [InlineData("[export]\nraw = true", "", "", "check --only BKS001 LOG", 2)]
    [InlineData("[threshold]\nBKS002 = 1000000", "[threshold]\nQUE005 = \"12h\"", "", "check --only BKS002 LOG", 0)]
    [InlineData("[threshold]\nBKS002 = 1000000", "", "", "check --only BKS002 --threshold BKS002=1 LOG", 2)]
    [InlineData("trusted-network = [\"203.0.113.0/24\", \"198.51.100.0/24\"]", "", "", "check --only BKS LOG", 0)]
    public void The_strongest_source_wins(string system, string own, string failOn, string commandLine, int status)
    {
        var result = Run(system, own, new() { ["MXAUDIT_FAIL_ON"] = failOn }, commandLine);
        Assert.True(status == result.Status, $"{result.Status} {result.Error}");
    }

    [Fact]
    public void A_variable_holds_several_values() =>
        Assert.Equal(0, Run("", "", new() { ["MXAUDIT_THRESHOLD"] = "BKS002=1000000,QUE005=1h", ["MXAUDIT_QUIET"] = "1" }, "check --only BKS002 LOG").Status);

    [Theory]
    [InlineData("fail-on = ", "system.toml:1: this is no TOML")]
    [InlineData("\ncolour = \"never\"", "system.toml:2: there is no option \"colour\"")]
    [InlineData("help = true", "system.toml:1: there is no option \"help\"")]
    [InlineData("[chek]\nquiet = true", "system.toml:1: there is no verb \"chek\"")]
    [InlineData("[check]\nraw = true", "system.toml:2: there is no option \"raw\" of check")]
    [InlineData("fail-on = \"severe\"", "system.toml:1: ")]
    [InlineData("fail-on = [\"low\", \"high\"]", "system.toml:1: fail-on has one value")]
    [InlineData("quiet = \"perhaps\"", "system.toml:1: ")]
    [InlineData("[threshold]\nZZZ999 = 1", "system.toml:2: --threshold ZZZ999=1: there is no rule")]
    [InlineData("\nyear = \"soon\"", "system.toml:2: --year soon: not a year")]
    [InlineData("only = { a = 1 }", "system.toml:1: expected is a text")]
    public void A_bad_file_is_named_with_its_line(string system, string said)
    {
        var (status, output, error) = Run(system, "", [], "check LOG");
        Assert.Equal((3, ""), (status, output));
        Assert.StartsWith($"mxaudit: {said}", error);
        Assert.EndsWith("No audit was performed.\n", error);
    }

    [Fact]
    public void A_bad_variable_is_named()
    {
        var (status, _, error) = Run("", "", new() { ["MXAUDIT_FAIL_ON"] = "severe" }, "check LOG");
        Assert.Equal(3, status);
        Assert.StartsWith("mxaudit: MXAUDIT_FAIL_ON: ", error);
    }

    [Fact]
    public void Nagios_gets_its_line_when_the_format_is_a_setting() =>
        Assert.StartsWith("MXAUDIT UNKNOWN - ", Run("format = \"nagios\"", "", [], "check /does/not/exist").Output);

    [Fact]
    public void Help_does_not_need_a_good_file() => Assert.Equal(0, Run("nonsense", "", [], "check --help").Status);

    [Fact]
    public void What_is_dumped_can_be_read_again()
    {
        const string system = "trusted-network = [\"192.0.2.0/24\", \"2001:db8::/32\"]\nquiet = true\n[threshold]\nBKS002 = 5\nQUE005 = \"12h\"\n";
        var dumped = Run(system, "fail-on = \"low\"", new() { ["MXAUDIT_ONLY"] = "BKS" }, "check --dump-config --threshold QUE005=1d --critical-on critical");
        Assert.Equal((0, ""), (dumped.Status, dumped.Error));
        foreach (string line in new[]
        {
            "trusted-network = [\"192.0.2.0/24\", \"2001:db8::/32\"]  # system.toml:1", "quiet = true  # system.toml:2",
            "fail-on = \"low\"  # mxaudit/config.toml:1",
            "only = \"BKS\"  # MXAUDIT_ONLY", "critical-on = \"critical\"  # the command line", "BKS002 = \"5\"  # system.toml:4",
            "QUE005 = \"1d\"  # the command line", "# baseline =",
        }) Assert.Contains(line + "\n", dumped.Output);
        var again = Run(dumped.Output, "", [], "check --dump-config");
        Assert.Equal((0, ""), (again.Status, again.Error));
        Assert.Equal(Settled(dumped.Output), Settled(again.Output));
    }

    private static IEnumerable<string> Settled(string dump) => dump.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split("  # ")[0]);
}
