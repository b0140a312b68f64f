using MxAudit.Rules;

namespace MxAudit.Writers;

/// <summary>Several findings often want the same: it is said once, and then referred to. Text for people alone does so.</summary>
internal sealed class ToldFixes
{
    private readonly Dictionary<(string Why, string Command), Finding> _told = [];

    /// <summary>The fixes of a finding; what was said of another one before becomes one sentence that names that one.</summary>
    public IReadOnlyList<Fix> Shortened(Finding finding)
    {
        var shown = new List<Fix>();
        var referred = new HashSet<Finding>();
        foreach (var fix in finding.Fixes)
        {
            var (cause, why) = Causes.Parted(fix.Why);
            var first = _told.TryAdd((why, fix.Command), finding) ? finding : _told[(why, fix.Command)];
            if (first == finding) shown.Add(fix);
            else if (referred.Add(first)) shown.Add(new Fix($"{cause}{(cause.Length > 0 ? " " : "")}Do as under {first.Rule.Id} {first.Subject}."));
        }
        return shown;
    }
}
