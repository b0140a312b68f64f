namespace MxAudit.Tables;

/// <summary>What is wrong with a filter, and where: columns of the text count from 1.</summary>
public sealed record FilterError(int Column, string Sentence)
{
    public override string ToString() => $"column {Column}: {Sentence}";
}

/// <summary>A filter, or why there is none; one of the two is not null.</summary>
public sealed record FilterReading(Filter? Filter, FilterError? Error);

/// <summary>Which rows of one table are wanted. See <see cref="FilterGrammar"/> for how it is written.</summary>
public sealed class Filter
{
    private readonly RowTest _test;

    private Filter(string text, Table table, RowTest test, IReadOnlyList<FilterError> doubts) => (Text, Table, _test, Doubts) = (text, table, test, doubts);

    /// <summary>As it was written.</summary>
    public string Text { get; }
    public Table Table { get; }

    /// <summary>Words that their column never has, columns that nothing is compared with: right as they are written, and hardly meant so.</summary>
    public IReadOnlyList<FilterError> Doubts { get; }

    /// <param name="now">What ages count back from; its offset is that of times without one. <c>audit.Mail.Now</c> is both.</param>
    public static FilterReading Read(string text, Table table, DateTimeOffset now)
    {
        var (term, error) = FilterGrammar.Read(text);
        if (error is not null) return new FilterReading(null, error);
        if (term is null) return new FilterReading(new Filter(text, table, new EveryTest([]), []), null);
        var binding = new FilterBinding(table, now);
        var test = binding.Bind(term);
        return test is null ? new FilterReading(null, binding.Error) : new FilterReading(new Filter(text, table, test, binding.Doubts), null);
    }

    /// <summary>A comparison as it is written: <c>sender="a b@example.com"</c>.</summary>
    public static string TextFor(string column, string value, string how = "=") => $"{column}{how}{ValueFor(value)}";

    /// <summary>A value as a filter has it: in quotes where it needs them.</summary>
    public static string ValueFor(string value)
    {
        bool plain = value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '@' or '-' or '_' or ':' or '/' or '+');
        return plain ? value : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A filter as it was written, narrowed by one more term.</summary>
    public static string TextOfBoth(string filter, string term) =>
        string.IsNullOrWhiteSpace(filter) ? term
            : filter.Contains(" or ", StringComparison.OrdinalIgnoreCase) ? $"({filter}) {term}"
            : filter.EndsWith(term, StringComparison.Ordinal) ? filter
            : $"{filter} {term}";

    /// <summary>For rows as the table has them: a column is asked only when the answer depends on it.</summary>
    public Func<TRow, bool> Over<TRow>(IReadOnlyList<Column<TRow>> columns) => Compile(_test, column => columns[column].Cell);

    /// <summary>Closures, once for each filter: a million rows make no garbage here.</summary>
    private static Func<TRow, bool> Compile<TRow>(RowTest test, Func<int, Func<TRow, Cell>> column)
    {
        switch (test)
        {
            case EveryTest { Tests: [] }:
                return _ => true;
            case EveryTest every:
                Func<TRow, bool>[] all = [.. every.Tests.Select(one => Compile(one, column))];
                return row =>
                {
                    foreach (var one in all)
                        if (!one(row)) return false;
                    return true;
                };
            case SomeTest some:
                Func<TRow, bool>[] any = [.. some.Tests.Select(one => Compile(one, column))];
                return row =>
                {
                    foreach (var one in any)
                        if (one(row)) return true;
                    return false;
                };
            case NoTest no:
                var inner = Compile(no.Test, column);
                return row => !inner(row);
            case CellTest one:
                var cell = column(one.Column);
                return row => one.Holds(cell(row));
            default:
                throw new InvalidOperationException($"{test.GetType().Name} is not known here.");
        }
    }
}
