using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>One delivery line: one try to hand one recipient on.</summary>
public readonly record struct Attempt
{
    private readonly MailHistory _history;
    private readonly int _row;

    internal Attempt(MailHistory history, int row) => (_history, _row) = (history, row);

    private ref readonly AttemptRow Row => ref _history.AttemptRows[_row];

    public DateTimeOffset? Time => MailHistory.TimeOf(Row.Time);
    public string Recipient => _history.Text(Row.Recipient);

    /// <summary>orig_to; empty where the line has none.</summary>
    public string OriginalRecipient => _history.Text(_history.OriginalOf(_row));
    public string Domain => _history.DomainOf(Row.Recipient);
    public string Relay => _history.Text(Row.Relay);
    public DeliveryStatus Status => Row.Status;
    public Dsn Dsn => Row.Dsn;
    public ReasonClass ReasonClass => Row.Reason;

    /// <summary>Which command the reply was to; None where the reason does not say.</summary>
    public Stage Stage => Row.Stage;
    public Daemon Daemon => Row.Daemon;
    public bool ByRelayService => Row.Flags.HasFlag(AttemptFlags.ByRelayService);

    /// <summary>The text in parentheses, read again from the log.</summary>
    public string Reason => _history.ReasonAt(Line);

    /// <summary>The host that was tried; null for local delivery and where no host is named.</summary>
    public NextHop? NextHop => _history.HopOf(_row);
    public LinePosition Line => new(Row.Line);

    /// <summary>The life that this delivery went on in: a content filter's, a forwarding's.</summary>
    /// <remarks>Also a hop of a loop that the reply named: see <see cref="CameBackAs"/>.</remarks>
    public Message? WentOnAs => Row.NextLife == 0 ? null : new Message(_history, Row.NextLife - 1);

    /// <summary>The message as which it came back to this host in a loop.</summary>
    internal Message? CameBackAs => _history.CameBackAs(_row) is >= 0 and var life ? new Message(_history, life) : null;
}
