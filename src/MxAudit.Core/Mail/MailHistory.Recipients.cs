using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>One row for each recipient of each accepted mail, under the first life, with the outcome of the last.</summary>
public sealed partial class MailHistory
{
    private const int DeepestChain = 100;

    private void DeriveRecipients()
    {
        for (int life = 0; life < Lives.Count; life++)
        {
            if (_classes[life] != MessageClass.Mail || Lives[life].Previous != 0 || _firstOfLife[life] == _firstOfLife[life + 1] && !HasNextLife(life)) continue;
            if (!HasNextLife(life)) AddRecipients(life, life);
            else foreach (var leaf in LeavesOf(life, 0)) AddRecipient(life, leaf);
        }
    }

    /// <summary>The usual case: one life, its attempts lie in groups.</summary>
    private void AddRecipients(int first, int life)
    {
        int end = _firstOfLife[life + 1];
        bool hasAttempts = (Lives[life].Flags & LifeFlags.HasAttempt) != 0;
        for (int start = _firstOfLife[life]; start < end;)
        {
            int stop = EndOfGroup(start, end);
            if (!hasAttempts || !IsOnlyNamed(start, stop)) AddRecipient(first, new Leaf(life, start, stop - start, 0));
            start = stop;
        }
    }

    private readonly record struct Leaf(int Life, int Start, int Count, int OriginalRecipient, bool Filtered = false);

    private int EndOfGroup(int start, int end)
    {
        int recipient = AttemptRows[_order[start]].Recipient;
        int stop = start + 1;
        while (stop < end && AttemptRows[_order[stop]].Recipient == recipient) stop++;
        return stop;
    }

    /// <summary>No delivery line: an action line (hold, discard) is all that names this recipient.</summary>
    private bool IsOnlyNamed(int start, int stop)
    {
        for (int i = start; i < stop; i++)
            if (AttemptRows[_order[i]].Status != DeliveryStatus.None) return false;
        return true;
    }

    /// <summary>Where the recipients of a life are in the end: in its own attempts, or in those of the lives that it went on in.</summary>
    private List<Leaf> LeavesOf(int life, int depth)
    {
        var leaves = new List<Leaf>();
        var own = new List<Leaf>();
        bool hasAttempts = (Lives[life].Flags & LifeFlags.HasAttempt) != 0;
        int end = _firstOfLife[life + 1];
        for (int start = _firstOfLife[life]; start < end;)
        {
            int stop = EndOfGroup(start, end);
            if (!hasAttempts || !IsOnlyNamed(start, stop)) own.Add(new Leaf(life, start, stop - start, 0));
            start = stop;
        }
        if (!_next.TryGetValue(life, out var nextLives) || depth > DeepestChain) return own;
        var further = nextLives.SelectMany(next => LeavesOf(next, depth + 1)).ToList();
        var taken = new HashSet<Leaf>();
        foreach (var leaf in own)
        {
            ref var last = ref AttemptRows[_order[leaf.Start + leaf.Count - 1]];
            bool mayGoOn = last.Status is not DeliveryStatus.Bounced;
            int recipient = last.Recipient;
            var matches = mayGoOn ? further.FindAll(candidate => Continues(candidate, recipient)) : [];
            if (matches.Count == 0 && mayGoOn && own.Count == 1 && further.Count == 1) matches = further;
            if (matches.Count > 0)
                foreach (var match in matches)
                {
                    if (!taken.Add(match)) continue;
                    leaves.Add(match with { OriginalRecipient = AttemptRows[_order[match.Start]].Recipient == recipient ? match.OriginalRecipient : recipient });
                }
            else if (hasAttempts || further.Count == 0) leaves.Add(leaf with { Filtered = last.Status == DeliveryStatus.Sent && last.NextLife != 0 });
        }
        bool requeued = (Lives[life].Flags & LifeFlags.Requeued) != 0;
        if (requeued || own.Count == 0 || !hasAttempts) leaves.AddRange(further.Where(leaf => !taken.Contains(leaf)));
        return leaves;
    }

    private bool Continues(Leaf candidate, int recipient)
    {
        ref var attempt = ref AttemptRows[_order[candidate.Start + candidate.Count - 1]];
        return attempt.Recipient == recipient || attempt.OriginalRecipient == recipient || candidate.OriginalRecipient == recipient;
    }

    private void AddRecipient(int first, Leaf leaf)
    {
        int last = _order[leaf.Start + leaf.Count - 1];
        bool deferred = false;
        for (int i = leaf.Start; i < leaf.Start + leaf.Count; i++)
        {
            var status = AttemptRows[_order[i]].Status;
            deferred |= status is DeliveryStatus.Deferred or DeliveryStatus.SoftBounce;
            if (status != DeliveryStatus.None) last = _order[i];
        }
        ref var attempt = ref AttemptRows[last];
        ref var row = ref RecipientRows.Add();
        row.FirstLife = first;
        row.LastLife = leaf.Life;
        row.FirstAttempt = leaf.Start;
        row.AttemptCount = leaf.Count;
        row.OriginalRecipient = leaf.OriginalRecipient;
        row.WasDeferred = deferred;
        row.Stage = attempt.Stage;
        row.Reason = attempt.Reason;
        row.Outcome = leaf.Filtered || IsFilterWithoutReturn(attempt) ? Outcome.Filtered : OutcomeOf(attempt, Lives[leaf.Life].Flags, HasNextLife(leaf.Life));
    }

    private Outcome OutcomeOf(in AttemptRow last, LifeFlags life, bool wentOn)
    {
        switch (last.Status)
        {
            case DeliveryStatus.Sent:
                return last.Daemon == Daemon.Discard || IsNone(last.Relay) ? Outcome.Discarded : Outcome.Delivered;
            case DeliveryStatus.Bounced:
                return Outcome.Bounced;
            case DeliveryStatus.Deferred or DeliveryStatus.SoftBounce:
                if ((life & LifeFlags.Expired) != 0) return Outcome.Expired;
                if ((life & (LifeFlags.Deleted | LifeFlags.Removed)) != 0) return Outcome.Deleted; // qmgr removes only what is done
                return (life & LifeFlags.Held) != 0 ? Outcome.Held : Outcome.Deferred;
        }
        if ((life & LifeFlags.Expired) != 0) return Outcome.Expired;
        if ((life & LifeFlags.Discarded) != 0) return Outcome.Discarded;
        if ((life & LifeFlags.Deleted) != 0) return Outcome.Deleted;
        if ((life & LifeFlags.Removed) != 0) return (life & LifeFlags.WasHeld) != 0 ? Outcome.Deleted : Outcome.Unknown;
        if ((life & LifeFlags.Held) != 0) return Outcome.Held;
        return wentOn || (life & (LifeFlags.WasActive | LifeFlags.WasHeld)) != 0 ? Outcome.Queued : Outcome.Unknown;
    }

    /// <summary>Handed to a content filter, and nothing came back.</summary>
    private bool IsFilterWithoutReturn(in AttemptRow attempt) =>
        attempt.Status == DeliveryStatus.Sent && attempt.NextLife == 0 && attempt.Daemon is Daemon.Smtp or Daemon.Lmtp or Daemon.Unknown
        && FilterRelays.Contains(attempt.Relay) && attempt.Status == DeliveryStatus.Sent;

    /// <summary>Relays that mail came back from by re-injection.</summary>
    private HashSet<int> FilterRelays => field ??= FindFilterRelays();

    private HashSet<int> FindFilterRelays()
    {
        var relays = new HashSet<int>();
        foreach (var (life, nextLives) in _next)
        {
            if (!nextLives.Any(next => (Lives[next].Flags & LifeFlags.Reinjected) != 0)) continue;
            foreach (int row in AttemptRowsOf(life))
                if (AttemptRows[row] is { Status: DeliveryStatus.Sent } attempt && !IsNone(attempt.Relay)
                    && (attempt.NextLife != 0 ? (attempt.Flags & AttemptFlags.LoopHop) == 0 && attempt.Daemon != Daemon.Local : IsFilterRelay(attempt.Relay))) relays.Add(attempt.Relay);
        }
        return relays;
    }

    private bool IsFilterRelay(int relay)
    {
        var text = Texts.Bytes(relay);
        return text.IndexOf("[127."u8) >= 0 || text.IndexOf("[::1]"u8) >= 0;
    }

    private bool IsNone(int relay) => Texts.Bytes(relay).SequenceEqual("none"u8);
}
