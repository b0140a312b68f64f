using MxAudit.Mail;

namespace MxAudit.Writers;

/// <summary>All that was found for a key: of very many the first and the last, and how many lie between.</summary>
public sealed partial class Trace
{
    private const int MessagesAtEachEnd = 50, RefusalsAtEachEnd = 5;

    public IEnumerable<TraceStep> Of(Traced found)
    {
        foreach (var message in FirstAndLast([.. found.Messages.Select(message => (Message?)message)], MessagesAtEachEnd))
            foreach (var step in message is { } shown ? Of(shown) : [LeftOut(0, found.Messages.Count - 2 * MessagesAtEachEnd, "message", "messages")])
                yield return step;
        foreach (var message in FirstAndLast([.. found.OnlyListed], MessagesAtEachEnd))
            foreach (var step in message is not null ? Of(message) : [LeftOut(0, found.OnlyListed.Count - 2 * MessagesAtEachEnd, "message", "queue")])
                yield return step;
        if (found.Refusals.Count == 0) yield break;
        string times = Phrases.Count(found.Refusals.Sum(refusal => (long)refusal.Count), "time");
        yield return new TraceStep(TraceStepKind.Refusals, 0, $"refused {times}", $"with {found.Address} as sender or recipient");
        foreach (var refusal in FirstAndLast([.. found.Refusals.Select(refusal => (Reject?)refusal)], RefusalsAtEachEnd))
            yield return refusal is { } reply ? Refusal(reply) : LeftOut(0, found.Refusals.Count - 2 * RefusalsAtEachEnd, "refusal", "rejects");
    }

    /// <summary>Null stands for those between.</summary>
    private static T?[] FirstAndLast<T>(T[] all, int atEachEnd)
    {
        if (all.Length <= 2 * atEachEnd) return all;
        return [.. all[..atEachEnd], default, .. all[^atEachEnd..]];
    }

    private static TraceStep Refusal(Reject reply)
    {
        string[] more =
        [
            $"by {Wording.Of(reply.Daemon)}{(Wording.Of(reply.Stage) is { Length: > 0 } stage ? $" at {stage}" : "")}",
            reply.Client.Length > 0 ? $"client {reply.Client}" : "",
            $"from {Tables.Senders.Shown(reply.Detail.Sender)}{(reply.Recipient.Length > 0 ? $" to {reply.Recipient}" : "")}",
            reply.Count > 1 ? Phrases.Count(reply.Count, "time") : "",
        ];
        string what = $"{(reply.Code == 0 ? "refused" : reply.Code)} {reply.Dsn}".TrimEnd();
        return new TraceStep(TraceStepKind.Refusal, 0, what, string.Join(", ", more.Where(part => part.Length > 0))) { Time = reply.Time, Line = reply.Line };
    }

    private static TraceStep LeftOut(int depth, long count, string what, string table) =>
        new(TraceStepKind.LeftOut, depth, "…", $"{Phrases.Count(count, $"more {what}")} that the table {table} has");
}
