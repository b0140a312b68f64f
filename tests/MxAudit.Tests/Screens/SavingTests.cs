using MxAudit.Tables;
using MxAudit.Writers;
using Parquet;

namespace MxAudit.Tests.Screens;

/// <summary>What is written from the screens: the rows that are shown, and nothing without asking.</summary>
public sealed class SavingTests : FolderTests
{
    private const string Story = "backscatter-no-verify";


    private static Headless Open(int width = 140)
    {
        var screens = Headless.On(Story, width, 40);
        screens.Shell.Save = (path, write) =>
        {
            using var stream = File.Create(path);
            write(stream);
        };
        return screens;
    }

    [Theory, InlineData(60), InlineData(80), InlineData(140)]
    public void A_table_is_exported_with_the_rows_and_the_order_that_are_shown_and_all_columns(int width)
    {
        string path = PathOf("mail.csv");
        using var screens = Open(width);
        screens.Press("8 /").Type("outcome=bounced").Press("Enter").Until(() => screens.Screen.Contains("82 of 96"));
        screens.Press("l l l l s").Until(() => screens.Screen.Contains("▲Recip"));
        int columns = RecipientsTable.Definition.ColumnNames.Count;
        Assert.Contains($"export 82 rows of {columns} columns to", screens.Press("x").Screen);
        screens.Press("Ctrl+U").Type(path).Press("Enter").Until(() => screens.Screen.Contains("were written"));
        string[] lines = File.ReadAllLines(path);
        Assert.Equal(string.Join(',', RecipientsTable.Definition.ColumnNames), lines[0]);
        Assert.Equal(82, lines.Length - 1);
        string[] recipients = [.. lines[1..].Select(line => line.Split(',')[RecipientsTable.Definition.IndexOf("recipient")])];
        Assert.Equal(recipients.Order(StringComparer.OrdinalIgnoreCase), recipients);
        Assert.Contains($"82 rows of {columns} columns", screens.Screen.Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void The_extension_chooses_the_format_and_another_one_is_a_mistake()
    {
        using var screens = Open();
        string path = PathOf("hops.json");
        screens.Press("4 x Ctrl+U").Type(path[..^5] + ".xls").Press("Enter");
        Assert.Contains("must end in .csv, .json, .ndjson or .parquet", screens.Screen);
        screens.Press("Ctrl+U").Type(path).Press("Enter").Until(() => screens.Screen.Contains("was written") || screens.Screen.Contains("were written"));
        Assert.StartsWith("[", File.ReadAllText(path));
        Assert.Contains("\"next_hop\":", File.ReadAllText(path));
    }

    [Fact]
    public async Task Parquet_has_the_rows_that_are_shown_and_all_columns()
    {
        string path = PathOf("mail.parquet");
        using (var screens = Open(80))
        {
            screens.Press("8 /").Type("outcome=bounced").Press("Enter").Until(() => screens.Screen.Contains("82 of 96"));
            screens.Press("x Ctrl+U").Type(path).Press("Enter").Until(() => screens.Screen.Contains("were written"));
        }
        using var stream = File.OpenRead(path);
        await using var file = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(RecipientsTable.Definition.ColumnNames, file.Schema.DataFields.Select(field => field.Name));
        using var rows = file.OpenRowGroupReader(0);
        Assert.Equal(82, rows.RowCount);
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_only_after_a_yes()
    {
        string path = Write("a.csv", "mine");
        using var screens = Open();
        screens.Press("3 x Ctrl+U").Type(path).Press("Enter");
        Assert.Contains("is there", screens.Screen);
        screens.Type("no").Press("Enter");
        Assert.Contains("Nothing was written", screens.Screen);
        Assert.Equal("mine", File.ReadAllText(path));
        screens.Press("x Ctrl+U").Type(path).Press("Enter").Type("yes").Press("Enter").Until(() => screens.Screen.Contains("were written"));
        Assert.StartsWith("domain,", File.ReadAllText(path));
    }

    [Fact]
    public void A_question_that_is_longer_than_the_line_stands_above_it()
    {
        string path = Write($"{new string('a', 70)}.csv", "mine");
        using var screens = Open(60);
        screens.Press("3 x Ctrl+U").Type(path).Press("Enter").Type("yes");
        Assert.Equal("yes", screens.Screen.TrimEnd().Split('\n')[^1]);
        Assert.Contains("isthere.Typeyestoreplaceit:", string.Concat(screens.Screen.Where(c => !char.IsWhiteSpace(c))));
        screens.Press("Enter").Until(() => screens.Screen.Contains("written"));
        Assert.StartsWith("domain,", File.ReadAllText(path));
    }

    [Fact]
    public void A_finding_is_marked_as_known_in_a_baseline_that_keeps_what_it_had()
    {
        string path = PathOf("known.json");
        using var screens = Open();
        screens.Press("2 m");
        Assert.Contains("mark BKS008 example.com as known", screens.Screen);
        screens.Press("Esc");
        Assert.False(File.Exists(path));
        screens.Press("m Ctrl+U").Type(path).Press("Enter");
        Assert.Contains("; known", screens.Screen);
        screens.Press("j j m Ctrl+U").Type(path).Press("Enter");
        var baseline = Baseline.Of(File.ReadAllBytes(path), path);
        Assert.Equal([("BKS008", "example.com"), ("BKS001", "example.com")], baseline.Findings.Select(known => (known.Rule, known.Subject)));
        Assert.Equal(2, screens.Shell.Audit!.Findings.Count(finding => finding.State == MxAudit.Rules.FindingState.Known));
        screens.Press("m");
        Assert.Contains("It is known already", screens.Screen);
    }

    [Fact]
    public void A_finding_on_a_screen_of_its_own_is_known_once_it_was_marked()
    {
        string path = PathOf("known.json");
        using var screens = Open();
        screens.Press("2 Enter m Ctrl+U").Type(path).Press("Enter");
        Assert.Contains("1 known finding", screens.Screen);
        Assert.Contains("It is known already", screens.Press("m").Screen);
    }

    /// <summary>The command that reads it stands at the end. Among twelve lengths there is one that fills a line to its last place.</summary>
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9), InlineData(10),
        InlineData(11), InlineData(12)]
    public void What_is_said_about_a_file_is_seen_whole_on_a_narrow_terminal(int length)
    {
        string path = PathOf(new string('k', length) + ".json");
        using var screens = Open(60);
        screens.Press("2 m Ctrl+U").Type(path).Press("Enter");
        Assert.EndsWith($"\"mxauditcheck--baseline{path}\"readsit.", string.Concat(screens.Screen.Where(c => !char.IsWhiteSpace(c))));
    }

    [Fact]
    public void A_file_that_can_not_be_written_is_a_sentence_and_a_bug_is_none()
    {
        using var screens = Open();
        screens.Shell.Save = (_, _) => throw new IOException("No space left on device.");
        screens.Press("4 x Ctrl+U").Type(PathOf("a.csv")).Press("Enter").Until(() => screens.Screen.Contains("No space left on device."));
        screens.Shell.Save = (_, _) => throw new InvalidOperationException("a bug in a writer");
        var bug = Assert.ThrowsAny<Exception>(() => screens.Press("x Ctrl+U").Type(PathOf("a.csv")).Press("Enter").Until(() => false));
        Assert.Equal("a bug in a writer", bug.GetBaseException().Message);
    }

    [Fact]
    public void A_file_that_is_no_baseline_is_not_touched()
    {
        string path = Write("notes.json", "{}");
        using var screens = Open();
        screens.Press("2 m Ctrl+U").Type(path).Press("Enter");
        Assert.Contains("is no baseline", screens.Screen);
        Assert.Equal("{}", File.ReadAllText(path));
    }
}
