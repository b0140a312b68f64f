namespace MxAudit.Writers;

/// <summary>What a report shows, whatever it is written in: the head, the findings, and sections made of a few kinds of block.</summary>
/// <param name="Window">From when to when; empty: the log tells no time.</param>
public sealed record ReportPage(CheckReport Check, string Title, string Window, IReadOnlyList<ReportFigure> Figures, IReadOnlyList<ReportSection> Sections);

/// <summary>A number that must be seen first.</summary>
/// <param name="IsBad">It is not nothing, and should be.</param>
public sealed record ReportFigure(string Name, long Number, string More, bool IsBad = false);

/// <param name="Id">Stable: links point to it.</param>
/// <param name="Lead">One or two sentences that say what the blocks show.</param>
public sealed record ReportSection(string Id, string Title, string Lead, IReadOnlyList<ReportBlock> Blocks);

public abstract record ReportBlock(string Caption);

/// <summary>The first column is text, the others are numbers unless <paramref name="IsText"/>.</summary>
public sealed record ReportTable(string Caption, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows, bool IsText = false)
    : ReportBlock(Caption);

/// <param name="Left">Of how many more there is no bar.</param>
public sealed record ReportBars(string Caption, IReadOnlyList<(string Name, long Number)> Bars, int Left = 0) : ReportBlock(Caption);

/// <summary>Counts in equal steps of time, one lane for each kind, and when next hops were down.</summary>
public sealed record ReportTimeline(string Caption, DateTimeOffset From, TimeSpan Step, IReadOnlyList<ReportLane> Lanes, IReadOnlyList<ReportOutage> Outages)
    : ReportBlock(Caption)
{
    public int Steps => Lanes[0].Counts.Count;
    public DateTimeOffset To => From + Steps * Step;
}

/// <param name="Unit">What is counted: <c>message</c>.</param>
public sealed record ReportLane(string Name, string Unit, IReadOnlyList<long> Counts, bool IsBad = false)
{
    /// <summary><c>431 messages; the highest bar: 413</c></summary>
    public string Sum => Phrases.Count(Counts.Sum(), Unit) + (Counts.Sum() > 0 ? $"; the highest bar: {Phrases.Number(Counts.Max())}" : "");
}

/// <param name="To">Null: it lasts.</param>
public sealed record ReportOutage(string NextHop, DateTimeOffset From, DateTimeOffset? To, int Failures);
