using System.Text.RegularExpressions;

namespace MxAudit.Tests.Screens;

public class FilterOnScreensTests
{
    private const string Story = "backscatter-no-verify";

    [Fact]
    public void A_filter_that_is_typed_keeps_the_rows_it_asks_for()
    {
        using var screens = Headless.On(Story, 140, 40);
        screens.Press("8 /").Type("outcome=bounced sender~example").Press("Enter").Until(() => Chosen(screens));
        Assert.Contains("/outcome=bounced sender~example", screens.Screen);
        Assert.All(screens.Screen.Split('\n')[3..38], row => Assert.Contains(" bounced ", row));
        screens.Press("F");
        Assert.False(Chosen(screens));
    }

    [Fact]
    public void What_is_likely_meant_stands_behind_the_text_and_Tab_takes_it()
    {
        using var screens = Headless.On(Story, 100, 24);
        screens.Press("8 /").Type("outc");
        Assert.Contains("/outcome", screens.Screen);
        screens.Press("Tab").Type("=delivered").Press("Enter").Until(() => Chosen(screens));
        Assert.Contains("/outcome=delivered", screens.Screen);
    }

    [Theory]
    [InlineData("8", "outcome=", "/outcome=bounced")] // most of them
    [InlineData("8", "outcome=d", "/outcome=delivered")]
    [InlineData("8", "reason_class~", "/reason_class~user-unknown")]
    [InlineData("6", "domain=", "/domain=example.com")]
    [InlineData("8", "since ", "/since 1h")]
    [InlineData("6", "time>", "/time>1h")]
    [InlineData("8", "trusted=", "/trusted=yes")]
    [InlineData("8", "outcome=bounced ", "/outcome=bounced")] // a term begins: anything may come
    public void Behind_a_sign_stands_what_the_column_has(string screen, string typed, string seen)
    {
        using var screens = Headless.On(Story, 100, 24);
        screens.Press($"{screen} /").Type(typed);
        Assert.Equal(seen, screens.Screen.TrimEnd().Split('\n')[^1].TrimEnd());
    }

    [Fact]
    public void An_empty_filter_says_what_can_be_typed_and_shows_all_rows()
    {
        using var screens = Headless.On(Story, 100, 24);
        screens.Press("8 /").Type("outcome=delivered").Press("Enter").Until(() => Chosen(screens));
        screens.Press("/ Ctrl+U");
        Assert.Contains("Tab completes, empty shows all", screens.Screen);
        screens.Press("Enter").Until(() => !Chosen(screens));
        Assert.DoesNotContain("/outcome", screens.Screen);
    }

    [Fact]
    public void A_mistake_is_shown_above_its_place_and_the_cursor_goes_there()
    {
        using var screens = Headless.On(Story, 400, 24);
        screens.Press("8 /").Type("outcome=bounced sizee>3").Press("Enter");
        string[] lines = screens.Screen.TrimEnd().Split('\n');
        Assert.Equal("/outcome=bounced sizee>3", lines[^1]);
        Assert.Equal(lines[^1].IndexOf("sizee", StringComparison.Ordinal), lines[^2].IndexOf('▼'));
        Assert.Contains("column 17", lines[^2]);
        screens.Press("Delete");
        Assert.DoesNotContain("column 17", screens.Screen);
        Assert.Contains("/outcome=bounced izee>3", screens.Screen);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public void Where_a_mistake_has_no_room_beside_its_place_it_stands_above_whole(int width)
    {
        using var wide = Headless.On(Story, 400, 24);
        string sentence = wide.Press("8 /").Type("sizee>3").Press("Enter").Screen.TrimEnd().Split('\n')[^2].Trim('▼', ' ');
        using var screens = Headless.On(Story, width, 24);
        string[] lines = screens.Press("8 /").Type("sizee>3").Press("Enter").Screen.TrimEnd().Split('\n');
        Assert.Equal(" ▼", lines[^2]);
        int above = lines.ToList().FindIndex(line => line.StartsWith("column 1", StringComparison.Ordinal));
        Assert.Equal(sentence, string.Join(' ', lines[above..^2]));
    }

    /// <summary>Two arrangements were asked for, and neither was made.</summary>
    [Fact]
    public void What_is_stopped_leaves_the_table_as_it_stands()
    {
        using var screens = Headless.On(Story, 140, 40);
        string before = screens.Press("8").Screen;
        lock (screens.Shell.Audit!.Mail) screens.Press("s s Esc"); // no row can be read meanwhile
        screens.Until(() => !screens.Screen.Contains("working"));
        Assert.Equal(before, screens.Press("l h").Screen);
    }

    [Fact]
    public void A_word_that_the_column_never_has_is_taken_and_doubted()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("8 /").Type("outcome=bouncd").Press("Enter").Until(() => Chosen(screens));
        Assert.Contains("No row passes the filter", screens.Screen);
        Assert.Contains("outcome is never bouncd; near to it: bounced.", screens.Screen);
    }

    [Fact]
    public void The_cell_under_the_cursor_filters_and_a_second_one_narrows()
    {
        using var screens = Headless.On(Story, 140, 40);
        screens.Press("8 l l f").Until(() => Chosen(screens));
        Assert.Contains("  /outcome=", screens.Screen);
        screens.Press("l f").Until(() => screens.Screen.Contains(" sender=") && Chosen(screens));
        Assert.Matches("/outcome=[a-z]+ sender=", screens.Screen);
    }

    [Fact]
    public void In_a_text_a_slash_finds_and_n_and_N_go_on()
    {
        using var screens = Headless.On(Story, 80, 24);
        screens.Press("8 Enter /").Type("status=").Press("Enter");
        Assert.Contains("\"status=\": 1 of ", screens.Screen);
        screens.Press("n");
        Assert.Contains("\"status=\": 2 of ", screens.Screen);
        screens.Press("N");
        Assert.Contains("\"status=\": 1 of ", screens.Screen);
        screens.Press("/ Ctrl+U").Type("nosuchword").Press("Enter");
        Assert.Contains("is not here", screens.Screen);
    }

    [Fact]
    public void A_long_line_moves_with_the_cursor()
    {
        using var screens = Headless.On(Story, 60, 16);
        string name = new('x', 90);
        screens.Press("8 /").Type($"sender={name}END");
        Assert.EndsWith("xEND", screens.Screen.TrimEnd());
        screens.Press("Home");
        Assert.Contains("/sender=xxx", screens.Screen);
    }

    /// <summary>The head of the table says that not all rows are shown.</summary>
    private static bool Chosen(Headless screens) => Regex.IsMatch(screens.Screen, "[0-9] of [0-9]");
}
