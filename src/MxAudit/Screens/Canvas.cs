using System.Globalization;
using System.Text;
using MxAudit.Log;
using MxAudit.Views;
using Terminal.Gui.Text;

namespace MxAudit.Screens;

/// <summary>One cell of the terminal. The right half of a wide character has an empty text.</summary>
internal readonly record struct CanvasCell(string Text, Tone Tone, bool Marked);

/// <summary>A grid of cells that screens draw on; nothing here is seen before a terminal copies it.</summary>
/// <remarks>
/// Strangers write the text. Controls and marks that move or join characters are shown as <c>\xNN</c> or <c>\uNNNN</c>: every cell holds what takes exactly
/// its columns, whatever the terminal makes of emoji.
/// </remarks>
internal sealed class Canvas
{
    private static readonly CanvasCell Blank = new(" ", Tone.Plain, false);

    private readonly CanvasCell[] _cells;
    private readonly int _left, _top, _stride;

    public Canvas(int width, int height, bool ascii = false)
    {
        (Width, Height, Ascii, _stride) = (width, height, ascii, width);
        _cells = new CanvasCell[width * height];
        Array.Fill(_cells, Blank);
    }

    private Canvas(Canvas whole, int x, int y, int width, int height)
    {
        (_cells, _stride, Ascii) = (whole._cells, whole._stride, whole.Ascii);
        (_left, _top, Width, Height) = (whole._left + x, whole._top + y, width, height);
    }

    public int Width { get; }
    public int Height { get; }

    /// <summary>Nothing but ASCII.</summary>
    public bool Ascii { get; }

    public CanvasCell this[int x, int y] => _cells[(_top + y) * _stride + _left + x];

    /// <summary>A part of the same grid with its own coordinates; never larger than what is there.</summary>
    public Canvas Part(int x, int y, int width, int height)
    {
        (x, y) = (Math.Clamp(x, 0, Width), Math.Clamp(y, 0, Height));
        return new Canvas(this, x, y, Math.Clamp(width, 0, Width - x), Math.Clamp(height, 0, Height - y));
    }

    /// <summary>Writes from here to the right, up to <paramref name="width"/> columns; what does not fit is cut, with a sign.</summary>
    /// <returns>The columns that were written.</returns>
    public int Write(int x, int y, string text, Tone tone = Tone.Plain, int width = int.MaxValue, bool marked = false)
    {
        if (y < 0 || y >= Height || x < 0 || x >= Width) return 0;
        int end = (int)Math.Min(Width, (long)x + width), at = x;
        foreach (string piece in Pieces(text, Ascii))
        {
            int columns = Math.Max(1, piece.GetColumns());
            if (at + columns > end)
            {
                if (at > x && end > x) Cut(end, y, tone, marked);
                break;
            }
            Put(at, y, piece, tone, marked);
            if (columns == 2) Put(at + 1, y, "", tone, marked);
            at += columns;
        }
        return at - x;
    }

    /// <summary>Writes a line of several tones; what does not fit is cut, with a sign, also where one of them ends at the edge.</summary>
    public int Write(int x, int y, IReadOnlyList<Views.Span> spans)
    {
        int at = x;
        var before = Tone.Plain;
        foreach (var span in spans)
        {
            if (at > x && at >= Width && !string.IsNullOrWhiteSpace(span.Text))
            {
                Cut(Width, y, before, false);
                break;
            }
            at += Write(at, y, span.Text, before = span.Tone);
        }
        return at - x;
    }

    /// <summary>Writes so that the text ends before <paramref name="end"/>.</summary>
    public void WriteRight(int end, int y, string text, Tone tone = Tone.Plain, bool marked = false) =>
        Write(Math.Max(0, end - ColumnsOf(text, Ascii)), y, text, tone, marked: marked);

    /// <summary>The look of a stretch changes, not its text.</summary>
    public void Mark(int x, int y, int width)
    {
        for (int i = Math.Max(0, x); i < Math.Min(Width, x + width) && y >= 0 && y < Height; i++)
        {
            var cell = this[i, y];
            Put(i, y, cell.Text, cell.Tone, true);
        }
    }

    /// <summary>Empties a box, so that something can be drawn above what is there.</summary>
    public void Clear()
    {
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++) Put(x, y, " ", Tone.Plain, false);
    }

    /// <summary>A frame with a title around the whole canvas.</summary>
    public void Frame(string title)
    {
        var (corners, across, down) = Ascii ? ("++++", "-", "|") : ("┌┐└┘", "─", "│");
        for (int x = 1; x < Width - 1; x++) foreach (int y in (int[])[0, Height - 1]) Put(x, y, across, Tone.Dim, false);
        for (int y = 1; y < Height - 1; y++) foreach (int x in (int[])[0, Width - 1]) Put(x, y, down, Tone.Dim, false);
        for (int i = 0; i < 4; i++) Put(i % 2 == 0 ? 0 : Width - 1, i < 2 ? 0 : Height - 1, corners[i].ToString(), Tone.Dim, false);
        Write(2, 0, $" {title} ", Tone.Heading, Width - 4);
    }

    /// <summary>A line across with a word on it, as a heading.</summary>
    public void Rule(int y, string title)
    {
        int at = title.Length == 0 ? 0 : Write(0, y, $"{title} ", Tone.Heading);
        Write(at, y, new string(Ascii ? '-' : '─', Math.Max(0, Width - at)), Tone.Dim);
    }

    public static int ColumnsOf(string text, bool ascii = false) => Pieces(text, ascii).Sum(piece => Math.Max(1, piece.GetColumns()));

    /// <summary>What is on the grid, line by line, without blanks at the ends.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int y = 0; y < Height; y++)
        {
            int begin = text.Length;
            for (int x = 0; x < Width; x++) text.Append(this[x, y].Text);
            while (text.Length > begin && text[^1] == ' ') text.Length--;
            text.Append('\n');
        }
        return text.ToString();
    }

    private void Put(int x, int y, string text, Tone tone, bool marked)
    {
        if (x >= 0 && x < Width && y >= 0 && y < Height) _cells[(_top + y) * _stride + _left + x] = new CanvasCell(text, tone, marked);
    }

    /// <summary>The last column says that there is more.</summary>
    private void Cut(int end, int y, Tone tone, bool marked)
    {
        if (end >= 2 && this[end - 1, y].Text.Length == 0) Put(end - 2, y, " ", tone, marked);
        Put(end - 1, y, Ascii ? ">" : "…", tone, marked);
    }

    /// <summary>Pieces that take one cell or two.</summary>
    private static IEnumerable<string> Pieces(string text, bool ascii)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~') yield return Single[rune.Value];
            else if (rune.Value == '\t') yield return " ";
            else if (ascii && AsciiOf(rune.Value) is { } plain) foreach (char c in plain) yield return Single[c];
            else if (ascii || Steers(rune))
                foreach (char c in rune.Value < 256 ? $"\\x{rune.Value:X2}" : rune.Value < 0x10000 ? $"\\u{rune.Value:X4}" : $"\\U{rune.Value:X8}")
                    yield return Single[c];
            else yield return rune.ToString();
        }
    }

    private static readonly string[] Single = [.. Enumerable.Range(0, 127).Select(c => ((char)c).ToString())];

    /// <summary>Whether it moves, joins, hides or turns what stands around it, or terminals do not agree on its columns.</summary>
    private static bool Steers(Rune rune) =>
        (rune.IsBmp && PlainText.IsUnsafe((char)rune.Value))
        || rune.GetColumns() is < 1 or > 2
        || rune.Value is >= 0x1F1E6 and <= 0x1F1FF or >= 0x1F3FB and <= 0x1F3FF
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string? AsciiOf(int character) => character switch
    {
        '…' => "...", '–' or '—' or '─' => "-", '→' => "->", '“' or '”' => "\"", '‘' or '’' => "'", '×' => "x", '≥' => ">=", '≤' => "<=", '·' => ".",
        '│' => "|", >= '▁' and <= '▃' => ".", >= '▄' and <= '▆' => "o", '▇' or '█' => "#", '░' or '▒' => ":", '▲' => "^", '▼' => "v", _ => null,
    };
}
