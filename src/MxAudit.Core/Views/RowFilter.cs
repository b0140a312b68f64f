using MxAudit.Tables;

namespace MxAudit.Views;

/// <summary>Which rows a filter lets through.</summary>
public static class RowFilter
{
    /// <summary>Rows with the text in one of their cells, in any case.</summary>
    public static Func<RowsByNumber, int, bool> Of(Table table, string filter)
    {
        int columns = table.ColumnNames.Count;
        return (rows, row) =>
        {
            for (int column = 0; column < columns; column++)
                if (rows.At(row, column).ToString().Contains(filter, StringComparison.OrdinalIgnoreCase)) return true;
            return false;
        };
    }
}
