using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>The hops of a loop are messages of their own. Whoever follows one wants to see how they hang together.</summary>
/// <remarks>
/// That is told where it can not be chance: the reply named the id, or the same Message-ID came for the same recipient from the very address that had taken it.
/// </remarks>
public sealed partial class MailHistory
{
    /// <summary>So many copies of a message are looked at before and behind it.</summary>
    private const int MostCopies = 100;

    /// <summary>The life as which a message that was sent on came back to this host; -1: none.</summary>
    internal int CameBackAs(int attempt)
    {
        ref var sent = ref AttemptRows[attempt];
        if (sent.Status != DeliveryStatus.Sent) return -1;
        if (sent.NextLife != 0) return (sent.Flags & AttemptFlags.LoopHop) != 0 ? sent.NextLife - 1 : -1;
        foreach (int life in CopiesOf(sent.Life, 1))
            if (IsReturn(AttemptRows[attempt], life)) return life;
        return -1;
    }

    /// <summary>The life that was sent on and came back as this one; -1: none.</summary>
    internal int CameBackFrom(int life)
    {
        foreach (int before in CopiesOf(life, -1))
            foreach (int row in AttemptRowsOf(before).ToArray())
                if (AttemptRows[row].NextLife != 0 ? CameBackAs(row) == life : IsReturn(AttemptRows[row], life)) return before;
        return -1;
    }

    private bool IsReturn(in AttemptRow sent, int life)
    {
        ref var row = ref Lives[life];
        ref var before = ref Lives[sent.Life];
        return sent.Status == DeliveryStatus.Sent && (row.Flags & LifeFlags.HasClient) != 0 && row.Previous == 0 && row.BornAt >= before.BornAt
            && Origins[row.Origin].Host == Origins[before.Origin].Host
            && ClientText.AddressOf(Text(row.Client)) is { Length: > 0 } client && client == ClientText.AddressOf(Text(sent.Relay))
            && WasFor(life, sent.Recipient);
    }

    /// <summary>Lives with its Message-ID, the next ones behind it or before it first.</summary>
    private IEnumerable<int> CopiesOf(int life, int step)
    {
        if (!HasOwnMessageId(life)) yield break;
        ulong hash = Lives[life].MessageIdHash;
        int at = Array.BinarySearch(ByMessageId, (hash, life)) + step;
        for (int copies = 0; copies < MostCopies && at >= 0 && at < ByMessageId.Length && ByMessageId[at].Hash == hash; copies++, at += step)
            yield return ByMessageId[at].Life;
    }

    private (ulong Hash, int Life)[] ByMessageId => field ??=
        [.. Enumerable.Range(0, Lives.Count).Where(HasOwnMessageId).Select(life => (Lives[life].MessageIdHash, life)).Order()];
}
