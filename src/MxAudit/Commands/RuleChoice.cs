using MxAudit.Rules;
using MxAudit.Tables;

namespace MxAudit.Commands;

/// <summary><c>--only</c> and <c>--ignore</c>: rule ids and families, comma separated.</summary>
internal static class RuleChoice
{
    /// <summary>What may be chosen, for shells that complete: the families, and the ids.</summary>
    public static string[] Words { get; } =
        [.. AllRules.InOrder.Select(rule => rule.Manual.Id[..3]).Distinct(), .. AllRules.InOrder.Select(rule => rule.Manual.Id)];

    /// <summary>Of a word that should be a rule: <c>no rule BSK001; near to it: BKS001; "mxaudit rules" lists them</c>.</summary>
    public static string NoRule(string word) =>
        $"no rule {word}{NearNames.To(word, AllRules.InOrder.SelectMany(rule => new[] { rule.Manual.Id, rule.Manual.Name }))}; \"mxaudit rules\" lists them";

    /// <returns>Whether a rule is wanted; null when all are.</returns>
    /// <exception cref="UsageException">A word that is no rule and no family.</exception>
    public static Func<Rule, bool>? Of(string? only, string? ignore)
    {
        string[] wanted = WordsOf("--only", only), unwanted = WordsOf("--ignore", ignore);
        if (wanted.Length == 0 && unwanted.Length == 0) return null;
        return rule => (wanted.Length == 0 || wanted.Any(word => Matches(rule, word))) && !unwanted.Any(word => Matches(rule, word));
    }

    private static string[] WordsOf(string option, string? list)
    {
        if (list is null) return [];
        string[] words = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) throw new UsageException($"{option} names no rule.");
        foreach (string word in words)
            if (!AllRules.InOrder.Any(rule => Matches(rule, word)))
                throw new UsageException($"{option} {word}: there is no such rule or family{NearNames.To(word, Words)}; \"mxaudit rules\" lists them.");
        return words;
    }

    private static bool Matches(Rule rule, string word) =>
        rule.Manual.Id.Equals(word, StringComparison.OrdinalIgnoreCase)
        || IsFamily(rule, word);

    public static bool IsFamily(Rule rule, string word) => word.Length == 3 && rule.Manual.Id.StartsWith(word, StringComparison.OrdinalIgnoreCase);
}
