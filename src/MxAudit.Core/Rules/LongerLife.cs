namespace MxAudit.Rules;

/// <summary>The two weeks of the manuals are no longer life on a host where mail lives for three.</summary>
internal static class LongerLife
{
    private const string Usual = "maximal_queue_lifetime = 14d";
    private const int MostDays = 100; // of Postfix

    /// <summary>A week more, and two weeks at least.</summary>
    public static int Days(TimeSpan lifetime) => Math.Min(MostDays, Math.Max(14, (int)lifetime.TotalDays + 7));

    /// <summary>The fixes of a manual, with a lifetime that is a week longer than this host's; without that fix where there is no longer one.</summary>
    public static IReadOnlyList<Fix> Than(Evidence evidence, IReadOnlyList<Fix> fixes)
    {
        var lifetime = evidence.QueueTimes.MaximalQueueLifetime;
        string longer = $"maximal_queue_lifetime = {Days(lifetime)}d";
        return [.. fixes.Where(fix => lifetime.TotalDays < MostDays || !fix.Command.Contains(Usual, StringComparison.Ordinal))
            .Select(fix => fix.Naming(Usual, longer))];
    }
}
