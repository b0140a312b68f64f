using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>Lines to read, filled to the width there is, moved up and down.</summary>
internal sealed class TextPanel
{
    private IReadOnlyList<ToneLine> _lines = [];
    private List<ToneLine> _filled = [];
    private int _filledTo = -1, _height = 1;

    public int Top { get; private set; }

    public void Take(IReadOnlyList<ToneLine> lines)
    {
        (_lines, _filledTo, Top) = (lines, -1, 0);
    }

    public void Move(int lines) => Top = Math.Clamp(Top + lines, 0, Math.Max(0, _filled.Count - _height));

    public void MovePage(int pages) => Move(pages * Math.Max(1, _height - 1));

    public void Draw(Canvas canvas)
    {
        if (_filledTo != canvas.Width) _filled = [.. _lines.SelectMany(line => Filled(line, canvas.Width - 1, canvas.Ascii))];
        (_filledTo, _height) = (canvas.Width, canvas.Height);
        Move(0);
        for (int y = 0; y < canvas.Height && Top + y < _filled.Count; y++) canvas.Write(_filled[Top + y].Indent, y, _filled[Top + y].Spans);
        if (Top > 0) canvas.WriteRight(canvas.Width, 0, "▲", Tone.Dim);
        if (Top + canvas.Height < _filled.Count) canvas.WriteRight(canvas.Width, canvas.Height - 1, "▼", Tone.Dim);
    }

    /// <summary>Breaks at words; what is one word, or whole, breaks where the width ends. Nothing is lost.</summary>
    internal static IEnumerable<ToneLine> Filled(ToneLine line, int width, bool ascii)
    {
        int room = Math.Max(8, width - line.Indent);
        if (Canvas.ColumnsOf(line.Text, ascii) <= room)
        {
            yield return line;
            yield break;
        }
        var spans = new List<Span>();
        int used = 0;
        foreach (var (text, tone) in line.Spans.SelectMany(span => Words(span.Text, line.Whole).Select(word => (word, span.Tone))))
        {
            string word = text;
            int columns = Canvas.ColumnsOf(word, ascii);
            if (used > 0 && used + Canvas.ColumnsOf(word.TrimEnd(), ascii) > room && (columns <= room || !line.Whole))
            {
                yield return line with { Spans = [.. spans] };
                (spans, used) = ([], 0);
            }
            while (used + Canvas.ColumnsOf(word.TrimEnd(), ascii) > room)
            {
                int cut = Fits(word, room - used, ascii);
                spans.Add(new Span(word[..cut], tone));
                yield return line with { Spans = [.. spans] };
                (spans, used, word) = ([], 0, word[cut..]);
            }
            spans.Add(new Span(word, tone));
            used += Canvas.ColumnsOf(word, ascii);
        }
        if (spans.Count > 0) yield return line with { Spans = [.. spans] };
    }

    private static int Fits(string word, int columns, bool ascii)
    {
        int length = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            columns -= Canvas.ColumnsOf(rune.ToString(), ascii);
            if (columns < 0) break;
            length += rune.Utf16SequenceLength;
        }
        return Math.Max(length, 1);
    }

    /// <summary>Each word with the blank behind it.</summary>
    private static IEnumerable<string> Words(string text, bool whole)
    {
        if (whole)
        {
            yield return text;
            yield break;
        }
        for (int begin = 0; begin < text.Length;)
        {
            int end = text.IndexOf(' ', begin);
            end = end < 0 ? text.Length : end + 1;
            yield return text[begin..end];
            begin = end;
        }
    }
}
