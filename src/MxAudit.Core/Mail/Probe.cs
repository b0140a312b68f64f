using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>One address verification probe of verify(8). Never mail: it ends at RCPT, and its result is evidence, not a delivery.</summary>
public readonly record struct Probe
{
    private readonly MailHistory _history;
    private readonly int _index;

    internal Probe(MailHistory history, int index) => (_history, _index) = (history, index);

    private int Row => _history.ProbeAttempts[_index];
    private ref readonly AttemptRow Attempt => ref _history.AttemptRows[Row];

    public Message Message => new(_history, Attempt.Life);
    public DateTimeOffset? Time => MailHistory.TimeOf(Attempt.Time);
    public string Recipient => _history.Text(Attempt.Recipient);

    /// <summary>As the client called it, where an alias leads to the recipient; else empty.</summary>
    public string OriginalRecipient => _history.Text(_history.OriginalOf(Row));

    /// <summary>The same number for the same recipient, letter by letter: quicker to compare than the text.</summary>
    internal int Addressee => Attempt.Recipient;
    public string Domain => _history.DomainOf(Attempt.Recipient);
    public ProbeResult Result => MailHistory.ResultOf(Attempt);

    /// <summary><c>undeliverable-but-not-cached</c>: the negative cache is off, nobody will remember the result.</summary>
    public bool NotCached => Attempt.Status == DeliveryStatus.UndeliverableNotCached;
    public Dsn Dsn => Attempt.Dsn;
    public string Relay => _history.Text(Attempt.Relay);
    public NextHop? NextHop => _history.HopOf(Row);
    public double DelaySeconds => Attempt.DelaySeconds;
    public ReasonClass ReasonClass => Attempt.Reason;
    public Stage Stage => Attempt.Stage;
    public string Reason => _history.ReasonAt(Line);
    public bool ByRelayService => Attempt.Flags.HasFlag(AttemptFlags.ByRelayService);

    /// <summary>The refusal at RCPT that waited for this probe, where that can be told: same recipient, within seconds.</summary>
    public Reject? CausedReject => _history.RejectCausedBy(_index);

    /// <summary>A message to the same recipient was taken within seconds after it.</summary>
    public bool CausedAcceptance => _history.AcceptanceFollows(_index);
    public LinePosition Line => new(Attempt.Line);
}
