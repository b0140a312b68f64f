using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MxAudit.Input;

namespace MxAudit.Dns;

/// <summary>Reads answers that were recorded as JSON: one member for each domain, with <c>status</c>, <c>mx</c>, <c>addresses</c> and <c>cname</c>.</summary>
public static partial class RecordedAnswers
{
    /// <summary>Answers for ten thousand domains have 3 MB.</summary>
    private const int LongestFile = 16 << 20;

    /// <exception cref="InputException">The file can not be read, or holds no answers.</exception>
    public static DnsAnswers OfFile(string path) =>
        Of(WholeFile.Read(path, LongestFile) ?? throw Wrong(path, $"It is larger than {LongestFile >> 20} MB"), path);

    /// <summary>Writes a file that <see cref="OfFile"/> reads.</summary>
    public static void Write(Stream stream, DnsAnswers answers)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            foreach (var answer in answers.All)
            {
                json.WriteStartObject(answer.Domain);
                json.WriteString("status", answer.StatusText);
                if (answer.Cname.Length > 0) json.WriteString("cname", answer.Cname);
                json.WriteStartArray("mx");
                foreach (var host in answer.Mx)
                {
                    json.WriteStartObject();
                    json.WriteNumber("preference", host.Preference);
                    json.WriteString("exchange", host.Exchange);
                    WriteAddresses(json, host.Addresses);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                WriteAddresses(json, answer.Addresses);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    private static void WriteAddresses(Utf8JsonWriter json, IEnumerable<IPAddress> addresses)
    {
        json.WriteStartArray("addresses");
        foreach (var address in addresses) json.WriteStringValue(address.ToString());
        json.WriteEndArray();
    }

    /// <exception cref="InputException">It is something else.</exception>
    public static DnsAnswers Of(ReadOnlySpan<byte> text, string source)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        try
        {
            using var document = JsonDocument.Parse(text.ToArray());
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Wrong(source, "An object with one member for each domain is expected");
            var answers = new Dictionary<string, DnsAnswer>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var answer = AnswerOf(member.Name, member.Value, source);
                if (!answers.TryAdd(answer.Domain, answer)) throw Wrong(source, $"It has {answer.Domain} twice");
            }
            return new DnsAnswers(source, answers.Values);
        }
        catch (JsonException e)
        {
            throw Wrong(source, $"Line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}, is not JSON");
        }
        catch (InvalidOperationException) // bytes or halves of characters that are no text
        {
            throw Wrong(source, "Some of its text is not UTF-8");
        }
    }

    private static DnsAnswer AnswerOf(string name, JsonElement value, string source)
    {
        string domain = NameIn(name, source);
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(source, $"The answer for {domain} is not an object");
        string said = TextOf(value, "status", domain, source).ToUpperInvariant();
        var status = said switch
        {
            "NOERROR" => DnsStatus.Exists,
            "NXDOMAIN" => DnsStatus.NoSuchDomain,
            "SERVFAIL" or "TIMEOUT" => DnsStatus.Failed,
            "" => throw Wrong(source, $"The answer for {domain} has no status"),
            _ => throw Wrong(source, $"The status of {domain} is none of NOERROR, NXDOMAIN, SERVFAIL and TIMEOUT"),
        };
        return new DnsAnswer
        {
            Domain = domain,
            Status = status,
            StatusText = said,
            Mx = [.. ListOf(value, "mx", domain, source).Select(host => MxOf(host, domain, source)).OrderBy(host => host.Preference)],
            Addresses = AddressesOf(value, domain, source),
            Cname = TextOf(value, "cname", domain, source) is { Length: > 0 } cname ? NameIn(cname, source) : "",
        };
    }

    private static MxHost MxOf(JsonElement host, string domain, string source)
    {
        if (host.ValueKind != JsonValueKind.Object || !host.TryGetProperty("preference", out var number) || number.ValueKind != JsonValueKind.Number
            || !number.TryGetUInt16(out ushort preference)
            || !host.TryGetProperty("exchange", out var exchange) || exchange.ValueKind != JsonValueKind.String)
            throw Wrong(source, $"An MX of {domain} has no preference (a number) or no exchange (a name)");
        string name = DnsAnswers.NameOf(exchange.GetString()!);
        return new MxHost(preference, name.Length == 0 || IPAddress.TryParse(name.Trim('[', ']'), out _) ? name : NameIn(name, source),
            AddressesOf(host, domain, source));
    }

    private static IReadOnlyList<IPAddress> AddressesOf(JsonElement owner, string domain, string source) =>
    [
        .. ListOf(owner, "addresses", domain, source)
            .Select(text => text.ValueKind == JsonValueKind.String && IPAddress.TryParse(text.GetString(), out var address)
                ? address : throw Wrong(source, $"One of the addresses of {domain} is no IP address")),
    ];

    private static JsonElement[] ListOf(JsonElement owner, string name, string domain, string source)
    {
        if (!owner.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null) return [];
        return list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : throw Wrong(source, $"\"{name}\" of {domain} is not a list");
    }

    private static string TextOf(JsonElement owner, string name, string domain, string source)
    {
        if (!owner.TryGetProperty(name, out var text) || text.ValueKind == JsonValueKind.Null) return "";
        return text.ValueKind == JsonValueKind.String ? text.GetString()! : throw Wrong(source, $"\"{name}\" of {domain} is not a text");
    }

    /// <summary>Names get into commands that are recommended: nothing else may.</summary>
    private static string NameIn(string name, string source)
    {
        string plain = DnsAnswers.NameOf(name);
        return IsName(plain) ? plain : throw Wrong(source, "It has a name that no domain has in DNS: letters, digits, hyphens and dots are expected");
    }

    /// <summary>Lower case, without the last dot, and of characters that need no quoting anywhere.</summary>
    internal static bool IsName(string name) => NameShape().IsMatch(name);

    private static InputException Wrong(string source, string fault) => new($"{source} holds no recorded DNS answers. {fault}.");

    [GeneratedRegex(@"\A[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\z")]
    private static partial Regex NameShape();
}
