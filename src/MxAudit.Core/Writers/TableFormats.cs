using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>The formats that a table can be written in. A file that ends in a format's name asks for it.</summary>
public static class TableFormats
{
    public static IReadOnlyList<string> Names { get; } = ["csv", "json", "ndjson", "parquet"];

    /// <summary><c>.csv, .json, .ndjson or .parquet</c></summary>
    public static string Endings { get; } = $"{string.Join(", ", Names.SkipLast(1).Select(name => $".{name}"))} or .{Names[^1]}";

    /// <summary>By the end of its name; null: of none of these.</summary>
    public static string? Of(string? file) =>
        Names.FirstOrDefault(name => name.Equals(Path.GetExtension(file)?.TrimStart('.'), StringComparison.OrdinalIgnoreCase));

    public static bool IsText(string format) => format != "parquet";

    /// <param name="raw">CSV without the <c>'</c> that keeps a spreadsheet from taking text for a formula.</param>
    public static void Write(Stream stream, TableRows rows, string format, bool raw = false)
    {
        switch (format)
        {
            case "csv": CsvTableWriter.Write(stream, rows, raw); break;
            case "parquet": ParquetTableWriter.Write(stream, rows); break;
            case "json" or "ndjson": JsonTableWriter.Write(stream, rows, asArray: format == "json"); break;
            default: throw new ArgumentException($"There is no format {format}.", nameof(format));
        }
    }
}
