using MxAudit.Input;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>One line of the log, whole.</summary>
internal sealed class LineScreen(Shell shell, LinePosition line) : TextScreen(shell, "Line", "The line of the log")
{
    protected override KeyHint CopyKey => base.CopyKey with { InBar = true };

    protected override IReadOnlyList<ToneLine> Text(AuditResult audit)
    {
        var (source, number, text) = audit.Locate(line);
        return [new($"{SourceName.Of(audit, source)}:{number}:", Tone.Dim), new(text, hang: 2) { LogLine = text }];
    }
}
