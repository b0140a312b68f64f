namespace MxAudit.Tables;

/// <summary>What is wanted of a table: which columns, in which order, and which rows.</summary>
public sealed record TableRows(Table Table, AuditResult Audit, IReadOnlyList<int> Columns)
{
    /// <summary>Read against the same table; null: all rows.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Rows that somebody has chosen and put in order, of these columns; null: as the table has them.</summary>
    public IEnumerable<Cell[]>? Arranged { get; init; }

    /// <summary>Null: names are shown as they are.</summary>
    public Pseudonyms? Pseudonyms { get; init; }

    public IEnumerable<string> Names => Columns.Select(column => Table.ColumnNames[column]);

    /// <summary>One at a time, in the same array.</summary>
    public IEnumerable<Cell[]> Cells => Pseudonyms is { } pseudonyms ? Plain.Select(cells => Veiled(cells, pseudonyms)) : Plain;

    private IEnumerable<Cell[]> Plain => Arranged ?? Table.Rows(Audit, Columns, Filter);

    private Cell[] Veiled(Cell[] cells, Pseudonyms pseudonyms)
    {
        for (int i = 0; i < cells.Length; i++)
            if (cells[i] is { Kind: CellKind.Text, Text: { } text })
                cells[i] = Table.IsName(Columns[i]) ? pseudonyms.OfName(text) : pseudonyms.InText(text);
        return cells;
    }
}
