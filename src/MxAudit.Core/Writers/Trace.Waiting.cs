using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>How a life ended, or for whom it waits, why and how long.</summary>
public sealed partial class Trace
{
    private const int MostWaiting = 20;

    /// <summary>A message that the queue lists and the log does not have.</summary>
    public IReadOnlyList<TraceStep> Of(QueuedMessage message)
    {
        var steps = new List<TraceStep>
        {
            new(TraceStepKind.Life, 0, message.QueueId, audit.Log.WasRead ? "in the queue; the log does not have it" : "in the queue"),
            new(TraceStepKind.Birth, 0, "arrived",
                $"from {Senders.Shown(message.Sender)}, {Phrases.Count(message.Size, "byte")}, {Phrases.Count(message.Recipients.Count, "recipient")}")
            { Time = message.Arrival },
        };
        TellWaiting(steps, message, null, 0);
        return steps;
    }

    private void TellEnd(List<TraceStep> steps, Message life, int depth)
    {
        if (_listed.Of(life) is { } listed) TellWaiting(steps, listed, life, depth);
        else if (life.EndState == EndState.Queued)
        {
            bool isUntried = IsWholeIn(life) && !life.Attempts.Any();
            steps.Add(End(isUntried ? "queued, not tried yet" : "queued", depth, audit.QueueTimes.NextRetryOf(life),
                audit.QueueTimes.ExpiryOf(life.FirstLife)));
        }
        else if (life.RemovedAt is not null || life.EndState != EndState.Unknown)
            steps.Add(new TraceStep(TraceStepKind.End, depth, Wording.Of(life.EndState), "") { Time = life.RemovedAt });
    }

    /// <summary>By the listing of the queue, which also names those whom no line of the log names.</summary>
    private void TellWaiting(List<TraceStep> steps, QueuedMessage message, Message? life, int depth)
    {
        var waiting = _listed.LinesOf(message).ToArray();
        foreach (var one in waiting.Take(MostWaiting))
        {
            bool isUntried = life is { } known && IsWholeIn(known) && one.Recipient.Reason.Length == 0
                && !known.Attempts.Any(attempt => attempt.Recipient.Equals(one.Recipient.Address, StringComparison.OrdinalIgnoreCase));
            string original = one.Recipient.OriginalAddress.Length > 0 ? $" (was {one.Recipient.OriginalAddress})" : "";
            var proof = Proof.FromQueue(audit.Queue!, message, one.Recipient);
            string whom = $"for {one.Recipient.Address}{original}{(isUntried ? ", not tried yet" : "")}";
            steps.Add(new TraceStep(TraceStepKind.Waiting, depth, $"waits in the {Wording.Of(message.Queue)} queue", whom)
            {
                Listed = (proof.Source, proof.Number, proof.Text),
            });
        }
        if (waiting.Length > MostWaiting) steps.Add(LeftOut(depth, waiting.Length - MostWaiting, "recipient", "queue"));
        steps.Add(End(message.Queue == QueueName.Hold ? "held" : "queued", depth, waiting.Max(one => one.NextRetry), audit.QueueTimes.ExpiryOf(message)));
    }

    /// <summary>Nothing was tried before the log begins, or under another queue id.</summary>
    private static bool IsWholeIn(Message life) => life is { WasAccepted: true, Previous: null };

    private TraceStep End(string what, int depth, DateTimeOffset? nextRetry, DateTimeOffset? expires) =>
        new(TraceStepKind.End, depth, what, "") { NextRetry = nextRetry, Expires = expires, TimesAreAssumed = audit.QueueTimes.Assumed };
}
