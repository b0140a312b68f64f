using System.Text.RegularExpressions;
using MxAudit.Commands;
using MxAudit.Rules;
using MxAudit.Tables;
using MxAudit.Tests.Commands;
using MxAudit.Tests.Screens;
using MxAudit.Tests.Tidy;
using MxAudit.Writers;

namespace MxAudit.Tests.Docs;

/// <summary>What the pages say is what the program does.</summary>
public partial class PagesTests
{
    private static readonly string[] Shown = ["check", "--quiet", "--only", "VRF001", "sample-logs/seed-primary-down/mail.log"];

    public static TheoryData<string> Pages => [.. SourceTree.TextFiles.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    /// <summary>What the README asks of the program.</summary>
    public static TheoryData<string> Calls => [.. ShellBlocks.CallsOf(Readme).Select(words => string.Join(' ', words)).Distinct()];

    private static string Readme => File.ReadAllText(Golden.PathOf("README.md"));

    [Fact]
    public void The_README_has_150_lines_at_most() => Assert.InRange(Readme.Split('\n').Length - 1, 40, 150);

    [Fact]
    public void The_README_shows_a_real_run()
    {
        var (status, output, _) = Run(Shown);
        Golden.PartHolds("README.md", "check", $"```text\n$ mxaudit {string.Join(' ', Shown)}\n{output}$ echo $?\n{status}\n```\n");
    }

    [Fact]
    public void The_README_shows_a_screen_as_it_is()
    {
        using var screens = Headless.On("seed-primary-down", 100, 24);
        Golden.PartHolds("README.md", "screen", $"```text\n{screens.Screen}```\n");
    }

    [Fact]
    public void The_README_lists_every_rule()
    {
        var families = AllRules.InOrder.Select(rule => rule.Manual).GroupBy(manual => manual.Id[..3]);
        string rows = string.Concat(families.Select(family => $"| {RulePage.TitleOf(family.Key)} | {string.Join(", ", family.Select(InTable))} |\n"));
        Golden.PartHolds("README.md", "rules", $"| family | rules; critical ones are bold |\n|---|---|\n{rows}");
    }

    [Fact]
    public void The_README_names_every_table() =>
        Golden.PartHolds("README.md", "tables", $"Tables: {string.Join(", ", AllTables.InOrder.Select(table => table.Name))}.\n");

    private static string InTable(RuleManual manual) =>
        $"[{manual.Id}](docs/rules/{manual.Id}.md) {(manual.Severity == Severity.Critical ? $"**{manual.Name}**" : manual.Name)}";

    [Fact]
    public void The_changelog_names_every_rule()
    {
        string changes = File.ReadAllText(Golden.PathOf("CHANGELOG.md"));
        Assert.DoesNotContain(AllRules.InOrder.Select(rule => rule.Manual.Id), id => !changes.Contains(id, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Calls))]
    public void Every_option_of_the_README_exists(string call)
    {
        string[] words = call.Split(' ');
        var root = CommandLine.Root();
        var verb = root.Subcommands.FirstOrDefault(command => command.Name == words[0]);
        Assert.True(verb is not null || words[0].StartsWith('-'), $"There is no verb {words[0]}.");
        var known = (verb?.Options ?? []).Concat(root.Options).SelectMany(option => option.Aliases.Append(option.Name));
        Assert.DoesNotContain(words.TakeWhile(word => word != "--"), word => word.Length > 1 && word[0] == '-' && !known.Contains(word));
    }

    [Theory, MemberData(nameof(Calls))]
    public void What_the_README_does_with_a_sample_works(string call)
    {
        string[] words = call.Split(' ');
        if (!call.Contains("sample-logs/", StringComparison.Ordinal) && words[0] is not ("explain" or "rules")) return; // this machine may have no mail log
        using var scratch = new TestFolder();
        int output = Array.FindIndex(words, word => word is "-o" or "--output") + 1;
        if (output > 0 && words[output] != "-") words[output] = scratch.PathOf(words[output]);
        var (status, _, error) = Run(words);
        Assert.True(status <= ExitStatus.Critical, error);
        Assert.DoesNotContain("internal error", error);
    }

    [Theory, MemberData(nameof(Pages))]
    public void A_link_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Golden.PathOf(page))!;
        var links = Link().Matches(File.ReadAllText(Golden.PathOf(page))).Select(match => match.Groups[1].Value.Split('#')[0])
            .Where(link => link.Length > 0 && !link.Contains("://", StringComparison.Ordinal));
        Assert.DoesNotContain(links, link => !Path.Exists(Path.Combine(folder, link)));
    }

    /// <summary>Every rule id in a page by hand is a rule, unless the page says that it comes later.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    public void A_rule_that_a_page_names_exists(string page) =>
        Assert.DoesNotContain(RuleId().Matches(File.ReadAllText(Golden.PathOf(page))).Select(match => match.Value), id => AllRules.Find(id) is null);

    /// <summary>From the top of the repository, as a reader would: samples are found there, and named as they were.</summary>
    private static (int Status, string Output, string Error) Run(string[] words)
    {
        string top = Golden.Repository + "/";
        var (status, output, error) = Screenless.Run([.. words.Select(word => word.StartsWith("sample-logs/", StringComparison.Ordinal) ? top + word : word)]);
        return (status, output.Replace(top, ""), error.Replace(top, ""));
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(BKS|LUP|RLY|VRF|QUE|REL|HYG|DNS)[0-9]{3}\b")]
    private static partial Regex RuleId();
}
