using MxAudit.Views;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;
using Color = Terminal.Gui.Drawing.Color;

namespace MxAudit.Screens;

/// <summary>Which colours a terminal has.</summary>
internal enum Colours { None, Sixteen, Dark, Light }

/// <summary>The look of each tone. The background stays that of the terminal.</summary>
internal sealed class Palette
{
    private readonly Attribute[] _plain, _marked;

    public Palette(Colours colours)
    {
        Colours = colours;
        var tones = Enum.GetValues<Tone>();
        _plain = [.. tones.Select(tone => AttributeOf(tone, colours))];
        _marked = [.. _plain.Select(attribute => new Attribute(attribute.Foreground, Color.None, attribute.Style | TextStyle.Reverse))];
    }

    public Colours Colours { get; }

    public Attribute Of(Tone tone, bool marked) => (marked ? _marked : _plain)[(int)tone];

    private static Attribute AttributeOf(Tone tone, Colours colours) => new(ColourOf(tone, colours), Color.None, StyleOf(tone));

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

    /// <summary>At least 4.5 to 1 against white and black.</summary>
    private static Color Full(Tone tone, bool light) => tone switch
    {
        Tone.Critical => light ? new(0xB0, 0x00, 0x20) : new(0xFF, 0x6B, 0x6B),
        Tone.High or Tone.Bounced => light ? new(0xC0, 0x30, 0x10) : new(0xFF, 0x8A, 0x65),
        Tone.Medium or Tone.Deferred => light ? new(0x85, 0x5A, 0x00) : new(0xFF, 0xD5, 0x4F),
        Tone.Low or Tone.Command or Tone.Accepted => light ? new(0x00, 0x5F, 0x87) : new(0x6E, 0xC1, 0xE4),
        Tone.Good or Tone.Delivered => light ? new(0x1B, 0x6E, 0x2C) : new(0x81, 0xC7, 0x84),
        Tone.Rejected => light ? new(0x7B, 0x1F, 0xA2) : new(0xCE, 0x93, 0xD8),
        _ => Color.None,
    };
}
