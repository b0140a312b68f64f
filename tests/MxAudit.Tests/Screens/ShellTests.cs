using MxAudit.Screens;

namespace MxAudit.Tests.Screens;

public class ShellTests
{
    private const string Story = "backscatter-no-verify";

    [Fact]
    public void Before_the_audit_is_done_there_is_a_picture_and_keys_work()
    {
        using var screens = new Headless(80, 24, audit: null);
        Assert.Contains("reading the evidence", screens.Screen);
        screens.Press("8 j G / Esc ?");
        Assert.Contains("Keys: Mail", screens.Screen);
        screens.Press("Esc");
        foreach (string keys in (string[])["Enter", "y", "f", "1 Enter", "i"])
            Assert.Contains("The audit is still at work.", screens.Press(keys).Screen);
    }

    [Fact]
    public void A_number_goes_to_its_screen_and_Tab_to_the_next()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("2");
        Assert.Equal("Findings", screens.Shell.Current.Title);
        screens.Press("Tab");
        Assert.Equal("Domains", screens.Shell.Current.Title);
        screens.Press("Shift+Tab");
        Assert.Equal("Findings", screens.Shell.Current.Title);
    }

    [Fact]
    public void The_palette_goes_to_a_screen_by_the_beginning_of_its_name()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press(":").Type("ma").Press("Enter");
        Assert.Equal("Mail", screens.Shell.Current.Title);
        screens.Press(":").Type("nosuch").Press("Enter");
        Assert.Contains("no screen nosuch", screens.Screen);
    }

    [Fact]
    public void Esc_goes_back_to_where_one_was()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("8 j j j");
        string before = screens.Screen;
        screens.Press("Enter");
        Assert.NotEqual(before, screens.Screen);
        screens.Press("Esc");
        Assert.Equal(before, screens.Screen);
        screens.Press("Esc");
        Assert.False(screens.Shell.Left);
    }

    [Fact]
    public void An_address_is_traced_from_everywhere_with_what_was_refused()
    {
        using var screens = Headless.On("seed-primary-down", 140, 40);
        screens.Press("T").Type("u0@partner.example").Press("Enter");
        Assert.Equal("Trace", screens.Shell.Current.Title);
        Assert.Contains("refused 1 time  with u0@partner.example as sender or recipient", screens.Screen);
        Assert.Contains("450 4.1.1 by smtpd at rcpt", screens.Screen);
        screens.Press("Esc T").Type("nobody@partner.example").Press("Enter");
        Assert.Contains("Nothing matches nobody@partner.example", screens.Screen);
    }

    [Fact]
    public void A_key_that_does_nothing_says_so()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("Z");
        Assert.Contains("Z does nothing here", screens.Screen);
    }

    [Fact]
    public void q_and_Ctrl_C_leave()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("q");
        Assert.True(screens.Shell.Left);
        using var others = Headless.On(Story, 80, 24);
        others.Press("/ Ctrl+C");
        Assert.True(others.Shell.Left);
    }

    [Theory]
    [InlineData(40, 10)]
    [InlineData(20, 5)]
    [InlineData(1, 1)]
    public void What_is_too_small_says_as_much_of_it_as_fits_and_recovers(int width, int height)
    {
        using var screens = Headless.On(Story, 80, 24);
        string before = screens.Screen;
        screens.Resize(width, height);
        Assert.StartsWith(screens.Screen.Trim().TrimEnd('…'), $"Too small: {width}x{height}, needs {Shell.LeastWidth}x{Shell.LeastHeight}.");
        Assert.NotEqual("", screens.Screen.Trim());
        screens.Resize(80, 24);
        Assert.Equal(before, screens.Screen);
    }

    [Fact]
    public void Help_has_room_for_all_keys_on_an_old_terminal()
    {
        using var screens = Headless.On(Story, 80, 24);
        foreach (var screen in screens.Shell.Tabs)
        {
            screens.Shell.GoTo(screen);
            string help = screens.Press("?").Screen;
            Assert.All(screen.Keys.Concat(screens.Shell.Keys), hint => Assert.Contains($"{hint.Key} ", help));
            Assert.All(screen.Keys.Concat(screens.Shell.Keys), hint => Assert.Contains(hint.Does, help));
            screens.Press("?");
        }
    }

    [Fact]
    public void A_screen_that_was_opened_tells_the_way_back()
    {
        using var screens = Headless.On(Story, 80, 24);
        Assert.Contains("\nFindings > The whole life of one message ", screens.Press("2 t").Screen);
        Assert.Contains("\nOverview > BKS008 example.com > The whole life of one message ", screens.Press("1 Enter t").Screen);
    }

    [Fact]
    public void A_column_that_is_not_seen_is_no_column_for_the_keys()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("8 l l l l l l l l l l s");
        Assert.Contains("▲Recipient", screens.Screen);
    }

    [Fact]
    public void Numbers_are_sorted_from_the_greatest_on()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("3 l l s").Until(() => screens.Screen.Contains("▼Accepted"));
        Assert.Contains("▲Accepted", screens.Press("s").Screen);
    }

    [Fact]
    public void No_key_does_two_things_on_one_screen()
    {
        var shell = new Shell();
        foreach (var screen in shell.Tabs)
        {
            string[] keys = [.. screen.Keys.Concat(shell.Keys).SelectMany(hint => hint.Keys)];
            Assert.Equal(keys.Distinct(), keys);
        }
    }

    [Fact]
    public void Every_screen_with_a_tab_is_in_the_list()
    {
        var tabs = new Shell().Tabs.Select(tab => tab.GetType());
        var written = typeof(Screen).Assembly
            .GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Screen)) && !type.IsAbstract && type.GetConstructors().Any(made => made.GetParameters().Length == 1));
        Assert.Equal(written.OrderBy(type => type.Name), tabs.OrderBy(type => type.Name));
    }

    [Fact]
    public void Without_colours_no_colour_is_sent()
    {
        using var screens = Headless.On(Story, 80, 24, Colours.None);
        Assert.DoesNotMatch(@"\x1b\[[0-9;]*\b(3[0-7]|4[0-7]|38|48|9[0-7])\b", screens.Ansi);
    }

    [Fact]
    public void In_ASCII_nothing_else_is_drawn()
    {
        using var screens = Headless.On(Story, 140, 40, ascii: true);
        foreach (string keys in (string[])["", "2", "8", "Enter", "?"])
            Assert.DoesNotContain(screens.Press(keys).Screen, c => c is not '\n' && c is < ' ' or > '~');
    }

    [Theory, InlineData(60), InlineData(140)]
    public void A_large_number_has_a_blank_before_it(int width)
    {
        const string reject = "NOQUEUE: reject: RCPT from evil.example[203.0.113.9]: 550 5.1.1 <x@example.com>: Recipient address rejected: User unknown; "
            + "from=<a@evil.example> to=<x@example.com> proto=ESMTP helo=<evil.example>";
        const string smtpd = "mx2 postfix/smtpd[1]:";
        const string log = $"Nov 22 10:00:00 {smtpd} {reject}\nNov 22 10:00:01 {smtpd} message repeated 99999999 times: [ {reject}]\n";
        using var screens = new Headless(width, 40, Audit.OfText(log));
        Assert.Matches("(?m)^refused +100,000,000 ", screens.Screen);
        Assert.Matches("(?m)^ *at most 99,999,999 ", screens.Screen);
    }

    [Fact]
    public void The_outages_of_a_hop_are_one_line_on_the_narrowest_terminal()
    {
        using var screens = Headless.On("seed-primary-down", Shell.LeastWidth, 20);
        Assert.Single(screens.Press("4 Enter").Screen.Split('\n'), line => line.Trim(' ') is { Length: > 0 } strip && strip.All(c => c is '─' or '▒'));
    }

    /// <summary>Numbers and headings do not run into each other, and the name is still a name.</summary>
    [Theory]
    [InlineData("3", "example.com", "Accepted Delivered Bounced Backscatter")]
    [InlineData("4", "mx1.example.com[192", "Attempts Deferred Down since")]
    public void A_narrow_terminal_has_fewer_columns(string key, string name, string headings)
    {
        using var screens = new Headless(60, 20, Headless.AuditOf("backscatter-no-verify"));
        string[] lines = screens.Press(key).Screen.Split('\n');
        Assert.EndsWith(headings, string.Join(' ', lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains(lines, line => line.Contains(name, StringComparison.Ordinal));
    }
}
