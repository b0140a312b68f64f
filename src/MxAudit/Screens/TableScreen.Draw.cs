using MxAudit.Tables;
using MxAudit.Views;
using MxAudit.Writers;

namespace MxAudit.Screens;

/// <summary>A column on a screen.</summary>
/// <param name="Name">As in the table's definition.</param>
/// <param name="Width">Columns it takes; 0: shares what is left.</param>
/// <param name="From">The screen's width from which on there is room for it.</param>
/// <param name="Below">From this width on another one stands for it.</param>
/// <param name="Heading">A shorter one than that of the table.</param>
/// <param name="Tells">Has the tone of the line; without any such column the whole line has it.</param>
internal sealed record Seen(string Name, int Width, int From = 0, int Below = int.MaxValue, string Heading = "", bool Tells = false);

internal abstract partial class TableScreen
{
    /// <summary>Numbers end here, also where their column is wider.</summary>
    private const int NumberWidth = 12;

    /// <summary>Before each line stands what its tone means.</summary>
    private const int SignWidth = ToneLine.SignWidth + 1;

    /// <summary>A column, and where it stands.</summary>
    private sealed record Placed(int X, int Width, int Column, string Heading, bool Tells)
    {
        public int NumberEnd => X + Math.Min(Width, NumberWidth);
    }

    public override void Draw(Canvas canvas)
    {
        if (Sheet is not { } sheet)
        {
            canvas.Write(0, 1, $"{Shell.Doing}; the rows come when it is done.", Tone.Dim);
            return;
        }
        DrawTable(canvas.Part(0, 1, canvas.Width, canvas.Height - 1), sheet);
        DrawHead(canvas.Part(0, 0, canvas.Width, 1), sheet);
    }

    private void DrawTable(Canvas canvas, TableSheet sheet)
    {
        var columns = Place(canvas.Width);
        _shown = [.. columns.Select(column => column.Column)];
        _height = Math.Max(1, canvas.Height - 1);
        _state = _state.Fitted(sheet.Count, _height);
        foreach (var column in columns) DrawHeading(canvas, column);
        for (int y = 0; y < _height && _state.Top + y < sheet.Count; y++) DrawLine(canvas, 1 + y, sheet, _state.Top + y, columns);
        if (sheet.Count == 0)
            canvas.Write(SignWidth, 2,
                _state.Filter.Length > 0 ? "No row passes the filter; / changes it, F shows all rows again."
                    : Audit is { Log.WasRead: false } && IsOfLog ? "Not known: no log was read."
                    : Nothing);
    }

    private void DrawHeading(Canvas canvas, Placed column)
    {
        bool under = column.Column == _state.Column;
        string sign = _state.SortedBy != column.Column ? "" : _state.Descending ? "▼" : "▲", text = sign + column.Heading;
        if (IsNumber(column.Column)) canvas.WriteRight(column.NumberEnd, 0, text, Tone.Heading, under);
        else canvas.Write(column.X, 0, text, Tone.Heading, column.Width, under);
    }

    private void DrawLine(Canvas canvas, int y, TableSheet sheet, int line, List<Placed> columns)
    {
        bool marked = line == _state.Cursor, someTell = columns.Exists(column => column.Tells);
        var tone = ToneOf(sheet.RowAt(line));
        if (marked) canvas.Write(0, y, new string(' ', canvas.Width), marked: true);
        canvas.Write(0, y, ToneLine.SignOf(tone), tone, marked: marked);
        foreach (var column in columns)
        {
            var cell = sheet.At(line, column.Column);
            var own = cell is { Kind: CellKind.Whole, Whole: 0 } ? Tone.Dim : column.Tells || !someTell ? tone : Tone.Plain;
            if (cell.IsNumber) canvas.WriteRight(column.NumberEnd, y, Shown(cell, column), own, marked);
            else canvas.Write(column.X, y, Shown(cell, column), own, column.Width, marked);
        }
    }

    /// <summary>Times without the year and the offset, numbers with separators where there is room for them, and lengths of time with their unit.</summary>
    private string Shown(Cell cell, Placed column) => cell.Kind switch
    {
        CellKind.Time => cell.Time.ToString(column.Width < 14 ? "MM-dd HH:mm" : "MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
        CellKind.Whole when cell.Whole == 0 => "·",
        CellKind.Whole => Phrases.Number(cell.Whole, column.Width),
        CellKind.Fraction when table.Kinds[column.Column] == ColumnKind.Duration => ShortAge.Of(TimeSpan.FromSeconds(cell.Fraction)),
        _ => cell.ToString(),
    };

    private bool IsNumber(int column) => table.Kinds[column] is ColumnKind.Number or ColumnKind.Duration or ColumnKind.Size;

    /// <summary>
    /// What the rows are, how many, and how many of them are above and below those that are seen. The filter is seen in any case: where there is no room,
    /// the short title stands for the purpose.
    /// </summary>
    private void DrawHead(Canvas line, TableSheet sheet)
    {
        int above = _state.Top, below = Math.Max(0, sheet.Count - _state.Top - _height);
        string more = $"{(above > 0 ? $"▲ {Phrases.Number(above)} above" : "")}{(above > 0 && below > 0 ? "  " : "")}{(below > 0 ? $"{Phrases.Number(below)} more ▼" : "")}";
        line.WriteRight(line.Width, 0, more, Tone.Dim);
        var left = line.Part(0, 0, line.Width - more.Length - 1, 1);
        string count = sheet.Count == sheet.CountOfAll ? Phrases.Number(sheet.Count) : $"{Phrases.Number(sheet.Count)} of {Phrases.Number(sheet.CountOfAll)}";
        string working = _arranging is null ? "" : FormattableString.Invariant($"  working {_done:P0}, Esc stops");
        string counted = $"  {count}{working}", filter = _state.Filter.Length > 0 ? $"  /{_state.Filter}" : "";
        int room = left.Width - Canvas.ColumnsOf(counted + filter, line.Ascii);
        string name = Canvas.ColumnsOf(Shell.Path + Purpose, line.Ascii) <= room ? Purpose : Title;
        left.Write(0, 0, [new Views.Span(Shell.PathIn(room - name.Length), Tone.Dim), new Views.Span(name, Tone.Heading),
            new Views.Span(counted, Tone.Dim), new Views.Span(filter, Tone.Medium)]);
    }

    /// <summary>The columns that there is room for.</summary>
    private List<Placed> Place(int width)
    {
        var chosen = seen.Where(column => width >= column.From && width < column.Below).ToArray();
        int sharing = chosen.Count(column => column.Width == 0), left = width - SignWidth - chosen.Sum(column => column.Width) - chosen.Length + 1;
        var placed = new List<Placed>();
        int x = SignWidth;
        foreach (var column in chosen)
        {
            int wide = column.Width > 0 ? column.Width : Math.Max(4, left / sharing);
            if (x >= width) break;
            int index = table.IndexOf(column.Name);
            placed.Add(new Placed(x, Math.Min(wide, width - x), index, column.Heading.Length > 0 ? column.Heading : table.Headings[index], column.Tells));
            x += wide + 1;
        }
        return placed;
    }
}
