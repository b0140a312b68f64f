using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>What a content filter of this host wrote to the sender of mail that it did not hand back. It comes like mail, by SMTP from the filter.</summary>
public sealed partial class MailHistory
{
    private readonly IReadOnlyList<int> _returnedByFilter;

    /// <remarks>Joined by what can not be chance: from where the filter is, with an empty sender, to the very sender, while the filter had the mail.</remarks>
    private void LinkNoticesOfFilters()
    {
        if (_returnedByFilter.Count == 0) return;
        Dictionary<int, FilterRelay> relays = [];
        var written = WrittenToSenders();
        var transactions = new HashSet<(int Life, float Delay)>(); // recipients that were handed over together are told of together
        foreach (int row in _returnedByFilter)
        {
            ref var attempt = ref AttemptRows[row];
            if (FilterOf(attempt, relays) is not { } relay) continue;
            if (attempt.Status == DeliveryStatus.Sent)
            {
                if (attempt.NextLife != 0 || !HasNextLife(attempt)) continue; // this recipient, or all of them as far as the log tells, went on
                Return(ref attempt);
            }
            if (!transactions.Add((attempt.Life, attempt.DelaySeconds)) || !written.TryGetValue(Lives[attempt.Life].Sender, out var lives)) continue;
            foreach (int life in LatestOf(lives, attempt.Time))
            {
                if (!IsNoticeOf(attempt, relay, life)) continue;
                AddNoticeOfFilter(attempt.Life, life);
                break;
            }
        }
    }

    /// <summary>The filter took it, and told the sender itself that it goes no further.</summary>
    internal static void Return(ref AttemptRow attempt) =>
        (attempt.Status, attempt.Reason, attempt.Stage, attempt.NextOrHop) = (DeliveryStatus.Bounced, ReasonClass.Content, Stage.EndOfData, 0);

    /// <summary>Others of the same message were handed back, and tried since.</summary>
    private bool HasNextLife(in AttemptRow attempt)
    {
        foreach (int row in AttemptRowsOf(attempt.Life))
            if (AttemptRows[row].NextLife != 0) return true;
        return false;
    }

    /// <summary>Mail of clients with an empty sender, by the first recipient, in the order of birth.</summary>
    private Dictionary<int, List<int>> WrittenToSenders()
    {
        var written = new Dictionary<int, List<int>>();
        for (int life = 0; life < Lives.Count; life++)
        {
            ref var row = ref Lives[life];
            const LifeFlags FromClient = LifeFlags.HasClient | LifeFlags.WasActive | LifeFlags.HasAttempt;
            if ((row.Flags & FromClient) != FromClient || row.Previous != 0 || !Texts.Bytes(row.Sender).IsEmpty) continue;
            int first = AttemptRowsOf(life)[0], to = OriginalOf(first) is not 0 and var original ? original : AttemptRows[first].Recipient;
            if (!written.TryGetValue(to, out var lives)) written.Add(to, lives = []);
            lives.Add(life);
        }
        return written;
    }

    private bool IsNoticeOf(in AttemptRow attempt, FilterRelay relay, int life)
    {
        ref var row = ref Lives[life];
        if ((row.Flags & LifeFlags.Notice) != 0 || Origins[row.Origin].Host != Origins[Lives[attempt.Life].Origin].Host) return false;
        long handedOver = attempt.Time - (long)(attempt.DelaySeconds * 1000) - StampSlackMilliseconds;
        return row.BornAt >= handedOver
            && ((relay.IsLoopback && (row.Flags & LifeFlags.FromLoopback) != 0) || ClientText.AddressOf(Text(row.Client)) == relay.Address);
    }

    private void AddNoticeOfFilter(int about, int itself)
    {
        ref var row = ref Lives[itself];
        ref var notice = ref NoticeRows.Add();
        notice.Line = row.FirstLine;
        notice.Time = row.BornAt;
        notice.About = about + 1;
        notice.Itself = itself + 1;
        notice.Kind = NoticeKind.NonDelivery;
        row.Flags = (row.Flags | LifeFlags.Notice) & ~LifeFlags.HasClient; // written on this host, like those of bounce(8)
        row.NoticeRow = NoticeRows.Count;
    }
}
