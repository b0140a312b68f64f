using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>One row for each recipient of each accepted mail, under the first life, with the outcome of the last.</summary>
public sealed partial class MailHistory
{
    private const int DeepestChain = 100;

    /// <summary>Rows of the recipients that many rules ask for.</summary>
    private readonly List<int> _bounced = [], _deferred = [];

    /// <summary>What the first life called a recipient, where the last life calls it something else.</summary>
    private readonly Dictionary<int, int> _askedFor = [];

    /// <summary>The text of what the client asked for; 0 where that is the recipient.</summary>
    internal int AskedFor(int recipient, int lastAttempt) => _askedFor.TryGetValue(recipient, out int asked) ? asked : OriginalOf(lastAttempt);

    private void DeriveRecipients()
    {
        for (int life = 0; life < Lives.Count; life++)
        {
            if (_classes[life] != MessageClass.Mail || Lives[life].Previous != 0) continue;
            int before = RecipientRows.Count;
            if (HasNextLife(life)) foreach (var leaf in LeavesOf(life, 0)) AddRecipient(leaf);
            else if (!IsAbandoned(Lives[life].Flags)) AddRecipients(life);
            CountUntried(life, RecipientRows.Count - before);
        }
    }

    /// <param name="named">So many of its recipients have a row. Of a message that went on in another life, each is told there, or none was tried.</param>
    private void CountUntried(int life, int named)
    {
        if ((Lives[life].Flags & (LifeFlags.Removed | LifeFlags.Requeued)) == LifeFlags.Removed) return; // nearly always
        if (!WasAccepted(life) || (HasNextLife(life) && named > 0)) return;
        int last = LastLifeAfter(life);
        if ((Lives[last].Flags & LifeFlags.WasActive) == 0 || EndStateOf(last) is not (EndState.Queued or EndState.Held)) return;
        RecipientsUntried += Math.Max(0, Lives[last].RecipientCount - named);
    }

    /// <summary>The usual case: one life, its attempts lie in groups.</summary>
    private void AddRecipients(int life)
    {
        int end = _firstOfLife[life + 1];
        bool hasAttempts = (Lives[life].Flags & LifeFlags.HasAttempt) != 0;
        for (int start = _firstOfLife[life]; start < end;)
        {
            FetchAttempt(start + Ahead);
            int stop = EndOfGroup(start, end);
            if (!hasAttempts || !IsOnlyNamed(start, stop)) AddRecipient(new Leaf(life, start, stop - start, 0, life));
            start = stop;
        }
    }

    /// <param name="EndedIn">The life whose end is the recipient's: later than <paramref name="Life"/> when it was requeued and not tried again.</param>
    private readonly record struct Leaf(int Life, int Start, int Count, int OriginalRecipient, int EndedIn, bool Filtered = false);

    private int EndOfGroup(int start, int end)
    {
        int stop = start + 1;
        if (stop == end) return stop; // nearly always
        int recipient = AttemptRows[_order[start]].Recipient, original = OriginalOf(_order[start]);
        while (stop < end && AttemptRows[_order[stop]].Recipient == recipient && OriginalOf(_order[stop]) == original) stop++;
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
            if (!hasAttempts || !IsOnlyNamed(start, stop)) own.Add(new Leaf(life, start, stop - start, 0, life));
            start = stop;
        }
        if (!_next.TryGetValue(life, out var nextLives) || depth > DeepestChain) return own;
        var behind = new Behind(this, nextLives, depth);
        var waysInto = new Dictionary<int, int>();
        foreach (var leaf in own)
            if (LastOf(leaf).NextLife is var next && next != 0) waysInto[next - 1] = waysInto.GetValueOrDefault(next - 1) + 1;
        var stayed = new List<(int Via, Leaf Leaf)>();
        foreach (var leaf in own)
        {
            ref readonly var last = ref LastOf(leaf);
            int via = behind.IsWay(last.NextLife - 1) ? last.NextLife - 1 : -1;
            bool mayGoOn = last.Status is not DeliveryStatus.Bounced;
            bool isOnlyWay = via < 0 ? own.Count == 1 && behind.Leaves.Count == 1 : waysInto[via] == 1;
            List<int> matches = !mayGoOn ? [] : behind.Of(last.Recipient, via) is { Count: > 0 } same ? same
                : via >= 0 && behind.Of(last.Recipient, -1).FindAll(match => IsNamedByNone(behind.Leaves[match].Via, waysInto)) is { Count: > 0 } split ? split
                : isOnlyWay ? behind.AllOf(via) : [];
            if (via < 0 && matches.Count > 0)
            {
                var ways = last.Status == DeliveryStatus.Sent ? LifeFlags.Reinjected : LifeFlags.Reinjected | LifeFlags.WasRequeued;
                matches = matches.FindAll(match => (Lives[behind.Leaves[match].Via].Flags & ways) != 0); // the others were forwarded for somebody else
            }
            int asked = OriginalOf(_order[leaf.Start]);
            foreach (int match in matches)
                if (behind.Take(match) is { } taken)
                {
                    int isNow = AttemptRows[_order[taken.Start]].Recipient;
                    leaves.Add(taken with
                    {
                        OriginalRecipient = asked != 0 && asked != isNow ? asked : isNow == last.Recipient ? taken.OriginalRecipient : last.Recipient,
                    });
                }
            if (matches.Count == 0 && (hasAttempts || behind.Leaves.Count == 0)) stayed.Add((via, leaf));
        }
        bool requeued = (Lives[life].Flags & LifeFlags.Requeued) != 0;
        var unclaimed = behind.Unclaimed.ToList();
        var toldBehind = unclaimed.Select(one => one.Via).ToHashSet();
        foreach (var (via, leaf) in stayed)
        {
            // Where the recipients behind a filter are others than those before it, those behind it are the ones that tell what happened.
            if (via >= 0 && toldBehind.Contains(via)) continue;
            var status = LastOf(leaf).Status;
            bool waits = status is DeliveryStatus.None or DeliveryStatus.Deferred or DeliveryStatus.SoftBounce;
            leaves.Add(leaf with
            {
                Filtered = status == DeliveryStatus.Sent && via >= 0,
                EndedIn = requeued && waits && behind.Leaves.Count == 0 ? LastLifeAfter(life) : leaf.EndedIn,
            });
        }
        leaves.AddRange(unclaimed.Select(one => one.Leaf));
        return leaves;
    }

    /// <summary>A filter that hands back several names the last in its reply; the others say themselves whose they are (orig_queue_id).</summary>
    private bool IsNamedByNone(int life, Dictionary<int, int> waysInto) => !waysInto.ContainsKey(life) && (Lives[life].Flags & LifeFlags.Reinjected) != 0;

    private ref readonly AttemptRow LastOf(Leaf leaf) => ref AttemptRows[_order[leaf.Start + leaf.Count - 1]];

    /// <summary>The recipients of the lives that a life went on in, found by their names: one message can have a hundred thousand.</summary>
    private sealed class Behind
    {
        private readonly HashSet<int> _ways;
        private readonly Dictionary<int, List<int>> _byRecipient = [], _byWay = [];
        private readonly bool[] _taken;

        public Behind(MailHistory history, List<int> nextLives, int depth)
        {
            _ways = [.. nextLives];
            foreach (int next in nextLives)
                foreach (var leaf in history.LeavesOf(next, depth + 1))
                {
                    int recipient = history.LastOf(leaf).Recipient, original = history.OriginalOf(history._order[leaf.Start + leaf.Count - 1]);
                    Add(_byWay, next);
                    Add(_byRecipient, recipient);
                    if (original != 0 && original != recipient) Add(_byRecipient, original);
                    if (leaf.OriginalRecipient != 0 && leaf.OriginalRecipient != recipient && leaf.OriginalRecipient != original)
                        Add(_byRecipient, leaf.OriginalRecipient);
                    Leaves.Add((next, leaf));
                }
            _taken = new bool[Leaves.Count];
        }

        public List<(int Via, Leaf Leaf)> Leaves { get; } = [];

        public bool IsWay(int life) => _ways.Contains(life);

        /// <param name="recipient">As it is called there, or was called before.</param>
        /// <param name="via">Only what went this way; -1: any.</param>
        public List<int> Of(int recipient, int via) =>
            !_byRecipient.TryGetValue(recipient, out var all) ? [] : via < 0 ? all : all.FindAll(leaf => Leaves[leaf].Via == via);

        public List<int> AllOf(int via) => via < 0 ? [.. Enumerable.Range(0, Leaves.Count)] : _byWay.GetValueOrDefault(via, []);

        /// <summary>Null when it was taken already.</summary>
        public Leaf? Take(int leaf)
        {
            if (_taken[leaf]) return null;
            _taken[leaf] = true;
            return Leaves[leaf].Leaf;
        }

        public IEnumerable<(int Via, Leaf Leaf)> Unclaimed => Leaves.Where((_, leaf) => !_taken[leaf]);

        private void Add(Dictionary<int, List<int>> lists, int key)
        {
            if (!lists.TryGetValue(key, out var list)) lists.Add(key, list = []);
            list.Add(Leaves.Count);
        }
    }

    private int LastLifeAfter(int life)
    {
        for (int steps = 0; steps < DeepestChain && _next.TryGetValue(life, out var nextLives); steps++) life = nextLives[^1];
        return life;
    }

    private void AddRecipient(Leaf leaf)
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
        row.FirstAttempt = leaf.Start;
        row.AttemptCount = leaf.Count;
        if (leaf.OriginalRecipient != 0) _askedFor.Add(RecipientRows.Count - 1, leaf.OriginalRecipient);
        row.Stage = attempt.Stage;
        row.Reason = attempt.Reason;
        row.Outcome = leaf.Filtered || IsFilterWithoutReturn(attempt)
            ? Outcome.Filtered
            : OutcomeOf(attempt, Lives[leaf.EndedIn].Flags, HasNextLife(leaf.Life));
        _outcomes[(int)row.Outcome]++;
        if (row.Outcome is Outcome.Bounced or Outcome.Expired) _bounced.Add(RecipientRows.Count - 1);
        if (deferred) _deferred.Add(RecipientRows.Count - 1);
    }

    private Outcome OutcomeOf(in AttemptRow last, LifeFlags life, bool wentOn)
    {
        switch (last.Status)
        {
            case DeliveryStatus.Sent:
                return IsDiscard(last) ? Outcome.Discarded : Outcome.Delivered;
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

    /// <summary>Sent to nobody: by discard(8), by qmgr, or by local(8).</summary>
    private bool IsDiscard(in AttemptRow sent) =>
        sent.Daemon == Daemon.Discard || (sent.Flags & AttemptFlags.DiscardedHere) != 0 || IsNone(sent.Relay);

    /// <summary>Handed to a content filter, and nothing came back, or it said that nothing will.</summary>
    private bool IsFilterWithoutReturn(in AttemptRow attempt) =>
        (attempt.Flags & AttemptFlags.DiscardedByFilter) != 0
        || FilterRelays.Count > 0
            && attempt is { Status: DeliveryStatus.Sent, NextLife: 0, Daemon: Daemon.Smtp or Daemon.Lmtp or Daemon.Pipe or Daemon.Unknown }
            && FilterRelays.Contains(attempt.Relay);

    /// <summary>Relays that mail came back from by re-injection.</summary>
    private HashSet<int> FilterRelays => field ??= FindFilterRelays();

    internal bool IsContentFilter(int relay) => FilterRelays.Contains(relay);

    private HashSet<int> FindFilterRelays()
    {
        var relays = new HashSet<int>();
        foreach (var (life, nextLives) in _next)
        {
            if (!nextLives.Any(next => (Lives[next].Flags & LifeFlags.Reinjected) != 0)) continue;
            foreach (int row in AttemptRowsOf(life))
                if (AttemptRows[row] is { Status: DeliveryStatus.Sent } attempt && !IsNone(attempt.Relay)
                    && (attempt.NextLife != 0 ? (attempt.Flags & AttemptFlags.LoopHop) == 0 && attempt.Daemon != Daemon.Local : IsFilterRelay(attempt.Relay)))
                    relays.Add(attempt.Relay);
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
