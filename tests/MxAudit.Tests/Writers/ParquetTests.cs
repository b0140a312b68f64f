using System.Globalization;
using System.Text.Json;
using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Tests.Scenarios;
using MxAudit.Writers;
using Parquet;
using Parquet.Schema;

namespace MxAudit.Tests.Writers;

public sealed class ParquetTests : FolderTests
{
    /// <summary>A column of every kind. Every third cell is not known.</summary>
    private static Table<int> Kinds(int rows) => new("kinds", "a number", _ => Enumerable.Range(0, rows),
    [
        new("text", "Text", row => row % 3 == 0 ? null : $"=über \U0001F4E8 {row}"),
        new("number", "Number", row => row % 3 == 0 ? Cell.Empty : -row, ColumnKind.Number),
        new("size", "Size", row => row % 3 == 0 ? Cell.Empty : row * 10_000_000_000, ColumnKind.Size),
        new("seconds", "Seconds", row => row % 3 == 0 ? Cell.Empty : row % 3 == 1 ? row : row + 0.25, ColumnKind.Duration),
        new("flag", "Flag", row => row % 3 == 0 ? Answer.Unknown : row % 3 == 1 ? Answer.Yes : Answer.No, ColumnKind.Flag),
        new("time", "Time", row => row % 3 == 0 ? Cell.Empty : Cell.Of(Specimen.Noon.ToOffset(TimeSpan.FromHours(5)).AddMilliseconds(row)), ColumnKind.Time),
    ]);

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(10, 100, 1)]
    [InlineData(300, 100, 3)]
    [InlineData(301, 100, 4)]
    public async Task Every_kind_of_cell_comes_back_from_every_row_group(int rows, int mostRows, int groups)
    {
        using var stream = new MemoryStream();
        ParquetTableWriter.Write(stream, new TableRows(Kinds(rows), Specimen.Audit(), [0, 1, 2, 3, 4, 5]), mostRows);
        await using var file = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(groups, file.RowGroupCount);
        Assert.Equal([typeof(ReadOnlyMemory<char>), typeof(long), typeof(long), typeof(double), typeof(bool), typeof(DateTime)],
            file.Schema.DataFields.Select(field => field.ClrType));
        Assert.All(file.Schema.DataFields, field => Assert.True(field.IsNullable));
        Assert.True(Assert.IsType<DateTimeDataField>(file.Schema.DataFields[5]).IsAdjustedToUTC);
        var texts = new List<string?>();
        var numbers = new List<long?>();
        var sizes = new List<long?>();
        var seconds = new List<double?>();
        var flags = new List<bool?>();
        var times = new List<DateTime?>();
        for (int group = 0; group < groups; group++)
        {
            using var reader = file.OpenRowGroupReader(group);
            int count = (int)reader.RowCount;
            var text = new string?[count];
            await reader.ReadAsync(file.Schema.DataFields[0], text, cancellationToken: TestContext.Current.CancellationToken);
            texts.AddRange(text);
            numbers.AddRange(await Values<long>(reader, file.Schema.DataFields[1]));
            sizes.AddRange(await Values<long>(reader, file.Schema.DataFields[2]));
            seconds.AddRange(await Values<double>(reader, file.Schema.DataFields[3]));
            flags.AddRange(await Values<bool>(reader, file.Schema.DataFields[4]));
            times.AddRange(await Values<DateTime>(reader, file.Schema.DataFields[5]));
        }
        var all = Enumerable.Range(0, rows).ToArray();
        Assert.Equal(all.Select(row => row % 3 == 0 ? null : $"=über \U0001F4E8 {row}"), texts);
        Assert.Equal(all.Select(row => row % 3 == 0 ? (long?)null : -row), numbers);
        Assert.Equal(all.Select(row => row % 3 == 0 ? (long?)null : row * 10_000_000_000), sizes);
        Assert.Equal(all.Select(row => row % 3 == 0 ? (double?)null : row % 3 == 1 ? row : row + 0.25), seconds);
        Assert.Equal(all.Select(row => row % 3 == 0 ? (bool?)null : row % 3 == 1), flags);
        Assert.Equal(all.Select(row => row % 3 == 0 ? (DateTime?)null : Specimen.Noon.UtcDateTime.AddMilliseconds(row)), times);
    }

    private static async Task<T?[]> Values<T>(ParquetRowGroupReader reader, DataField field) where T : struct
    {
        var values = new T?[(int)reader.RowCount];
        await reader.ReadAsync<T>(field, values.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        return values;
    }

    /// <summary>A long text fills a row group before many rows do.</summary>
    [Fact]
    public async Task A_row_group_is_bounded_by_its_text_too()
    {
        string long_ = new('a', 100_000);
        var table = new Table<int>("long", "a long text", _ => Enumerable.Range(0, 100), [new("text", "Text", _ => long_)]);
        using var stream = new MemoryStream();
        ParquetTableWriter.Write(stream, new TableRows(table, Specimen.Audit(), [0]));
        await using var file = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(5, file.RowGroupCount);
    }

    /// <summary>The question uses what a row group says of itself (least and greatest time), so it finds nothing where that is wrong.</summary>
    [Fact]
    public void A_program_that_is_not_ours_answers_a_question_about_it()
    {
        const string program = """
            import datetime, sys
            path, year = sys.argv[1], int(sys.argv[2])
            try:
                import duckdb
                print(*duckdb.sql(f"select count(*), sum(attempts), count(*) filter (where trusted = false), count(notice_queue_id) from '{path}' where accepted_at >= timestamptz '{year}-01-01 00:00:00+00'").fetchone(), sep=",")
            except ImportError:
                try:
                    import pyarrow.parquet
                except ImportError:
                    sys.exit(77)
                begin = datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc)
                rows = pyarrow.parquet.read_table(path, filters=[("accepted_at", ">=", begin)]).to_pylist()
                print(len(rows), sum(row["attempts"] for row in rows), sum(row["trusted"] is False for row in rows), sum(row["notice_queue_id"] is not None for row in rows), sep=",")
            """;
        string path = PathOf("recipients.parquet");
        string[] words = ["export", "recipients", .. Story.Fixed, new Story("backscatter-no-verify").Log];
        Assert.Equal((0, "", ""), Story.Run([.. words, "-o", path]));
        var rows = Story.Run([.. words, "--format", "ndjson"]).Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => row.GetProperty("accepted_at").ValueKind == JsonValueKind.String).ToArray();
        Assert.NotEmpty(rows);
        string expected = string.Create(CultureInfo.InvariantCulture,
            $"{rows.Length},{rows.Sum(row => row.GetProperty("attempts").GetInt64())},{rows.Count(row => row.GetProperty("trusted").GetString() == "no")},{rows.Count(row => row.GetProperty("notice_queue_id").ValueKind == JsonValueKind.String)}");
        foreach (var (year, answer) in new[] { ("2026", expected), ("2027", "0,,0,0") })
        {
            var (status, said) = OtherProgram.IsInstalled("duckdb")
                ? OtherProgram.Run("duckdb", "", "-csv", "-noheader", "-c",
                    $"select count(*), sum(attempts), count(*) filter (where trusted = false), count(notice_queue_id) from '{path}' where accepted_at >= timestamptz '{year}-01-01 00:00:00+00'")
                : OtherProgram.Run("python3", "", "-c", program, path, year);
            if (status == 77) Assert.Skip("There is no duckdb, and python3 has neither duckdb nor pyarrow.");
            Assert.Equal((0, answer), (status, said.Trim().Replace("None", "").Replace("0,0,0,0", "0,,0,0")));
        }
    }

    [Theory]
    [InlineData("bounces.csv", "", "time,")]
    [InlineData("bounces.JSON", "", "[\n{")]
    [InlineData("bounces.ndjson", "", "{\"time\"")]
    [InlineData("bounces.parquet", "", "PAR1")]
    [InlineData("bounces.parquet", "--format csv", "time,")]
    [InlineData("bounces", "", "time,")]
    [InlineData("bounces.txt", "", "time,")]
    public void The_extension_tells_the_format_unless_it_was_asked_for(string file, string option, string begin)
    {
        string path = PathOf(file);
        Assert.Equal((0, "", ""),
            Story.Run(["export", "bounces", .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-o", path, .. Story.Fixed,
                new Story("backscatter-no-verify").Log]));
        Assert.StartsWith(begin, File.ReadAllText(path));
    }

    [Fact]
    public void Several_tables_are_files_in_a_directory()
    {
        Assert.Equal(0,
            Story.Run(["export", "bounces", "notices", "--format", "parquet", "-o", Folder, .. Story.Fixed, new Story("backscatter-no-verify").Log]).Status);
        Assert.Equal(["bounces.parquet", "notices.parquet"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_terminal_is_spared_what_is_not_text()
    {
        var result = Commands.Screenless.RunIn(new Commands.Screenless.Surroundings { IsTerminal = true }, "export", "bounces", "--format", "parquet",
            new Story("backscatter-no-verify").Log);
        Assert.Equal((3, ""), (result.Status, result.Output));
        Assert.Contains("-o FILE.parquet", result.Error);
    }
}
