using MxAudit.Rules;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary><c>y</c> on a finding: its first fix that has a command, and with each press the next one.</summary>
/// <remarks>Never two at once: they may exclude each other.</remarks>
internal sealed class FixCopying(Shell shell, Func<Finding?> finding)
{
    private Finding? _copiedOf;

    /// <summary>As the fixes are numbered where the finding is explained; 0: none was copied.</summary>
    private int _copied;

    public KeyHint Key => new("y", "copy a fix", Copy);

    private string Copy()
    {
        if (finding() is not { } one) return "There is no finding here.";
        int number = FindingView.FixAfter(one, _copiedOf is { } before && NewFindings.AreSame(before, one) ? _copied : 0);
        if (number == 0) return "This fix has no command: a person must decide.";
        var fix = one.Fixes[number - 1];
        (_copiedOf, _copied) = (one, number);
        string more = FindingView.FixAfter(one, number) is var next && next != number ? FormattableString.Invariant($"; y again: fix {next}") : "";
        string which = one.Fixes.Count == 1 ? "The fix" : FormattableString.Invariant($"Fix {number} of {one.Fixes.Count}");
        return $"{which} was {shell.CopyText(fix.Command)}{more}. {fix.Why}";
    }
}
