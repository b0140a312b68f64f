using System.Globalization;

namespace MxAudit.Benchmarks;

/// <summary>How often the branches of one method were taken, as the runtime writes it with <c>DOTNET_WritePGOData=1</c>.</summary>
/// <param name="Name">As <c>MxAudit.Mail.LogIntake.Read</c>; nested types behind a plus.</param>
/// <param name="Size">Bytes of its intermediate code.</param>
sealed record MeasuredMethod(string Name, int Size, int Parameters, IReadOnlyList<Counter> Counters)
{
    /// <summary>Reads the runtime's text. Counters of types seen at a call are left out: they name types by text, and a check has few such calls.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static IEnumerable<MeasuredMethod> ReadAll(string file)
    {
        int size = 0;
        string name = "";
        MeasuredMethod? method = null;
        List<Counter> counters = [];
        Counter? awaited = null;
        foreach (var line in File.ReadLines(file))
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "@@@":
                    if (method is not null)
                        yield return method;
                    size = int.Parse(After(words, "ilSize").AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    (method, counters) = (null, []);
                    break;
                case "MethodName:":
                    name = line["MethodName: ".Length..];
                    break;
                case "Signature:":
                    method = new(name, size, CountParameters(line), counters);
                    break;
                case "Schema":
                    var kind = (CounterKind)int.Parse(After(words, "InstrumentationKind"), CultureInfo.InvariantCulture);
                    awaited = Enum.IsDefined(kind)
                        ? new(kind, int.Parse(After(words, "ILOffset"), CultureInfo.InvariantCulture),
                            int.Parse(After(words, "Other"), CultureInfo.InvariantCulture), 0)
                        : null;
                    break;
                default:
                    if (awaited is not null && long.TryParse(line, CultureInfo.InvariantCulture, out long value))
                        counters.Add(awaited with { Value = value });
                    awaited = null;
                    break;
            }
        }
        if (method is not null)
            yield return method;
    }

    static string After(string[] words, string word) =>
        Array.IndexOf(words, word) is >= 0 and var at && at + 1 < words.Length
            ? words[at + 1]
            : throw new FormatException($"{word} is missing: {string.Join(' ', words)}");

    /// <summary>From <c>Signature: instance void  (class A`2&lt;int32,!0&gt;,int32)</c>.</summary>
    static int CountParameters(string signature)
    {
        var inside = signature.AsSpan()[(signature.IndexOf("  (", StringComparison.Ordinal) + 3)..^1];
        int depth = 0, commas = 0;
        foreach (char c in inside)
        {
            if (c is '<' or '[' or '(')
                depth++;
            else if (c is '>' or ']' or ')')
                depth--;
            else if (c == ',' && depth == 0)
                commas++;
        }
        return inside.IsEmpty ? 0 : commas + 1;
    }
}

/// <summary>Numbers of the runtime's <c>PgoInstrumentationKind</c>.</summary>
enum CounterKind
{
    /// <summary>How often a block of the code was run.</summary>
    Block = 0x41,

    /// <summary>How often the code went from one block to another.</summary>
    Edge = 0x181,
}

/// <param name="Offset">Where in the intermediate code, bytes.</param>
/// <param name="Other">Of an edge: where it leads.</param>
sealed record Counter(CounterKind Kind, int Offset, int Other, long Value);
