using System.Runtime.InteropServices;
using MxAudit.Log;

namespace MxAudit.Mail.Storage;

[Flags]
internal enum LifeFlags : uint
{
    None = 0,
    HasClient = 1, HasUid = 1 << 1, HasMessageId = 1 << 2, WasActive = 1 << 3, HasAttempt = 1 << 4,
    Held = 1 << 5, WasHeld = 1 << 6, Discarded = 1 << 7, Removed = 1 << 8, Canceled = 1 << 9, Deleted = 1 << 10, Requeued = 1 << 11,
    Expired = 1 << 12, ForceExpired = 1 << 13, Verification = 1 << 14, Notice = 1 << 15, Corrupt = 1 << 16, Refused = 1 << 17,
    /// <summary>Ended because its id was born again, not by a line.</summary>
    Superseded = 1 << 18,
    /// <summary>Its client= carried orig_queue_id, so a content filter handed it back.</summary>
    Reinjected = 1 << 19,
    /// <summary>Another life's delivery or orig_id names it: it is not the first life of its message.</summary>
    Continues = 1 << 20,
    /// <summary>The log did not show its beginning.</summary>
    Orphan = 1 << 21,
    /// <summary>Its client is this very host.</summary>
    FromLoopback = 1 << 22,
    /// <summary>Its uid= line had an orig_id: made by <c>postsuper -r</c>.</summary>
    WasRequeued = 1 << 23,
    /// <summary>Its Message-ID is <c>&lt;&gt;</c>, as of many others.</summary>
    EmptyMessageId = 1 << 24,
    /// <summary>An action REDIRECT of this host replaced its recipients.</summary>
    Redirected = 1 << 25,
}

/// <summary>One life of one queue id.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct LifeRow
{
    // What every line asks for stands in the first cache line.
    public QueueId Id;
    public LifeFlags Flags;
    public ushort Origin;
    /// <summary><see cref="long.MinValue"/> while it is open.</summary>
    public PackedTime EndedAt;
    public int RecipientCount;
    /// <summary>References into <see cref="TextTable"/>; 0 = not seen.</summary>
    public int Sender, Client;
    public PackedTime BornAt;
    public int Size;
    /// <summary>Row of the life before it, plus one; 0 = none.</summary>
    public int Previous;
    public ulong FirstLine;
    private uint _messageIdAfter;
    private ushort _messageIdHashHigh;
    private uint _messageIdHashLow;
    /// <summary>What a client hands over is no notice: one place for <see cref="SaslUser"/> and <see cref="NoticeRow"/>.</summary>
    public int SaslOrNotice;

    public readonly int SaslUser => (Flags & LifeFlags.HasClient) != 0 ? SaslOrNotice : 0;

    /// <summary>Row in the notices, plus one, when this life is a notice; 0 = none.</summary>
    public int NoticeRow
    {
        readonly get => (Flags & LifeFlags.HasClient) != 0 ? 0 : SaslOrNotice;
        set => SaslOrNotice = value;
    }

    /// <summary>The upper 48 bits: of a million Message-IDs two are alike with a chance of one in five hundred.</summary>
    public ulong MessageIdHash
    {
        readonly get => ((ulong)_messageIdHashHigh << 48) | ((ulong)_messageIdHashLow << 16);
        set => (_messageIdHashHigh, _messageIdHashLow) = ((ushort)(value >> 48), (uint)(value >> 16));
    }

    private const uint FarAway = uint.MaxValue;

    /// <summary>The line of the Message-ID is not near enough: a <see cref="LifeNoteKind.MessageId"/> tells it.</summary>
    public readonly bool MessageIdIsFarAway => _messageIdAfter == FarAway;

    /// <summary>0 = none, or far away. Kept as the bytes from the first line, plus one: nearly always it is the next line of the id.</summary>
    /// <remarks>A file of its own in a rotated set is far away, and so is what stands before the first line.</remarks>
    public ulong MessageIdLine
    {
        readonly get => _messageIdAfter is 0 or FarAway ? 0 : FirstLine + _messageIdAfter - 1;
        set => _messageIdAfter = value == 0 ? 0 : value - FirstLine < FarAway - 1 ? (uint)(value - FirstLine) + 1 : FarAway;
    }
}

/// <summary>One delivery line; with status None a recipient that only an action line named.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct AttemptRow
{
    public ulong Line;
    public PackedTime Time;
    public int Life;
    public int Recipient, Relay;
    /// <summary>Mail that was sent can go on, mail that was not can name a host: one place for <see cref="NextLife"/> and <see cref="HopInReason"/>.</summary>
    public int NextOrHop;
    public float DelaySeconds;
    public PackedDsn Dsn;
    public ReasonClass Reason;
    private byte _statusAndStage;
    public Daemon Daemon;
    public AttemptFlags Flags;

    public DeliveryStatus Status
    {
        readonly get => (DeliveryStatus)(_statusAndStage & 15);
        set => _statusAndStage = (byte)((_statusAndStage & 0xf0) | (byte)value);
    }

    public Stage Stage
    {
        readonly get => (Stage)(_statusAndStage >> 4);
        set => _statusAndStage = (byte)((_statusAndStage & 15) | ((byte)value << 4));
    }

    /// <summary>Row of the life that this delivery went on in (queued as, forwarded as), plus one; 0 = none.</summary>
    public int NextLife
    {
        readonly get => Status == DeliveryStatus.Sent ? NextOrHop : 0;
        set => NextOrHop = value;
    }

    /// <summary>The host that the reason names when relay=none: <c>connect to H[A]:25: …</c>. 0 = none.</summary>
    public readonly int HopInReason => Status == DeliveryStatus.Sent ? 0 : NextOrHop;
}

/// <summary>Class, subject and detail, up to 999 each, in four bytes.</summary>
internal readonly struct PackedDsn(Dsn dsn)
{
    private readonly uint _packed = ((uint)dsn.Class << 20) | ((uint)dsn.Subject << 10) | dsn.Detail;

    public readonly int Class => (int)(_packed >> 20);

    public static implicit operator PackedDsn(Dsn dsn) => new(dsn);

    public static implicit operator Dsn(PackedDsn dsn) => new((byte)(dsn._packed >> 20), (ushort)((dsn._packed >> 10) & 1023), (ushort)(dsn._packed & 1023));
}

[Flags]
internal enum AttemptFlags : byte
{
    None = 0, ByRelayService = 1, Suspended = 2,
    /// <summary>The next hop's reply named a queue id of this host, over port 25: the mail came straight back.</summary>
    LoopHop = 4,
    /// <summary>An <see cref="OriginalRow"/> tells who was asked for.</summary>
    HasOriginal = 8,
    /// <summary>A result of verify(8). What <c>sendmail -bv</c> asked has a uid= line or is reported to its sender, and is in no total.</summary>
    IsProbe = 16,
    /// <summary>A content filter said that it threw the mail away.</summary>
    DiscardedByFilter = 32,
    /// <summary>local(8) has no alias for postmaster, or for the sender of bounces: <c>status=sent (discarded)</c> (local/unknown.c).</summary>
    DiscardedHere = 64,
    /// <summary>A content filter, or what speaks like one, said that it returned the mail to the sender: it handed nothing back.</summary>
    Returned = 128,
}

/// <summary>The orig_to of a delivery line: few have one. In the order of attempts.</summary>
internal struct OriginalRow
{
    public int Attempt, Recipient;
}

/// <summary>One reply 4xx or 5xx to a client.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct RejectRow
{
    public ulong Line;
    public PackedTime Time;
    public ushort Code;
    public int Client, Recipient;
    public int Repeats;
    public ushort Origin;
    public PackedDsn Dsn;
    public ReasonClass Reason;
    public Stage Stage;
    public Daemon Daemon;
    public bool WarnOnly;
}

/// <summary>A refusal for an error of a block list, or a client that postscreen may have hung up on for one.</summary>
internal struct BlockListRefusalRow
{
    public ulong Line;
    public long Time;
    public int List;
    /// <summary>The reply and its repeats.</summary>
    public int Count;
    /// <summary>What all lists together made of the client, where no reply is logged; 0: there was a reply.</summary>
    public int Rank;
    public ushort Origin;
}

/// <summary>One link line of bounce, or a postmaster notice that has none.</summary>
internal struct NoticeRow
{
    public ulong Line;
    public long Time;
    /// <summary>Rows of the lives, plus one; About is 0 when nothing links it.</summary>
    public int About, Itself;
    public NoticeKind Kind;
    public NoticeFate Fate;
    public Answer ToStranger;
    public bool ToOwnUser;
}

internal enum LifeNoteKind : byte { Helo, Expired, MessageId }

/// <summary>A line about a life that few lives have.</summary>
internal struct LifeNote
{
    public ulong Line;
    public long Time;
    public int Life;
    public LifeNoteKind Kind;
}

/// <summary>One recipient of one accepted mail; the attempts of its last life lie side by side in the order of attempts.</summary>
internal struct RecipientRow
{
    public int FirstAttempt, AttemptCount;
    public Outcome Outcome;
    public ReasonClass Reason;
    public Stage Stage;
}
