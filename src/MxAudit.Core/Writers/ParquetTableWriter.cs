using System.IO.Compression;
using MxAudit.Tables;
using Parquet;
using Parquet.Schema;

namespace MxAudit.Writers;

/// <summary>
/// Parquet, for whoever takes the tables of many hosts into DuckDB, ClickHouse or Spark: every column has a type, every cell may be null.
/// Text is UTF-8; numbers and sizes are INT64; durations are DOUBLE, in seconds; flags are BOOLEAN, <c>unknown</c> is null; times are
/// TIMESTAMP in UTC, in milliseconds: of finer ones Parquet.Net 6.1.0 writes wrong statistics, and readers skip rows. The one file
/// that knows Parquet.Net, and of it only what needs no reflection.
/// </summary>
public static class ParquetTableWriter
{
    /// <summary>A row group is kept in memory until it is full, by either measure: memory does not grow with the table.</summary>
    private const int MostRows = 64 * 1024, MostCharacters = 2 * 1024 * 1024;

    public static void Write(Stream stream, TableRows rows) => Write(stream, rows, MostRows);

    /// <param name="mostRows">In one row group.</param>
    internal static void Write(Stream stream, TableRows rows, int mostRows)
    {
        Chunk[] chunks = [.. rows.Columns.Select(column => Chunk.Of(rows.Table.ColumnNames[column], rows.Table.Kinds[column]))];
        var schema = new ParquetSchema([.. chunks.Select(chunk => chunk.Field)]);
        var file = Wait(ParquetWriter.CreateAsync(schema, stream,
            new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal }));
        int count = 0, characters = 0;
        foreach (var cells in rows.Cells)
        {
            for (int i = 0; i < cells.Length; i++) characters += chunks[i].Add(cells[i]);
            if (++count < mostRows && characters < MostCharacters) continue;
            WriteGroup(file, chunks);
            count = characters = 0;
        }
        if (count > 0) WriteGroup(file, chunks);
        file.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static void WriteGroup(ParquetWriter file, Chunk[] chunks)
    {
        using var group = file.CreateRowGroup();
        foreach (var chunk in chunks) chunk.Flush(group);
    }

    /// <summary>The streams are not asynchronous, and nobody else waits for them.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>What one column has in one row group.</summary>
    private abstract class Chunk(DataField column)
    {
        public DataField Field => column;

        /// <returns>How many characters are kept for it.</returns>
        public abstract int Add(in Cell cell);

        /// <summary>Writes what was added, and is empty again.</summary>
        public abstract void Flush(ParquetRowGroupWriter group);

        public static Chunk Of(string name, ColumnKind kind) => kind switch
        {
            ColumnKind.Text => new TextChunk(name),
            ColumnKind.Flag => new Chunk<bool>(Plain(name, typeof(bool)), cell => cell.Text switch { "yes" => true, "no" => false, _ => null }),
            ColumnKind.Duration => new Chunk<double>(Plain(name, typeof(double)), cell => cell.IsNumber ? cell.Number : null),
            ColumnKind.Time => new Chunk<DateTime>(
                new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Millis, isNullable: true),
                cell => cell.Kind == CellKind.Time ? cell.Time.UtcDateTime : null),
            _ => new Chunk<long>(Plain(name, typeof(long)), cell => cell.Kind == CellKind.Whole ? cell.Whole : null),
        };
    }

    /// <summary>May be null, and is no list; given a type that is not generic, the library asks nothing by reflection.</summary>
    private static DataField Plain(string name, Type type) => new(name, type, isNullable: true, isArray: false);

    private sealed class TextChunk(string name) : Chunk(Plain(name, typeof(string)))
    {
        private readonly List<string?> _values = [];

        public override int Add(in Cell cell)
        {
            string? text = cell.Kind == CellKind.Empty ? null : cell.ToString();
            _values.Add(text);
            return text?.Length ?? 0;
        }

        public override void Flush(ParquetRowGroupWriter group)
        {
            group.WriteAsync(Field, _values).GetAwaiter().GetResult();
            _values.Clear();
        }
    }

    private sealed class Chunk<T>(DataField column, Func<Cell, T?> read) : Chunk(column) where T : struct
    {
        private T?[] _values = new T?[256];
        private int _count;

        public override int Add(in Cell cell)
        {
            if (_count == _values.Length) Array.Resize(ref _values, _count * 2);
            _values[_count++] = read(cell);
            return 0;
        }

        public override void Flush(ParquetRowGroupWriter group)
        {
            group.WriteAsync<T>(Field, _values.AsMemory(0, _count)).GetAwaiter().GetResult();
            _count = 0;
        }
    }
}
