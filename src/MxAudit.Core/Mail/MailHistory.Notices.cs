using System.Runtime.InteropServices;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Which notices were really queued, whom they went to and what became of them; and the probes.</summary>
public sealed partial class MailHistory
{
    private void DeriveNotices()
    {
        var queued = new List<int>();
        for (int row = 0; row < NoticeRows.Count; row++)
        {
            ref var notice = ref NoticeRows[row];
            if (row + Ahead < NoticeRows.Count) FetchLivesOf(NoticeRows[row + Ahead]);
            if (row + AheadOfEach < NoticeRows.Count && NoticeRows[row + AheadOfEach].About is > 0 and var next) Texts.Prefetch(Lives[next - 1].Client);
            int itself = notice.Itself - 1;
            if ((Lives[itself].Flags & (LifeFlags.WasActive | LifeFlags.HasAttempt)) == 0) continue; // cancelled, or never seen again
            queued.Add(row);
            int last = LastLifeOf(itself);
            var tries = AttemptRowsOf(last);
            notice.Fate = FateOf(Lives[last].Flags, tries);
            notice.ToOwnUser = tries.Length > 0 && AttemptRows[tries[^1]].Daemon is Daemon.Local or Daemon.Virtual;
            notice.ToStranger =
                InFrontOf(row) is { } inFront ? (inFront.SaslUser != 0 || TrustsClient(inFront.Client) ? Answer.No : Answer.Yes)
                    : notice.Kind is not (NoticeKind.NonDelivery or NoticeKind.Delay) || notice.About == 0
                        || GoesToListOwner(notice.About - 1, itself) ? Answer.No
                    : TrustOf(notice.About - 1) switch { Answer.Yes => Answer.No, Answer.No => Answer.Yes, _ => Answer.Unknown };
            if (notice.Kind != NoticeKind.NonDelivery || notice.About == 0 || _nonDeliveryNotices.TryAdd(notice.About - 1, row)) continue;
            if (!_severalNotices.TryGetValue(notice.About - 1, out var several))
                _severalNotices.Add(notice.About - 1, several = [_nonDeliveryNotices[notice.About - 1]]);
            several.Add(row);
        }
        Notices = new Rows<Notice>(queued.Count, i => new Notice(this, queued[i]), place => FetchNotices(CollectionsMarshal.AsSpan(queued), place));
        _queuedNotices = queued;
    }

    /// <summary>
    /// local(8) forwards for an alias that has an <c>owner-</c> alias with that one as the sender, and tells that one when the alias itself fails.
    /// </summary>
    private bool GoesToListOwner(int about, int itself)
    {
        int sender = Lives[about].Sender;
        if (sender == 0) return false; // the log begins later: it may be who wrote, as the lists of others do
        if (Lives[about].Previous is > 0 and var before && (Lives[about].Flags & (LifeFlags.Reinjected | LifeFlags.WasRequeued)) == 0
            && sender != Lives[before - 1].Sender && IsOwner(sender)) return true;
        var rows = AttemptRowsOf(itself);
        if (rows.Length == 0) return false;
        int to = OriginalOf(rows[0]) is not 0 and var asked ? asked : AttemptRows[rows[0]].Recipient;
        return to != sender && IsOwner(to);
    }

    private bool IsOwner(int address) => Texts.Bytes(address).StartsWith("owner-"u8);

    private List<int> _queuedNotices = [];

    /// <summary>Those whose own last delivery failed so.</summary>
    internal IEnumerable<Notice> NoticesFailedFor(ReasonClass reason)
    {
        foreach (int row in _queuedNotices)
            if (NoticeRows[row].Fate is NoticeFate.Undeliverable or NoticeFate.Deferred && LastTryOf(NoticeRows[row].Itself - 1) is >= 0 and var attempt
                && AttemptRows[attempt].Reason == reason)
                yield return new Notice(this, row);
    }

    /// <summary>The attempt that its fate is told by; -1: none.</summary>
    internal int LastTryOf(int life) => AttemptRowsOf(LastLifeOf(life)) is { Length: > 0 } rows ? rows[^1] : -1;

    /// <summary>Where the message ended: sent through a filter, requeued or forwarded, it goes on in other lives.</summary>
    internal int LastLifeOf(int life)
    {
        for (int steps = 0; steps < DeepestChain && _next.TryGetValue(life, out var nextLives); steps++) life = nextLives[^1];
        return life;
    }

    private NoticeFate FateOf(LifeFlags flags, ReadOnlySpan<int> rows)
    {
        if (rows.Length == 0) return (flags & LifeFlags.Expired) != 0 ? NoticeFate.Undeliverable : NoticeFate.Unknown;
        return AttemptRows[rows[^1]].Status switch
        {
            DeliveryStatus.Sent when IsDiscard(AttemptRows[rows[^1]]) => NoticeFate.Undeliverable,
            DeliveryStatus.Sent => NoticeFate.Delivered,
            DeliveryStatus.Bounced => NoticeFate.Undeliverable,
            DeliveryStatus.Deferred or DeliveryStatus.SoftBounce when (flags & LifeFlags.Expired) != 0 => NoticeFate.Undeliverable,
            DeliveryStatus.Deferred or DeliveryStatus.SoftBounce =>
                (flags & (LifeFlags.Deleted | LifeFlags.Removed)) != 0 ? NoticeFate.Unknown : NoticeFate.Deferred,
            _ => (flags & LifeFlags.Expired) != 0 ? NoticeFate.Undeliverable : NoticeFate.Unknown,
        };
    }

    private void SetProbe(int probe, int row, in AttemptRow attempt)
    {
        (ProbeAttempts[probe], _probeReasons[probe], _probeResults[probe]) = (row, (byte)attempt.Reason, (byte)ResultOf(attempt));
        if (attempt.Status == DeliveryStatus.UndeliverableNotCached) _notCached.Add(probe);
    }

    /// <summary>How long after a probe its answer can reach a client: smtpd polls for it, and a slow client waits longer.</summary>
    private const long LongestPollMilliseconds = 60_000;

    private int[]? _rejectOfProbe;
    private bool[]? _acceptedAfterProbe;

    internal Reject? RejectCausedBy(int probe)
    {
        JoinProbes();
        return _rejectOfProbe![probe] is var row && row >= 0 ? new Reject(this, row) : null;
    }

    internal bool AcceptanceFollows(int probe)
    {
        JoinProbes();
        return _acceptedAfterProbe![probe];
    }

    /// <summary>Joins probes with the replies that waited for them, by recipient and time. Done when somebody asks.</summary>
    private void JoinProbes()
    {
        if (_rejectOfProbe is not null) return;
        _rejectOfProbe = new int[ProbeAttempts.Length];
        _acceptedAfterProbe = new bool[ProbeAttempts.Length];
        Array.Fill(_rejectOfProbe, -1);
        var asked = new Asked[ProbeAttempts.Length];
        for (int probe = 0; probe < asked.Length; probe++) asked[probe] = new Asked(AskedOf(ProbeAttempts[probe]), probe, BeganAt(probe));
        Array.Sort(asked);
        for (int row = 0; row < RejectRows.Count; row++)
        {
            ref var reject = ref RejectRows[row];
            if (reject.Reason != ReasonClass.UnverifiedRecipient) continue;
            foreach (var probe in AnsweredBy(reject.Time, reject.Recipient, asked))
                if (_rejectOfProbe[probe.Number] < 0) _rejectOfProbe[probe.Number] = row;
        }
        for (int row = 0; row < RecipientRows.Count; row++)
        {
            ref var recipient = ref RecipientRows[row];
            foreach (var probe in AnsweredBy(Lives[FirstLifeOf(recipient)].BornAt, AskedOf(_order[recipient.FirstAttempt], row), asked))
                _acceptedAfterProbe[probe.Number] = true;
        }
    }

    /// <summary>As the client called it: an alias leads elsewhere.</summary>
    private int AskedOf(int attempt, int recipient = -1) =>
        (recipient < 0 ? OriginalOf(attempt) : AskedFor(recipient, attempt)) is var original && original != 0 ? original : AttemptRows[attempt].Recipient;

    private long BeganAt(int probe) => Lives[AttemptRows[ProbeAttempts[probe]].Life].BornAt;

    /// <summary>A probe, to be sorted by recipient and then by time: one array instead of a list for each recipient.</summary>
    private readonly record struct Asked(int Recipient, int Number, long BeganAt) : IComparable<Asked>
    {
        public int CompareTo(Asked other) => Recipient != other.Recipient ? Recipient.CompareTo(other.Recipient) : BeganAt.CompareTo(other.BeganAt);
    }

    /// <summary>Probes of this recipient whose answer this reply can be. One address can have been probed a million times.</summary>
    private static ReadOnlySpan<Asked> AnsweredBy(long replied, int recipient, ReadOnlySpan<Asked> asked)
    {
        if (replied == long.MinValue) return [];
        var first = new Asked(recipient, 0, replied - LongestPollMilliseconds);
        int low = 0, high = asked.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (asked[middle].CompareTo(first) < 0) low = middle + 1; else high = middle;
        }
        int end = low;
        while (end < asked.Length && asked[end].Recipient == recipient && asked[end].BeganAt <= replied + 1000) end++;
        return asked[low..end];
    }
}
