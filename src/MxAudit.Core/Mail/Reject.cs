using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>One reply 4xx or 5xx to a client.</summary>
public readonly record struct Reject
{
    private readonly MailHistory _history;
    private readonly int _row;

    internal Reject(MailHistory history, int row) => (_history, _row) = (history, row);

    private ref readonly RejectRow Row => ref _history.RejectRows[_row];

    public DateTimeOffset? Time => MailHistory.TimeOf(Row.Time);
    public Daemon Daemon => Row.Daemon;
    public Stage Stage => Row.Stage;
    public Origin Origin => _history.Origins[Row.Origin];
    public string Client => _history.Text(Row.Client);
    public string ClientAddress => ClientText.AddressOf(Client);

    /// <summary>In DNS, both ways.</summary>
    internal bool ClientHasName => _history.HasName(Row.Client);

    /// <summary>And the name is not made of the address, as providers make them for their customers.</summary>
    internal bool ClientHasOwnName => ClientHasName && !ClientText.NameOf(Client).Contains(ClientAddress, StringComparison.Ordinal);

    public string Recipient => _history.Text(Row.Recipient);

    /// <summary>The same number for the same recipient, letter by letter: quicker to compare than the text.</summary>
    internal int Addressee => Row.Recipient;
    public string Domain => _history.DomainOf(Row.Recipient);

    /// <summary>SMTP reply code; 0 where cleanup logged none.</summary>
    public int Code => Row.Code;
    public Dsn Dsn => Row.Dsn;
    public ReasonClass ReasonClass => Row.Reason;

    /// <summary>How many replies: one and its <c>message repeated N times</c>.</summary>
    public int Count => 1 + Row.Repeats;

    /// <summary>warn_if_reject: logged as <c>reject_warning</c>, and not refused.</summary>
    public bool WarnOnly => Row.WarnOnly;
    public bool FromStranger => !_history.TrustsClient(Row.Client);
    public LinePosition Line => new(Row.Line);

    /// <summary>Sender, HELO name and text: read again from the log.</summary>
    public RejectDetail Detail => _history.RejectDetailAt(Line);
}

/// <summary>What a reject line says besides.</summary>
public sealed record RejectDetail(string Sender, string Helo, string Reason);
