using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>One message that waits, as the queue lists it.</summary>
public static class QueuedView
{
    public static IReadOnlyList<ToneLine> Of(AuditResult audit, QueuedLine row)
    {
        var message = row.Message;
        string about = $"  {Wording.Of(message.Queue)}, from {Senders.Shown(message.Sender)}, {Phrases.Count(message.Size, "byte")}";
        var lines = new List<ToneLine> { new([new Span(message.QueueId, Tone.Heading), new Span(about)]) };
        if (message.Arrival is { } arrival) lines.Fact("arrived", Passage.Moment(arrival, audit.Mail.Now));
        if (row.NextRetry is { } retry) lines.Fact("next retry", Passage.Moment(retry, audit.Mail.Now));
        if (row.Expires is { } expires) lines.Fact("returned", Passage.Moment(expires, audit.Mail.Now), Tone.Medium);
        lines.Head($"for {Phrases.Count(message.Recipients.Count, "recipient")}");
        foreach (var recipient in message.Recipients)
        {
            lines.Say(recipient.Address);
            if (recipient.Reason.Length > 0) lines.Say(recipient.Reason, Tone.Dim, indent: 4, hang: 2);
        }
        lines.Head("in the log");
        lines.Say(audit.Log.WasRead ? "The log does not have this message: it begins later, or is of another host." : "No log was read.", Tone.Dim);
        return lines;
    }
}
