using MxAudit.Input;
using MxAudit.Mail;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>The whole lives of messages, from top to bottom, across their queue ids and the notices about them. A life is told once.</summary>
public sealed partial class Trace(AuditResult audit)
{
    private readonly ListedMail _listed = ListedMail.Of(audit);
    private readonly HashSet<int> _told = [];

    /// <param name="first">Where it began: see <see cref="TraceSearch.Beginning"/>.</param>
    public IReadOnlyList<TraceStep> Of(Message first)
    {
        var steps = new List<TraceStep>();
        Tell(steps, first, 0, "");
        return steps;
    }

    /// <summary>
    /// A loop that takes the Received: lines away never ends. More than <see cref="TraceSearch.MostSteps"/>, so that the trace of what is left out goes on
    /// behind it.
    /// </summary>
    private const int MostLives = 2 * TraceSearch.MostSteps;

    /// <summary>A life, then each hop that came back, one under the other: a loop has many, and is no staircase.</summary>
    private void Tell(List<TraceStep> steps, Message first, int depth, string how)
    {
        var comeBack = new Stack<Message>();
        TellLife(steps, first, depth, how, comeBack);
        for (int hops = 0; comeBack.TryPop(out var hop);)
        {
            if (_told.Contains(hop.Index)) continue;
            if (++hops > MostLives)
            {
                comeBack.Push(hop);
                foreach (var left in comeBack.Where(left => !_told.Contains(left.Index)).DistinctBy(left => left.Index))
                    LeaveOut(steps, left, depth + 1, ComingBack);
                return;
            }
            TellLife(steps, hop, depth + 1, ComingBack, comeBack);
        }
    }

    private static void LeaveOut(List<TraceStep> steps, Message life, int depth, string how) =>
        steps.Add(new TraceStep(TraceStepKind.LeftOut, depth, "…", $"{how}{life.QueueId}, which a trace of its own tells"));

    /// <summary>One life, with what it goes on as and the notices about it.</summary>
    /// <param name="comeBack">Gets the hops that this life, and what it goes on as behind a content filter, came back as: the first one on top.</param>
    private void TellLife(List<TraceStep> steps, Message life, int depth, string how, Stack<Message> comeBack)
    {
        if (depth > MostLives)
        {
            LeaveOut(steps, life, depth, how);
            return;
        }
        if (!_told.Add(life.Index))
        {
            steps.Add(new TraceStep(TraceStepKind.ShownAbove, depth, $"{how}{life.QueueId}", "(shown above)"));
            return;
        }
        steps.Add(new TraceStep(TraceStepKind.Life, depth, $"{how}{life.QueueId}",
            $"{(how == AsNotice ? "" : $"{Wording.Of(life.Class)} ")}on {life.Host} {life.Instance}"));
        steps.Add(Birth(life, depth));
        var happened = life.Attempts.Select(attempt => (attempt.Line, Tell: (Action)(() => TellAttempt(steps, attempt, depth, comeBack))))
            .Concat(life.Actions.Select(line => (Line: line, Tell: (Action)(() => steps.Add(ActionOf(life, line, depth))))))
            .Concat(audit.Mail.NoticesAbout[life.Index].Select(notice => (notice.Line, Tell: (Action)(() => TellNotice(steps, notice, depth)))));
        foreach (var one in happened.OrderBy(one => one.Line)) one.Tell();
        TellEnd(steps, life, depth);
        foreach (var next in life.Next)
            if (!_told.Contains(next.Index)) TellLife(steps, next, depth + 1, GoingOn, comeBack);
        foreach (var attempt in life.Attempts.Reverse())
            if (attempt.CameBackAs is { } hop) comeBack.Push(hop);
    }

    private const string GoingOn = "goes on as ", ComingBack = "comes back as ", AsNotice = "notice ";

    private static TraceStep Birth(Message life, int depth)
    {
        string[] more =
        [
            life.Client.Length > 0 ? $"by {life.Client}" : "",
            life.SaslUser.Length > 0 ? $"as {life.SaslUser}" : "",
            life.Sender is null ? "" : $"from {Senders.Shown(life.Sender)}",
        ];
        string size = life.Size is { } bytes ? $", {Phrases.Count(bytes, "byte")}, {Phrases.Count(life.RecipientCount, "recipient")}" : "";
        return new TraceStep(TraceStepKind.Birth, depth, BirthOf(life),
            $"{string.Join(' ', more.Where(part => part.Length > 0))}{(life.FromStranger ? ", a stranger" : "")}{size}")
            {
                Time = life.AcceptedAt,
                Line = life.FirstLine,
                MessageId = life.MessageId ?? "",
            };
    }

    private static string BirthOf(Message life) =>
        life.Client.Length > 0 ? "handed over" : life.AsNotice is not null ? "written here" : life.WasSubmittedHere ? "submitted here" : "first seen";

    private void TellAttempt(List<TraceStep> steps, Attempt attempt, int depth, Stack<Message> comeBack)
    {
        string original = attempt.OriginalRecipient.Length > 0 ? $" (was {attempt.OriginalRecipient})" : "";
        string relay = attempt.Relay is "" or "none" ? "" : $" by {attempt.Relay}";
        steps.Add(new TraceStep(TraceStepKind.Attempt, depth, $"{Wording.Of(attempt.Status)} {attempt.Dsn}".TrimEnd(),
            $"to {attempt.Recipient}{original}{relay}{(attempt.CameBackAs is { } hop ? $", {ComingBack}{hop.QueueId}" : "")}")
        {
            Time = attempt.Time,
            Line = attempt.Line,
            Status = attempt.Status,
        });
        if (attempt.CameBackAs is null && attempt.WentOnAs is { } next) TellLife(steps, next, depth + 1, GoingOn, comeBack);
    }

    private static TraceStep ActionOf(Message life, LinePosition line, int depth) =>
        new(TraceStepKind.Action, depth, Wording.Of(life.EndState == EndState.Discarded ? EndState.Discarded : EndState.Held),
            "by an access table, a header check or a milter") { Line = line };

    private void TellNotice(List<TraceStep> steps, Notice notice, int depth)
    {
        bool isBackscatter = notice.ToStranger == Answer.Yes;
        steps.Add(new TraceStep(TraceStepKind.Notice, depth, $"{Wording.Of(notice.Kind)} notice",
            $"to {notice.To}{(isBackscatter ? ", a stranger: backscatter" : "")}, {Wording.Of(notice.Fate)}")
        { Time = notice.Time, Line = notice.Line, IsBackscatter = isBackscatter });
        Tell(steps, notice.Itself, depth + 1, AsNotice);
    }
}
