namespace MxAudit.Rules;

/// <summary>How often something happens. Only what was counted: a short log is never extrapolated.</summary>
internal static class Rates
{
    /// <summary>The stretch of this length that holds most of them: how many, and the index of the first.</summary>
    /// <param name="times">UTC ticks, in order.</param>
    public static (int Count, int First) Busiest(ReadOnlySpan<long> times, TimeSpan length)
    {
        (int Count, int First) busiest = (0, 0);
        for (int first = 0, last = 0; last < times.Length; last++)
        {
            while (times[last] - times[first] >= length.Ticks) first++;
            if (last - first + 1 > busiest.Count) busiest = (last - first + 1, first);
        }
        return busiest;
    }
}
