using System.Text.Json;
using MxAudit.Log;
using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

public class CheckWriterTests
{
    private static JsonElement Json(CheckReport report)
    {
        using var stream = new MemoryStream();
        CheckJsonWriter.Write(stream, report);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    private static string Text(CheckReport report, bool colour = false, bool ascii = false)
    {
        var text = new StringWriter();
        CheckTextWriter.Write(new Page(text, colour, ascii), report);
        return text.ToString();
    }

    /// <summary>A syslog that has died looks like a quiet day.</summary>
    [Theory]
    [InlineData("2026-11-22T00:00:00Z", "verdict: ok (exit status 0): no findings\n", "MXAUDIT OK - no findings | ")]
    [InlineData("2026-11-30T00:00:00Z", "verdict: ok (exit status 0): no findings; the log has no line of Postfix in this time\n",
        "MXAUDIT OK - no findings; the log has no line of Postfix in this time | ")]
    public void A_verdict_tells_that_no_line_stands_behind_it(string since, string verdict, string firstLine)
    {
        var from = DateTimeOffset.Parse(since, System.Globalization.CultureInfo.InvariantCulture);
        using var audit = Audit.OfText("Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed\n",
            new AuditRequest { Year = 2026, UtcOffset = TimeSpan.Zero, Since = from });
        var report = new CheckReport(audit);
        Assert.EndsWith(verdict, Text(report));
        var nagios = new StringWriter();
        CheckNagiosWriter.Write(nagios, report);
        Assert.StartsWith(firstLine, nagios.ToString());
    }

    private static string[] MembersOf(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    [Theory]
    [InlineData("", "schema tool generated verdict window evidence totals findings gone not_evaluated")]
    [InlineData("tool", "name version")]
    [InlineData("window", "from to now")]
    [InlineData("evidence", "log queue config dns")]
    [InlineData("evidence.log", "files lines postfix_lines understood_lines unread_lines lines_without_queue_id lost_lines first last hosts instances")]
    [InlineData("totals",
        "messages_accepted smtpd_rejects postscreen_rejects recipients_delivered recipients_bounced recipients_expired recipients_deferred deferrals notices notices_to_strangers notice_fates probes queue")]
    [InlineData("totals.notices", "non_delivery delay delivery_status postmaster")]
    [InlineData("totals.notice_fates", "delivered deferred undeliverable unknown")]
    [InlineData("totals.probes", "deliverable undeliverable unknown not_cached")]
    [InlineData("findings.0",
        "rule name title severity confidence subject fingerprint message count first_seen last_seen evidence missing_evidence fix references state")]
    [InlineData("findings.0.evidence.0", "kind source line text")]
    [InlineData("findings.0.fix.0", "why command")]
    [InlineData("not_evaluated.0", "rule needs")]
    public void Json_has_every_promised_member(string path, string members)
    {
        var element = Json(new CheckReport(Specimen.Audit()));
        foreach (string step in path.Split('.', StringSplitOptions.RemoveEmptyEntries)) element = step == "0" ? element[0] : element.GetProperty(step);
        Assert.Equal(members.Split(' '), MembersOf(element));
    }

    [Fact]
    public void Json_says_what_was_found()
    {
        var json = Json(new CheckReport(Specimen.Audit()) { Generated = Specimen.Noon });
        Assert.Equal("mxaudit.check/1", json.GetProperty("schema").GetString());
        Assert.Equal("2026-11-22T12:00:00Z", json.GetProperty("generated").GetString());
        Assert.Equal("critical", json.GetProperty("verdict").GetString());
        var finding = json.GetProperty("findings")[0];
        Assert.Equal(["config", "dns"], finding.GetProperty("missing_evidence").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal("""{"kind":"log","source":"mail.log","line":41822,"text":"the text of the line"}""",
            JsonSerializer.Serialize(finding.GetProperty("evidence")[0]));
        Assert.Equal(JsonValueKind.Null, finding.GetProperty("evidence")[1].GetProperty("line").ValueKind);
        Assert.Equal(1197, json.GetProperty("evidence").GetProperty("log").GetProperty("understood_lines").GetInt64());
    }

    [Theory]
    [InlineData(Severity.Info, Severity.Medium, Severity.High, Verdict.Ok)]
    [InlineData(Severity.Low, Severity.Medium, Severity.High, Verdict.Ok)]
    [InlineData(Severity.Medium, Severity.Medium, Severity.High, Verdict.Warning)]
    [InlineData(Severity.High, Severity.Medium, Severity.High, Verdict.Critical)]
    [InlineData(Severity.High, Severity.Medium, Severity.Critical, Verdict.Warning)]
    [InlineData(Severity.High, Severity.Critical, Severity.High, Verdict.Ok)]
    [InlineData(Severity.Info, Severity.Info, Severity.Info, Verdict.Critical)]
    public void The_verdict_follows_the_thresholds(Severity found, Severity failOn, Severity criticalOn, Verdict verdict) =>
        Assert.Equal(verdict,
            new CheckReport(Specimen.Audit([Specimen.Finding with { Severity = found }])) { FailOn = failOn, CriticalOn = criticalOn }.Verdict);

    [Fact]
    public void A_fingerprint_is_about_rule_instance_and_subject_alone()
    {
        var finding = Specimen.Finding;
        var report = new CheckReport(Specimen.Audit());
        string print = report.FingerprintOf(finding);
        Assert.Matches("^[0-9a-f]{16}$", print);
        Assert.Equal(print, report.FingerprintOf(finding with { Count = 1, Message = "other", LastSeen = null }));
        Assert.NotEqual(print, report.FingerprintOf(finding with { Subject = "other.example" }));
        Assert.NotEqual(print, new CheckReport(Specimen.Audit(origins: [new("mx2", "postfix-in")])).FingerprintOf(finding));
        // a line of rsyslogd came first
        Assert.Equal(print, new CheckReport(Specimen.Audit(origins: [new("mx2", ""), new("mx2", "postfix")])).FingerprintOf(finding));
        var several = new CheckReport(Specimen.Audit(origins: [new("mx2", "postfix"), new("mx2", "postfix-out")]));
        Assert.Equal(several.FingerprintOf(finding), new CheckReport(Specimen.Audit(origins: [new("mx2", "a"), new("mx2", "b")])).FingerprintOf(finding));
    }

    [Fact]
    public void Text_has_a_line_that_editors_can_jump_to() =>
        Assert.Contains("\nmail.log:41822: high BKS001 Non-delivery notice sent to somebody who may never have written: example.com\n",
            Text(new CheckReport(Specimen.Audit())));

    [Fact]
    public void Text_shows_fix_evidence_and_what_was_not_asked()
    {
        string text = Text(new CheckReport(Specimen.Audit()));
        Assert.Contains("         postconf -e 'relay_recipient_maps = lmdb:/etc/postfix/relay_recipients'\n", text);
        Assert.Contains("        mail.log:41822: the text of the line\n        main.cf: relay_domains = example.com\n", text);
        Assert.Contains("needs dns: LUP002\n", text);
        Assert.EndsWith("verdict: critical (exit status 2): 1 high\n", text);
    }

    [Fact]
    public void Colour_is_only_an_addition() =>
        Assert.Equal(Text(new CheckReport(Specimen.Audit())),
            System.Text.RegularExpressions.Regex.Replace(Text(new CheckReport(Specimen.Audit()), colour: true), "\e\\[[0-9;]*m", ""));

    [Fact]
    public void Nothing_that_steers_a_terminal_gets_through()
    {
        string text = Text(new CheckReport(Specimen.Audit([Specimen.Finding with { Subject = "a\e[2Jb\u202ec", Message = "x\ay\rz" }])));
        Assert.DoesNotContain(text, c => c != '\n' && PlainText.IsUnsafe(c));
        Assert.Contains("a\\x1B[2Jb\\u202Ec", text);
    }

    [Fact]
    public void Ascii_is_ascii() =>
        Assert.All(Text(new CheckReport(Specimen.Audit([Specimen.Finding with { Message = "smörgås … “bord”" }])), ascii: true), c => Assert.True(c <= '~'));

    [Fact]
    public void The_manual_is_printed_whole()
    {
        var text = new StringWriter();
        ExplainWriter.Write(new Page(text), Specimen.Manual);
        string manual = text.ToString();
        Assert.All(new[]
        {
            "BKS001 notice-to-stranger (high)",
            "needs log; surer with config and dns",
            "    Block lists remember.",
            "    Nov 22 12:00:01 mx2 postfix/bounce[1]: two",
            "postconf -e",
            "https://www.postfix.org/",
        },
            part => Assert.Contains(part, manual));
    }

    [Fact]
    public void A_line_of_many_kilobytes_is_cut_for_people_and_says_so()
    {
        var text = new StringWriter();
        var page = new Page(text);
        page.Quote("mail.log:1", new string('x', 64_000), indent: 4);
        page.Quote("mail.log:2", new string('x', 1_999) + "\U0001F600", indent: 4);
        page.Quote("", new string('x', 2_000), indent: 4);
        Assert.Equal(
            $"    mail.log:1: {new string('x', 2_000)} … (64,000 characters)\n    mail.log:2: {new string('x', 1_999)} … (2,001 characters)\n    {new string('x', 2_000)}\n",
            text.ToString());
    }

    /// <summary>BKS001 and BKS002 want what BKS008 wants; what is theirs alone stays, and JSON has it all.</summary>
    [Fact]
    public void The_same_fix_is_said_once_and_referred_to()
    {
        var report = new CheckReport(Audit.OfText(AllRules.Find("BKS008")!.Manual.Fires.Log,
            config: MxAudit.Config.PostfixConfig.OfText(AllRules.Find("BKS008")!.Manual.Fires.Config!)));
        string text = Text(report);
        Assert.Equal(2, text.Split("postconf -e 'relay_recipient_maps = ").Length);
        Assert.Equal(3, text.Split("fix: The cause is BKS008, no-recipient-validation. Do as under BKS008 example.com.").Length);
        Assert.Contains("postsuper -h -", text, StringComparison.Ordinal);
        Assert.All(
            Json(report).GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("rule").GetString() is "BKS001" or "BKS002" or "BKS008"),
            finding => Assert.Contains(finding.GetProperty("fix").EnumerateArray(),
                fix => fix.GetProperty("command").GetString()!.Contains("postconf -e 'relay_recipient_maps = ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData(60, 60)]
    [InlineData(7, 40)]
    [InlineData(200, 100)]
    public void A_paragraph_is_as_wide_as_the_terminal_and_reads_well(int? columns, int widest)
    {
        var text = new StringWriter();
        new Page(text, columns: columns).Paragraph(string.Join(' ', Enumerable.Repeat("four", 100)), indent: 4, mark: "fix: ");
        Assert.InRange(text.ToString().Split('\n').Max(line => line.Length), widest - 4, widest);
    }
}
