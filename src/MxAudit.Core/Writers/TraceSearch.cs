using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>Finds the messages and refusals that a person means by a queue id, a Message-ID, an address or a domain.</summary>
public static class TraceSearch
{
    public static Traced Find(AuditResult audit, string key)
    {
        string inside = key.Trim('<', '>');
        bool isBracketed = inside != key;
        var address = SoughtAddress.Of(inside);
        var found = ById(audit, key);
        if (found.IsEmpty && address is not null && !isBracketed) found = ByAddress(audit, address);
        if (found.IsEmpty && (isBracketed || inside.Contains('@'))) found = ByMessageId(audit, inside); // reads the log again
        if (found.IsEmpty && address is not null && isBracketed) found = ByAddress(audit, address);
        var known = new Dictionary<int, Message>();
        var beginnings = found.Messages.Select(message => BeginningOf(message, known)).DistinctBy(message => message.Index);
        return found with { Messages = [.. beginnings.OrderBy(message => message.Index)] };
    }

    /// <summary>What is said where nothing was found.</summary>
    public static string NothingMatches(string key, AuditResult audit)
    {
        string inside = key.Trim('<', '>');
        const string whose = "of senders and recipients, in messages, refusals and the queue listing";
        string looked = SoughtAddress.Of(inside) switch
        {
            { IsDomain: true } => $"a domain {whose}",
            not null => $"a queue id, a Message-ID and an address {whose}",
            null => inside != key ? "a queue id and a Message-ID" : "a queue id: an address has an @, and all of a domain is @ and its name",
        };
        string searched = audit is { Log.WasRead: false } ? " No log was read."
            : audit.Mail is { First: { } first, Last: { } last } ? $" The log at hand goes from {TimeText.Of(first)} to {TimeText.Of(last)}." : "";
        return $"Nothing matches {key}, which was looked for as {looked}.{searched}";
    }

    private static Traced ById(AuditResult audit, string id)
    {
        var messages = audit.Mail.LivesOf([id])[id].ToArray();
        return new Traced(null, messages, messages.Length > 0 ? [] : [.. ListedMail.Of(audit).WithId(id)], []);
    }

    private static Traced ByAddress(AuditResult audit, SoughtAddress address)
    {
        var listed = ListedMail.Of(audit);
        var messages = audit.Mail.MessagesOf(address).ToList();
        var onlyListed = new List<QueuedMessage>();
        foreach (var message in listed.MessagesOf(address))
            if (listed.LifeOf(message) is { } life) messages.Add(life); else onlyListed.Add(message);
        return new Traced(address, messages, onlyListed, [.. audit.Mail.RefusalsOf(address)]);
    }

    private static Traced ByMessageId(AuditResult audit, string inside) =>
        new(null, [.. audit.Mail.Messages.Where(message => message.MessageId?.Trim('<', '>') == inside)], [], []);

    /// <summary>Two notices and the hops of a loop, which the hop limit ends mostly; links of a wrong log that go round end here.</summary>
    internal const int MostSteps = 200;

    /// <summary>The first life of the message itself; with a notice, of the message that it is about; with a hop of a loop, of the first one.</summary>
    public static Message Beginning(Message message) => BeginningOf(message, []);

    /// <param name="known">Beginnings that were found, by where they were looked for: all the hops of a loop have one.</param>
    private static Message BeginningOf(Message message, Dictionary<int, Message> known)
    {
        var first = message.FirstLife;
        int from = first.Index;
        for (int steps = 0; steps < MostSteps; steps++)
        {
            if (known.TryGetValue(first.Index, out var beginning)) first = beginning;
            if ((first.AsNotice?.About ?? first.CameBackFrom) is not { } before || before.Index == first.Index) break;
            first = before.FirstLife;
        }
        return known[from] = first;
    }
}

/// <summary>What was found for a key.</summary>
/// <param name="Address">Null: the key was the id of a message.</param>
/// <param name="Messages">Where each trace begins, in the order of the log.</param>
/// <param name="OnlyListed">Messages that the queue lists and the log does not have.</param>
/// <param name="Refusals">Replies to this sender or recipient, in the order of the log.</param>
public sealed record Traced(SoughtAddress? Address, IReadOnlyList<Message> Messages, IReadOnlyList<QueuedMessage> OnlyListed, IReadOnlyList<Reject> Refusals)
{
    public bool IsEmpty => Messages.Count + OnlyListed.Count + Refusals.Count == 0;
}
