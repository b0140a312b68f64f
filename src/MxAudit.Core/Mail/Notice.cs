using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Mail that Postfix wrote about mail. Only what really was queued is a notice; one that was cancelled is none.</summary>
public readonly record struct Notice
{
    private readonly MailHistory _history;
    private readonly int _row;

    internal Notice(MailHistory history, int row) => (_history, _row) = (history, row);

    /// <summary>By which its history knows it.</summary>
    internal int Number => _row;
    private ref readonly NoticeRow Row => ref _history.NoticeRows[_row];

    public NoticeKind Kind => Row.Kind;

    /// <summary>When bounce(8) logged it; for a postmaster notice without such a line, when it was queued.</summary>
    public DateTimeOffset? Time => MailHistory.TimeOf(Row.Time);

    /// <summary>The message it is about; null when no line tells.</summary>
    public Message? About => Row.About == 0 ? null : new Message(_history, Row.About - 1);

    /// <summary>A filter before the queue wrote it, and this is its reply to the client; null for others.</summary>
    internal LinePosition? ReplyInFront => _history.InFrontOf(_row) is { } returned ? new LinePosition(returned.Line) : null;

    /// <summary>The notice as a message of its own.</summary>
    public Message Itself => new(_history, Row.Itself - 1);

    /// <summary>Its recipient; else the sender of the message it is about; empty when no line tells.</summary>
    public string To => Itself.Attempts.Select(attempt => attempt.Recipient).FirstOrDefault() ?? About?.Sender ?? "";
    public NoticeFate Fate => Row.Fate;

    /// <summary>Its own last delivery, which its fate is told by.</summary>
    internal Attempt? LastAttempt => _history.LastTryOf(Row.Itself - 1) is >= 0 and var attempt ? new Attempt(_history, attempt) : null;

    /// <summary>It is a non-delivery or delay notice for mail of a stranger: backscatter.</summary>
    public Answer ToStranger => Row.ToStranger;

    /// <summary>local(8) or virtual(8) of this host got it: it left nothing, whoever wrote.</summary>
    public bool ToOwnUser => Row.ToOwnUser;

    /// <summary>Adds the rows of the attempts that it reports: bounced or expired (non-delivery), deferred (delay).</summary>
    internal void AddReportedRows(List<int> reported)
    {
        if (Row.About == 0) return;
        var wanted = Kind switch
        {
            NoticeKind.NonDelivery or NoticeKind.Postmaster => DeliveryStatus.Bounced,
            NoticeKind.Delay => DeliveryStatus.Deferred,
            _ => DeliveryStatus.None,
        };
        if (wanted == DeliveryStatus.None) return;
        bool expired = wanted == DeliveryStatus.Bounced && (_history.Lives[Row.About - 1].Flags & Storage.LifeFlags.Expired) != 0;
        var rows = _history.AttemptRowsOf(Row.About - 1);
        for (int i = 0; i < rows.Length; i++)
        {
            ref var attempt = ref _history.AttemptRows[rows[i]];
            bool isLast = i + 1 == rows.Length || _history.AttemptRows[rows[i + 1]].Recipient != attempt.Recipient;
            if (attempt.Status == wanted || (expired && isLast && attempt.Status == DeliveryStatus.Deferred)) reported.Add(rows[i]);
        }
    }

    public LinePosition Line => new(Row.Line);
}
