using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>A text about the audit as a whole.</summary>
internal sealed class PageScreen(Shell shell, string title, string purpose, Func<AuditResult, IReadOnlyList<ToneLine>> text) : TextScreen(shell, title, purpose)
{
    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) => text(audit);
}
