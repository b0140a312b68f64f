using MxAudit.Screens;

namespace MxAudit.Tests.Screens;

/// <summary>Strangers choose addresses and replies; they can not choose what the terminal does.</summary>
public class StrangersTextTests
{
    private const string Log = """
        Nov 22 10:00:00 mx2 postfix/smtpd[1]: 4A1B2C3D4E5F: client=evil.example[203.0.113.9]
        Nov 22 10:00:00 mx2 postfix/cleanup[2]: 4A1B2C3D4E5F: message-id=<1@evil.example>
        Nov 22 10:00:00 mx2 postfix/qmgr[3]: 4A1B2C3D4E5F: from=<日本@evil.example>, size=300, nrcpt=1 (queue active)
        Nov 22 10:00:01 mx2 postfix/smtp[4]: 4A1B2C3D4E5F: to=<x@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host said: 550 see https://evil.example/login?a=1 ESC]0;owned BEL or C1 31m)
        Nov 22 10:00:01 mx2 postfix/qmgr[3]: 4A1B2C3D4E5F: removed

        """;

    private static Headless Open(int width) =>
        new(width, 24,
            Audit.OfText(Log.Replace("ESC", "\u001b", StringComparison.Ordinal)
                .Replace("BEL", "\a", StringComparison.Ordinal)
                .Replace("C1", "\u009b", StringComparison.Ordinal)));

    [Fact]
    public void No_control_character_of_a_line_reaches_the_terminal()
    {
        using var screens = Open(80);
        screens.Press("8 Enter");
        Assert.Contains("\\x1B]0;owned", screens.Screen.Replace("\n", "", StringComparison.Ordinal).Replace("    ", "", StringComparison.Ordinal));
        Assert.DoesNotContain("\u001b]0;owned", screens.Ansi);
        Assert.DoesNotContain("\a", screens.Screen);
        Assert.DoesNotContain("\u009b", screens.Ansi);
    }

    [Fact]
    public void A_URL_in_a_line_is_no_link()
    {
        const string link = "see \x1b]8;;https://evil.example/\ahttps://evil.example/\x1b]8;;\a!";
        Assert.Equal("see https://evil.example/!", LinklessOutput.WithoutLinks(link));
        Assert.Equal("see https://evil.example/!", LinklessOutput.WithoutLinks(link.Replace("\a", "\x1b\\", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_screens_run_on_the_driver_without_links()
    {
        using var screens = Open(80);
        Assert.IsType<LinklessOutput>(screens.Output);
    }

    [Fact]
    public void A_wide_character_does_not_shift_the_columns_behind_it()
    {
        using var screens = Open(80);
        screens.Press("8");
        var canvas = new Canvas(80, 24);
        screens.Shell.Draw(canvas);
        int row = Enumerable.Range(0, 24).Single(y => canvas[33, y].Text == "日" || Enumerable.Range(0, 80).Any(x => canvas[x, y].Text == "日"));
        int heading = Enumerable.Range(0, 80).First(x => canvas[x, 2].Text == "R" && canvas[x + 1, 2].Text == "e" && canvas[x + 2, 2].Text == "c");
        Assert.Equal("x", canvas[heading, row].Text);
    }
}
