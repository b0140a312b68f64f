using System.Runtime.CompilerServices;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Tables;
using MxAudit.Writers;

namespace MxAudit.Views;

/// <summary>The whole life of a message as lines to read: each step, and under it the line of the log that says so.</summary>
public sealed class TraceView
{
    private const int DeepestShown = 12, Step = 2;

    /// <summary>Made once for each history: there may be a hundred thousand notices, and somebody who walks through traces waits for each.</summary>
    private static readonly ConditionalWeakTable<MailHistory, ILookup<int, Notice>> NoticesAbout = [];

    private readonly AuditResult _audit;
    private readonly ILookup<int, Notice> _noticesAbout;
    private readonly HashSet<int> _shown = [];
    private readonly List<ToneLine> _lines = [];

    private TraceView(AuditResult audit)
    {
        _audit = audit;
        _noticesAbout = NoticesAbout.GetValue(audit.Mail, mail => mail.Notices.Where(notice => notice.About is not null).ToLookup(notice => notice.About!.Value.Index));
    }

    /// <summary>Begins where the message began: at its first life, and with a notice at the message it is about.</summary>
    public static IReadOnlyList<ToneLine> Of(AuditResult audit, Message message)
    {
        var view = new TraceView(audit);
        view.Life(TraceSearch.Beginning(message), 0, "");
        return view._lines;
    }

    private void Life(Message life, int depth, string how)
    {
        int indent = Step * 2 * Math.Min(depth, DeepestShown);
        if (!_shown.Add(life.Index))
        {
            Add(indent, new Span($"{how}{life.QueueId} (shown above)", Tone.Dim));
            return;
        }
        if (_lines.Count > 0) _lines.Add(ToneLine.Empty);
        Add(indent, new Span($"{how}{life.QueueId}", Tone.Heading), new Span($"  {Wording.Of(life.Class)} on {life.Host} {life.Instance}"));
        Birth(life, indent + Step);
        var steps = life.Attempts.Select(attempt => (attempt.Line, Show: (Action)(() => Attempted(attempt, depth))))
            .Concat(_noticesAbout[life.Index].Select(notice => (notice.Line, Show: (Action)(() => Noticed(notice, depth)))));
        foreach (var step in steps.OrderBy(step => step.Line)) step.Show();
        if (life.RemovedAt is not null || life.EndState != EndState.Unknown) Add(indent + Step, At(life.RemovedAt), new Span(Wording.Of(life.EndState), Tone.Dim));
        foreach (var next in life.Next)
            if (!_shown.Contains(next.Index)) Life(next, depth + 1, "goes on as ");
    }

    private void Birth(Message life, int indent)
    {
        string client = life.Client.Length > 0 ? $" by {life.Client}" : "";
        string from = life.Sender is null ? "" : $" from {Senders.Shown(life.Sender)}";
        string verb = client.Length > 0 ? "handed over" : life.AsNotice is null ? "first seen" : "written here";
        Add(indent, At(life.AcceptedAt), new Span($"{verb}{client}{from}"), new Span(life.FromStranger ? ", a stranger" : ""));
        Line(life.FirstLine, indent + Step);
    }

    private void Attempted(Attempt attempt, int depth)
    {
        int indent = Step * 2 * Math.Min(depth, DeepestShown) + Step;
        var tone = attempt.Status switch
        {
            DeliveryStatus.Sent or DeliveryStatus.Deliverable => Tone.Delivered,
            DeliveryStatus.Deferred or DeliveryStatus.SoftBounce => Tone.Deferred,
            _ => Tone.Bounced,
        };
        string original = attempt.OriginalRecipient.Length > 0 ? $" (was {attempt.OriginalRecipient})" : "";
        string relay = attempt.Relay is "" or "none" ? "" : $" by {attempt.Relay}";
        Add(indent, At(attempt.Time), new Span($"{Wording.Of(attempt.Status)} {attempt.Dsn}", tone), new Span($" to {attempt.Recipient}{original}{relay}"));
        Line(attempt.Line, indent + Step);
        if (attempt.WentOnAs is { } next) Life(next, depth + 1, "goes on as ");
    }

    private void Noticed(Notice notice, int depth)
    {
        int indent = Step * 2 * Math.Min(depth, DeepestShown) + Step;
        bool stranger = notice.ToStranger == Answer.Yes;
        Add(indent, At(notice.Time), new Span($"{Wording.Of(notice.Kind)} notice", stranger ? Tone.High : Tone.Plain),
            new Span($" to {notice.To}{(stranger ? ", a stranger: backscatter" : "")}, {Wording.Of(notice.Fate)}"));
        Line(notice.Line, indent + Step);
        Life(notice.Itself, depth + 1, "notice ");
    }

    private static Span At(DateTimeOffset? time) => time is { } known ? new Span($"{known:MM-dd HH:mm:ss} ", Tone.Dim) : new Span("");

    private void Add(int indent, params Span[] spans) => _lines.Add(new ToneLine(spans, indent, Hang: Step));

    private void Line(LinePosition position, int indent)
    {
        var (source, line, text) = _audit.Locate(position);
        if (text.Length > 0) _lines.Add(new ToneLine($"{SourceName.Of(_audit, source)}:{line}: {text}", Tone.Dim, indent, hang: 2));
    }
}
