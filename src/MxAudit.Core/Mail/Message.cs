using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Mail;

/// <summary>One life of one queue id: from <c>client=</c>, <c>uid=</c> or the first line that names it to <c>removed</c>, or to the id's next birth.</summary>
public readonly record struct Message
{
    private readonly MailHistory _history;
    private readonly int _row;

    internal Message(MailHistory history, int row) => (_history, _row) = (history, row);

    private ref readonly Storage.LifeRow Life => ref _history.Lives[_row];

    /// <summary>Its number in <see cref="MailHistory.Messages"/>.</summary>
    public int Index => _row;

    /// <summary>Not all that it knows: <see cref="FirstLife"/> leads back to itself.</summary>
    public override string ToString() => $"{QueueId} {Class}";

    /// <summary>The host and the instance whose log it is in.</summary>
    public Origin Origin => _history.Origins[Life.Origin];

    public string Host => Origin.Host;
    public string Instance => Origin.Instance;
    public string QueueId => Life.Id.ToString();
    public MessageClass Class => _history.ClassOf(_row);

    /// <summary>Null when no line told it; empty for the null sender.</summary>
    public string? Sender => Life.Sender == 0 ? null : _history.Text(Life.Sender);

    /// <summary>Lower case; empty for the null sender, and where no line told it.</summary>
    public string SenderDomain => _history.DomainOf(Life.Sender);

    /// <summary><c>name[addr]</c>; empty when no <c>client=</c> was seen.</summary>
    public string Client => _history.Text(Life.Client);
    public string ClientAddress => ClientText.AddressOf(Client);

    /// <summary>Known only where a refusal or another action of the same session told it. Read again from the log.</summary>
    public string Helo => _history.HeloOf(_row);
    public string SaslUser => _history.Text(Life.SaslUser);

    /// <summary>As logged, angle brackets included. Read again from the log; null when no line told it.</summary>
    public string? MessageId => _history.MessageIdOf(_row);

    /// <summary>Bytes, as qmgr says.</summary>
    public long? Size => Life.Flags.HasFlag(Storage.LifeFlags.WasActive) ? Life.Size : null;
    public int RecipientCount => _history.RecipientCountOf(_row);

    /// <summary>When <c>client=</c> or <c>uid=</c> was logged, else the first line of this life.</summary>
    public DateTimeOffset? AcceptedAt => MailHistory.TimeOf(Life.BornAt);

    /// <summary>When it came into the queue, also where that was before this log: what Postfix counts its age from.</summary>
    public DateTimeOffset? Arrival => MailHistory.TimeOf(_history.ArrivalOf(_row));
    public DateTimeOffset? RemovedAt => MailHistory.TimeOf(Life.EndedAt);
    public EndState EndState => _history.EndStateOf(_row);

    /// <summary>It was counted as accepted mail: the first life of a message that a client or a local user handed over and that was taken.</summary>
    public bool WasAccepted => _history.WasAccepted(_row);

    /// <summary>A client handed it over: its <c>client=</c> was seen.</summary>
    internal bool HasClient => (Life.Flags & Storage.LifeFlags.HasClient) != 0;

    /// <summary>A user or a program of this host gave it to sendmail(1): its <c>uid=</c> was seen, and postsuper had no part in it.</summary>
    internal bool WasSubmittedHere => (Life.Flags & (Storage.LifeFlags.HasUid | Storage.LifeFlags.WasRequeued)) == Storage.LifeFlags.HasUid;

    /// <summary>An access map or a header check of this host gave it another recipient.</summary>
    public bool WasRedirected => Life.Flags.HasFlag(Storage.LifeFlags.Redirected);

    /// <summary>The life before: requeued by postsuper, sent through a content filter, or forwarded by local(8).</summary>
    public Message? Previous => Life.Previous == 0 ? null : new Message(_history, Life.Previous - 1);
    public IEnumerable<Message> Next
    {
        get
        {
            var history = _history;
            return history.NextLives(_row).Select(row => new Message(history, row));
        }
    }

    /// <summary>The message that this one began as.</summary>
    public Message FirstLife => new(_history, _history.FirstLifeOf(_row));

    /// <summary>Where it ended: sent through a filter, requeued or forwarded, it goes on in other lives.</summary>
    internal Message LastLife => new(_history, _history.LastLifeOf(_row));

    /// <summary>The hop before, where this one came back to this host in a loop.</summary>
    internal Message? CameBackFrom => _history.CameBackFrom(_row) is >= 0 and var life ? new Message(_history, life) : null;

    /// <summary>The notice that this message is, if it is one that was queued.</summary>
    public Notice? AsNotice => Life.NoticeRow == 0 ? null : new Notice(_history, Life.NoticeRow - 1);

    /// <summary>Not a stranger's: a trusted network, authenticated, or local. Unknown when its <c>client=</c> was not seen.</summary>
    public Answer Trusted => _history.TrustOf(_row);
    public bool FromStranger => Trusted == Answer.No;

    /// <summary>Delivery lines of this life, oldest first.</summary>
    public IEnumerable<Attempt> Attempts
    {
        get
        {
            var history = _history;
            return history.AttemptsOf(_row).Select(row => new Attempt(history, row)).Where(attempt => attempt.Status != Log.DeliveryStatus.None);
        }
    }

    /// <summary>Lines of access tables, header checks and milters that held or discarded it.</summary>
    public IEnumerable<LinePosition> Actions
    {
        get
        {
            var history = _history;
            return history.AttemptsOf(_row).Select(row => new Attempt(history, row))
                .Where(named => named.Status == Log.DeliveryStatus.None && named.Recipient.Length > 0).Select(named => named.Line);
        }
    }

    /// <summary>By hand: <c>postsuper -e</c>.</summary>
    public bool ForceExpired => Life.Flags.HasFlag(Storage.LifeFlags.ForceExpired);

    public LinePosition FirstLine => new(Life.FirstLine);
}
