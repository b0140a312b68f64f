namespace MxAudit.Tables;

/// <summary>A filter that knows its table: columns are numbers, values have types.</summary>
internal abstract record RowTest;

internal sealed record EveryTest(IReadOnlyList<RowTest> Tests) : RowTest;

internal sealed record SomeTest(IReadOnlyList<RowTest> Tests) : RowTest;

internal sealed record NoTest(RowTest Test) : RowTest;

/// <summary>One cell against one value. What is not known is equal to nothing but <c>""</c>, and neither above nor below anything.</summary>
internal abstract record CellTest(int Column, Comparing How) : RowTest
{
    public abstract bool Holds(in Cell cell);

    protected bool Compares(int order) => How switch
    {
        Comparing.Is => order == 0,
        Comparing.IsNot => order != 0,
        Comparing.Below => order < 0,
        Comparing.AtMost => order <= 0,
        Comparing.Above => order > 0,
        _ => order >= 0,
    };
}

/// <summary>Small and capital letters are the same: so they are in domains, and in nearly every address.</summary>
internal sealed record TextTest(int Column, Comparing How, string Value) : CellTest(Column, How)
{
    public override bool Holds(in Cell cell)
    {
        string text = cell.Text ?? cell.ToString();
        return How switch
        {
            Comparing.Has => text.Contains(Value, StringComparison.OrdinalIgnoreCase),
            Comparing.HasNot => !text.Contains(Value, StringComparison.OrdinalIgnoreCase),
            Comparing.Is => text.Equals(Value, StringComparison.OrdinalIgnoreCase),
            Comparing.IsNot => !text.Equals(Value, StringComparison.OrdinalIgnoreCase),
            _ => text.Length > 0 && Compares(string.Compare(text, Value, StringComparison.OrdinalIgnoreCase)),
        };
    }
}

internal sealed record NumberTest(int Column, Comparing How, double Value) : CellTest(Column, How)
{
    public override bool Holds(in Cell cell) => cell.IsNumber ? Compares(cell.Number.CompareTo(Value)) : How == Comparing.IsNot;
}

internal sealed record TimeTest(int Column, Comparing How, long UtcTicks) : CellTest(Column, How)
{
    public override bool Holds(in Cell cell) => cell.Kind == CellKind.Time ? Compares(cell.UtcTicks.CompareTo(UtcTicks)) : How == Comparing.IsNot;
}
