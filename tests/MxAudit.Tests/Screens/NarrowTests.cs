using System.Text.RegularExpressions;
using MxAudit.Screens;

namespace MxAudit.Tests.Screens;

/// <summary>Terminals that have less room than there is to say.</summary>
public class NarrowTests
{
    private const string Story = "backscatter-no-verify";

    /// <summary>Also while it works, whatever it says of that.</summary>
    [Theory]
    [InlineData(60), InlineData(70), InlineData(80), InlineData(100), InlineData(112), InlineData(140)]
    public void Where_one_is_can_be_seen_and_all_numbers_are(int width)
    {
        using var screens = Headless.On(Story, width, 20);
        foreach (string doing in (string[])["", "following the mail of 600,000 lines"])
            foreach (var tab in screens.Shell.Tabs)
            {
                (screens.Shell.ReadsAnew, screens.Shell.Doing) = (doing.Length > 0, doing);
                screens.Shell.GoTo(tab);
                screens.Shell.Changed();
                screens.Pump();
                string line = screens.Screen.Split('\n')[0];
                Assert.Contains($" {tab.Title} ", line + " ");
                string numbers = string.Concat(Regex.Matches(line, @"(?<= )[0-9a](?= |$)").Select(number => number.Value).Take(11));
                Assert.Equal("1234567890a", numbers);
                if (doing.Length > 0) Assert.Contains("following", line);
            }
    }

    [Fact]
    public void Names_of_tabs_near_by_are_whole_and_others_are_short_before_they_are_left_out()
    {
        string[] titles = [.. new Shell().Tabs.Select(tab => tab.Title)];
        Assert.Equal("Overview Findings Domains Hops Queue Bounces Prob Mail Refu Unre Advi", string.Join(' ', TabTitles.In(94, titles, 0)));
        Assert.Equal("Overview Find Doma Hops Queu Boun Prob Mail Refu Unr Adv", string.Join(' ', TabTitles.In(80, titles, 0)));
        Assert.Equal("Over Find Doma Hops Queu Boun Prob Mail Refu Unre Advi", string.Join(' ', TabTitles.In(78, titles, 7)));
        Assert.Equal("  Dom Hop Que Bou Pro Mail Ref Unr Adv", string.Join(' ', TabTitles.In(61, titles, 7)));
    }

    /// <summary>On one page or on several, and nothing of it is cut.</summary>
    [Theory]
    [InlineData(60, 16), InlineData(60, 40), InlineData(80, 17), InlineData(100, 30)]
    public void Help_has_all_keys_on_its_pages(int width, int height)
    {
        using var screens = Headless.On(Story, width, height);
        foreach (var screen in screens.Shell.Tabs)
        {
            screens.Shell.GoTo(screen);
            string help = screens.Press("?").Screen;
            for (int page = 1; screens.Screen.Contains("any key goes on"); page++)
            {
                Assert.True(page < 5);
                help += screens.Press("Z").Screen;
            }
            Assert.Contains("Any key closes this.", screens.Screen);
            Assert.All(screen.Keys.Concat(screens.Shell.Keys), hint => Assert.Matches($@"{Regex.Escape(hint.Key)} +{Regex.Escape(hint.Does)} ", help));
            Assert.DoesNotContain("Keys:", screens.Press("Z").Screen);
            Assert.DoesNotContain("Keys:", screens.Press("? Esc").Screen);
        }
    }

    [Fact]
    public void The_filter_is_seen_where_the_purpose_has_no_room()
    {
        using var screens = Headless.On(Story, 60, 20);
        screens.Press("6 /").Type("sender~victim").Press("Enter").Until(() => screens.Screen.Contains(" of "));
        Assert.Matches(@"(?m)^Bounces  \d+ of \d+  /sender~victim ", screens.Screen);
    }

    /// <summary>And what is left out is the youngest: its column has all that is younger.</summary>
    [Fact]
    public void The_oldest_mail_of_the_queue_is_seen_on_the_narrowest_terminal()
    {
        string queue = string.Join('\n', Enumerable.Range(1, 30).Select(i => $$"""
            {"queue_name": "deferred", "queue_id": "4A{{i:D4}}B", "arrival_time": {{1_795_300_000 - i * i * 400}}, "message_size": 1, "sender": "s@partner.example", "recipients": [{"address": "u@example.com"}]}
            """.Trim()));
        using var screens = new Headless(Shell.LeastWidth, 24,
            Audit.OfText(null, new AuditRequest { Now = DateTimeOffset.FromUnixTimeSeconds(1_795_300_000) }, queue: queue));
        string[] lines = screens.Press("5").Screen.Split('\n');
        int heading = Array.FindIndex(lines, line => line.EndsWith(" >1280", StringComparison.Ordinal));
        Assert.True(heading > 0, screens.Screen);
        int[] counts = [.. Regex.Matches(lines[heading + 1], @"\d+|·").Select(count => count.Value == "·" ? 0 : int.Parse(count.Value))];
        Assert.Equal(counts[0], counts[1..].Sum());
        Assert.Equal(Regex.Count(lines[heading], @"[<>]\d"), counts.Length - 1);
    }

    /// <summary>The way there loses its beginning first.</summary>
    [Fact]
    public void What_is_seen_is_named_where_the_way_there_has_no_room()
    {
        using var screens = Headless.On(Story, 60, 20);
        Assert.Contains("\nHops > mx1.example.com[192.0.2.10]:25 ─", screens.Press("4 Enter").Screen);
        screens.Press("m").Until(() => screens.Screen.Contains("/relay="));
        Assert.Contains("\n… > Mail  ", screens.Screen);
        Assert.Contains("\n… > Recipients of accepted mail > @example.com ─", screens.Press("T").Type("@example.com").Press("Enter").Screen);
        Assert.Contains("\n… > somebody.with.a.long.name@example.com ─",
            screens.Press("Esc T").Type("somebody.with.a.long.name@example.com").Press("Enter").Screen);
    }
}
