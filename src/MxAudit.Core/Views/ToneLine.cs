using MxAudit.Rules;

namespace MxAudit.Views;

/// <summary>What a piece of text means; a palette gives it a look. Meaning is never carried by the look alone.</summary>
public enum Tone { Plain, Dim, Heading, Command, Good, Info, Low, Medium, High, Critical, Accepted, Delivered, Deferred, Bounced, Rejected }

/// <summary>One piece of a line.</summary>
public readonly record struct Span(string Text, Tone Tone = Tone.Plain);

/// <summary>One line of a page, in pieces of different tone.</summary>
/// <param name="Indent">Columns; where the line is too long it goes on below with the same indent.</param>
/// <param name="Hang">Columns by which the lines below stand farther to the right.</param>
public sealed record ToneLine(IReadOnlyList<Span> Spans, int Indent = 0, int Hang = 0)
{
    public ToneLine(string text, Tone tone = Tone.Plain, int Indent = 0, int hang = 0) : this([new Span(text, tone)], Indent, hang) { }

    /// <summary>The line of the log that it shows, as it stands there; null: it shows none.</summary>
    public string? LogLine { get; init; }

    public string Text => string.Concat(Spans.Select(span => span.Text));
    public static ToneLine Empty { get; } = new("");

    public static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Critical => Tone.Critical,
        Severity.High => Tone.High,
        Severity.Medium => Tone.Medium,
        Severity.Low => Tone.Low,
        _ => Tone.Info,
    };

    /// <summary>Columns that a sign takes.</summary>
    public const int SignWidth = 2;

    /// <summary>What stands before a line, for those who see no colours.</summary>
    public static string SignOf(Tone tone) => tone switch
    {
        Tone.Critical => "!!",
        Tone.High or Tone.Bounced => "!",
        Tone.Medium or Tone.Deferred => "*",
        Tone.Low => "-",
        _ => "",
    };
}
