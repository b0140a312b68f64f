using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Tables;

namespace MxAudit.Writers;

/// <summary>The whole life of a message, top to bottom, across its queue ids and the notices about it; each step with its log line.</summary>
public sealed class TraceWriter(Page page, AuditResult audit)
{
    private const int DeepestShown = 12;

    private readonly ILookup<int, Notice> _noticesAbout =
        audit.Mail.Notices.Where(notice => notice.About is not null).ToLookup(notice => notice.About!.Value.Index);
    private readonly HashSet<int> _shown = [];

    public void Write(Message first) => WriteLife(first, 0, "");

    private void WriteLife(Message life, int depth, string how)
    {
        int indent = 4 * Math.Min(depth, DeepestShown);
        if (!_shown.Add(life.Index))
        {
            page.Line($"{how}{life.QueueId} (shown above)", indent);
            return;
        }
        page.Line($"{how}{life.QueueId} {Wording.Of(life.Class)} on {life.Host} {life.Instance}", indent);
        WriteBirth(life, indent + 4);
        var steps = life.Attempts.Select(attempt => (attempt.Line, Show: (Action)(() => WriteAttempt(attempt, depth))))
            .Concat(_noticesAbout[life.Index].Select(notice => (notice.Line, Show: (Action)(() => WriteNotice(notice, depth)))));
        foreach (var step in steps.OrderBy(step => step.Line)) step.Show();
        page.Line($"{At(life.RemovedAt)}{Wording.Of(life.EndState)}", indent + 4);
        foreach (var next in life.Next)
            if (!_shown.Contains(next.Index)) WriteLife(next, depth + 1, "goes on as ");
    }

    private void WriteBirth(Message life, int indent)
    {
        string from = life.Sender is null ? "" : $" from {Senders.Shown(life.Sender)}";
        string client = life.Client.Length > 0 ? $" by {life.Client}" : "";
        string user = life.SaslUser.Length > 0 ? $" as {life.SaslUser}" : "";
        string size = life.Size is { } bytes ? $", {Phrases.Count(bytes, "byte")}, {Phrases.Count(life.RecipientCount, "recipient")}" : "";
        page.Line($"{At(life.AcceptedAt)}{(client.Length > 0 ? "handed over" : life.AsNotice is null ? "first seen" : "written here")}{client}{user}{from}{size}", indent);
        if (life.MessageId is { Length: > 0 } id) page.Line($"Message-ID {id}", indent + 2);
        WriteLine(life.FirstLine, indent);
    }

    private void WriteAttempt(Attempt attempt, int depth)
    {
        int indent = 4 * Math.Min(depth, DeepestShown) + 4;
        string status = attempt.Status switch
        {
            DeliveryStatus.UndeliverableNotCached => "undeliverable, not cached",
            var other => Wording.Of(other),
        };
        string original = attempt.OriginalRecipient.Length > 0 ? $" (was {attempt.OriginalRecipient})" : "";
        page.Line($"{At(attempt.Time)}{status} {attempt.Dsn} to {attempt.Recipient}{original} by {attempt.Relay}".Replace("  ", " ", StringComparison.Ordinal), indent);
        WriteLine(attempt.Line, indent);
        if (attempt.WentOnAs is { } next) WriteLife(next, depth + 1, "goes on as ");
    }

    private void WriteNotice(Notice notice, int depth)
    {
        int indent = 4 * Math.Min(depth, DeepestShown) + 4;
        string stranger = notice.ToStranger == Answer.Yes ? ", a stranger" : "";
        page.Line($"{At(notice.Time)}{Wording.Of(notice.Kind)} notice to {notice.To}{stranger}: {Wording.Of(notice.Fate)}", indent);
        WriteLine(notice.Line, indent);
        WriteLife(notice.Itself, depth + 1, "notice ");
    }

    private static string At(DateTimeOffset? time) => time is { } known ? $"{TimeText.Of(known)} " : "";

    private void WriteLine(LinePosition position, int indent)
    {
        var (source, line, text) = audit.Locate(position);
        if (text.Length > 0) page.Line($"{source}:{line}: {text}", indent + 2);
    }
}
