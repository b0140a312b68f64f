namespace MxAudit.Rules;

/// <summary>Every rule, in the order of the manual. A test proves that none is forgotten.</summary>
public static class AllRules
{
    public static IReadOnlyList<Rule> InOrder { get; } =
    [
    ];

    /// <summary>The rule with this id, in any case; null when there is none.</summary>
    public static Rule? Find(string id) => InOrder.FirstOrDefault(rule => rule.Manual.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}
