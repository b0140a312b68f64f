namespace MxAudit.Rules;

/// <summary>The two weeks of the manuals are no longer life on a host where mail lives for three.</summary>
internal static class LongerLife
{
    private const string Usual = "maximal_queue_lifetime = 14d";
    private const int MostDays = 100; // of Postfix

    /// <summary>The fixes of a manual, with a lifetime that is a week longer than this host's; without that fix where there is no longer one.</summary>
    public static IReadOnlyList<Fix> Than(Evidence evidence, IReadOnlyList<Fix> fixes)
    {
        double days = evidence.QueueTimes.MaximalQueueLifetime.TotalDays;
        string longer = $"maximal_queue_lifetime = {Math.Min(MostDays, Math.Max(14, (int)days + 7))}d";
        return [.. fixes.Where(fix => days < MostDays || !fix.Command.Contains(Usual, StringComparison.Ordinal))
            .Select(fix => fix.Naming(Usual, longer))];
    }
}
