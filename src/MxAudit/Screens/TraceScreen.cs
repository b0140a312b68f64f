using MxAudit.Mail;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>One message's life, top to bottom, across its queue ids.</summary>
internal sealed class TraceScreen(Shell shell, Message message) : TextScreen(shell, "Trace", "The whole life of one message")
{
    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) => TraceView.Of(audit, message);
}
