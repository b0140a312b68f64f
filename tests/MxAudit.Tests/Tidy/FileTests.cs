using System.Text.RegularExpressions;

namespace MxAudit.Tests.Tidy;

/// <summary>A file tells one story, and names come from the world of mail.</summary>
public partial class FileTests
{
    private const int MostLines = 300;

    public static TheoryData<string> Code => [.. SourceTree.CodeIn("src").Concat(SourceTree.CodeIn("tests"))];

    [Theory, MemberData(nameof(Code))]
    public void A_file_has_300_lines_at_most(string file) =>
        Assert.True(SourceTree.LinesOf(file).Length <= MostLines, $"{file} has {SourceTree.LinesOf(file).Length} lines.");

    [Theory, MemberData(nameof(Code))]
    public void No_type_has_an_empty_word_for_a_name(string file) =>
        Assert.Empty(SourceTree.LinesOf(file).SelectMany(line => EmptyName().Matches(line)).Select(match => match.Value));

    [Fact]
    public void Nothing_names_the_machine_or_the_hands_it_was_written_by() =>
        Assert.Empty(from file in SourceTree.TextFiles
                     where file != "tests/MxAudit.Tests/Tidy/FileTests.cs"
                     from line in SourceTree.LinesOf(file)
                     where Workplace().IsMatch(line)
                     select $"{file}: {line.Trim()}");

    [GeneratedRegex(@"\b(class|struct|record|interface|enum) \w*(Manager|Helper|Utils|(?<!Master)Service|Handler|Processor|Data|Info)\b")]
    private static partial Regex EmptyName();

    /// <summary>Home directories and the like; Postfix's own "delivery agent" and a session of SMTP are no such words.</summary>
    [GeneratedRegex(@"(?<![\w.$}~-])/(work|root|home|Users|workspace)/|/tmp/wt-|\b(sub-?|coding |AI )agents?\b|\bAI (assistant|model)\b|\b(this|another) session of (the|this) (project|work)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Workplace();
}
