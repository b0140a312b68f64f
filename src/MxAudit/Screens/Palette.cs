using MxAudit.Views;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;
using Color = Terminal.Gui.Drawing.Color;

namespace MxAudit.Screens;

/// <summary>Which colours a terminal has.</summary>
internal enum Colours { None, Sixteen, Dark, Light }

/// <summary>The look of each tone. The background stays that of the terminal, but for what is marked.</summary>
internal sealed class Palette
{
    private readonly Attribute[] _plain, _marked;

    public Palette(Colours colours)
    {
        Colours = colours;
        var tones = Enum.GetValues<Tone>();
        _plain = [.. tones.Select(tone => new Attribute(ColourOf(tone, colours), Color.None, StyleOf(tone)))];
        _marked = [.. tones.Select(tone => Marked(tone, colours))];
    }

    public Colours Colours { get; }

    public Attribute Of(Tone tone, bool marked) => (marked ? _marked : _plain)[(int)tone];

    /// <summary>
    /// Where the colours of the terminal are known, text keeps its tone on a quiet ground. Else the terminal turns its own two around,
    /// and there is no other colour: a line is marked in one piece.
    /// </summary>
    private static Attribute Marked(Tone tone, Colours colours)
    {
        var style = tone == Tone.Dim ? TextStyle.None : StyleOf(tone);
        if (colours is not (Colours.Dark or Colours.Light)) return new Attribute(Color.None, Color.None, style | TextStyle.Reverse);
        bool light = colours == Colours.Light;
        var colour = ColourOf(tone, colours);
        Color text = light ? new(0x10, 0x10, 0x10) : new(0xF5, 0xF5, 0xF5), ground = light ? new(0xCF, 0xE3, 0xF7) : new(0x26, 0x3A, 0x54);
        return new Attribute(colour == Color.None ? text : colour, ground, style);
    }

    private static TextStyle StyleOf(Tone tone) => tone switch
    {
        Tone.Heading or Tone.Critical or Tone.High => TextStyle.Bold,
        Tone.Dim => TextStyle.Faint,
        _ => TextStyle.None,
    };

    private static Color ColourOf(Tone tone, Colours colours) => colours switch
    {
        Colours.None => Color.None,
        Colours.Sixteen => Sixteen(tone) is { } name ? new Color(name) : Color.None,
        Colours.Light => Full(tone, light: true),
        _ => Full(tone, light: false),
    };

    private static ColorName16? Sixteen(Tone tone) => tone switch
    {
        Tone.Critical or Tone.High or Tone.Bounced => ColorName16.Red,
        Tone.Medium or Tone.Deferred => ColorName16.Yellow,
        Tone.Low or Tone.Command or Tone.Accepted => ColorName16.Cyan,
        Tone.Good or Tone.Delivered => ColorName16.Green,
        Tone.Rejected => ColorName16.Magenta,
        _ => null,
    };

    /// <summary>At least 4.5 to 1 against white and black, and against the ground of what is marked.</summary>
    private static Color Full(Tone tone, bool light) => tone switch
    {
        Tone.Critical => light ? new(0xA8, 0x00, 0x1E) : new(0xFF, 0x7A, 0x7A),
        Tone.High or Tone.Bounced => light ? new(0xA8, 0x2A, 0x0E) : new(0xFF, 0x8A, 0x65),
        Tone.Medium or Tone.Deferred => light ? new(0x74, 0x4E, 0x00) : new(0xFF, 0xD5, 0x4F),
        Tone.Low or Tone.Command or Tone.Accepted => light ? new(0x00, 0x56, 0x7A) : new(0x6E, 0xC1, 0xE4),
        Tone.Good or Tone.Delivered => light ? new(0x16, 0x5F, 0x25) : new(0x81, 0xC7, 0x84),
        Tone.Rejected => light ? new(0x7B, 0x1F, 0xA2) : new(0xCE, 0x93, 0xD8),
        _ => Color.None,
    };
}
