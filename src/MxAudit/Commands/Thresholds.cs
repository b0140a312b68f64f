using MxAudit.Rules;

namespace MxAudit.Commands;

/// <summary><c>--threshold RULE=VALUE</c>: the limits of a site.</summary>
internal static class Thresholds
{
    /// <returns>By rule id; of two for one rule the last counts.</returns>
    /// <exception cref="UsageException">No such rule, a rule without a limit, or no number.</exception>
    public static IReadOnlyDictionary<string, double> Of(IEnumerable<string> words)
    {
        var limits = new Dictionary<string, double>();
        foreach (string word in words)
        {
            if (word.Split('=', 2, StringSplitOptions.TrimEntries) is not [var id, var value])
                throw new UsageException($"--threshold {word}: expected is RULE=VALUE, as in QUE005=12h.");
            var rule = AllRules.Find(id)?.Manual ?? throw new UsageException($"--threshold {word}: there is {RuleChoice.NoRule(id)}.");
            if (rule.Limit is not { } limit)
                throw new UsageException($"--threshold {word}: {rule.Id} has no limit; those that have one are {string.Join(", ", WithLimit)}.");
            limits[rule.Id] = limit.Read(value) ?? throw new UsageException($"--threshold {word}: expected is {Expected(limit)}.");
        }
        return limits;
    }

    private static IEnumerable<string> WithLimit => AllRules.InOrder.Where(rule => rule.Manual.Limit is not null).Select(rule => rule.Manual.Id);

    private static string Expected(Limit limit) =>
        limit.Unit == LimitUnit.Time ? $"a time such as 90m, 4h or 2d ({limit.Means})" : $"a whole number from {limit.Written(limit.Least)} on ({limit.Means})";
}
