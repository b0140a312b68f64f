using MxAudit.Rules;

namespace MxAudit.Views;

/// <summary>Findings that are about one domain or one host.</summary>
public static class RelatedFindings
{
    /// <summary>Those whose subject is one of the names, then those whose message names one. Empty names match nothing.</summary>
    public static IReadOnlyList<Finding> About(AuditResult audit, params IReadOnlyList<string> names)
    {
        string[] known = [.. names.Where(name => name.Length > 0)];
        return [.. audit.Findings.Where(finding => IsSubject(finding, known)),
            .. audit.Findings.Where(finding => !IsSubject(finding, known) && known.Any(name => Names(finding.Message, name)))];
    }

    internal static void Tell(List<ToneLine> lines, IReadOnlyList<Finding> findings)
    {
        lines.Head(findings.Count == 0 ? "findings about it: none" : "findings about it; e opens the first");
        foreach (var finding in findings)
            lines.Add(new ToneLine(
                [
                    new Span($"{ToneLine.SignOf(ToneLine.ToneOf(finding.Severity)),-ToneLine.SignWidth} {Mail.Wording.Of(finding.Severity),-8} ",
                        ToneLine.ToneOf(finding.Severity)),
                    new Span($"{finding.Rule.Id} {finding.Rule.Title}"),
                ],
                2,
                Hang: 12));
    }

    private static bool IsSubject(Finding finding, string[] names) => names.Any(name => finding.Subject.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>As a word of its own: <c>example.com</c> is not in <c>mx1.example.com</c>.</summary>
    private static bool Names(string message, string name)
    {
        for (int at = 0; (at = message.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            if (!IsOfName(message, at - 1) && !IsOfName(message, at + name.Length)) return true;
        return false;
    }

    private static bool IsOfName(string message, int at) =>
        at >= 0 && at < message.Length && (char.IsAsciiLetterOrDigit(message[at])
            || message[at] == '-'
            || (message[at] == '.' && at + 1 < message.Length && char.IsAsciiLetterOrDigit(message[at + 1])));
}
