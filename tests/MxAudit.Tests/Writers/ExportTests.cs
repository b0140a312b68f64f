using MxAudit.Tables;
using MxAudit.Tests.Scenarios;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

/// <summary>Alone in the process while it measures.</summary>
[CollectionDefinition(nameof(ExportMemoryTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(ExportMemoryTests))]
public class ExportMemoryTests
{
    private const int Few = 800, Many = 10 * Few;

    /// <summary>Beneath it nobody could tell a table from the noise of a process.</summary>
    private const long Noise = 512 * 1024;

    public static TheoryData<string, string> TablesAndFormats =>
        [.. from table in new[] { "recipients", "messages", "bounces", "notices", "probes", "deferrals", "rejects", "queue" }
            from format in table == "recipients" ? new[] { "csv", "ndjson", "parquet" } : ["csv", "parquet"]
            select (table, format)];

    /// <summary>What the writing of a table holds at most does not grow with it: not four times, where the table grows ten times.</summary>
    [Theory, MemberData(nameof(TablesAndFormats))]
    public void Memory_does_not_grow_with_the_table(string name, string format)
    {
        var table = AllTables.Find(name)!;
        long few = MostHeld(table, format, Small), many = MostHeld(table, format, Large);
        Assert.True(many < 4 * Math.Max(few, Noise), $"{few} bytes for {Few} messages, {many} for {Many}");
    }

    private static readonly AuditResult Small = AuditOf(Few), Large = AuditOf(Many);

    /// <summary>The meter would notice.</summary>
    [Fact]
    public void A_table_that_is_gathered_before_it_is_written_does_grow()
    {
        var gathered = new Table<string>("gathered", "a text",
            audit => [.. Enumerable.Range(0, audit == Small ? Few : Many).Select(i => new string('x', 500) + i)], [new("text", "Text", text => text)]);
        Assert.True(MostHeld(gathered, "csv", Large) > 4 * Math.Max(MostHeld(gathered, "csv", Small), Noise));
    }

    private static long MostHeld(Table table, string format, AuditResult audit)
    {
        var rows = new TableRows(table, audit, table.AllColumns);
        // and what the audit itself makes when it is first asked is there
        Assert.InRange(rows.Cells.Count(), audit == Small ? Few / 2 : Many / 2, int.MaxValue);
        using var meter = new Meter(every: format == "parquet" ? 4 * 1024 : 128 * 1024);
        if (format == "csv") CsvTableWriter.Write(meter, rows, raw: false);
        else if (format == "parquet") ParquetTableWriter.Write(meter, rows, mostRows: 250);
        else JsonTableWriter.Write(meter, rows, asArray: false);
        return meter.MostHeld;
    }

    private static AuditResult AuditOf(int messages) =>
        Audit.OfText(BusyDay.Log(messages), new AuditRequest { Year = 2026, UtcOffset = TimeSpan.Zero, Wanted = _ => false }, BusyDay.Queue(messages));

    /// <summary>Takes what is written, and looks now and then how much is held.</summary>
    /// <param name="every">So many bytes: what is compressed has fewer.</param>
    private sealed class Meter(int every) : Stream
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private long _since = every, _written;

        public long MostHeld { get; private set; }

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            _written += bytes.Length;
            if ((_since += bytes.Length) < every) return;
            _since = 0;
            MostHeld = Math.Max(MostHeld, GC.GetTotalMemory(forceFullCollection: true) - _before);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) { Write(buffer.Span); return default; }
        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer.AsSpan(offset, count));
            return Task.CompletedTask;
        }
        public override void Flush() { }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => _written;
        public override long Position { get => _written; set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

public sealed class ExportOrderTests : FolderTests
{
    public static TheoryData<string> Tables => [.. AllTables.InOrder.Select(table => table.Name)];

    /// <summary>Hash tables are seeded anew in every run: their order must not show.</summary>
    [Theory, MemberData(nameof(Tables))]
    public void Rows_have_the_same_order_in_every_run_and_whatever_the_order_of_files(string table)
    {
        var story = new Story("multi-instance");
        string[] lines = File.ReadAllLines(story.Log);
        int third = lines.Length / 3;
        string[] files = [.. new[] { "mail.log.2", "mail.log.1", "mail.log" }.Select(name => PathOf(name))];
        File.WriteAllLines(files[0], lines[..third]);
        File.WriteAllLines(files[1], lines[third..(2 * third)]);
        File.WriteAllLines(files[2], lines[(2 * third)..]);
        string Export(params int[] order)
        {
            var (status, output, error) = Story.Run(["export", table, "--queue", Path.Combine(story.Folder, "postqueue-j.json"), "--config", story.Folder,
                .. Story.Fixed, .. order.Select(file => files[file])]);
            Assert.True(status == 0, error);
            return output;
        }
        string first = Export(0, 1, 2);
        Assert.Equal(first, Export(0, 1, 2));
        Assert.Equal(first, Export(2, 1, 0));
        Assert.Equal(first, Export(1, 2, 0));
    }
}
