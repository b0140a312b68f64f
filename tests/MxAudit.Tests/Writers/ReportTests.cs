using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using MxAudit.Rules;
using MxAudit.Tests.Scenarios;
using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

public sealed class ReportTests : FolderTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&--><img src=x onerror=y>\x1b[2J\u202e```|a|";


    public static TheoryData<string> Stories => [.. Story.Names];

    [Theory, MemberData(nameof(Stories))]
    public void A_report_is_one_well_formed_file_that_asks_for_nothing(string name)
    {
        string html = Report(name, "html");
        var page = Parsed(html);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe" or "object" or "form" or "base");
        Assert.DoesNotContain(page.Descendants().Attributes(),
            attribute => attribute.Name.LocalName is "src" or "style" or "action" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotContain("url(", html);
        Assert.Contains("default-src 'none'", html);
        Assert.All(page.Descendants("a").Attributes("href"), link => Assert.Matches("^(#[a-z0-9-]+|https://www\\.postfix\\.org/.*|https://.*)$", link.Value));
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.Descendants("a").Attributes("href").Where(link => link.Value.StartsWith('#')), link => Assert.Contains(link.Value[1..], ids));
        foreach (string id in new[] { "findings", "traffic", "bounces", "notices", "probes", "queue", "evidence" })
            Assert.Single(page.Descendants("section"), section => (string?)section.Attribute("id") == id);
    }

    [Fact]
    public void The_numbers_of_the_report_are_those_of_the_audit()
    {
        var page = Parsed(Report("backscatter-no-verify", "html"));
        var figures = page.Descendants("ul")
            .First(list => (string?)list.Attribute("class") == "figures")
            .Elements("li")
            .ToDictionary(item => item.Element("span")!.Value, item => item.Element("b")!.Value);
        Assert.Equal("76", figures["Notices to strangers"]);
        var lane = page.Descendants("div")
            .First(lane => (string?)lane.Attribute("class") == "lane bad" && lane.Value.Contains("Notices to strangers", StringComparison.Ordinal));
        Assert.StartsWith("76", lane.Elements("span").Last().Value);
        Assert.Equal(76,
            lane.Descendants("title")
                .Where(title => !title.Value.Contains(" to ", StringComparison.Ordinal))
                .Sum(title => int.Parse(title.Value.Split(": ")[^1])));
    }

    /// <summary>Two domains with one fault are two findings there, and here.</summary>
    [Fact]
    public void The_first_sentence_counts_as_check_does()
    {
        string log = new Story("backscatter-no-verify").Log, config = Path.GetDirectoryName(log)!;
        string checkedLast = Story.Run(["check", "--config", config, log]).Output.TrimEnd().Split('\n')[^1];
        Assert.Equal("verdict: critical (exit status 2): 2 critical, 3 high, 1 medium, 1 low, 1 info", checkedLast);
        Assert.Contains("Action is needed: 8 findings by 6 rules, 2 critical, 3 high, 1 medium, 1 low and 1 info.",
            Story.Run(["report", "-o", "-", "--config", config, log]).Output.Replace("\n", " ", StringComparison.Ordinal));
    }

    /// <summary>Missing evidence is not good news.</summary>
    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    [InlineData("txt")]
    public void Without_a_log_nothing_is_said_of_the_mail(string form)
    {
        string file = PathOf("report." + form), config = Path.GetDirectoryName(new Story("backscatter-no-verify").Log)!;
        Assert.Equal(0, Story.Run(["report", "-o", file, "--config", config]).Status);
        string report = File.ReadAllText(file);
        Assert.Equal(4, Regex.Count(report, "Not known: no log was read"));
        foreach (string word in (string[])["messages accepted", "Messages accepted", "to people who never wrote", "recipients waiting", "0 lines",
            "no next hop", "wrote no notice"])
            Assert.DoesNotContain(word, report, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_strangers_stays_text_in_HTML()
    {
        var writer = new StringWriter();
        ReportHtmlWriter.Write(writer,
            ReportSections.Of(new CheckReport(Specimen.Audit([Specimen.Finding with { Subject = Hostile, Message = Hostile }], [new(Hostile, "postfix")]))));
        var page = Parsed(writer.ToString());
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "img");
        Assert.Contains("<script>alert(1)</script>", page.Descendants("summary").First().Value);
        Assert.DoesNotContain('\x1b', writer.ToString());
        Assert.DoesNotContain('\u202e', writer.ToString());
    }

    [Fact]
    public void Text_of_strangers_stays_text_in_Markdown()
    {
        var writer = new StringWriter();
        ReportMarkdownWriter.Write(writer,
            ReportSections.Of(new CheckReport(Specimen.Audit([Specimen.Finding with { Subject = Hostile, Message = Hostile }]))));
        Assert.DoesNotContain("<script>", writer.ToString());
        Assert.DoesNotContain('\x1b', writer.ToString());
        Assert.Contains(@"\|a\|", writer.ToString());
    }

    [Fact]
    public void A_fence_is_longer_than_what_it_holds() => Assert.StartsWith("`````text\n", Markup.Fenced(["a ```` b"]));

    [Theory]
    [InlineData("md", "# Mail audit of mx2\n")]
    [InlineData("txt", "Mail audit of mx2\n=================\nAction is needed: ")]
    public void A_report_is_written_for_tickets_and_for_mail(string form, string begin)
    {
        string text = Report("backscatter-no-verify", form);
        Assert.StartsWith(begin, text);
        Assert.All(new[] { "Traffic and outages", "Ledger of notices", "What waits" }, title => Assert.Contains(title, text));
    }

    /// <summary>Who reads a report does not run <c>explain</c>. One rule with several findings says it once.</summary>
    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    public void A_report_says_why_each_fault_matters_once(string form)
    {
        string text = Report("backscatter-no-verify", form);
        var found = AllRules.InOrder.Select(rule => rule.Manual).Where(manual => text.Contains(manual.Title, StringComparison.Ordinal)).ToArray();
        Assert.InRange(found.Length, 2, 10);
        Assert.Equal(found.Length, Regex.Count(text, "Why it matters"));
        Assert.All(found, manual => Assert.Equal(2, text.Split(manual.Why.Split(['\n', ','])[0]).Length));
    }

    [Fact]
    public void Another_ending_is_refused() => Assert.Equal(3, Story.Run(["report", "-o", PathOf("a.pdf"), new Story("backscatter-no-verify").Log]).Status);

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(60, 1, 61)]
    [InlineData(3600, 60, 61)]
    [InlineData(86_400 * 400, 604_800, 58)]
    public void Steps_of_time_are_round_and_not_too_many(int seconds, int step, int most)
    {
        var scale = TimeScale.Of(Specimen.Noon, Specimen.Noon.AddSeconds(seconds));
        Assert.Equal(step, scale.Step.TotalSeconds);
        Assert.InRange(scale.Steps, 1, Math.Max(most, 72));
        Assert.True(scale.From <= Specimen.Noon && scale.From + scale.Steps * scale.Step > Specimen.Noon.AddSeconds(seconds));
    }

    [Theory]
    [InlineData("backscatter-no-verify")]
    [InlineData("seed-primary-down")]
    public async Task Chromium_renders_it_without_a_complaint(string name)
    {
        string? browser = new[] { "chromium", "chromium-browser", "google-chrome" }
            .SelectMany(program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "there is no Chromium here");
        Report(name, "html");
        var start = new ProcessStartInfo(browser!, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND", $"--user-data-dir={PathOf("profile")}", "--enable-logging=stderr", "--v=0",
            "--dump-dom", $"file://{PathOf("report.html")}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string shown = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("</html>", shown);
        Assert.True(Regex.Count(shown, "<svg") >= 6, "The charts are not there.");
        Assert.DoesNotContain("CONSOLE", await said); // a blocked request would stand there, too
    }

    private string Report(string name, string form)
    {
        var story = new Story(name);
        string path = PathOf($"report.{form}");
        var (status, _, error) = Story.Run(["report", "-o", path, "--queue", Path.Combine(story.Folder, "postqueue-j.json"), "--config", story.Folder,
            .. Story.Fixed, story.Log]);
        Assert.True(status == 0, error);
        return File.ReadAllText(path);
    }

    private static XDocument Parsed(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    /// <summary>Three probes stand behind one refusal there.</summary>
    [Fact]
    public void The_report_counts_refusals_and_not_the_probes_behind_them()
    {
        string text = Report("seed-primary-down", "txt");
        Assert.Contains("       12  refused at the door", text);
        Assert.Contains("Recipients that were not verified were refused 0 times for good and 12 times for now;",
            text.Replace("\n", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refusal_that_syslog_repeats_is_counted_so_in_the_chart_too()
    {
        const string reject =
            "NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <u@example.com>: Recipient address rejected: User unknown; from=<a@example.org> to=<u@example.com> proto=ESMTP helo=<a.example>";
        using var audit = Audit.OfText(new Mail.Letters().Line($"smtpd: {reject}").Line($"smtpd: message repeated 9 times: [ {reject}]").ToString());
        var timeline = ReportSections.Of(new CheckReport(audit)).Sections.SelectMany(section => section.Blocks).OfType<ReportTimeline>().Single();
        Assert.Equal(10, timeline.Lanes.Single(lane => lane.Name == "Refused at the door").Counts.Sum());
        Assert.Equal(10, MxAudit.Views.Traffic.Of(audit.Mail).Series.Single(series => series.Name == "refused").Total);
    }

    /// <summary>Two domains with one fault; their numbers differ, and what to do does not.</summary>
    [Fact]
    public void A_ticket_tells_the_same_fix_once()
    {
        string text = Report("backscatter-no-verify", "md");
        Assert.Equal(2, text.Split("### critical BKS008: ").Length - 1);
        Assert.Single(text.Split('\n'), line => line.StartsWith("Best: give Postfix the list of valid recipients", StringComparison.Ordinal));
        Assert.Contains("Do as under BKS008 example.com.", text, StringComparison.Ordinal);
    }
}
