using System.Text.Json;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>A table as JSON: an object per row, a line per object. Numbers are numbers, what is not known is null.</summary>
public static class JsonTableWriter
{
    /// <param name="asArray">One array (<c>json</c>) rather than bare lines (<c>ndjson</c>).</param>
    public static void Write(Stream stream, TableRows rows, bool asArray)
    {
        var names = rows.Names.Select(name => JsonEncodedText.Encode(name)).ToArray();
        using var json = new Utf8JsonWriter(stream, JsonParts.InOneLine);
        bool first = true;
        if (asArray) stream.Write("["u8);
        foreach (var cells in rows.Cells)
        {
            if (asArray) stream.Write(first ? "\n"u8 : ",\n"u8);
            WriteRow(json, names, cells);
            json.Flush();
            json.Reset();
            if (!asArray) stream.Write("\n"u8);
            first = false;
        }
        if (asArray) stream.Write("\n]\n"u8);
    }

    private static void WriteRow(Utf8JsonWriter json, JsonEncodedText[] names, Cell[] cells)
    {
        json.WriteStartObject();
        for (int i = 0; i < cells.Length; i++)
        {
            json.WritePropertyName(names[i]);
            switch (cells[i].Kind)
            {
                case CellKind.Empty: json.WriteNullValue(); break;
                case CellKind.Whole: json.WriteNumberValue(cells[i].Whole); break;
                case CellKind.Fraction: json.WriteNumberValue(cells[i].Fraction); break;
                default: json.WriteStringValue(cells[i].ToString()); break;
            }
        }
        json.WriteEndObject();
    }
}
