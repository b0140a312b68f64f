using System.Globalization;
using MxAudit.Mail;

namespace MxAudit.Tables;

public enum CellKind : byte { Empty, Text, Whole, Fraction, Time, Flag }

/// <summary>One typed value of a table, so that each format can write it in its own way. Empty means: not known.</summary>
public readonly record struct Cell
{
    private readonly string? _text;

    /// <summary>A whole number, the bits of a fraction, or ticks in UTC: one field, so that a cell stays small.</summary>
    private readonly long _bits;
    private readonly short _offsetMinutes;

    private Cell(CellKind kind, string? text = null, long bits = 0, short offsetMinutes = 0) =>
        (Kind, _text, _bits, _offsetMinutes) = (kind, text, bits, offsetMinutes);

    public CellKind Kind { get; }
    public bool IsNumber => Kind is CellKind.Whole or CellKind.Fraction;
    public long Whole => _bits;

    /// <summary>Three digits after the point at most: the log has no more.</summary>
    public double Fraction => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>Of either kind of number.</summary>
    public double Number => Kind == CellKind.Whole ? _bits : Fraction;

    /// <summary>Text and the word of a flag as they are; null for everything else.</summary>
    public string? Text => _text;

    public DateTimeOffset Time => new DateTimeOffset(_bits, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(_offsetMinutes));
    internal long UtcTicks => _bits;

    public static Cell Empty => default;

    public static Cell Of(string? text) => string.IsNullOrEmpty(text) ? default : new(CellKind.Text, text);
    public static Cell Of(long number) => new(CellKind.Whole, bits: number);
    public static Cell Of(double number) => new(CellKind.Fraction, bits: BitConverter.DoubleToInt64Bits(Math.Round(number, 3)));
    public static Cell Of(DateTimeOffset time) => new(CellKind.Time, bits: time.UtcTicks, offsetMinutes: (short)time.TotalOffsetMinutes);

    /// <summary>Here <c>unknown</c> is a word of its own, not an empty cell.</summary>
    public static Cell Of(Answer flag) => new(CellKind.Flag, AnswerWords[(int)flag]);

    private static readonly string[] AnswerWords = [.. Enum.GetValues<Answer>().Select(Wording.Of)];

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
        CellKind.Whole => _bits.ToString(CultureInfo.InvariantCulture),
        CellKind.Fraction => Fraction.ToString("0.###", CultureInfo.InvariantCulture),
        CellKind.Time => TimeText.Of(Time),
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
