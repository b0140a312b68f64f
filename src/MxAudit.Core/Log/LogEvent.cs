using System.Runtime.CompilerServices;
using MxAudit.Input;

namespace MxAudit.Log;

/// <summary>What one line says, as spans into it. Valid until the next line is read.</summary>
/// <remarks>
/// One flat shape for all kinds keeps the hot path free of garbage; <see cref="Kind"/> tells which members mean something, and
/// the comment at each member names the kinds that set it. The others keep what an earlier line left there: do not look.
/// </remarks>
public ref struct LogEvent
{
    public EventKind Kind;
    public Daemon Daemon;

    /// <summary>Postfix wrote the line; understood or not.</summary>
    public readonly bool IsFromPostfix
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Kind - EventKind.Unread < (uint)(EventKind.Remark - EventKind.Unread) || (Kind == EventKind.Remark && Remark != RemarkKind.LinesLost);
    }

    /// <summary>The tag's middle part says <c>relay</c>: master.cf's relay service, as in <c>postfix/relay/smtp</c>.</summary>
    public bool ByRelayService;

    /// <summary>
    /// Index of host and instance in <see cref="Origins"/>; <see cref="Origins.None"/> for an Unread line whose prefix could not be read either.
    /// </summary>
    public ushort Origin;

    /// <summary>Process id; 0 where the prefix has none.</summary>
    public int Pid;

    /// <summary>Milliseconds since 1970-01-01 UTC; <see cref="long.MinValue"/> where the line has no time.</summary>
    public long Time;

    public LinePosition Position;

    /// <summary>How often the line stands for itself again: N - 1 of <c>message repeated N times</c>, N of <c>last message repeated N times</c>.</summary>
    public int Repeats;

    /// <summary>
    /// Which message; <see cref="QueueId.IsNone"/> for NOQUEUE. Client, Pickup, MessageId, QueueActive, Removed, Expired, Delivery, NoticeLink, Reject, Action,
    /// Postsuper; Remark where the line has one.
    /// </summary>
    public QueueId QueueId;

    /// <summary>
    /// A second message. NoticeLink: the notice. Pickup: orig_id. Client: orig_queue_id. Delivery, ProxyAccept: the id in <c>queued as</c> or
    /// <c>forwarded as</c>, if it is shaped like one of Postfix.
    /// </summary>
    public QueueId OtherId;

    /// <summary>
    /// <c>name[addr]</c> with an optional port. Client, Reject, Action; Remark about what a block list says of one; Connect and Disconnect, there
    /// with what follows it: nobody asks, and a fifth of all lines are such.
    /// </summary>
    public ReadOnlySpan<byte> ClientName;

    /// <summary>orig_client of XFORWARD. Client.</summary>
    public ReadOnlySpan<byte> OriginalClient;

    /// <summary>Client.</summary>
    public ReadOnlySpan<byte> SaslUser;

    /// <summary>Between the angle brackets. Pickup, QueueActive, Expired, Reject, Action.</summary>
    public ReadOnlySpan<byte> Sender;

    /// <summary>Between the angle brackets. Delivery, Reject, Action (empty where the line has none).</summary>
    public ReadOnlySpan<byte> Recipient;

    /// <summary>orig_to. Delivery.</summary>
    public ReadOnlySpan<byte> OriginalRecipient;

    /// <summary>Delivery.</summary>
    public ReadOnlySpan<byte> Relay;

    /// <summary>Reject, Action.</summary>
    public ReadOnlySpan<byte> Helo;

    /// <summary>
    /// Free text, written by strangers: MessageId; Delivery: the reason without its parentheses; Reject: what follows code and
    /// dsn; Remark: the whole message; Unread: the whole message.
    /// </summary>
    public ReadOnlySpan<byte> Text;

    /// <summary>Remark: see <see cref="RemarkKind"/>.</summary>
    public ReadOnlySpan<byte> Subject;

    /// <summary>Remark with a number.</summary>
    public long Number;

    /// <summary>Bytes. QueueActive.</summary>
    public long Size;

    /// <summary>nrcpt. QueueActive.</summary>
    public int RecipientCount;

    /// <summary>Total since arrival. Delivery.</summary>
    public float DelaySeconds;

    /// <summary>Delivery; Reject where the line has one. Default when there is none.</summary>
    public Dsn Dsn;

    /// <summary>Three digits; 0 when the line has none (cleanup's rejects). Reject.</summary>
    public int Code;

    public DeliveryStatus Status;
    public NoticeKind Notice;
    public Stage Stage;
    public ActionKind Action;
    public PostsuperAct Postsuper;
    public RemarkKind Remark;

    /// <summary>
    /// Expired: force-expired. Removed: canceled. MessageId: resent-message-id. Reject: warn_if_reject only. Delivery: read
    /// by the fallback for unquoted addresses, so not certain.
    /// </summary>
    public bool Flag;

    /// <summary>Removed: discarded.</summary>
    public bool Discarded;
}
