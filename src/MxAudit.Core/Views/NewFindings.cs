using MxAudit.Rules;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>What an audit found that the one before did not.</summary>
public static class NewFindings
{
    /// <summary>For the status bar; null: nothing is new. A finding is known by its rule and subject, whatever its count.</summary>
    public static string? Sentence(AuditResult before, AuditResult after)
    {
        var known = before.Findings.Select(Key).ToHashSet();
        Finding[] news = [.. after.Findings.Where(finding => !known.Contains(Key(finding)))]; // the worst first, as they are
        if (news.Length == 0) return null;
        string worst = $"{news[0].Rule.Id} {news[0].Subject}: {news[0].Rule.Title}";
        return news.Length == 1 ? $"New: {worst}" : $"{Phrases.Count(news.Length, "new finding")}, the worst: {worst}";
    }

    /// <summary>The same one in another audit; null: it is gone.</summary>
    public static Finding? SameIn(AuditResult audit, Finding finding) => audit.Findings.FirstOrDefault(other => AreSame(other, finding));

    public static bool AreSame(Finding one, Finding other) => Key(one) == Key(other);

    private static (string, string) Key(Finding finding) => (finding.Rule.Id, finding.Subject);
}
