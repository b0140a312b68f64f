using MxAudit.Screens;
using MxAudit.Views;
using Color = Terminal.Gui.Drawing.Color;

namespace MxAudit.Tests.Screens;

public class PaletteTests
{
    private static readonly Color Black = new(0, 0, 0), White = new(255, 255, 255);

    public static TheoryData<string, Tone> Tones
    {
        get
        {
            var tones = new TheoryData<string, Tone>();
            foreach (string colours in (string[])["Dark", "Light"])
                foreach (var tone in Enum.GetValues<Tone>()) tones.Add(colours, tone);
            return tones;
        }
    }

    [Theory, MemberData(nameof(Tones))]
    public void Every_tone_can_be_read_also_where_it_is_marked(string colours, Tone tone)
    {
        var palette = new Palette(Enum.Parse<Colours>(colours));
        var ground = colours == "Dark" ? Black : White;
        if (palette.Of(tone, marked: false).Foreground is var text && text != Color.None) Assert.InRange(Contrast(text, ground), 4.5, 21);
        var marked = palette.Of(tone, marked: true);
        Assert.NotEqual(Color.None, marked.Foreground);
        Assert.InRange(Contrast(marked.Foreground, marked.Background), 4.5, 21);
    }

    [Theory]
    [InlineData("None")]
    [InlineData("Sixteen")]
    public void Where_the_colours_are_not_known_what_is_marked_is_turned_around_in_one_piece(string colours)
    {
        var palette = new Palette(Enum.Parse<Colours>(colours));
        Assert.All(Enum.GetValues<Tone>().Select(tone => palette.Of(tone, marked: true)), look =>
        {
            Assert.Equal(Color.None, look.Foreground);
            Assert.True(look.Style.HasFlag(Terminal.Gui.Drawing.TextStyle.Reverse));
        });
    }

    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(0x28, 0x2C, 0x34, false)]
    [InlineData(0xFD, 0xF6, 0xE3, true)]
    [InlineData(0xFF, 0xFF, 0xFF, true)]
    public void A_light_background_is_known_as_such(byte red, byte green, byte blue, bool light) => Assert.Equal(light, TerminalKind.IsLight(red, green, blue));

    [Theory]
    [InlineData("xterm-256color", "", "", "en_US.UTF-8", false)]
    [InlineData("xterm-256color", "", "", "de_DE.utf8", false)]
    [InlineData("xterm-256color", "", "", "", false)]
    [InlineData("xterm-256color", "", "", "C", true)]
    [InlineData("xterm-256color", "", "POSIX", "en_US.UTF-8", true)]
    [InlineData("xterm-256color", "C.UTF-8", "POSIX", "C", false)]
    [InlineData("xterm-256color", "", "", "de_DE.ISO-8859-1", true)]
    [InlineData("linux", "", "", "en_US.UTF-8", true)]
    [InlineData("vt220", "", "", "en_US.UTF-8", true)]
    public void Signs_are_for_locales_and_terminals_that_have_them(string term, string all, string type, string lang, bool ascii) =>
        Assert.Equal(ascii,
            TerminalKind.IsAscii(name => name switch { "TERM" => term, "LC_ALL" => all, "LC_CTYPE" => type, "LANG" => lang, _ => null }));

    [Theory]
    [InlineData("vt100", "auto", "None")]
    [InlineData("vt100", "always", "Sixteen")]
    [InlineData("linux", "auto", "Sixteen")]
    public void An_old_terminal_has_no_colours(string term, string wanted, string colours) =>
        Assert.Equal(Enum.Parse<Colours>(colours), TerminalKind.ColoursOf(name => name == "TERM" ? term : null, wanted));

    /// <summary>WCAG 2: from 1 to 21.</summary>
    private static double Contrast(Color one, Color other)
    {
        var (light, dark) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(Color colour) => 0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);

    private static double Linear(byte part) => part / 255.0 is var share && share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
}
