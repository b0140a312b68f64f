using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Content filters that hand mail back without saying which: by sendmail(1) from a pipe, or by SMTP later on.</summary>
/// <remarks>
/// Joined is only what can not be two messages: the same Message-ID, sender and recipient, and handed back by the very filter that it was handed to,
/// from the moment it was handed over. What goes to that filter again is a loop, not a filter.
/// </remarks>
public sealed partial class MailHistory
{
    private const long LongestFiltering = 3_600_000, ClockSlack = 1_000;

    private void JoinFilters()
    {
        Dictionary<int, FilterRelay> relays = [];
        foreach (ref var attempt in AttemptRows)
            if (attempt.Status == DeliveryStatus.Sent && attempt.NextLife == 0) FilterOf(attempt, relays);
        if (relays.Count == 0) return;
        var handedBack = FindHandedBack([.. relays.Values]);
        if (handedBack.Count == 0) return;
        foreach (ref var attempt in AttemptRows)
        {
            if (attempt.Status != DeliveryStatus.Sent || attempt.NextLife != 0 || !HasOwnMessageId(attempt.Life) || !handedBack.TryGetValue(Lives[attempt.Life].MessageIdHash, out var lives)) continue;
            if (FilterOf(attempt, relays) is not { } relay) continue;
            foreach (int life in lives)
            {
                if (!IsHandedBack(attempt, relay, life)) continue;
                attempt.NextLife = life + 1;
                Lives[life].Previous = attempt.Life + 1;
                Lives[life].Flags |= LifeFlags.Continues | LifeFlags.Reinjected;
                break;
            }
        }
    }

    private bool HasOwnMessageId(int life) => (Lives[life].Flags & (LifeFlags.HasMessageId | LifeFlags.EmptyMessageId)) == LifeFlags.HasMessageId;

    /// <summary>Lives that came from where a filter is, by Message-ID.</summary>
    private Dictionary<ulong, List<int>> FindHandedBack(FilterRelay[] relays)
    {
        var addresses = relays.Where(relay => !relay.IsPipe).Select(relay => relay.Address).ToHashSet(StringComparer.Ordinal);
        bool anyPipe = relays.Any(relay => relay.IsPipe), anyLoopback = relays.Any(relay => relay.IsLoopback);
        var handedBack = new Dictionary<ulong, List<int>>();
        for (int life = 0; life < Lives.Count; life++)
        {
            ref var row = ref Lives[life];
            if (row.Previous != 0 || !HasOwnMessageId(life)) continue;
            bool mayBe = (row.Flags & LifeFlags.HasUid) != 0 ? anyPipe && (row.Flags & LifeFlags.WasRequeued) == 0
                : (row.Flags & LifeFlags.HasClient) != 0 && ((row.Flags & LifeFlags.FromLoopback) != 0 ? anyLoopback : addresses.Count > 0 && addresses.Contains(ClientText.AddressOf(Text(row.Client))));
            if (!mayBe) continue;
            if (!handedBack.TryGetValue(row.MessageIdHash, out var lives)) handedBack.Add(row.MessageIdHash, lives = []);
            if (lives.Count < DeepestChain) lives.Add(life);
        }
        return handedBack;
    }

    private bool IsHandedBack(in AttemptRow attempt, FilterRelay relay, int life)
    {
        ref var row = ref Lives[life];
        ref var before = ref Lives[attempt.Life];
        if (life == attempt.Life || (row.Previous != 0 && row.Previous != attempt.Life + 1) || row.Sender != before.Sender || Origins[row.Origin].Host != Origins[before.Origin].Host) return false;
        bool byPipe = (row.Flags & LifeFlags.HasUid) != 0;
        if (byPipe != relay.IsPipe) return false;
        if (!byPipe && !(relay.IsLoopback && (row.Flags & LifeFlags.FromLoopback) != 0) && ClientText.AddressOf(Text(row.Client)) != relay.Address) return false;
        long handedOver = attempt.Time - (long)(attempt.DelaySeconds * 1000) - ClockSlack;
        if (row.BornAt < before.BornAt || row.BornAt < handedOver || row.BornAt > attempt.Time + (byPipe ? ClockSlack : LongestFiltering)) return false;
        if (_furtherOfLife.Life != life + 1)
        {
            _furtherOfLife = (life + 1, [], []);
            foreach (int later in AttemptRowsOf(life))
            {
                _furtherOfLife.Recipients.Add(AttemptRows[later].Recipient);
                _furtherOfLife.Recipients.Add(OriginalOf(later));
                _furtherOfLife.Relays.Add(AttemptRows[later].Relay);
            }
        }
        return (byPipe || !_furtherOfLife.Relays.Contains(attempt.Relay)) && _furtherOfLife.Recipients.Contains(attempt.Recipient);
    }

    /// <summary>Of the life that was looked at last (plus one): a message with many recipients asks for each of them.</summary>
    private (int Life, HashSet<int> Recipients, HashSet<int> Relays) _furtherOfLife = (0, [], []);

    private sealed record FilterRelay(bool IsPipe, bool IsLoopback, string Address);

    /// <summary>A pipe, or a host that is not spoken to on port 25; null for others.</summary>
    private FilterRelay? FilterOf(in AttemptRow attempt, Dictionary<int, FilterRelay> known)
    {
        ref byte note = ref Texts.Note(attempt.Relay);
        if ((note & IsNoFilter) != 0 || attempt.Daemon is not (Daemon.Pipe or Daemon.Smtp or Daemon.Lmtp or Daemon.Unknown)) return null;
        if (known.TryGetValue(attempt.Relay, out var relay)) return relay;
        string text = Text(attempt.Relay), address = ClientText.AddressOf(text), port = ClientText.PortOf(text);
        bool isPipe = address.Length == 0 && text is not ("" or "none" or "local" or "virtual") && attempt.Daemon is Daemon.Pipe or Daemon.Unknown;
        bool isLoopback = System.Net.IPAddress.TryParse(address, out var ip) && System.Net.IPAddress.IsLoopback(ip);
        if (isPipe || isLoopback || port is not ("" or "25")) known.Add(attempt.Relay, relay = new FilterRelay(isPipe, isLoopback, address));
        else note |= IsNoFilter;
        return relay;
    }
}
