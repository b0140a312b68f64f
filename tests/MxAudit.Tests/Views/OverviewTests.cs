using MxAudit.Rules;
using MxAudit.Tests.Screens;
using MxAudit.Views;

namespace MxAudit.Tests.Views;

public class OverviewTests
{
    private static string Fact(AuditResult audit, string name) => OverviewFacts.Of(audit).Single(fact => fact.Name == name).Line.Text;

    [Fact]
    public void The_same_fault_at_several_subjects_is_one_problem_and_none_is_lost()
    {
        using var audit = Headless.AuditOf("backscatter-no-verify");
        var problems = Problem.Of(audit.Findings);
        Assert.Equal(problems.Select(problem => problem.Rule.Id).Distinct(), problems.Select(problem => problem.Rule.Id));
        Assert.Equal(audit.Findings.ToHashSet(), problems.SelectMany(problem => problem.Findings).ToHashSet());
        Assert.Equal(audit.Findings[0], problems[0].Findings[0]);
        Assert.Equal("example.com and 1 more", problems[0].Subjects(most: 1));
        Assert.Equal(problems.Select(problem => problem.Severity).OrderDescending(), problems.Select(problem => problem.Severity));
    }

    [Fact]
    public void What_is_known_does_not_hide_among_what_is_new()
    {
        using var audit = Headless.AuditOf("backscatter-no-verify");
        Finding[] findings = [.. audit.Findings.Select((finding, i) => i == 0 ? finding with { State = FindingState.Known } : finding)];
        Assert.Equal(["example.com", "example.net"],
            Problem.Of(findings).Where(problem => problem.Rule.Id == "BKS008").Select(problem => problem.Subjects(most: 1)));
    }

    [Fact]
    public void Without_a_log_nothing_is_said_of_the_mail()
    {
        // all of it is held
        using var audit = Audit.OfText(null, new AuditRequest { Now = DateTimeOffset.UnixEpoch },
            queue: """{"queue_name": "hold", "queue_id": "4ABCDEF0121", "arrival_time": 0, "message_size": 10, "sender": "a@example.com", "recipients": [{"address": "b@example.org"}]}""");
        var facts = OverviewFacts.Of(audit).ToDictionary(fact => fact.Name, fact => fact.Line.Text);
        foreach (string name in (string[])["mail", "notices", "probes", "unread"]) Assert.Equal("not known: no log was read", facts[name]);
        Assert.EndsWith("no log was read", OverviewFacts.Verdict(audit).Text);
        using var screens = new Headless(80, 24, audit);
        Assert.DoesNotContain("mail over time", screens.Screen);
        foreach (string screen in (string[])["4", "6", "7", "8", "9", "0"]) Assert.Contains("Not known: no log was read.", screens.Press(screen).Screen);
        Assert.Contains("4ABCDEF0121", screens.Press("5").Screen);
        Assert.Contains("No log was read.", screens.Press("Enter").Screen);
    }

    /// <summary>As check has it: a syslog that has died is no good news.</summary>
    [Fact]
    public void A_verdict_behind_which_no_line_stands_says_so()
    {
        using var audit = Audit.OfText("Nov 22 10:00:00 mx2 postfix/qmgr[1]: 4ABCDEF0121: removed\n",
            new AuditRequest { Year = 2026, UtcOffset = TimeSpan.Zero, Since = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero) });
        Assert.EndsWith("; the log has no line of Postfix in this time", OverviewFacts.Verdict(audit).Text);
        Assert.EndsWith(" The log has no line of Postfix in this time.", MxAudit.Writers.ReportSections.Verdict(new MxAudit.Writers.CheckReport(audit)));
    }

    [Theory]
    [InlineData("postfix/smtp[3]: to=<u@example.com>, relay=none, delay=1, status=deferred (connection timed out)", "; 1 without a queue id")]
    [InlineData("journal: Suppressed 1200 messages from postfix.service", "; 1,200 lost")]
    [InlineData("postfix/smtpd[3]: connect from unknown[192.0.2.1]", "")]
    public void What_limits_the_evidence_stands_on_the_first_screen(string line, string words)
    {
        using var audit = Audit.OfText($"Nov 22 10:00:00 mx2 postfix/qmgr[1]: 4ABCDEF0121: removed\nNov 22 10:00:01 mx2 {line}\n",
            new AuditRequest { Now = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero) });
        Assert.Equal("every Postfix line was understood" + words, Fact(audit, "unread"));
    }

    [Fact]
    public void What_the_audit_notes_is_seen_on_the_first_screen_and_whole_behind_a_key()
    {
        using var plain = Headless.AuditOf("backscatter-no-verify");
        const string down = "The queue can not be listed: the mail system is down.";
        using var screens = new Headless(80, 24, plain with { Notes = ["Another note.", down], WhyNoQueue = down });
        Assert.Contains("queue     not known: it could not be listed", screens.Screen);
        Assert.Contains($"notes     {down} (and 1 more)", screens.Screen);
        Assert.Contains("i evidence", screens.Screen);
        string evidence = screens.Press("i").Screen;
        Assert.Contains($"  Another note.\n  {down}\n", evidence);
        Assert.Contains("what was read\n  log           ", evidence);
        Assert.Contains("1,041 lines", evidence);
        using var silent = Headless.On("backscatter-no-verify", 80, 24);
        Assert.DoesNotContain("i evidence", silent.Screen);
    }

    [Fact]
    public void Rules_that_were_not_asked_are_named_behind_a_key()
    {
        using var screens = new Headless(80, 40, Audit.OfText("Nov 22 10:00:00 mx2 postfix/qmgr[1]: 4ABCDEF0121: removed\n"));
        string evidence = screens.Press("i").Screen;
        Assert.Contains("queue         not looked at: --queue", evidence);
        Assert.Matches(@"\nnot evaluated: \d+ rules\n(.*\n)*  needs config: [^\n]*BKS008", evidence);
    }

    /// <summary>Messages are not recipients, and held mail has no age.</summary>
    [Fact]
    public void The_queue_tells_of_what_there_are_how_many()
    {
        using var audit = Audit.OfText(null, new AuditRequest { Now = DateTimeOffset.FromUnixTimeSeconds(1000) }, queue: """
            {"queue_name": "hold", "queue_id": "4ABCDEF0121", "arrival_time": 100, "message_size": 10, "sender": "a@example.com", "recipients": [{"address": "b@example.org"}]}
            {"queue_name": "deferred", "queue_id": "4ABCDEF0122", "arrival_time": 100, "message_size": 10, "sender": "a@example.com", "recipients": [{"address": "b@example.org"}, {"address": "c@example.org"}]}
            """);
        Assert.Equal("2 messages for 3 recipients; these by age in minutes: <20: 2; 1 held; the oldest 15 min",
            Fact(audit, "queue"));
    }

    [Fact]
    public void A_line_of_numbers_that_is_too_long_goes_on_below()
    {
        using var plain = Headless.AuditOf("backscatter-no-verify");
        string note = string.Join(' ', Enumerable.Range(1, 40).Select(i => $"word{i}"));
        using var screens = new Headless(80, 30, plain with { Notes = [note] });
        string[] lines = screens.Screen.Split('\n');
        int at = Array.FindIndex(lines, line => line.StartsWith("notes     word1 ", StringComparison.Ordinal));
        Assert.StartsWith("          word", lines[at + 1]);
        Assert.EndsWith("…", lines[at + 1]);
        Assert.EndsWith("…", screens.Resize(80, 18).Screen.Split('\n').Single(line => line.StartsWith("notes ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_log_of_one_second_is_drawn_as_a_second()
    {
        using var audit = Audit.OfText(
            "Nov 22 10:00:00 mx2 postfix/smtpd[3]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <u@example.com>: Recipient address rejected: User unknown; from=<a@example.org> to=<u@example.com> proto=ESMTP helo=<a.example>\n");
        using var screens = new Headless(120, 36, audit);
        Assert.EndsWith("  11-22 10:00:00", OverviewFacts.Verdict(audit).Text); // and not 0 ms
        Assert.Contains("mail over time ─", screens.Screen); // no columns of milliseconds
        Assert.Matches("10:00:00 +10:00:01", screens.Screen);
    }

    [Theory]
    [InlineData("backscatter-no-verify", "CRITICAL")]
    [InlineData("seed-primary-down", "HIGH")] // nothing is critical
    [InlineData("seed-healthy-negcache-yes", "OK")]
    public void The_verdict_is_the_worst_that_counts(string story, string word)
    {
        using var audit = Headless.AuditOf(story);
        Assert.Equal(word, OverviewFacts.Verdict(audit).Spans[0].Text);
    }

    [Fact]
    public void Bars_are_as_high_as_wanted_and_what_is_there_is_seen()
    {
        Assert.Equal(["▇▁ "], TrafficSeries.Bars([1000, 1, 0], 1));
        Assert.Equal(["▇  ", "█  ", "█▁ "], TrafficSeries.Bars([1000, 1, 0], 3));
        Assert.Equal(["  ", "  "], TrafficSeries.Bars([0, 0], 2));
    }

    [Theory]
    [InlineData(0.02, "20 ms")]
    [InlineData(0.25, "0.3 s")]
    [InlineData(58, "58 s")]
    [InlineData(101, "1.7 min")]
    [InlineData(7200, "2 h")]
    [InlineData(-7200, "2 h")]
    [InlineData(21 * 86400, "21 d")]
    public void A_length_of_time_has_one_number_and_one_unit(double seconds, string text) => Assert.Equal(text, ShortAge.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("backscatter-no-verify", "93 accepted; recipients: 14 delivered, 82 bounced")]
    [InlineData("seed-primary-down", "18 accepted, 12 refused; recipients: 18 delivered")]
    public void Messages_and_recipients_are_told_apart(string story, string words)
    {
        using var audit = Headless.AuditOf(story);
        Assert.Equal(words, Fact(audit, "mail"));
    }

    /// <summary>What was not cached is among the others.</summary>
    [Fact]
    public void Probes_add_up()
    {
        using var audit = Headless.AuditOf("seed-primary-down");
        Assert.Equal("4 deliverable, 3 undeliverable, 33 unknown; 36 not cached", Fact(audit, "probes"));
    }

    [Fact]
    public void Mail_that_is_neither_delivered_nor_waiting_is_told_too()
    {
        using var audit = Audit.OfText(new Mail.Letters().Arrives("1A2B3C4D01").Sent("1A2B3C4D01", "anna@example.com").Arrives("1A2B3C4D02")
            .Line("postsuper: 1A2B3C4D02: placed on hold")
            .Tried("1A2B3C4D02", "bert@example.com", "deferred", "connect to mx1.example.com[192.0.2.10]:25: Connection refused")
            .Line("postsuper: 1A2B3C4D02: placed on hold")
            .ToString());
        Assert.Equal("2 accepted; recipients: 1 delivered, 1 held", Fact(audit, "mail"));
    }

    /// <summary>qmgr says how many recipients a message has.</summary>
    [Theory]
    [InlineData(1, "1 delivered, 1 wait, 4 not tried yet")]
    [InlineData(4, "1 delivered, 1 wait, 7 not tried yet")]
    public void Recipients_that_no_line_names_are_told_too(int recipients, string words)
    {
        using var audit = Audit.OfText(new Mail.Letters().Arrives("1A2B3C4D01").Sent("1A2B3C4D01", "anna@example.com").Removed("1A2B3C4D01")
            .Arrives("1A2B3C4D02", recipients: 3).Deferred("1A2B3C4D02", "bert@example.com")
            .Arrives("1A2B3C4D03", recipients: recipients).Arrives("1A2B3C4D04", recipients: 2).Postsuper("1A2B3C4D04", "requeued")
            .Submitted("1A2B3C4D05", requeued: "1A2B3C4D04")
            .Active("1A2B3C4D06", recipients: 9).ToString());
        Assert.EndsWith($"; recipients: {words}", Fact(audit, "mail"));
    }

    [Theory]
    [InlineData("backscatter-no-verify", "11-22 16:51:07, ")]
    [InlineData("seed-primary-down", "11-22 16:51 to 16:52, ")]
    public void A_log_within_one_minute_has_seconds(string story, string words)
    {
        using var audit = Headless.AuditOf(story);
        Assert.Contains(words, OverviewFacts.Verdict(audit).Text);
    }

    [Fact]
    public void What_is_cut_says_so_also_beside_the_number_of_the_others()
    {
        using var screens = new Headless(60, 20, Headless.AuditOf("backscatter-no-verify"));
        Assert.Contains(screens.Screen.Split('\n'), line => System.Text.RegularExpressions.Regex.IsMatch(line, "… [0-9]+ more ▼$"));
    }
}
