using System.Text.RegularExpressions;

namespace MxAudit.Input;

/// <summary>
/// What logrotate's names tell: which log a file is a piece of, and how old it is among the pieces. <c>mail.log.2.gz</c>,
/// <c>maillog-20261122.xz</c>, <c>mail-2026-11-22.log</c>; the number grows with age, the date does not.
/// </summary>
internal sealed partial record RotatedName(string Log, string Date, int Number) : IComparable<RotatedName>
{
    public static RotatedName Of(string path)
    {
        var name = Parts().Match(Path.GetFileName(path));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        string log = Path.Combine(folder, name.Groups["log"].Value + name.Groups["extension"].Value);
        string date = name.Groups["date"].Value.Replace("-", "", StringComparison.Ordinal);
        return new RotatedName(log, date, name.Groups["number"].Success ? int.Parse(name.Groups["number"].Value) : 0);
    }

    /// <summary>Oldest first; the log that is still written to has neither date nor number and is last.</summary>
    public int CompareTo(RotatedName? other)
    {
        if (other is null) return 1;
        if (Date.Length > 0 && other.Date.Length > 0) return string.CompareOrdinal(Date, other.Date);
        if (Date.Length > 0 || other.Date.Length > 0) return Date.Length > 0 ? -1 : 1;
        return other.Number.CompareTo(Number);
    }

    [GeneratedRegex(@"^(?<log>.+?)(?:[.-](?<date>\d{4}-?\d\d-?\d\d(?:[-.T_]?\d+)*)|\.(?<number>\d{1,4}))?(?<extension>\.log)?(?:\.(?:gz|xz|zst|bz2))?$",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Parts();
}
