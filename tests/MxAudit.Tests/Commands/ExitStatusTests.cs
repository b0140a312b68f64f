using System.Diagnostics;
using MxAudit.Commands;
using MxAudit.Tests.Writers;

namespace MxAudit.Tests.Commands;

public class ExitStatusTests
{
    /// <summary>The table of docs/cli.md; each row is tested below.</summary>
    internal static readonly (int Status, string Means)[] Table =
    [
        (ExitStatus.Ok, "audited, and nothing at or above `--fail-on`; for verbs that show no findings: done"),
        (ExitStatus.Warning, "`check`: findings at or above `--fail-on`; `trace`: nothing matches"),
        (ExitStatus.Critical, "`check`: findings at or above `--critical-on`"),
        (ExitStatus.Unknown,
            "no audit was performed: a bad option or setting, evidence that can not be read or holds not one Postfix line, a result that can not be written"),
    ];

    private static readonly string Log = Golden.PathOf("sample-logs/backscatter-no-verify/mail.log");

    [Theory]
    [InlineData(0, "check --only HYG LOG")]
    [InlineData(0, "check --only BKS001 --fail-on critical LOG")]
    [InlineData(0, "export bounces LOG")]
    [InlineData(0, "rules")]
    [InlineData(0, "completion bash")]
    [InlineData(1, "check --only BKS001 --critical-on critical LOG")]
    [InlineData(1, "trace nobody@example.org LOG")]
    [InlineData(2, "check --only BKS001 LOG")]
    [InlineData(3, "check --only BKS001 --nope LOG")]
    [InlineData(3, "check /does/not/exist")]
    [InlineData(3, "check /dev/null")]
    [InlineData(3, "check --only BKS001 -o /does/not/exist/a.json LOG")]
    [InlineData(3, "check --baseline /does/not/exist LOG")]
    [InlineData(3, "check --suppress /does/not/exist LOG")]
    [InlineData(3, "completion csh")]
    [InlineData(3, "nonsense")]
    public void The_exit_status_is_that_of_the_table(int status, string commandLine)
    {
        var result = Screenless.Run([.. commandLine.Split(' ').Select(word => word == "LOG" ? Log : word)]);
        Assert.True(status == result.Status, result.Error);
        Assert.Contains(status, Table.Select(row => row.Status));
        Assert.Equal(status == 3, result.Error.Length > 0 && result.Status == 3);
    }

    /// <summary>No home, hardly a path, nothing to write to, nobody who looks.</summary>
    [Theory]
    [InlineData("text")]
    [InlineData("nagios")]
    [InlineData("sarif")]
    public void Cron_gets_what_a_terminal_gets(string format)
    {
        string[] words = ["check", "--only", "BKS001", "--format", format, "--year", "2026", "--utc-offset", "+00:00", Log];
        var start = new ProcessStartInfo(Program, words) { WorkingDirectory = "/proc" };
        string? runtime = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["TMPDIR"] = "/proc";
        if (runtime is not null) start.Environment["DOTNET_ROOT"] = runtime;
        var (status, output, error) = OtherProgram.Run(start, "");
        Assert.Equal((2, ""), (status, error));
        if (format != "sarif") Assert.Equal(Screenless.Run(words).Output, output); // it tells when it was made
        else Assert.Contains("\"ruleId\": \"BKS001\"", output);
        Assert.DoesNotContain('\e', output);
    }

    [Theory]
    [InlineData(true, "", "", true)]
    [InlineData(false, "", "", false)]
    [InlineData(true, "NO_COLOR", "", false)]
    [InlineData(true, "", "--color never", false)]
    [InlineData(false, "NO_COLOR", "--color always", true)]
    public void Colour_is_for_a_terminal_or_on_demand(bool terminal, string variable, string option, bool coloured)
    {
        var here = new Screenless.Surroundings { IsTerminal = terminal, Variables = variable.Length > 0 ? new() { [variable] = "1" } : [] };
        var (_, output, _) = Screenless.RunIn(here, ["check", "--only", "BKS001", .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries), Log]);
        Assert.Equal(coloured, output.Contains('\e'));
    }

    /// <summary>Where the terminal has no other letters.</summary>
    [Theory]
    [InlineData("check")]
    [InlineData("advise")]
    [InlineData("trace info10@example.com")]
    public void Ascii_is_all_there_is_where_it_was_asked_for(string commandLine)
    {
        string[] words = [.. commandLine.Split(' '), "--ascii", "--color", "always", "--config", Path.GetDirectoryName(Log)!, Log];
        var (status, output, error) = Screenless.RunIn(new Screenless.Surroundings { IsTerminal = true }, words);
        Assert.True(output.Length > 100, $"{status} {error}");
        Assert.DoesNotContain(output, c => c > '~');
    }

    /// <summary>The plug-in says that it does not know, in its one line, and why.</summary>
    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Nagios_hears_that_the_mail_system_is_down()
    {
        using var host = new TestFolder();
        Input.Script.Write(host.PathOf("postqueue"), "echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2\nexit 69");
        var result = Screenless.RunOn(host.Path, "check", "--format", "nagios", "--queue", "live", Log);
        Assert.Equal(3, result.Status);
        Assert.Matches(@"\AMXAUDIT UNKNOWN - [^\n]*mail system is down[^\n]*\n\z", result.Output);
    }

    private const string IsDown = "echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2\nexit 69",
        Settings = "[ \"$1\" = -n ] && echo 'relay_domains =' && echo 'mynetworks = 127.0.0.0/8'\nexit 0";

    /// <summary>The configuration alone looks well, and no mail comes in: that is no OK.</summary>
    [Theory]
    [InlineData("check --quiet", null, 3,
        "The queue can not be listed: the mail system is down. Start Postfix, or run as root, who may read the queue all the same. There is no log either. To audit the configuration alone: --config live.")]
    [InlineData("check --format nagios", null, 3, "MXAUDIT UNKNOWN")]
    [InlineData("check --quiet --fail-on high", "Nov 22 16:51:07 mx2 postfix/smtpd[100]: connect from mail.partner.example[203.0.113.44]\n", 0,
        "mxaudit: The queue can not be listed: the mail system is down. Start Postfix, or run as root, who may read the queue all the same.\n")]
    [InlineData("check --quiet --fail-on high --config live", null, 0, "")]
    [InlineData("report", null, 0, "the mail system is down")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_postfix_that_does_not_run_is_never_passed_over(string commandLine, string? log, int status, string says)
    {
        using var host = new TestFolder();
        Input.Script.Write(host.PathOf("postqueue"), IsDown);
        Input.Script.Write(host.PathOf("postconf"), Settings);
        if (log is not null) host.Write("mail.log", log);
        var result = Screenless.RunOn(host.Path, commandLine.Split(' '));
        Assert.Equal(status, result.Status);
        if (says.Length == 0) Assert.Equal(("", ""), (result.Output, result.Error));
        else Assert.Contains(says, result.Output + result.Error, StringComparison.Ordinal);
    }

    /// <summary>The clock says 18:00. Where syslog has died, cron would be told for ever that all is well; a quiet hour is nothing.</summary>
    [Theory]
    [InlineData("24h", true)]
    [InlineData("1h", false)]
    [InlineData("72h", false)]
    public void A_day_without_a_line_is_not_passed_over(string since, bool isTold)
    {
        using var host = new TestFolder();
        host.Write("mail.log", "Nov 20 10:00:00 mx2 postfix/smtpd[100]: connect from mail.partner.example[203.0.113.44]\n");
        var result = Screenless.Run("check", "--quiet", "--since", since, host.PathOf("mail.log"));
        Assert.Equal((0, ""), (result.Status, result.Output));
        Assert.Equal(isTold, result.Error.Contains("None of the 1 lines", StringComparison.Ordinal));
    }

    /// <summary>The published program where there is one, else the one beside the tests.</summary>
    internal static string Program =>
        Environment.GetEnvironmentVariable("MXAUDIT_BINARY") is { Length: > 0 } published ? published : Path.Combine(AppContext.BaseDirectory, "mxaudit");
}
