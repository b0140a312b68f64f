namespace MxAudit.Tables;

/// <summary>What a filter says, before anybody looks at a table. Positions count characters from 0.</summary>
internal abstract record FilterTerm;

internal sealed record AllOf(IReadOnlyList<FilterTerm> Terms) : FilterTerm;

internal sealed record AnyOf(IReadOnlyList<FilterTerm> Terms) : FilterTerm;

internal sealed record NotThat(FilterTerm Term) : FilterTerm;

/// <summary><c>size&gt;10MB</c>.</summary>
internal sealed record Comparison(Said Column, Comparing How, Said Value) : FilterTerm;

/// <summary><c>since 2h</c>, <c>until 2026-11-22</c>: of the table's own time column.</summary>
internal sealed record Bound(Comparing How, Said Moment, Said Word) : FilterTerm;

/// <summary>A text alone: it stands in any column.</summary>
/// <param name="IsBare">It has no quotes around it.</param>
internal sealed record Anywhere(Said Text, bool IsBare) : FilterTerm;

/// <summary>A word of the filter and where it begins.</summary>
internal readonly record struct Said(string Text, int Position);

internal enum Comparing { Is, IsNot, Below, AtMost, Above, AtLeast, Has, HasNot }
