using System.Text;
using MxAudit.Commands;
using MxAudit.Tests.Commands;

namespace MxAudit.Tests.Docs;

public class CliPageTests
{
    [Fact]
    public void The_page_of_the_command_line_is_the_help_of_the_program()
    {
        var page = new StringBuilder("# The command line\n\nMade from the help texts of the program: `MXAUDIT_ACCEPT=1 dotnet test` writes this page.\n");
        Add(page, "mxaudit", "--help");
        foreach (var verb in CommandLine.Root().Subcommands) Add(page, $"mxaudit {verb.Name}", verb.Name, "--help");
        page.Append("\n## Exit status\n\n| status | means |\n|---|---|\n");
        foreach (var (status, means) in ExitStatusTests.Table) page.Append($"| {status} | {means} |\n");
        page.Append("\nThey are those of Nagios plug-ins. Words about the run go to standard error, results to standard output; a closed pipe is no error.\n");
        Golden.Holds("docs/cli.md", page.ToString());
    }

    private static void Add(StringBuilder page, string title, params string[] words) =>
        page.Append($"\n## {title}\n\n```text\n{Screenless.Run(words).Output}```\n");
}
