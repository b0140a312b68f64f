using System.Globalization;
using System.Text;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace MxAudit.Commands;

/// <summary>One <c>key = value</c> of a TOML file: texts, numbers, flags and dates are text here, a list is several.</summary>
internal sealed record TomlEntry(string Key, IReadOnlyList<string> Values, int Line);

/// <summary>A <c>[table]</c> or <c>[[table]]</c>; the entries before the first stand in one without a name.</summary>
internal sealed record TomlTable(string Name, IReadOnlyList<TomlEntry> Entries, int Line);

/// <summary>TOML, read without reflection. The one file that knows Tomlyn.</summary>
internal static class TomlText
{
    /// <exception cref="UsageException">With the line, and what is wrong there.</exception>
    public static IReadOnlyList<TomlTable> Read(byte[] bytes, string source)
    {
        var document = SyntaxParser.Parse(TextOf(bytes, source), source, true);
        foreach (var said in document.Diagnostics)
            if (said.Kind == DiagnosticMessageKind.Error) throw Wrong(source, said.Span.Start.Line + 1, $"this is no TOML: {said.Message}");
        return [new TomlTable("", EntriesOf(document.KeyValues, source), 1),
            .. document.Tables.Select(table => new TomlTable(NameOf(table.Name), EntriesOf(table.Items, source), LineOf(table)))];
    }

    public static UsageException Wrong(string source, int line, string words) => new($"{source}:{line}: {words.TrimEnd('.')}.");

    private static string TextOf(byte[] bytes, string source)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{source}: not UTF-8.");
        }
    }

    private static TomlEntry[] EntriesOf(IEnumerable<KeyValueSyntax> items, string source) =>
        [.. items.Select(item => new TomlEntry(NameOf(item.Key), ValuesOf(item.Value, source), LineOf(item)))];

    private static IReadOnlyList<string> ValuesOf(ValueSyntax? value, string source) => value switch
    {
        ArraySyntax list => [.. list.Items.SelectMany(item => ValuesOf(item.Value, source))],
        StringValueSyntax text => [text.Value ?? ""],
        IntegerValueSyntax number => [number.Value.ToString(CultureInfo.InvariantCulture)],
        FloatValueSyntax number => [number.Value.ToString(CultureInfo.InvariantCulture)],
        BooleanValueSyntax flag => [flag.Value ? "true" : "false"],
        DateTimeValueSyntax time => [time.Token?.Text ?? ""],
        _ => throw Wrong(source, value is null ? 1 : LineOf(value), "expected is a text, a number, true, false, a date, or a list of them"),
    };

    private static string NameOf(KeySyntax? key) =>
        key is null ? "" : string.Join('.', new[] { TextOf(key.Key) }.Concat(key.DotKeys.Select(part => TextOf(part.Key))));

    private static string TextOf(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private static int LineOf(SyntaxNodeBase node) => node.Span.Start.Line + 1;
}
