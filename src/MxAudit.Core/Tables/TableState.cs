namespace MxAudit.Tables;

/// <summary>Where the reader of a table is, and how the table is arranged. A key press makes a new state of an old one.</summary>
public sealed record TableState
{
    /// <summary>The line under the cursor; 0 also when there is none.</summary>
    public int Cursor { get; init; }

    /// <summary>The first line that is to be seen.</summary>
    public int Top { get; init; }

    /// <summary>The column under the cursor, counted among the table's columns, seen or not.</summary>
    public int Column { get; init; }

    /// <summary>Null: as the rows come.</summary>
    public int? SortedBy { get; init; }
    public bool Descending { get; init; }

    /// <summary>An expression of the filter language; empty: all rows.</summary>
    public string Filter { get; init; } = "";

    /// <param name="rows">How many there are, after the filter.</param>
    /// <param name="height">Lines that are to be seen at once.</param>
    public TableState Moved(TableMove move, int rows, int height)
    {
        int page = Math.Max(1, height - 1);
        return (this with
        {
            Cursor = move switch
            {
                TableMove.Up => Cursor - 1,
                TableMove.Down => Cursor + 1,
                TableMove.PageUp => Cursor - page,
                TableMove.PageDown => Cursor + page,
                TableMove.First => 0,
                _ => rows - 1,
            },
        }).Fitted(rows, height);
    }

    /// <summary>The cursor stands on a row and can be seen.</summary>
    public TableState Fitted(int rows, int height)
    {
        int cursor = Math.Clamp(Cursor, 0, Math.Max(0, rows - 1)), lines = Math.Max(1, height);
        int top = Math.Clamp(Top, Math.Max(0, cursor - lines + 1), cursor);
        return this with { Cursor = cursor, Top = Math.Min(top, Math.Max(0, rows - lines)) };
    }

    /// <summary>Once: upwards, or downwards where the greatest is sought; again: the other way; a third time: as the rows come.</summary>
    public TableState SortedByNext(int column, bool greatestFirst = false)
    {
        var first = this with { SortedBy = column, Descending = greatestFirst, Cursor = 0, Top = 0 };
        if (SortedBy != column) return first;
        return Descending == greatestFirst ? first with { Descending = !greatestFirst } : first with { SortedBy = null, Descending = false };
    }

    public TableState Filtered(string filter) => filter == Filter ? this : this with { Filter = filter, Cursor = 0, Top = 0 };

    /// <summary>Both give the same rows in the same order.</summary>
    public bool ArrangesAs(TableState other) => (SortedBy, Descending, Filter) == (other.SortedBy, other.Descending, other.Filter);
}

public enum TableMove { Up, Down, PageUp, PageDown, First, Last }
