using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Queue;

/// <summary>The output of <c>postqueue -p</c>: an entry for each message, below it reasons, each followed by the recipients it holds for.</summary>
internal static class PostqueueText
{
    /// <summary>How postqueue(1) writes that a recipient has no reason after one that has.</summary>
    private const string NoReason = "reason unavailable";

    /// <summary>Mail for one next hop waits for one reason: lines that were read before are not parsed again.</summary>
    private const int MostKnown = 1000;

    /// <exception cref="InputException">A line is none of such output; the message says which, and where in it.</exception>
    public static QueueSnapshot Read(ReadOnlySpan<byte> text, string source, long firstLine)
    {
        var messages = new List<QueuedMessage>();
        var recipients = new List<QueuedRecipient>();
        var known = new Dictionary<string, PostqueueLine>(StringComparer.Ordinal);
        string reason = "";
        bool ended = false, found = false;
        int? heading = null;
        long number = firstLine - 1;
        foreach (var range in text.Split((byte)'\n'))
        {
            number++;
            var bytes = text[range].TrimEnd((byte)'\r');
            if (QueueListing.IsComplaint(bytes)) continue;
            string line = PlainText.Of(bytes);
            if (!known.TryGetValue(line, out var said))
            {
                said = PostqueueGrammar.Read(line, out int column, out string why);
                // a shell's prompt and command, copied along
                if (said is null && (ended || (!found && range.Start.Value < (heading ??= PlaceOfHeading(text))))) continue;
                if (said is null)
                    throw new InputException(
                        $"{source}, line {number}, column {column}: {(found ? "this is not what postqueue -p prints" : "this is no queue listing; the output of postqueue -j or postqueue -p is expected")}: {why}.");
                if (said is PostqueueLine.Reason or PostqueueLine.Blank && known.Count < MostKnown) known.Add(line, said);
            }
            switch (said)
            {
                case PostqueueLine.Entry entry:
                    (reason, recipients, ended, found) = ("", [], false, true);
                    messages.Add(new QueuedMessage
                    {
                        QueueId = entry.QueueId, Queue = entry.Queue, ForcedExpire = entry.ForcedExpire, Size = entry.Size, ListedArrival = entry.Arrival,
                        Sender = QueuedMessage.SenderOf(entry.Sender), Recipients = recipients, Line = number,
                    });
                    break;
                case PostqueueLine.Reason because when messages.Count > 0:
                    reason = because.Text == NoReason ? "" : because.Text;
                    break;
                case PostqueueLine.Recipient recipient when messages.Count > 0:
                    recipients.Add(new QueuedRecipient(recipient.Address) { Reason = reason, Kind = reason.Length > 0 ? WaitKind.Delayed : WaitKind.None });
                    break;
                case PostqueueLine.Reason or PostqueueLine.Recipient:
                    throw new InputException($"{source}, line {number}, column 1: this belongs to a message that the listing does not show; its beginning is missing.");
                case PostqueueLine.Heading:
                    (ended, found) = (false, true);
                    break;
                case PostqueueLine.End:
                    (ended, found) = (true, true);
                    break;
            }
        }
        var queue = QueueSnapshot.Of(source, messages);
        return ended ? queue
            : queue with { Note = $"{source} has no last line such as \"-- 12 Kbytes in 3 Requests.\": the listing may be cut, and the queue longer." };
    }

    /// <summary>-1: there is none.</summary>
    private static int PlaceOfHeading(ReadOnlySpan<byte> text)
    {
        foreach (var line in text.Split((byte)'\n'))
            if (text[line] is [(byte)'-', ..] && text[line].TrimStart((byte)'-').StartsWith("Queue ID-"u8)) return line.Start.Value;
        return -1;
    }
}
