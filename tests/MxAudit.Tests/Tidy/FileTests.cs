using System.Text.RegularExpressions;

namespace MxAudit.Tests.Tidy;

/// <summary>A file tells one story, and names come from the world of mail.</summary>
public partial class FileTests
{
    private const int MostLines = 300, MostColumns = 160;

    public static TheoryData<string> Code => [.. SourceTree.CodeIn("src").Concat(SourceTree.CodeIn("tests"))];

    [Theory, MemberData(nameof(Code))]
    public void A_file_has_300_lines_at_most(string file) =>
        Assert.True(SourceTree.LinesOf(file).Length <= MostLines, $"{file} has {SourceTree.LinesOf(file).Length} lines.");

    /// <summary>Texts may be longer: nobody reads half a log line, or half a sentence.</summary>
    [Theory, MemberData(nameof(Code))]
    public void A_line_of_code_has_160_columns_at_most_but_for_its_texts(string file) =>
        Assert.Empty(CodeOf(file)
            .Select(line => (Line: line, Code: Texts().Replace(line, "")))
            .Where(one => one.Code.Length > MostColumns)
            .Select(one => one.Line));

    /// <summary>Without the lines of raw strings.</summary>
    private static IEnumerable<string> CodeOf(string file)
    {
        bool isText = false;
        foreach (string line in SourceTree.LinesOf(file))
        {
            bool turns = Regex.Count(line, "\"{3,}") % 2 == 1;
            if (!isText && !turns) yield return line;
            isText ^= turns;
        }
    }

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

    [GeneratedRegex(""" "{3,}.*?"{3,}|"(?:[^"\\]|\\.)*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Texts();

    /// <summary>Home directories and the like; Postfix's own "delivery agent" and a session of SMTP are no such words.</summary>
    [GeneratedRegex(
        @"(?<![\w.$}~-])/(work|root|home|Users|workspace)/|/tmp/wt-|\b(sub-?|coding |AI )agents?\b|\bAI (assistant|model)\b|\b(this|another) session of (the|this) (project|work)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Workplace();
}
