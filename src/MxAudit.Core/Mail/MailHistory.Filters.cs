using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Content filters that hand mail back without saying which: by sendmail(1) from a pipe, or by SMTP later on.</summary>
/// <remarks>
/// Joined is only what can not be two messages: the same Message-ID (or none before), sender and recipient, and handed back by the very filter that it was
/// handed to, from the moment it was handed over. What goes to that filter again is a loop, not a filter.
/// </remarks>
public sealed partial class MailHistory
{
    /// <summary>A filter that hands back by SMTP may have a queue of its own, and be restarted: an hour. One behind a pipe is waited for.</summary>
    private const long LongestFilteringMilliseconds = 3_600_000;

    /// <summary>Classic stamps have no parts of a second.</summary>
    private const long StampSlackMilliseconds = 1_000;

    /// <summary>A host that content_filter names, on port 25, that passes on what this one replied: it hands back like any filter.</summary>
    private void JoinNamedFilters()
    {
        if (Trusted.Filters.Count == 0) return;
        Dictionary<int, FilterRelay> relays = [];
        foreach (int row in _wentOn)
        {
            ref var attempt = ref AttemptRows[row];
            if ((attempt.Flags & AttemptFlags.LoopHop) == 0 || FilterOf(attempt, relays) is not { } relay) continue;
            int next = attempt.NextLife - 1;
            ref var life = ref Lives[next];
            if ((life.Previous != 0 && life.Previous != attempt.Life + 1) || (life.Flags & LifeFlags.HasClient) == 0 || !IsFrom(relay, life)) continue;
            life.Previous = attempt.Life + 1;
            life.Flags |= LifeFlags.Continues | LifeFlags.Reinjected;
            attempt.Flags &= ~AttemptFlags.LoopHop;
        }
    }

    private bool IsFrom(FilterRelay relay, in LifeRow life) =>
        (relay.IsLoopback && (life.Flags & LifeFlags.FromLoopback) != 0) || ClientText.AddressOf(Text(life.Client)) == relay.Address;

    private void JoinFilters()
    {
        Dictionary<int, FilterRelay> relays = [];
        HashSet<ulong> wanted = [];
        foreach (ref var attempt in AttemptRows)
            if (attempt.Status == DeliveryStatus.Sent && FilterOf(attempt, relays) is not null && IsToBeFound(attempt)) wanted.Add(KeyOf(attempt.Life));
        if (wanted.Count > 0 && FindHandedBack(wanted, [.. relays.Values]) is { Count: > 0 } handedBack) Join(handedBack, relays);
        _further = [];
    }

    private void Join(Dictionary<ulong, List<int>> handedBack, Dictionary<int, FilterRelay> relays)
    {
        foreach (ref var attempt in AttemptRows)
        {
            if (attempt.Status != DeliveryStatus.Sent || !handedBack.TryGetValue(KeyOf(attempt.Life), out var lives)) continue;
            if (FilterOf(attempt, relays) is not { } relay || !IsToBeFound(attempt)) continue;
            foreach (int life in HasOwnMessageId(attempt.Life) ? lives.Take(DeepestChain) : LatestOf(lives, attempt.Time))
            {
                if (!IsHandedBack(attempt, relay, life)) continue;
                attempt.NextLife = life + 1;
                Lives[life].Previous = attempt.Life + 1;
                Lives[life].Flags |= LifeFlags.Continues | LifeFlags.Reinjected;
                break;
            }
        }
    }

    /// <summary>The reply named no life, or one that does not have this recipient: a filter that hands back several names the last.</summary>
    private bool IsToBeFound(in AttemptRow attempt) =>
        (HasOwnMessageId(attempt.Life) || HasEmptyMessageId(attempt.Life))
        && (attempt.Flags & (AttemptFlags.LoopHop | AttemptFlags.Returned)) == 0
        && (attempt.NextLife == 0 || !WasFor(attempt.NextLife - 1, attempt.Recipient));

    private bool HasOwnMessageId(int life) => (Lives[life].Flags & (LifeFlags.HasMessageId | LifeFlags.EmptyMessageId)) == LifeFlags.HasMessageId;

    private bool HasEmptyMessageId(int life) => (Lives[life].Flags & LifeFlags.EmptyMessageId) != 0 && Lives[life].Sender != 0;

    /// <summary>Mail without a Message-ID is given one when it is handed back, and only its sender tells that it is the same.</summary>
    private ulong KeyOf(int life) => HasOwnMessageId(life) ? Lives[life].MessageIdHash : ~(ulong)(uint)Lives[life].Sender;

    /// <summary>Those that were there when the filter took the mail, the latest first.</summary>
    private IEnumerable<int> LatestOf(List<int> lives, long taken)
    {
        int low = 0, high = lives.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Lives[lives[middle]].BornAt <= taken + StampSlackMilliseconds) low = middle + 1; else high = middle;
        }
        for (int i = low - 1; i >= 0 && i >= low - DeepestChain; i--) yield return lives[i];
    }

    /// <summary>Lives that came from where a filter is, by Message-ID, or by sender.</summary>
    private Dictionary<ulong, List<int>> FindHandedBack(HashSet<ulong> wanted, FilterRelay[] relays)
    {
        var addresses = relays.Where(relay => !relay.IsPipe).Select(relay => relay.Address).ToHashSet(StringComparer.Ordinal);
        bool anyPipe = relays.Any(relay => relay.IsPipe), anyLoopback = relays.Any(relay => relay.IsLoopback);
        var handedBack = new Dictionary<ulong, List<int>>();
        for (int life = 0; life < Lives.Count; life++)
        {
            ref var row = ref Lives[life];
            ulong key = KeyOf(life);
            if (!wanted.Contains(key) && !wanted.Contains(key = ~(ulong)(uint)row.Sender)) continue;
            bool mayBe = (row.Flags & LifeFlags.HasUid) != 0 ? anyPipe && (row.Flags & LifeFlags.WasRequeued) == 0
                : (row.Flags & LifeFlags.HasClient) != 0
                    && ((row.Flags & LifeFlags.FromLoopback) != 0 ? anyLoopback
                        : addresses.Count > 0 && addresses.Contains(ClientText.AddressOf(Text(row.Client))));
            if (!mayBe) continue;
            if (!handedBack.TryGetValue(key, out var lives)) handedBack.Add(key, lives = []);
            lives.Add(life);
        }
        return handedBack;
    }

    private bool IsHandedBack(in AttemptRow attempt, FilterRelay relay, int life)
    {
        ref var row = ref Lives[life];
        ref var before = ref Lives[attempt.Life];
        if (life == attempt.Life || (row.Previous != 0 && row.Previous != attempt.Life + 1) || row.Sender != before.Sender
            || Origins[row.Origin].Host != Origins[before.Origin].Host)
            return false;
        bool byPipe = (row.Flags & LifeFlags.HasUid) != 0;
        if (byPipe != relay.IsPipe) return false;
        if (!byPipe && !IsFrom(relay, row)) return false;
        long handedOver = attempt.Time - (long)(attempt.DelaySeconds * 1000) - StampSlackMilliseconds;
        if (row.BornAt < before.BornAt
            || row.BornAt < handedOver
            || row.BornAt > attempt.Time + (byPipe ? StampSlackMilliseconds : LongestFilteringMilliseconds))
            return false;
        if (attempt.NextLife != 0 && row.BornAt > attempt.Time + StampSlackMilliseconds) return false; // what it named was the last
        var further = FurtherOf(life);
        if (!further.Recipients.Contains(attempt.Recipient)) return false;
        if (byPipe || !further.Relays.Contains(attempt.Relay)) return true;
        if (row.Previous == 0) _loopedFrom.TryAdd(life, attempt.Life); // no filter, but whose mail it is stays known
        return false;
    }

    /// <summary>So many are looked through; of more a set is made and kept.</summary>
    private const int FewRecipients = 8;

    private bool WasFor(int life, int recipient)
    {
        var rows = AttemptRowsOf(life);
        if (rows.Length > FewRecipients) return FurtherOf(life).Recipients.Contains(recipient);
        foreach (int row in rows) // nearly always one
            if (AttemptRows[row].Recipient == recipient || OriginalOf(row) == recipient) return true;
        return false;
    }

    /// <summary>Whom a life was for, as asked and as rewritten, and where it was sent.</summary>
    private sealed record Further(HashSet<int> Recipients, HashSet<int> Relays);

    private Further FurtherOf(int life)
    {
        if (_further.TryGetValue(life, out var known)) return known;
        var rows = AttemptRowsOf(life);
        _furtherSize += rows.Length + SizeOfSets;
        if (_furtherSize > MostFurther) (_further, _furtherSize) = ([], rows.Length + SizeOfSets);
        var further = new Further([], []);
        foreach (int row in rows)
        {
            further.Recipients.Add(AttemptRows[row].Recipient);
            further.Recipients.Add(OriginalOf(row));
            further.Relays.Add(AttemptRows[row].Relay);
        }
        _further.Add(life, further);
        return further;
    }

    /// <summary>In attempts: what two empty sets weigh, and what is kept of all lives, less than 10 MB.</summary>
    private const int SizeOfSets = 8, MostFurther = 128 * 1024;

    /// <summary>Of lives that were looked at lately: each recipient of a message asks for a hundred of them, and then the next one for the same.</summary>
    private Dictionary<int, Further> _further = [];
    private int _furtherSize;

    private sealed record FilterRelay(bool IsPipe, bool IsLoopback, bool IsNamed, string Address);

    /// <summary>A pipe, a socket of this host, a host that is not spoken to on port 25, or one that content_filter names; null for others.</summary>
    private FilterRelay? FilterOf(in AttemptRow attempt, Dictionary<int, FilterRelay> known)
    {
        ref byte note = ref Texts.Note(attempt.Relay);
        if ((note & IsNoFilter) != 0 || attempt.Daemon is not (Daemon.Pipe or Daemon.Smtp or Daemon.Lmtp or Daemon.Unknown)) return null;
        if (known.TryGetValue(attempt.Relay, out var relay)) return relay;
        string text = Text(attempt.Relay), address = ClientText.AddressOf(text), port = ClientText.PortOf(text);
        bool isPipe = address.Length == 0 && text is not ("" or "none" or "local" or "virtual") && attempt.Daemon is Daemon.Pipe or Daemon.Unknown;
        // name[/run/dspam.sock]
        bool isLoopback = address.Contains('/') || (System.Net.IPAddress.TryParse(address, out var ip) && System.Net.IPAddress.IsLoopback(ip));
        bool isNamed = Trusted.IsFilter(text);
        if (isPipe || isLoopback || isNamed || port is not ("" or "25"))
            known.Add(attempt.Relay, relay = new FilterRelay(isPipe, isLoopback, isNamed, address));
        else note |= IsNoFilter;
        return relay;
    }
}
