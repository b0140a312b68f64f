using System.Globalization;
using MxAudit.Rules;

namespace MxAudit.Tables;

/// <summary>Gives the words of a filter their meaning in one table: names become columns, values become numbers and times.</summary>
internal sealed class FilterBinding(Table table, DateTimeOffset now)
{
    /// <summary>Why <see cref="Bind"/> gave nothing.</summary>
    public FilterError? Error { get; private set; }

    /// <inheritdoc cref="Filter.Doubts"/>
    public List<FilterError> Doubts { get; } = [];

    public RowTest? Bind(FilterTerm term) => term switch
    {
        AllOf all => BindEach(all.Terms) is { } tests ? new EveryTest(tests) : null,
        AnyOf any => BindEach(any.Terms) is { } tests ? new SomeTest(tests) : null,
        NotThat not => Bind(not.Term) is { } test ? new NoTest(test) : null,
        Anywhere text => OfText(text),
        Bound bound when table.TimeColumn < 0 => Fail(bound.Word, $"{table.Name} has no time that {bound.Word.Text} could ask"),
        Bound bound => OfMoment(table.TimeColumn, bound.How, bound.Moment),
        Comparison compared => OfComparison(compared),
        _ => throw new InvalidOperationException($"{term.GetType().Name} is not known here."),
    };

    /// <summary>The name of a column alone is rarely a text that somebody seeks.</summary>
    private SomeTest OfText(Anywhere text)
    {
        if (text.IsBare && table.IndexOf(text.Text.Text) is >= 0 and var column)
        {
            string name = table.ColumnNames[column];
            Doubts.Add(new FilterError(text.Text.Position + 1, $"{name} is a column, and alone it is a text to search; {name}=value compares it"));
        }
        return new SomeTest([.. table.AllColumns.Select(one => new TextTest(one, Comparing.Has, text.Text.Text))]);
    }

    private List<RowTest>? BindEach(IReadOnlyList<FilterTerm> terms)
    {
        var tests = new List<RowTest>();
        foreach (var term in terms)
        {
            if (Bind(term) is not { } test) return null;
            tests.Add(test);
        }
        return tests;
    }

    private RowTest? OfComparison(Comparison compared)
    {
        int column = table.IndexOf(compared.Column.Text);
        if (column < 0) return Fail(compared.Column, NearNames.Sentence(table, compared.Column.Text));
        var (value, how, kind) = (compared.Value, compared.How, table.Kinds[column]);
        if (how is Comparing.Is or Comparing.IsNot && value.Text.Length > 0 && table.WordsOf(column) is { } words
            && !words.Contains(value.Text, StringComparer.OrdinalIgnoreCase))
            Doubts.Add(new FilterError(value.Position + 1, NearNames.Never(table.ColumnNames[column], value.Text, words)));
        if (kind == ColumnKind.Text || value.Text.Length == 0 || how is Comparing.Has or Comparing.HasNot) return new TextTest(column, how, value.Text);
        return kind switch
        {
            ColumnKind.Flag => FlagWord(value.Text) is { } word ? new TextTest(column, how, word) : Fail(value, $"{value.Text} is not yes, no or unknown"),
            ColumnKind.Time => OfMoment(column, how, value),
            ColumnKind.Duration => Amount.SecondsOf(value.Text) is { } seconds
                ? new NumberTest(column, how, seconds)
                : Fail(value, $"{value.Text} is no length of time; 90s, 15m, 2h, 1h30m, 7d and 2w are"),
            ColumnKind.Size => Amount.BytesOf(value.Text) is { } bytes
                ? new NumberTest(column, how, bytes)
                : Fail(value, $"{value.Text} is no size; 2000, 64kB, 10MB and 1MiB are"),
            _ => double.TryParse(value.Text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number)
                ? new NumberTest(column, how, number) : Fail(value, $"{value.Text} is no number, and {table.ColumnNames[column]} is one"),
        };
    }

    private RowTest? OfMoment(int column, Comparing how, Said moment) =>
        Moment.Of(moment.Text, now, now.Offset) is { } time
            ? new TimeTest(column, how, time.UtcTicks)
            : Fail(moment, $"{moment.Text} is no time; {Moment.Examples} are");

    private static string? FlagWord(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "true" => "yes",
        "no" or "false" => "no",
        "unknown" => "unknown",
        _ => null,
    };

    private RowTest? Fail(Said word, string sentence)
    {
        Error = new FilterError(word.Position + 1, sentence);
        return null;
    }
}
