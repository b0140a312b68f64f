using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>One recipient of one accepted mail, with all its attempts and what became of it in the message's last life.</summary>
public readonly record struct Recipient
{
    private readonly MailHistory _history;
    private readonly int _row;

    internal Recipient(MailHistory history, int row) => (_history, _row) = (history, row);

    /// <summary>By which its history knows it.</summary>
    internal int Number => _row;
    private ref readonly RecipientRow Row => ref _history.RecipientRows[_row];
    private int LastRow => _history.OrderedAttempt(Row.FirstAttempt + Row.AttemptCount - 1);
    private ref readonly AttemptRow Last => ref _history.AttemptRows[LastRow];

    /// <summary>The life under which the mail was accepted.</summary>
    public Message Message => new(_history, _history.FirstLifeOf(Last.Life));
    public Message LastLife => new(_history, Last.Life);

    public string Address => _history.Text(Last.Recipient);

    /// <inheritdoc cref="Probe.Addressee"/>
    internal int Addressee => Last.Recipient;

    /// <summary>The same number for the same domain: quicker to compare than <see cref="Domain"/>.</summary>
    internal int DomainNumber => _history.DomainNumberOf(Last.Recipient);

    /// <summary>What the client asked for, where alias or forward changed it; else empty.</summary>
    public string OriginalAddress => _history.Text(_history.AskedFor(_row, LastRow));

    /// <summary>Lower case; empty for an address without one.</summary>
    public string Domain => _history.DomainOf(Last.Recipient);
    public Outcome Outcome => Row.Outcome;
    public Dsn Dsn => Last.Dsn;
    public string Relay => _history.Text(Last.Relay);
    public ReasonClass ReasonClass => Row.Reason;
    public Stage Stage => Row.Stage;

    /// <summary>The text in parentheses of the last delivery line, read again from the log.</summary>
    public string Reason => AttemptCount == 0 ? "" : _history.ReasonAt(LastLine);

    /// <summary>In the last life; an action line that only names the recipient does not count.</summary>
    public int AttemptCount => Attempts.Count();
    public IEnumerable<Attempt> Attempts
    {
        get
        {
            var history = _history;
            var row = Row;
            return Enumerable.Range(row.FirstAttempt, row.AttemptCount).Select(i => new Attempt(history, history.OrderedAttempt(i)))
                .Where(attempt => attempt.Status != DeliveryStatus.None);
        }
    }
    public Attempt? LastAttemptMade
    {
        get
        {
            for (int i = Row.FirstAttempt + Row.AttemptCount - 1; i >= Row.FirstAttempt; i--)
                if (new Attempt(_history, _history.OrderedAttempt(i)) is { Status: not DeliveryStatus.None } made) return made;
            return null;
        }
    }
    public DateTimeOffset? FirstAttempt => Attempts.Select(attempt => attempt.Time).FirstOrDefault();
    public DateTimeOffset? LastAttempt => LastAttemptMade?.Time;
    public DateTimeOffset? FirstDeferred =>
        Attempts.Where(attempt => attempt.Status == DeliveryStatus.Deferred).Select(attempt => attempt.Time).FirstOrDefault();
    public DateTimeOffset? LastDeferred => Attempts.Where(attempt => attempt.Status == DeliveryStatus.Deferred).Select(attempt => attempt.Time).LastOrDefault();
    public NextHop? NextHop => _history.HopOf(LastRow);

    /// <summary>It was tried last at a content filter behind this host's queue.</summary>
    internal bool WasAtFilter => NextHop is { } hop ? hop.IsFilter() : _history.IsContentFilter(Last.Relay);

    /// <summary>The next hop was away at the last attempt, in the sense of an outage.</summary>
    internal bool HopWasAway => MailHistory.IsAway(ReasonClass, Stage, Dsn);
    public bool ByRelayService => Last.Flags.HasFlag(AttemptFlags.ByRelayService);

    public bool FromStranger => Message.FromStranger;

    /// <summary>The non-delivery notice that told the sender, if one was queued.</summary>
    public Notice? NonDeliveryNotice => _history.NonDeliveryNoticeFor(Last.Life, Row.Outcome, Last.Recipient, Last.Line);

    /// <summary>The line that says what became of it last.</summary>
    public LinePosition LastLine => new(Last.Line);
}
