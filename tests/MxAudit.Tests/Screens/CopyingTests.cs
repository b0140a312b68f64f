using MxAudit.Views;

namespace MxAudit.Tests.Screens;

/// <summary>What <c>y</c> gives to the clipboard, and what is said of it.</summary>
public class CopyingTests
{
    private const string Story = "backscatter-no-verify";

    /// <summary>A list of recipients or verification: whoever pasted both had set up both.</summary>
    [Theory, InlineData("2"), InlineData("Enter")]
    public void One_fix_of_a_finding_is_copied_and_each_press_takes_the_next(string way)
    {
        using var screens = Headless.On(Story, 140, 40);
        var finding = screens.Shell.Audit!.Findings[0];
        Assert.True(finding.Fixes.Count(fix => fix.Command.Length > 0) > 1);
        screens.Press(way);
        int number = 0;
        do
        {
            number = FindingView.FixAfter(finding, number);
            screens.Press("y");
            Assert.Equal(finding.Fixes[number - 1].Command, screens.Copied);
            Assert.Contains($"Fix {number} of {finding.Fixes.Count} was given to the terminal's clipboard; y again: fix ", screens.Screen);
            string said = screens.Screen[screens.Screen.IndexOf("Fix ", StringComparison.Ordinal)..];
            Assert.Contains(WithoutBlanks(finding.Fixes[number - 1].Why), WithoutBlanks(said));
        } while (FindingView.FixAfter(finding, number) > number);
        Assert.Contains("y again: fix 1.", screens.Screen);
    }

    [Fact]
    public void Another_finding_begins_with_its_first_fix()
    {
        using var screens = Headless.On(Story, 140, 40);
        var findings = screens.Shell.Audit!.Findings;
        screens.Press("2 y y j y");
        Assert.Equal(findings[1].Fixes[FindingView.FixAfter(findings[1], 0) - 1].Command, screens.Copied);
        screens.Press("k y");
        Assert.Equal(findings[0].Fixes[FindingView.FixAfter(findings[0], 0) - 1].Command, screens.Copied);
    }

    [Fact]
    public void In_a_table_the_cell_under_the_cursor_is_copied_whole()
    {
        using var screens = Headless.On(Story, 60, 20);
        string queueId = screens.Press("8 l y").Copied;
        Assert.Matches("^[0-9A-F]{11}$", queueId);
        Assert.Contains($"queue_id was given to the terminal's clipboard: {queueId}", screens.Screen.Replace("\n", " ", StringComparison.Ordinal));
        Assert.Matches("^2026-11-22T[0-9:]{8}[+]00:00$", screens.Press("h y").Copied);
    }

    [Fact]
    public void An_empty_cell_and_an_empty_table_have_nothing_to_copy()
    {
        using var screens = Headless.On("seed-primary-down", 140, 40);
        screens.Press("8 /").Type("notice_fate=\"\"").Press("Enter").Until(() => !screens.Screen.Contains("working"));
        Assert.Contains("notice_fate is empty here", screens.Press("l l l l l l y").Screen);
        screens.Press("/ Ctrl+U").Type("nobody@nowhere.example").Press("Enter").Until(() => screens.Screen.Contains("No row passes"));
        Assert.Contains("There is no cell here", screens.Press("y").Screen);
        Assert.Equal("", screens.Copied);
    }

    [Fact]
    public void In_a_trace_the_lines_of_the_log_are_copied_one_after_the_other()
    {
        using var screens = Headless.On(Story, 80, 24);
        string first = screens.Press("8 j Enter y").Copied;
        Assert.StartsWith("Nov 22 16:51:07 mx2 postfix/smtpd[22103]: 344211B104D: client=", first);
        Assert.Matches("Line 1 of [0-9]+ \\(marked\\) was given to the terminal's clipboard; y again: the next", screens.Screen);
        Assert.Contains("status=bounced", screens.Press("y").Copied);
        for (int i = 2; screens.Copied != first; i++)
        {
            screens.Press("y");
            string shown = string.Concat(screens.Screen.Where(c => !char.IsWhiteSpace(c)));
            Assert.Contains(WithoutBlanks(screens.Copied)[..40], shown); // it can be seen
            Assert.True(i < 30);
        }
    }

    [Fact]
    public void The_line_that_was_found_or_is_seen_first_is_copied()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("8 j Enter /").Type("non-delivery notification").Press("Enter y");
        Assert.Contains("sender non-delivery notification: ", screens.Copied);
        screens.Press("g y");
        Assert.Contains(": client=", screens.Copied);
        screens.Press("j j j j j j j j y");
        Assert.Contains("status=bounced", screens.Copied);
    }

    [Theory]
    [InlineData("seed-primary-down", "9 j Enter y", "postfix/smtpd[")] // a line of the log, without the place where it stands
    [InlineData(Story, "3 Enter y", "example.com")]
    public void Where_there_is_one_line_of_the_log_it_is_copied_and_where_there_is_none_any_line(string story, string keys, string text)
    {
        using var screens = Headless.On(story, 80, 24);
        Assert.Contains(text, screens.Press(keys).Copied);
        Assert.DoesNotContain("mail.log:", screens.Copied);
    }

    private static string WithoutBlanks(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
