namespace MxAudit.Input;

/// <summary>
/// Finds text that was given twice: a copy of a log beside the log, a rotation that was interrupted, a piece saved by hand. A source whose
/// whole text lies within another is left out; one that begins with the end of another is read from behind it. Everything is compared byte
/// by byte; lines that merely look alike are left alone.
/// </summary>
public static class Overlap
{
    /// <param name="sources">In reading order.</param>
    /// <param name="mayBeginWithin">Whether the second may begin within the first, judged by their times. Every yes may cost a pass over the first.</param>
    /// <param name="notes">Gets a sentence for everything that is left out.</param>
    /// <returns>The sources that remain, in the same order, with <see cref="LogSource.Skip"/> and <see cref="LogSource.LinesSkipped"/> set.</returns>
    public static List<LogSource> LeaveOut(IReadOnlyList<LogSource> sources, Func<LogSource, LogSource, bool> mayBeginWithin, List<string> notes)
    {
        var kept = sources.ToList();
        foreach (var (first, second, inOrder) in Pairs(sources))
        {
            if (!kept.Contains(first) || !kept.Contains(second) || !mayBeginWithin(first, second)) continue;
            var (what, bytes, lines) = new RepeatedText(first, second).Find();
            if (what is Repeated.WholeSecond) LeaveOut(second, first);
            else if (what is Repeated.WholeFirst) LeaveOut(first, second);
            else if (what is Repeated.EndOfFirst && inOrder && bytes > second.Skip)
            {
                (second.Skip, second.LinesSkipped) = (bytes, lines);
                notes.Add($"{second.Name} begins with {(lines == 1 ? "the last line" : $"the last {lines:N0} lines")} of {first.Name}; they are read once.");
            }
        }
        return kept;

        void LeaveOut(LogSource inner, LogSource outer)
        {
            kept.Remove(inner);
            notes.Add($"{inner.Name} lies within {outer.Name} and was left out.");
        }
    }

    /// <summary>Every pair both ways: the longer of two may be the later. Only a later one can begin with the end of an earlier one.</summary>
    private static IEnumerable<(LogSource First, LogSource Second, bool InOrder)> Pairs(IReadOnlyList<LogSource> sources)
    {
        for (int i = 0; i < sources.Count; i++)
            for (int j = i + 1; j < sources.Count; j++)
            {
                yield return (sources[i], sources[j], true);
                yield return (sources[j], sources[i], false);
            }
    }
}
