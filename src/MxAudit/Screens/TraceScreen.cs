using MxAudit.Mail;
using MxAudit.Views;

namespace MxAudit.Screens;

/// <summary>One message's life, top to bottom, across its queue ids.</summary>
internal sealed class TraceScreen(Shell shell, Message message) : TextScreen(shell, "Trace", "The whole life of one message")
{
    /// <summary>The newest life of a queue id; null where the log has none.</summary>
    public static TraceScreen? OfQueueId(Shell shell, string queueId)
    {
        if (shell.Audit is not { } audit) return null;
        lock (audit.Mail) return audit.Mail.LivesOf([queueId])[queueId].Select(life => new TraceScreen(shell, life)).LastOrDefault();
    }

    protected override KeyHint CopyKey => base.CopyKey with { InBar = true };

    protected override IReadOnlyList<ToneLine> Text(AuditResult audit) => TraceView.Of(audit, SameIn(audit));

    /// <summary>The message as another audit of the same log knows it, perhaps further on its way.</summary>
    private Message SameIn(AuditResult audit) =>
        message.Index < audit.Mail.Messages.Count && audit.Mail.Messages[message.Index] is var same && same.QueueId == message.QueueId ? same : message;
}
