using System.Text;
using System.Text.Json;
using MxAudit.Tables;
using MxAudit.Tests.Scenarios;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

public class TableWriterTests
{
    private static readonly Table<string> Texts = new("texts", "a text and what is not text", _ => ["=cmd|' /C calc'!A0", "a, \"b\""],
    [
        new("text", "Text", text => text),
        new("length", "Length", text => text.Length),
        new("delay", "Delay", _ => (double)0.11f),
        new("time", "Time", _ => (DateTimeOffset?)Specimen.Noon.AddMilliseconds(250)),
        new("nothing", "Nothing", _ => Cell.Empty),
    ]);

    private static string Csv(Table table, bool raw = false, params int[] columns)
    {
        using var stream = new MemoryStream();
        CsvTableWriter.Write(stream, new TableRows(table, Specimen.Audit(), columns.Length > 0 ? columns : table.AllColumns), raw);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Json(Table table, bool asArray)
    {
        using var stream = new MemoryStream();
        JsonTableWriter.Write(stream, new TableRows(table, Specimen.Audit(), table.AllColumns), asArray);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void Csv_quotes_and_escapes_formulas() =>
        Assert.Equal("text,length\n\"'=cmd|' /C calc'!A0\",18\n\"a, \"\"b\"\"\",6\n", Csv(Texts, false, 0, 1));

    [Fact]
    public void Raw_csv_leaves_formulas_alone() => Assert.Contains("\n=cmd|' /C calc'!A0,18\n", Csv(Texts, true, 0, 1));

    [Theory]
    [InlineData("=a")]
    [InlineData("+a")]
    [InlineData("-a")]
    [InlineData("@a")]
    public void Every_beginning_of_a_formula_is_escaped(string text)
    {
        var table = new Table<string>("t", "a text", _ => [text], [new("c", "C", row => row), new("n", "N", _ => -1)]);
        Assert.Equal($"c,n\n\"'{text}\",-1\n", Csv(table));
    }

    /// <summary>In a country whose numbers have a comma, a spreadsheet parts cells there.</summary>
    [Theory]
    [InlineData("550 no;=cmd|' /C calc'!A0;", "550 no;'=cmd|' /C calc'!A0;")]
    [InlineData("550 no; \t=1+1", "550 no;' \t=1+1")]
    [InlineData("550 no;;@SUM(A1)", "550 no;;'@SUM(A1)")]
    [InlineData(";+1;-2;@3;", ";'+1;'-2;'@3;")]
    [InlineData("a; b;c;", "a; b;c;")]
    public void So_is_one_behind_a_semicolon(string text, string shown)
    {
        var table = new Table<string>("t", "a text", _ => [text], [new("c", "C", row => row)]);
        Assert.Equal($"c\n{shown}\n", Csv(table).Replace("\"", "", StringComparison.Ordinal));
        Assert.Equal($"c\n{text}\n", Csv(table, true).Replace("\"", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_without_rows_has_a_header() => Assert.Equal("time,kind,queue_id,original_queue_id,to,fate,stranger\n", Csv(NoticesTable.Definition));

    [Fact]
    public void Columns_come_in_the_order_asked_for() => Assert.StartsWith("line,daemon\n9,smtpd\n", Csv(UnreadTable.Definition, false, 5, 0));

    [Fact]
    public void Json_has_numbers_and_nulls()
    {
        var row = JsonDocument.Parse(Json(Texts, asArray: true)).RootElement[0];
        Assert.Equal(18, row.GetProperty("length").GetInt64());
        Assert.Equal("0.11", row.GetProperty("delay").GetRawText());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("nothing").ValueKind);
        Assert.Equal("2026-11-22T12:00:00.250+00:00", row.GetProperty("time").GetString());
    }

    /// <summary>Whatever strangers wrote: the same cells as in JSON.</summary>
    [Theory]
    [InlineData("multi-instance")]
    [InlineData("verify-storm")]
    public void Python_reads_the_same_cells_from_CSV(string name)
    {
        const string program = "import csv, json, sys; print(json.dumps(list(csv.reader(sys.stdin, strict=True))))";
        foreach (var table in AllTables.InOrder)
        {
            string[] words = ["export", table.Name, "--raw", "--queue",
                Path.Combine(new Story(name).Folder, "postqueue-j.json"), .. Story.Fixed, new Story(name).Log];
            string[][] rows = [.. Story.Run([.. words, "--format", "json"]) is var json
                ? JsonDocument.Parse(json.Output).RootElement
                    .EnumerateArray()
                    .Select(row => row.EnumerateObject().Select(cell => cell.Value.ToString()).ToArray())
                : []];
            var (status, said) = OtherProgram.Run("python3", Story.Run(words).Output, "-c", program);
            Assert.True(status == 0, said);
            Assert.Equal([[.. table.ColumnNames], .. rows],
                JsonDocument.Parse(said).RootElement.EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.GetString()!).ToArray()));
        }
    }

    [Fact]
    public void An_empty_json_table_is_an_empty_array() => Assert.Equal("[\n]\n", Json(NoticesTable.Definition, asArray: true));

    [Fact]
    public void Ndjson_is_a_line_per_row()
    {
        string[] lines = Json(Texts, asArray: false).TrimEnd('\n').Split('\n');
        Assert.Equal(["=cmd|' /C calc'!A0", "a, \"b\""], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()));
    }
}
