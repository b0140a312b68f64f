using MxAudit.Screens;
using MxAudit.Views;

namespace MxAudit.Tests.Screens;

public class CanvasTests
{
    [Theory]
    [InlineData("a\u001b]0;title\u0007b", "a\\x1B]0;title\\x07b")]
    [InlineData("a\u009b31mb", "a\\x9B31mb")]
    [InlineData("a\u202eb", "a\\u202Eb")]
    [InlineData("e\u0301x", "e\\u0301x")]
    [InlineData("a\u200db", "a\\u200Db")]
    [InlineData("\U0001F468\u200D\U0001F469", "\U0001F468\\u200D\U0001F469")]
    [InlineData("\U0001F1E6", "\\U0001F1E6")]
    [InlineData("a\tb", "a b")]
    public void What_could_steer_or_shift_is_shown_not_sent(string text, string shown) => Assert.Equal(shown + "\n", Drawn(text, 40));

    [Fact]
    public void A_wide_character_takes_two_columns()
    {
        var canvas = new Canvas(10, 1);
        Assert.Equal(5, canvas.Write(0, 0, "日本x"));
        canvas.Write(5, 0, "|");
        Assert.Equal("日本x|\n", canvas.ToString());
        Assert.Equal("", canvas[1, 0].Text);
    }

    [Fact]
    public void What_does_not_fit_is_cut_with_a_sign() => Assert.Equal("abcd…\n", Drawn("abcdefg", 5));

    /// <summary>A line may be of several tones, and one of them may end where the canvas does.</summary>
    [Theory]
    [InlineData("abc", "de", "f", "abcd…")]
    [InlineData("abc", "de", " ", "abcde")]
    [InlineData("abc", "de", "", "abcde")]
    [InlineData("abc", "def", "g", "abcd…")]
    public void So_is_a_line_of_several_tones(string one, string other, string last, string shown)
    {
        var canvas = new Canvas(5, 1);
        canvas.Write(0, 0, [new Span(one), new Span(other, Tone.High), new Span(last)]);
        Assert.Equal(shown + "\n", canvas.ToString());
    }

    [Fact]
    public void A_line_is_not_broken_before_a_comma_of_another_tone()
    {
        var line = new ToneLine([new Span("one more", Tone.Good), new Span(", "), new Span("three", Tone.High), new Span(", four")]);
        Assert.Equal(["one ", "more, ", "three, ", "four"], TextPanel.Filled(line, 8, ascii: false).Select(one => one.Text));
    }

    [Fact]
    public void A_wide_character_is_never_cut_in_two() => Assert.Equal("ab…\n", Drawn("ab日本", 4).Replace(" …", "…", StringComparison.Ordinal));

    [Fact]
    public void A_part_draws_nothing_outside_of_itself()
    {
        var canvas = new Canvas(6, 3);
        canvas.Part(2, 1, 2, 1).Write(0, 0, "wxyz");
        canvas.Part(5, 2, 10, 10).Write(0, 5, "out");
        Assert.Equal("\n  w…\n\n", canvas.ToString());
    }

    [Fact]
    public void A_long_line_is_filled_and_nothing_of_it_is_lost()
    {
        var line = new ToneLine("a word and aVeryVeryVeryLongWordThatFitsNowhere at its end", Indent: 2);
        var filled = TextPanel.Filled(line, 16, ascii: false).ToArray();
        Assert.All(filled, one => Assert.True(one.Text.TrimEnd().Length <= 14, one.Text));
        Assert.Equal(line.Text, string.Concat(filled.Select(one => one.Text)));
    }

    private static string Drawn(string text, int width)
    {
        var canvas = new Canvas(width, 1);
        canvas.Write(0, 0, text);
        return canvas.ToString();
    }
}
