using System.Text;
using System.Text.Json;
using MxAudit.Tables;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

public class TableWriterTests
{
    private static string Csv(Table table, bool raw = false, params int[] columns)
    {
        using var stream = new MemoryStream();
        CsvTableWriter.Write(stream, table, Specimen.Audit(), columns.Length > 0 ? columns : table.AllColumns, raw);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Json(Table table, bool asArray)
    {
        using var stream = new MemoryStream();
        JsonTableWriter.Write(stream, table, Specimen.Audit(), table.AllColumns, asArray);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void Csv_quotes_and_escapes_formulas() =>
        Assert.Equal("domain,accepted\n\"'=cmd|' /C calc'!A0\",3\n\"example.com, \"\"quoted\"\"\",0\n", Csv(DomainsTable.Definition, false, 0, 2));

    [Fact]
    public void Raw_csv_leaves_formulas_alone() => Assert.Contains("\n=cmd|' /C calc'!A0,3\n", Csv(DomainsTable.Definition, true, 0, 2));

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

    [Fact]
    public void A_table_without_rows_has_a_header() => Assert.Equal("time,kind,queue_id,original_queue_id,to,fate,stranger\n", Csv(NoticesTable.Definition));

    [Fact]
    public void Columns_come_in_the_order_asked_for() => Assert.StartsWith("line,daemon\n9,smtpd\n", Csv(UnreadTable.Definition, false, 5, 0));

    [Fact]
    public void Json_has_numbers_and_nulls()
    {
        var row = JsonDocument.Parse(Json(NextHopsTable.Definition, asArray: true)).RootElement[0];
        Assert.Equal(2, row.GetProperty("attempts").GetInt64());
        Assert.Equal("0.11", row.GetProperty("median_delay").GetRawText());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("last_success").ValueKind);
        Assert.Equal("2026-11-22T12:00:00.250+00:00", row.GetProperty("first_failure").GetString());
    }

    [Fact]
    public void An_empty_json_table_is_an_empty_array() => Assert.Equal("[\n]\n", Json(NoticesTable.Definition, asArray: true));

    [Fact]
    public void Ndjson_is_a_line_per_row()
    {
        string[] lines = Json(DomainsTable.Definition, asArray: false).TrimEnd('\n').Split('\n');
        Assert.Equal(["=cmd|' /C calc'!A0", "example.com, \"quoted\""], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("domain").GetString()));
    }
}
