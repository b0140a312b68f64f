using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>Lines to read, filled to the width there is, moved up and down.</summary>
internal sealed class TextPanel
{
    private IReadOnlyList<ToneLine> _lines = [];

    /// <summary>As they are drawn; and of each the line it is a part of, and where in it it begins.</summary>
    private List<(ToneLine Line, int Of, int From)> _filled = [];
    private int _filledTo = -1, _height = 1;
    private string _sought = "";

    /// <summary>Where the text that is sought was found last: a line, and a character in it.</summary>
    private (int Line, int At) _found = (-1, 0);

    /// <summary>The line that was copied last, and where the next one is looked for; -1: none since the reader moved, and where the reader looks.</summary>
    private int _copied = -1, _copyFrom = -1;

    public int Top { get; private set; }

    /// <summary>No line is above or below those that were drawn last.</summary>
    public bool IsAll => _filled.Count <= _height;

    /// <summary>Another text, from its beginning.</summary>
    public void Take(IReadOnlyList<ToneLine> lines) => (_lines, _filledTo, Top, _found, _copied, _copyFrom) = (lines, -1, 0, (-1, 0), -1, -1);

    /// <summary>The same text, of another audit: the reader stays in it.</summary>
    public void Renew(IReadOnlyList<ToneLine> lines) => (_lines, _filledTo) = (lines, -1);

    /// <summary>Goes to the next place with this text, in any case, and behind the end to the first one.</summary>
    /// <param name="step">-1: to the place before.</param>
    /// <returns>What place it is of how many, in words.</returns>
    public string Find(string text, int step)
    {
        if (text != _sought) (_sought, _found) = (text, (-1, 0));
        if (text.Length == 0) return "There is nothing to find: / asks for a text.";
        List<(int Line, int At)> places = [.. _lines.SelectMany((line, i) => PlacesIn(line.Text, text).Select(at => (i, at)))];
        if (places.Count == 0) return $"\"{text}\" is not here.";
        int now = places.IndexOf(_found), next = now < 0 ? step > 0 ? 0 : places.Count - 1 : (now + step + places.Count) % places.Count;
        _found = places[next];
        (_copied, _copyFrom) = (-1, _found.Line);
        Show(_filled.FindLastIndex(part => part.Of == _found.Line && part.From <= _found.At));
        return FormattableString.Invariant($"\"{text}\": {next + 1} of {places.Count}; n and N go on.");
    }

    /// <summary>
    /// A line to copy, which is marked: the one that was found, or the first that is seen, and then each time the next; behind the last
    /// the first. Where the text shows lines of the log, only these.
    /// </summary>
    /// <returns>With its number among those that can be copied; null: there is none.</returns>
    public (string Text, int Number, int Count)? NextToCopy()
    {
        bool ofLog = _lines.Any(line => line.LogLine is not null);
        int[] lines = [.. Enumerable.Range(0, _lines.Count).Where(i => ofLog ? _lines[i].LogLine is not null : _lines[i].Text.Length > 0)];
        if (lines.Length == 0) return null;
        int from = _copyFrom >= 0 ? _copyFrom : Top < _filled.Count ? _filled[Top].Of : 0, number = Math.Max(0, Array.FindIndex(lines, line => line >= from));
        _copied = lines[number];
        _copyFrom = _copied + 1;
        Show(_filled.FindIndex(part => part.Of == _copied));
        return (_lines[_copied].LogLine ?? _lines[_copied].Text, number + 1, lines.Length);
    }

    /// <summary>Moves only as far as is needed to see this line as it is drawn.</summary>
    private void Show(int filled)
    {
        if (filled >= 0 && (filled < Top || filled >= Top + _height)) Scroll(filled - Top - _height / 3);
    }

    private static IEnumerable<int> PlacesIn(string line, string text)
    {
        for (int at = 0; text.Length > 0 && (at = line.IndexOf(text, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += text.Length) yield return at;
    }

    public void Move(int lines)
    {
        (_copied, _copyFrom) = (-1, -1);
        Scroll(lines);
    }

    private void Scroll(int lines) => Top = Math.Clamp(Top + lines, 0, Math.Max(0, _filled.Count - _height));

    public void MovePage(int pages) => Move(pages * Math.Max(1, _height - 1));

    public void Draw(Canvas canvas)
    {
        if (_filledTo != canvas.Width) Fill(canvas.Width - 1, canvas.Ascii);
        (_filledTo, _height) = (canvas.Width, canvas.Height);
        Scroll(0);
        for (int y = 0; y < canvas.Height && Top + y < _filled.Count; y++)
        {
            canvas.Write(_filled[Top + y].Line.Indent, y, _filled[Top + y].Line.Spans);
            MarkFound(canvas, y, _filled[Top + y]);
            MarkCopied(canvas, y, _filled[Top + y]);
        }
        if (Top > 0) canvas.WriteRight(canvas.Width, 0, "▲", Tone.Dim);
        if (Top + canvas.Height < _filled.Count) canvas.WriteRight(canvas.Width, canvas.Height - 1, "▼", Tone.Dim);
    }

    private void Fill(int width, bool ascii)
    {
        _filled = [];
        for (int i = 0; i < _lines.Count; i++)
        {
            int from = 0;
            foreach (var part in Filled(_lines[i], width, ascii))
            {
                _filled.Add((part, i, from));
                from += part.Text.Length;
            }
        }
    }

    private void MarkFound(Canvas canvas, int y, (ToneLine Line, int Of, int From) part)
    {
        string text = part.Line.Text;
        foreach (int at in PlacesIn(_lines[part.Of].Text, _sought))
        {
            int from = Math.Clamp(at - part.From, 0, text.Length), to = Math.Clamp(at + _sought.Length - part.From, 0, text.Length);
            if (from < to) canvas.Mark(part.Line.Indent + Canvas.ColumnsOf(text[..from], canvas.Ascii), y, Canvas.ColumnsOf(text[from..to], canvas.Ascii));
        }
    }

    private void MarkCopied(Canvas canvas, int y, (ToneLine Line, int Of, int From) part)
    {
        if (part.Of == _copied) canvas.Mark(part.Line.Indent, y, Canvas.ColumnsOf(part.Line.Text.TrimEnd(), canvas.Ascii));
    }

    /// <summary>Breaks at words, and a word where the width ends. Nothing is lost.</summary>
    internal static IEnumerable<ToneLine> Filled(ToneLine line, int width, bool ascii)
    {
        if (Canvas.ColumnsOf(line.Text, ascii) <= Math.Max(8, width - line.Indent))
        {
            yield return line;
            yield break;
        }
        var spans = new List<Span>();
        int used = 0, indent = line.Indent;
        foreach (var word in Words(line.Spans))
        {
            if (used > 0 && used + Canvas.ColumnsOf(string.Concat(word.Select(part => part.Text)).TrimEnd(), ascii) > Room()) yield return Ended();
            foreach (var (whole, tone) in word)
            {
                string text = whole;
                while (used + Canvas.ColumnsOf(text.TrimEnd(), ascii) > Room())
                {
                    int cut = Fits(text, Room() - used, ascii);
                    spans.Add(new Span(text[..cut], tone));
                    text = text[cut..];
                    yield return Ended();
                }
                spans.Add(new Span(text, tone));
                used += Canvas.ColumnsOf(text, ascii);
            }
        }
        if (spans.Count > 0) yield return Ended();

        int Room() => Math.Max(8, width - indent);

        ToneLine Ended()
        {
            var ended = new ToneLine([.. spans], indent);
            (spans, used, indent) = ([], 0, line.Indent + line.Hang);
            return ended;
        }
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

    /// <summary>Each word with the blank behind it; it may be of several tones, as one with a comma that is not of its tone.</summary>
    private static IEnumerable<IReadOnlyList<Span>> Words(IReadOnlyList<Span> spans)
    {
        var word = new List<Span>();
        foreach (var (text, tone) in spans)
            for (int begin = 0; begin < text.Length;)
            {
                int end = text.IndexOf(' ', begin);
                word.Add(new Span(text[begin..(end < 0 ? text.Length : end + 1)], tone));
                if (end < 0) break;
                begin = end + 1;
                yield return word;
                word = [];
            }
        if (word.Count > 0) yield return word;
    }
}
