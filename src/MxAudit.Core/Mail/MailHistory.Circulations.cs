using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>Messages that came back to this host again and again.</summary>
public sealed partial class MailHistory
{
    private const int FewestHops = 3, CounterBits = 20;
    private const LifeFlags Circulating = LifeFlags.HasMessageId | LifeFlags.HasClient | LifeFlags.HasAttempt;

    /// <remarks>Lives with one Message-ID are found without sorting them all: small counters by hash first, then only what may be three or more.</remarks>
    private void DeriveCirculations()
    {
        var counters = new byte[1 << (CounterBits - 2)]; // four counters in a byte: each counts up to three
        int life = 0;
        foreach (ref var row in Lives)
        {
            if (!MayCirculate(row, life++)) continue;
            var (index, shift) = CounterOf(row);
            if (((counters[index] >> shift) & 3) < FewestHops) counters[index] += (byte)(1 << shift);
        }
        var candidates = new List<(ulong Hash, int Life)>();
        life = 0;
        foreach (ref var row in Lives)
        {
            var (index, shift) = CounterOf(row);
            if (((counters[index] >> shift) & 3) >= FewestHops && MayCirculate(row, life)) candidates.Add((row.MessageIdHash, life));
            life++;
        }
        candidates.Sort();
        var found = new List<Circulation>();
        for (int start = 0; start < candidates.Count;)
        {
            int stop = start + 1;
            while (stop < candidates.Count && candidates[stop].Hash == candidates[start].Hash) stop++;
            if (stop - start >= FewestHops
                && CirculationOf([.. candidates.GetRange(start, stop - start).Select(candidate => candidate.Life)]) is { } circulation)
                found.Add(circulation);
            start = stop;
        }
        Circulations = [.. found.OrderBy(circulation => circulation.FirstLine)];
    }

    private static (int Index, int Shift) CounterOf(in LifeRow life)
    {
        int counter = Scatter.Over(CounterBits, life.MessageIdHash);
        return (counter >> 2, (counter & 3) * 2);
    }

    /// <remarks>Mail without a Message-ID (<c>message-id=&lt;&gt;</c>) is not one message because of that.</remarks>
    private bool MayCirculate(in LifeRow row, int life) =>
        (row.Flags & (Circulating | LifeFlags.EmptyMessageId)) == Circulating && row.Previous == 0 && _classes[life] == MessageClass.Mail;

    /// <summary>Copies for different recipients have one Message-ID too. A circle goes on for one recipient, from the host that it was handed to.</summary>
    private Circulation? CirculationOf(int[] lives)
    {
        var hops = new List<int> { lives[0] };
        string through = "";
        foreach (int life in lives[1..])
        {
            int before = hops[^1];
            if (CameFrom(before, life)) { hops.Add(life); through = Text(Lives[life].Client); }
            else if (hops.Count < FewestHops) hops = [life];
        }
        if (hops.Count < FewestHops) return null;
        int recipient = AttemptRows[AttemptRowsOf(hops[0])[0]].Recipient;
        return new Circulation([.. hops.Select(life => new Message(this, life))], DomainOf(recipient), through, new LinePosition(Lives[hops[0]].FirstLine));
    }

    /// <summary>The life before was sent on, and this one has the same recipient and comes from that very host (or the reply named this id).</summary>
    private bool CameFrom(int before, int life)
    {
        if (Lives[life].BornAt < Lives[before].BornAt) return false;
        string client = ClientText.AddressOf(Text(Lives[life].Client));
        var recipients = new HashSet<int>();
        foreach (int later in AttemptRowsOf(life)) recipients.Add(AttemptRows[later].Recipient);
        foreach (int row in AttemptRowsOf(before))
        {
            ref var attempt = ref AttemptRows[row];
            if (attempt.Status != DeliveryStatus.Sent) continue;
            if (!recipients.Contains(attempt.Recipient)) continue;
            if (attempt.NextLife == life + 1 || ClientText.AddressOf(Text(attempt.Relay)) == client || IsAddressWeSendTo(client)) return true;
        }
        return false;
    }

    private HashSet<string>? _relayAddresses;

    private bool IsAddressWeSendTo(string address) =>
        (_relayAddresses ??= [.. NextHops.Where(hop => hop.Sent > 0).Select(hop => hop.Address)]).Contains(address);
}
