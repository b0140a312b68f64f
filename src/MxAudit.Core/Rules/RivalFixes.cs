using System.Text.RegularExpressions;

namespace MxAudit.Rules;

/// <summary>
/// Parameters that commands of two findings set to different values: each was made from the value of now, so that the second undoes the first.
/// </summary>
public static partial class RivalFixes
{
    /// <returns>Names as they stand in the commands, <c>smtp/inet/NAME</c> where it is of one service, in alphabetical order.</returns>
    public static string[] In(IEnumerable<Finding> findings) =>
    [
        .. findings.SelectMany(finding => finding.Fixes
            .SelectMany(SetBy)
            .GroupBy(set => set.Name)
            .Select(group => (Name: group.Key, Values: group.Select(set => set.Value).ToHashSet(StringComparer.Ordinal))))
            .GroupBy(set => set.Name)
            .Where(group => group.Any(one => group.Any(other => !one.Values.Overlaps(other.Values))))
            .Select(group => group.Key)
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<(string Name, string Value)> SetBy(Fix fix) =>
        fix.Command.Contains("postconf -e ", StringComparison.Ordinal) || fix.Command.Contains("postconf -P ", StringComparison.Ordinal)
            ? Setting().Matches(fix.Command.Split("   # ")[0]).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value)) : [];

    /// <summary>A quoted word of a command: <c>'NAME = VALUE'</c>, <c>'SERVICE/TYPE/NAME=VALUE'</c></summary>
    [GeneratedRegex(@"'(?<name>[A-Za-z0-9_./:\[\]-]+) ?= ?(?<value>[^']*)'")]
    private static partial Regex Setting();
}
