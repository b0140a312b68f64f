namespace MxAudit.Tables;

/// <summary>What the cells of a column are, as far as they are known. A flag is yes, no or unknown; a duration is in seconds, a size in bytes.</summary>
public enum ColumnKind { Text, Flag, Number, Duration, Size, Time }

/// <summary>One column: its name for scripts, its heading for screens, and the value it has in a row.</summary>
/// <param name="Words">All that it may have, besides nothing; null: any text.</param>
/// <param name="IsName">All of a cell is a name of somebody or some host, though it may have no dot and no <c>@</c>: pseudonyms replace it.</param>
/// <param name="IsKey">Tells which row it is; the others tell what became of it.</param>
public sealed record Column<TRow>(string Name, string Heading, Func<TRow, Cell> Cell, ColumnKind Kind = ColumnKind.Text,
    Func<IEnumerable<string>>? Words = null, bool IsName = false, bool IsKey = false);

/// <summary>A table as screens and formats see it: columns by number, rows as cells.</summary>
public abstract class Table(string name, string title)
{
    /// <summary>As in <c>mxaudit export NAME</c> and <c>NAME.csv</c>.</summary>
    public string Name => name;

    /// <summary>What one row is.</summary>
    public string Title => title;
    public abstract IReadOnlyList<string> ColumnNames { get; }
    public abstract IReadOnlyList<string> Headings { get; }
    public abstract IReadOnlyList<ColumnKind> Kinds { get; }

    /// <summary>All words that a column may have; null: it may have any text.</summary>
    public abstract IEnumerable<string>? WordsOf(int column);

    /// <summary>Whether all of a cell of this column is a name that pseudonyms replace.</summary>
    public abstract bool IsName(int column);

    /// <summary>The columns that tell together which row it is.</summary>
    public abstract IReadOnlyList<int> Keys { get; }

    /// <summary>The column that <c>since</c> and <c>until</c> of a filter ask; -1: its rows have no time.</summary>
    public abstract int TimeColumn { get; }

    /// <summary>The rows, one at a time: memory does not grow with the table. Every step fills the same array again.</summary>
    /// <param name="chosen">Which, and in which order. Others are not asked for, so that no log line is read again in vain.</param>
    /// <param name="filter">Which rows; read against this table. Null: all.</param>
    public abstract IEnumerable<Cell[]> Rows(AuditResult audit, IReadOnlyList<int> chosen, Filter? filter = null);

    /// <summary>The rows by number: those that are not a list are gathered in one.</summary>
    public abstract RowsByNumber Open(AuditResult audit);

    /// <summary>The number of the column with this name; -1 when there is none.</summary>
    public int IndexOf(string column) => ColumnNames.ToList().FindIndex(one => one.Equals(column, StringComparison.OrdinalIgnoreCase));

    public IReadOnlyList<int> AllColumns => [.. Enumerable.Range(0, ColumnNames.Count)];
}

/// <summary>A table, defined once and shown everywhere.</summary>
/// <param name="when">Name of the column that <c>since</c> asks; null: the first with times.</param>
public sealed class Table<TRow>(string name, string title, Func<AuditResult, IEnumerable<TRow>> rows, IReadOnlyList<Column<TRow>> columns, string? when = null)
    : Table(name, title)
{
    public IReadOnlyList<Column<TRow>> Columns => columns;
    public override IReadOnlyList<string> ColumnNames { get; } = [.. columns.Select(column => column.Name)];
    public override IReadOnlyList<string> Headings { get; } = [.. columns.Select(column => column.Heading)];
    public override IReadOnlyList<ColumnKind> Kinds { get; } = [.. columns.Select(column => column.Kind)];
    public override IEnumerable<string>? WordsOf(int column) => columns[column].Words?.Invoke();
    public override bool IsName(int column) => columns[column].IsName;
    public override IReadOnlyList<int> Keys { get; } = [.. columns.Index().Where(column => column.Item.IsKey).Select(column => column.Index)];
    public override int TimeColumn { get; } = columns.ToList().FindIndex(column => when is null ? column.Kind == ColumnKind.Time : column.Name == when);

    public IEnumerable<TRow> RowsOf(AuditResult audit) => rows(audit);

    public override RowsByNumber Open(AuditResult audit) => new RowsByNumber<TRow>(rows(audit) as IReadOnlyList<TRow> ?? [.. rows(audit)], columns);

    public override IEnumerable<Cell[]> Rows(AuditResult audit, IReadOnlyList<int> chosen, Filter? filter = null)
    {
        var cells = new Cell[chosen.Count];
        var wanted = filter is null ? _ => true : filter.Over(columns);
        foreach (var row in rows(audit))
        {
            if (!wanted(row)) continue;
            for (int i = 0; i < cells.Length; i++) cells[i] = columns[chosen[i]].Cell(row);
            yield return cells;
        }
    }
}
