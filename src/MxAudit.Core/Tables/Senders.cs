namespace MxAudit.Tables;

/// <summary>How tables and traces write senders.</summary>
public static class Senders
{
    /// <summary>The null sender has a word, <c>&lt;&gt;</c>, because an empty cell means: not known.</summary>
    public static string? Shown(string? sender) => sender is "" ? "<>" : sender;
}
