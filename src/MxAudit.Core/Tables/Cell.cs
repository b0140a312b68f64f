using System.Globalization;
using MxAudit.Mail;

namespace MxAudit.Tables;

public enum CellKind : byte { Empty, Text, Whole, Fraction, Time, Flag }

/// <summary>One typed value of a table, so that each format can write it in its own way. Empty means: not known.</summary>
public readonly record struct Cell
{
    private readonly string? _text;
    private readonly long _whole;
    private readonly double _fraction;

    private Cell(CellKind kind, string? text = null, long whole = 0, double fraction = 0) => (Kind, _text, _whole, _fraction) = (kind, text, whole, fraction);

    public CellKind Kind { get; }
    public bool IsNumber => Kind is CellKind.Whole or CellKind.Fraction;
    public long Whole => _whole;

    /// <summary>Three digits after the point at most: the log has no more.</summary>
    public double Fraction => _fraction;

    public static Cell Empty => default;

    public static Cell Of(string? text) => string.IsNullOrEmpty(text) ? default : new(CellKind.Text, text);
    public static Cell Of(long number) => new(CellKind.Whole, whole: number);
    public static Cell Of(double number) => new(CellKind.Fraction, fraction: Math.Round(number, 3));
    public static Cell Of(DateTimeOffset time) => new(CellKind.Time, TimeText.Of(time));

    /// <summary>Here <c>unknown</c> is a word of its own, not an empty cell.</summary>
    public static Cell Of(Answer flag) => new(CellKind.Flag, Wording.Of(flag));

    public static implicit operator Cell(string? text) => Of(text);
    public static implicit operator Cell(long number) => Of(number);
    public static implicit operator Cell(long? number) => number is { } known ? Of(known) : default;
    public static implicit operator Cell(double number) => Of(number);
    public static implicit operator Cell(double? number) => number is { } known ? Of(known) : default;
    public static implicit operator Cell(DateTimeOffset? time) => time is { } known ? Of(known) : default;
    public static implicit operator Cell(Answer flag) => Of(flag);

    /// <summary>The value as machines read it; the same text in every format.</summary>
    public override string ToString() => Kind switch
    {
        CellKind.Whole => _whole.ToString(CultureInfo.InvariantCulture),
        CellKind.Fraction => _fraction.ToString("0.###", CultureInfo.InvariantCulture),
        _ => _text ?? "",
    };
}

/// <summary>Times as machines read them.</summary>
public static class TimeText
{
    /// <summary>ISO 8601 with offset, milliseconds only where the time has them: <c>2026-11-22T16:05:46+00:00</c>.</summary>
    public static string Of(DateTimeOffset time) =>
        time.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:sszzz" : "yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
