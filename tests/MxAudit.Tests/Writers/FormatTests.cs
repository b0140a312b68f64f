using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Schema;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

/// <summary>Each format is read back by a program that is not ours.</summary>
public class FormatTests
{
    private const string Hostile = "a|b\"c\\d\n<e> & \e[2J \u202e \ud800 ]]> {x=\"y\"} 'f'";

    /// <summary>One of each state, and one that a stranger wrote.</summary>
    private static CheckReport Report { get; } = new(Specimen.Audit(
    [
        Specimen.Finding,
        Specimen.Finding with
        {
            Subject = Hostile,
            Message = Hostile,
            Severity = Severity.Medium,
            Proofs = [new Proof(EvidenceKinds.Queue, null, Hostile, Hostile)],
        },
        Specimen.Finding with { Subject = "small.example", Severity = Severity.Info },
        Specimen.Finding with { Subject = "known.example", State = FindingState.Known },
        Specimen.Finding with { Subject = "quiet.example", State = FindingState.Suppressed, StateNote = "Suppressed: the new primary comes in May" },
    ]) with { Gone = [new KnownFinding("BKS002", "mx2", "0123456789abcdef")] }) { Generated = Specimen.Noon };

    private static string Written(Action<Stream, CheckReport> write)
    {
        using var stream = new MemoryStream();
        write(stream, Report);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Text(Action<TextWriter> write)
    {
        var text = new StringWriter { NewLine = "\n" };
        write(text);
        return text.ToString();
    }

    /// <summary>Python's jsonschema, on every line or on the whole.</summary>
    private static void Fits(string schema, string json, bool lines = false)
    {
        const string program = """
            import json, sys
            try:
                import jsonschema
            except ImportError:
                sys.exit(77)
            schema = json.load(open(sys.argv[1], encoding="utf-8"))
            jsonschema.Draft202012Validator.check_schema(schema)
            text = sys.stdin.buffer.read().decode("utf-8")
            for document in text.splitlines() if sys.argv[2] == "True" else [text]:
                jsonschema.validate(json.loads(document), schema, jsonschema.Draft202012Validator)
            """;
        var (status, said) = OtherProgram.Run("python3", json, "-c", program, Golden.PathOf($"docs/schema/{schema}"), $"{lines}");
        if (status == 77) Assert.Skip("python3 has no jsonschema.");
        Assert.True(status == 0, said);
    }

    [Fact]
    public void Json_fits_its_schema() => Fits("check-1.schema.json", Written(CheckJsonWriter.Write));

    /// <summary>Not only what a test makes up: every recorded host.</summary>
    [Theory]
    [InlineData("json", "check-1.schema.json")]
    [InlineData("sarif", "sarif-2.1.0-part.schema.json")]
    public void What_is_said_of_recorded_hosts_fits_too(string format, string schema) => Fits(schema, string.Join('\n', Scenarios.Story.Names.Select(name =>
    {
        var story = new Scenarios.Story(name);
        string json = Scenarios.Story.Run(["check", "--format", format, "--config", story.Folder, "--queue", Path.Combine(story.Folder, "postqueue-j.json"),
            .. Scenarios.Story.Fixed, story.Log]).Output;
        return JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);
    })), lines: true);

    [Fact]
    public void Every_line_of_ndjson_fits_its_schema()
    {
        string lines = Written(CheckJsonWriter.WriteLines);
        Assert.Equal(1 + 5 + 1 + 1, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Fits("check-line-1.schema.json", lines, lines: true);
    }

    [Fact]
    public void Sarif_fits_its_schema()
    {
        string sarif = Written(CheckSarifWriter.Write);
        Fits("sarif-2.1.0-part.schema.json", sarif);
        var results = JsonDocument.Parse(sarif).RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(["new", "new", "new", "unchanged", "new", "absent"], results.Select(result => result.GetProperty("baselineState").GetString()));
        Assert.Equal(("BKS002", "mx2: found by an earlier run, and not by this one.", "0123456789abcdef"),
            (results[^1].GetProperty("ruleId").GetString(), results[^1].GetProperty("message").GetProperty("text").GetString(),
                results[^1].GetProperty("partialFingerprints").GetProperty("mxaudit/v1").GetString()));
        Assert.Contains("\"justification\": \"Suppressed: the new primary comes in May\"", sarif);
    }

    [Fact]
    public void A_baseline_fits_its_schema() => Fits("baseline-1.schema.json", Written(Baseline.Write));

    [Fact]
    public void Junit_fits_its_schema()
    {
        string junit = Written(CheckJunitWriter.Write);
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings };
        settings.Schemas.Add(null, Golden.PathOf("docs/schema/junit.xsd"));
        settings.ValidationEventHandler += (_, said) => Assert.Fail(said.Message);
        var document = new XmlDocument();
        using var reader = XmlReader.Create(new StringReader(junit), settings);
        document.Load(reader);
        var suite = document.DocumentElement!["testsuite"]!;
        Assert.Equal("2", suite.GetAttribute("failures"));
        Assert.Equal(int.Parse(suite.GetAttribute("tests")), document.GetElementsByTagName("testcase").Count);
        Assert.Equal(int.Parse(suite.GetAttribute("skipped")), document.GetElementsByTagName("skipped").Count);
    }

    [Fact]
    public void Prometheus_takes_the_metrics()
    {
        var (status, said) = OtherProgram.Run("promtool", Text(writer => CheckPrometheusWriter.Write(writer, Report)), "check", "metrics");
        Assert.Equal((0, ""), (status, said));
    }

    [Fact]
    public void No_name_that_a_stranger_chose_makes_a_series() =>
        Assert.DoesNotContain("example", Text(writer => CheckPrometheusWriter.Write(writer, Report)));

    [Fact]
    public void Nagios_finds_the_numbers_behind_the_only_bar()
    {
        string[] lines = Text(writer => CheckNagiosWriter.Write(writer, Report)).TrimEnd('\n').Split('\n');
        Assert.Matches(@"^MXAUDIT CRITICAL - 1 critical, 1 warning \| (\w+=[0-9]+s?;[0-9]*;[0-9]*;0 ?)+$", lines[0]);
        Assert.Equal(1 + 5 + 1, lines.Length);
        Assert.DoesNotContain(lines.Skip(1), line => line.Contains('|') || line.Any(char.IsControl));
    }

    [Fact]
    public void Nagios_can_do_without_numbers() =>
        Assert.Equal("MXAUDIT CRITICAL - 1 critical, 1 warning\n", Text(writer => CheckNagiosWriter.Write(writer, Report, perfdata: false, details: false)));

    [Fact]
    public void A_finding_that_does_not_count_says_why()
    {
        string text = Text(writer => CheckTextWriter.Write(new Page(writer), Report));
        Assert.Contains(": known.example (known)\n", text);
        Assert.Contains("Suppressed: the new primary comes in May\n", text);
        Assert.EndsWith("verdict: critical (exit status 2): 1 high, 1 medium, 1 info; 1 known, 1 suppressed\n", text);
    }
}
