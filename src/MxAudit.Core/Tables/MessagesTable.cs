using MxAudit.Mail;

namespace MxAudit.Tables;

public static class MessagesTable
{
    public static Table<MessageLine> Definition { get; } = new("messages", "one message: one life of one queue id",
        audit => audit.Mail.Messages.Select(message => new MessageLine(message, audit)),
    [
        new("host", "Host", row => row.Message.Host, IsName: true),
        new("instance", "Instance", row => row.Message.Instance),
        new("queue_id", "Queue id", row => row.Message.QueueId, IsKey: true),
        new("class", "Class", row => Wording.Of(row.Message.Class), Words: Wording.All<MessageClass>),
        new("sender", "Sender", row => Senders.Shown(row.Message.Sender), IsName: true),
        new("client", "Client", row => row.Message.Client, IsKey: true),
        new("helo", "HELO", row => row.Message.Helo, IsName: true),
        new("sasl_username", "SASL user", row => row.Message.SaslUser, IsName: true),
        new("message_id", "Message-ID", row => row.Message.MessageId),
        new("size", "Size", row => row.Message.Size, ColumnKind.Size),
        new("recipients", "Recipients", row => row.Message.RecipientCount, ColumnKind.Number),
        new("accepted_at", "Accepted", row => row.Message.Arrival, ColumnKind.Time),
        new("removed_at", "Removed", row => row.Message.RemovedAt, ColumnKind.Time),
        new("end_state", "End", row => Wording.Of(row.Message.EndState), Words: Wording.All<EndState>),
        new("previous_queue_id", "Previous", row => row.Message.Previous?.QueueId),
        new("next_queue_ids", "Next", row => string.Join(' ', row.Message.Next.Select(next => next.QueueId))),
        new("source", "Source", row => row.FirstLine.Source),
        new("line", "Line", row => row.FirstLine.Line, ColumnKind.Number),
    ]);
}

/// <summary>A message and the place of its first line, looked up once and only when asked.</summary>
public sealed class MessageLine(Message message, AuditResult audit)
{
    private (string Source, long Line, string Text)? _firstLine;

    public Message Message => message;
    public (string Source, long Line, string Text) FirstLine => _firstLine ??= audit.Locate(message.FirstLine);
}
