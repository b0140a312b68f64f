using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>All messages and refusals that a queue id, a Message-ID, an address or a domain names.</summary>
internal sealed class SearchScreen(Shell shell, string key) : TextScreen(shell, "Trace", key)
{
    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) => TraceView.Of(audit, Purpose);
}
