using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using MxAudit.Rules;
using MxAudit.Tests.Scenarios;

namespace MxAudit.Tests.Commands;

/// <summary><c>--threshold</c>, <c>--baseline</c> and <c>--suppress</c> mean the same wherever findings are shown.</summary>
public sealed class FindingOptionsTests : FolderTests
{
    private readonly Story _story = new("backscatter-no-verify");
    private readonly string _baseline, _suppress;

    public FindingOptionsTests()
    {
        (_baseline, _suppress) = (PathOf("known.json"), PathOf("meant.toml"));
        File.WriteAllText(_suppress, "[[suppress]]\nrule = \"BKS001\"\nsubject = \"example.net\"\nreason = \"the customer insists\"\n");
        Assert.Equal(2, Story.Run(["check", "--quiet", "--only", "BKS008", "--write-baseline", _baseline, .. Evidence]).Status);
    }

    private string[] Evidence => ["--config", _story.Folder, .. Story.Fixed, _story.Log];
    private string[] Judged => ["--baseline", _baseline, "--suppress", _suppress, .. Evidence];

    /// <summary>Rule and subject of every finding that is not new, and its state.</summary>
    private Dictionary<string, string> States()
    {
        string json = Story.Run(["check", "--format", "json", .. Judged]).Output;
        return JsonDocument.Parse(json).RootElement.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("state").GetString() != "new")
            .ToDictionary(finding => $"{finding.GetProperty("rule").GetString()} {finding.GetProperty("subject").GetString()}",
                finding => finding.GetProperty("state").GetString()!);
    }

    [Fact]
    public void Check_tells_what_is_known_and_what_is_suppressed() =>
        Assert.Equal([("BKS001 example.net", "suppressed"), ("BKS008 example.com", "known"), ("BKS008 example.net", "known")],
            States().Select(state => (state.Key, state.Value)).Order());

    [Fact]
    public void The_table_of_findings_has_the_same_states()
    {
        var rows = Story.Run(["export", "findings", "--format", "ndjson", .. Judged]).Output
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement);
        Assert.Equal(States(),
            rows.Where(row => row.GetProperty("state").GetString() != "new")
                .ToDictionary(row => $"{row.GetProperty("rule").GetString()} {row.GetProperty("subject").GetString()}",
                    row => row.GetProperty("state").GetString()!));
    }

    [Theory]
    [InlineData("html", "class=\"state\">suppressed<", "class=\"state\">known<")]
    [InlineData("md", "example.net (suppressed)\n", "example.com (known)\n")]
    [InlineData("txt", "example.net (suppressed)\n", "example.com (known)\n")]
    public void A_report_shows_them_apart_and_does_not_count_them(string form, string suppressed, string known)
    {
        string path = PathOf($"report.{form}");
        Assert.Equal(0, Story.Run(["report", "-o", path, .. Judged]).Status);
        string report = File.ReadAllText(path);
        Assert.Contains(suppressed, report);
        Assert.Contains(known, report);
        Assert.Contains("the customer insists", report);
        Assert.Contains("2 known and 1 suppressed", Regex.Replace(report, @"\s+", " "));
    }

    [Fact]
    public void A_bundle_holds_the_same_states()
    {
        string path = PathOf("bundle.tar.gz");
        Assert.Equal(0, Story.Run(["bundle", "-o", path, "--pseudonym-key", PathOf("key"), .. Judged]).Status);
        using var tar = new TarReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string all = "";
        while (tar.GetNextEntry() is { } entry) all += new StreamReader(entry.DataStream!).ReadToEnd();
        Assert.Equal((1, 2), (Regex.Count(all, "\"state\": \"suppressed\""), Regex.Count(all, "\"state\": \"known\"")));
    }

    /// <summary>What is known must still be mended; what is meant so stays.</summary>
    [Fact]
    public void Advice_leaves_out_what_is_suppressed_and_says_so()
    {
        JsonElement Advice(string subject)
        {
            File.WriteAllText(_suppress, $"[[suppress]]\nrule = \"BKS006\"\nsubject = \"{subject}\"\nreason = \"the customer insists\"\n");
            string[] words = ["advise", "--format", "json", "--baseline", _baseline, "--suppress", _suppress, "--config",
                DelayingHost(), .. Story.Fixed, _story.Log];
            return JsonDocument.Parse(Story.Run(words).Output).RootElement.Clone();
        }
        var (asUsual, meantSo) = (Advice("elsewhere"), Advice("delay_warning_time"));
        string[] Commands(JsonElement advice) => [.. advice.GetProperty("plan").EnumerateArray().Select(step => step.GetProperty("command").GetString()!)];
        Assert.Contains(Commands(asUsual), command => command.Contains("delay_warning_time", StringComparison.Ordinal));
        Assert.DoesNotContain(Commands(meantSo), command => command.Contains("delay_warning_time", StringComparison.Ordinal));
        Assert.Equal(Commands(asUsual).Length - 1, Commands(meantSo).Length);
        Assert.Equal("BKS006", Assert.Single(meantSo.GetProperty("left_out").EnumerateArray().ToArray()).GetProperty("rule").GetString());
        Assert.Empty(asUsual.GetProperty("left_out").EnumerateArray());
        Assert.Contains("relay_recipient_maps", string.Join('\n', Commands(meantSo)));
    }

    private string DelayingHost()
    {
        string folder = Directory.CreateDirectory(PathOf("etc")).FullName;
        foreach (string file in new[] { "main.cf", "master.cf" }) File.Copy(Path.Combine(_story.Folder, file), Path.Combine(folder, file), overwrite: true);
        File.AppendAllText(Path.Combine(folder, "main.cf"), "\ndelay_warning_time = 4h\n");
        return folder;
    }

    [Theory]
    [InlineData("check --format ndjson", "\"rule\":\"BKS002\"")]
    [InlineData("export findings --format ndjson", "\"rule\":\"BKS002\"")]
    [InlineData("report", " BKS002 This")]
    public void A_limit_is_the_same_in_every_verb(string commandLine, string finding)
    {
        Assert.Contains(finding, Story.Run([.. commandLine.Split(' '), .. Evidence]).Output);
        Assert.DoesNotContain(finding, Story.Run([.. commandLine.Split(' '), "--threshold", "BKS002=1000", .. Evidence]).Output);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("report")]
    [InlineData("export findings")]
    [InlineData("advise")]
    [InlineData("bundle -o /dev/null")]
    public void A_baseline_that_can_not_be_read_is_an_error_in_every_verb(string commandLine)
    {
        foreach (string option in new[] { "--baseline", "--suppress" })
        {
            var result = Story.Run([.. commandLine.Split(' '), option, "/does/not/exist", .. Evidence]);
            Assert.Equal((3, ""), (result.Status, result.Output));
            Assert.Contains("/does/not/exist", result.Error);
        }
    }

    [Fact]
    public void A_limit_in_the_settings_holds_for_the_report_too()
    {
        string settings = Write("config.toml", $"suppress = \"{_suppress}\"\n[threshold]\nBKS002 = 1000\n");
        string report = Screenless.RunIn(new Screenless.Surroundings { SystemSettings = settings }, ["report", .. Evidence]).Output;
        Assert.DoesNotContain(" BKS002 This", report);
        Assert.Contains("example.net (suppressed)", report);
    }

    /// <summary>The screens audit through a watch.</summary>
    [Fact]
    public void A_watch_judges_every_audit()
    {
        var request = new AuditRequest
        {
            Logs = [_story.Log],
            Year = 2026,
            UtcOffset = TimeSpan.Zero,
            Judge = audit => audit with { Findings = [.. audit.Findings.Select(finding => finding with { State = FindingState.Known })] }
        };
        using var watch = new Watch(request);
        foreach (bool anew in new[] { false, true })
        {
            using var audit = watch.Audit(anew);
            Assert.NotEmpty(audit.Findings);
            Assert.All(audit.Findings, finding => Assert.Equal(FindingState.Known, finding.State));
        }
    }

    /// <summary>Warning when QUE005 begins to speak of it, critical when it is over.</summary>
    [Theory]
    [InlineData("", "345600;432000")]
    [InlineData("QUE005=12h", "388800;432000")]
    [InlineData("QUE005=30d", "0;432000")]
    public void Nagios_is_told_the_limits_of_the_rule_that_judges_the_queue(string threshold, string limits)
    {
        string[] words = ["check", "--format", "nagios", "--quiet", "--queue",
            Path.Combine(new Story("multi-instance").Folder, "postqueue-j.json"), .. Story.Fixed];
        Assert.Matches($" queue_oldest=[0-9]+s;{limits};0$",
            Story.Run(threshold.Length > 0 ? [.. words, "--threshold", threshold] : words).Output.TrimEnd('\n'));
    }
}
