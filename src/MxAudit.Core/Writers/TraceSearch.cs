using MxAudit.Mail;

namespace MxAudit.Writers;

/// <summary>Finds the messages that a person means by a queue id, a Message-ID or an address.</summary>
public static class TraceSearch
{
    /// <summary>Where each trace begins: the first life of the message itself, or of the one that the notice is about. In the order of the log.</summary>
    public static IReadOnlyList<Message> Find(MailHistory mail, string key)
    {
        string inside = key.Trim('<', '>');
        var found = Where(mail, message => message.QueueId == key);
        if (found.Count == 0 && inside.Contains('@') && inside == key) found = Where(mail, message => Names(message, inside));
        if (found.Count == 0 && inside.Contains('@')) found = Where(mail, message => message.MessageId?.Trim('<', '>') == inside); // reads the log again
        if (found.Count == 0 && inside != key) found = Where(mail, message => Names(message, inside));
        return [.. found.Select(Beginning).DistinctBy(message => message.Index).OrderBy(message => message.Index)];
    }

    private static List<Message> Where(MailHistory mail, Func<Message, bool> matches) => [.. mail.Messages.Where(matches)];

    private static bool Names(Message message, string address) =>
        Same(message.Sender, address) || message.Attempts.Any(attempt => Same(attempt.Recipient, address) || Same(attempt.OriginalRecipient, address));

    private static bool Same(string? one, string other) => other.Equals(one, StringComparison.OrdinalIgnoreCase);

    /// <summary>Notices about notices: Postfix ends after two, and links of a wrong log that go round end here.</summary>
    private const int MostNotices = 100;

    /// <summary>The first life of the message itself; with a notice, of the message that it is about.</summary>
    public static Message Beginning(Message message)
    {
        var first = message.FirstLife;
        for (int steps = 0; steps < MostNotices && first.AsNotice?.About is { } about && about.Index != first.Index; steps++) first = about.FirstLife;
        return first;
    }
}
