namespace MxAudit.Tables;

/// <summary>What is wanted of a table: which columns, in which order, and which rows.</summary>
public sealed record TableRows(Table Table, AuditResult Audit, IReadOnlyList<int> Columns)
{
    /// <summary>Read against the same table; null: all rows.</summary>
    public Filter? Filter { get; init; }

    public IEnumerable<string> Names => Columns.Select(column => Table.ColumnNames[column]);

    /// <summary>One at a time, in the same array.</summary>
    public IEnumerable<Cell[]> Cells => Table.Rows(Audit, Columns, Filter);
}
