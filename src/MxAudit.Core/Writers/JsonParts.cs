using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MxAudit.Writers;

/// <summary>What all JSON of the program is written alike.</summary>
internal static class JsonParts
{
    /// <summary>Our readers are programs, not browsers: <c>&lt;a@example.com&gt;</c> stays readable.</summary>
    public static JsonWriterOptions InOneLine { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonWriterOptions Indented { get; } = InOneLine with { Indented = true, NewLine = "\n" };

    /// <summary>A file of one object, with a line end behind it.</summary>
    public static void WriteFile(Stream stream, Action<Utf8JsonWriter> members)
    {
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    public static void WriteObject(this Utf8JsonWriter json, string name, Action members)
    {
        json.WriteStartObject(name);
        members();
        json.WriteEndObject();
    }

    private const int MostPending = 1 << 20;

    /// <summary>An array with an object for each. What a megabyte is full of is written: there can be any number.</summary>
    public static void WriteObjects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
            if (json.BytesPending > MostPending) json.Flush();
        }
        json.WriteEndArray();
    }

    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known); else json.WriteNull(name);
    }

    /// <summary>Which program wrote it, and when.</summary>
    public static void WriteMaker(this Utf8JsonWriter json, DateTimeOffset generated)
    {
        json.WriteStartObject("tool");
        json.WriteString("name", "mxaudit");
        json.WriteString("version", CheckReport.Version);
        json.WriteEndObject();
        json.WriteString("generated", Utc(generated));
    }

    /// <summary><c>2026-11-22T16:05:46Z</c>, to the second.</summary>
    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static void WriteWords(this Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (string word in words) json.WriteStringValue(word);
        json.WriteEndArray();
    }
}
