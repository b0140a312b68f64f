using System.Text.RegularExpressions;

namespace MxAudit.Tests.Tidy;

/// <summary>Each package has one front door: whoever replaces it knows where to go.</summary>
public class FrontDoorTests
{
    [Theory]
    [InlineData("Sprache", @"Grammar[^/]*\.cs$")]
    [InlineData("CsvHelper", @"^src/MxAudit\.Core/Writers/CsvTableWriter\.cs$")]
    [InlineData("Parquet", @"^src/MxAudit\.Core/Writers/ParquetTableWriter\.cs$")]
    [InlineData("Humanizer", @"^src/MxAudit\.Core/Writers/Phrases\.cs$")]
    [InlineData("System.CommandLine", @"^src/MxAudit/Commands/")]
    [InlineData("Terminal.Gui", @"^src/MxAudit/Screens/")]
    [InlineData("Tomlyn", @"^src/MxAudit/Commands/TomlText\.cs$")]
    [InlineData("DnsClient", @"^src/MxAudit\.Core/Dns/LiveAnswers\.cs$")]
    [InlineData("SharpCompress", @"^src/MxAudit\.Core/Input/")]
    [InlineData("ZstdSharp", @"^src/MxAudit\.Core/Input/")]
    public void A_package_is_used_behind_its_front_door(string package, string door)
    {
        var elsewhere = SourceTree.CodeIn("src").Where(file => !Regex.IsMatch(file, door))
            .Where(file => SourceTree.LinesOf(file).Any(line => Regex.IsMatch(line, $@"^\s*(global )?using (static )?(\w+ = )?{Regex.Escape(package)}\b")
                || line.Contains($" {package}.", StringComparison.Ordinal) && !line.Contains("//", StringComparison.Ordinal)));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void The_library_can_not_see_the_command_line_or_a_terminal()
    {
        string project = File.ReadAllText(Golden.PathOf("src/MxAudit.Core/MxAudit.Core.csproj"));
        Assert.DoesNotContain("System.CommandLine", project);
        Assert.DoesNotContain("Terminal.Gui", project);
        Assert.DoesNotContain(SourceTree.CodeIn("src/MxAudit.Core"),
            file => SourceTree.LinesOf(file).Any(line => Regex.IsMatch(line, @"(?<![.\w])Console\.(?!OpenStandardInput)")));
    }

    [Fact]
    public void Every_package_has_a_decision()
    {
        string decisions = string.Concat(SourceTree.Files
            .Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Select(file => File.ReadAllText(Golden.PathOf(file))));
        var packages = Regex.Matches(File.ReadAllText(Golden.PathOf("Directory.Packages.props")), "PackageVersion Include=\"([^\"]+)\"")
            .Select(match => match.Groups[1].Value);
        Assert.DoesNotContain(packages, package => !decisions.Contains(package, StringComparison.Ordinal));
    }
}
