using MxAudit.Tables;

namespace MxAudit.Views;

/// <summary>A table as somebody reads it: its rows in the order and choice that a state asks for.</summary>
public sealed class TableSheet(Table table, AuditResult audit)
{
    /// <summary>How often a long work looks whether it is still wanted, and tells how far it is.</summary>
    private const int RowsPerLook = 4096;

    /// <summary>Rows that are looked at for the values of a column: a few milliseconds.</summary>
    private const int Sample = 1000;

    private readonly RowsByNumber _rows = table.Open(audit);

    /// <summary>Null: all rows, as they come.</summary>
    private int[]? _order;
    private readonly Dictionary<int, IReadOnlyList<string>> _values = [];

    public Table Table => table;
    public int Count => _order?.Length ?? _rows.Count;
    public int CountOfAll => _rows.Count;

    /// <summary>One reader at a time looks at the audit: some cells read log lines again.</summary>
    public Cell At(int line, int column)
    {
        lock (audit.Mail) return _rows.At(RowOf(line), column);
    }

    public object RowAt(int line)
    {
        lock (audit.Mail) return _rows.RowAt(RowOf(line));
    }

    /// <summary>
    /// These columns of all lines as they are arranged now, also when they are arranged otherwise later; one line at a time, in the same array.
    /// </summary>
    public TableRows Rows(IReadOnlyList<int> columns) => new(table, audit, columns) { Arranged = Lines(_order, columns) };

    private IEnumerable<Cell[]> Lines(int[]? order, IReadOnlyList<int> columns)
    {
        var cells = new Cell[columns.Count];
        for (int line = 0; line < (order?.Length ?? _rows.Count); line++)
        {
            lock (audit.Mail)
                for (int i = 0; i < cells.Length; i++) cells[i] = _rows.At(order?[line] ?? line, columns[i]);
            yield return cells;
        }
    }

    /// <summary>What a column has, the most frequent first; of a long table a sample is looked at, since somebody waits for it.</summary>
    public IReadOnlyList<string> ValuesOf(int column)
    {
        if (_values.TryGetValue(column, out var known)) return known;
        var counts = new Dictionary<string, int>();
        lock (audit.Mail)
        {
            for (long i = 0, looked = Math.Min(Sample, _rows.Count); i < looked; i++)
            {
                string text = _rows.At((int)(i * _rows.Count / looked), column).ToString();
                if (text.Length > 0) counts[text] = counts.GetValueOrDefault(text) + 1;
            }
        }
        return _values[column] = [.. counts.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Key)];
    }

    private int RowOf(int line) => _order is null ? line : _order[line];

    /// <summary>Puts an arrangement made by <see cref="Arrange"/> in place.</summary>
    public void Take(int[]? order) => _order = order;

    /// <summary>Which rows are shown in which order; changes nothing, so that it can be made on another thread. Null: all, as they come.</summary>
    /// <param name="filter">That of the state, read against the table; null: all rows pass.</param>
    /// <param name="told">Hears from 0 to 1 how far the work is.</param>
    /// <exception cref="OperationCanceledException"/>
    public int[]? Arrange(TableState state, Filter? filter, Action<double>? told = null, CancellationToken stopped = default)
    {
        if (filter is null && state.SortedBy is null) return null;
        int[] order = Chosen(filter, told, stopped);
        if (state.SortedBy is { } column) Sort(order, column, state.Descending, told, stopped);
        return order;
    }

    private int[] Chosen(Filter? filter, Action<double>? told, CancellationToken stopped)
    {
        if (filter is null) return [.. Enumerable.Range(0, _rows.Count)];
        var passes = _rows.PassedBy(filter);
        var found = new List<int>();
        for (int row = 0; row < _rows.Count; row++)
        {
            Look(row, told, stopped);
            lock (audit.Mail)
                if (passes(row)) found.Add(row);
        }
        return [.. found];
    }

    private void Sort(int[] order, int column, bool descending, Action<double>? told, CancellationToken stopped)
    {
        var keys = new Cell[_rows.Count];
        for (int i = 0; i < order.Length; i++)
        {
            Look(i, told, stopped);
            lock (audit.Mail) keys[order[i]] = _rows.At(order[i], column);
        }
        int direction = descending ? -1 : 1;
        try
        {
            Array.Sort(order, (one, other) =>
            {
                stopped.ThrowIfCancellationRequested();
                int difference = Compare(keys[one], keys[other]);
                return difference != 0 ? direction * difference : one.CompareTo(other);
            });
        }
        catch (InvalidOperationException e) when (e.InnerException is OperationCanceledException)
        {
            throw new OperationCanceledException(stopped);
        }
    }

    private void Look(int done, Action<double>? told, CancellationToken stopped)
    {
        if (done % RowsPerLook != 0) return;
        stopped.ThrowIfCancellationRequested();
        told?.Invoke((double)done / Math.Max(1, _rows.Count));
    }

    /// <summary>Numbers as numbers, moments as moments, everything else as text; what is not known comes first.</summary>
    private static int Compare(Cell one, Cell other) =>
        one.IsNumber && other.IsNumber ? one.Number.CompareTo(other.Number)
        : one.Kind == CellKind.Time && other.Kind == CellKind.Time ? one.UtcTicks.CompareTo(other.UtcTicks)
        : string.Compare(one.ToString(), other.ToString(), StringComparison.OrdinalIgnoreCase);
}
