namespace MxAudit.Tables;

/// <summary>The rows of a table by number, for readers that look at some of them only. One thread at a time: rows read log lines again.</summary>
public abstract class RowsByNumber
{
    public abstract int Count { get; }
    public abstract Cell At(int row, int column);

    /// <summary>The row itself, as the table's definition has it.</summary>
    public abstract object RowAt(int row);

    /// <summary>Whether a row passes the filter; read against the same table.</summary>
    public abstract Func<int, bool> PassedBy(Filter filter);
}

internal sealed class RowsByNumber<TRow>(IReadOnlyList<TRow> rows, IReadOnlyList<Column<TRow>> columns) : RowsByNumber
{
    public override int Count => rows.Count;
    public override Cell At(int row, int column) => columns[column].Cell(rows[row]);
    public override object RowAt(int row) => rows[row]!;

    public override Func<int, bool> PassedBy(Filter filter)
    {
        var holds = filter.Over(columns);
        return row => holds(rows[row]);
    }
}
