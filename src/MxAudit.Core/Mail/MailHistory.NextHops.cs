using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Mail;

/// <summary>The hosts that mail is handed to: how that went, and when they could not be reached.</summary>
public sealed partial class MailHistory
{
    /// <summary>
    /// A relay's text keeps the number of its hop, below zero; the first one, ~0, is none. Numbered before anybody asks for a domain, which has the same room.
    /// </summary>
    private readonly List<NextHop?> _hops = [null];

    internal sealed class OutageSoFar
    {
        public long From;
        public int Failures;
        public ReasonClass Reason;
        public ulong FirstLine;
        public readonly List<Outage> Ended = [];
    }

    private void DeriveNextHops()
    {
        var hops = new Dictionary<string, int>();
        foreach (ref var attempt in AttemptRows)
        {
            if (attempt.Status == DeliveryStatus.None) continue;
            if (attempt.Status == DeliveryStatus.Deferred && _classes[attempt.Life] == MessageClass.Mail) _deferrals++;
            if (attempt.Status == DeliveryStatus.SoftBounce) AnySoftBounce = true;
            int text = attempt.HopInReason != 0 ? attempt.HopInReason : attempt.Relay;
            ref int number = ref Texts.Domain(text);
            if (number == 0) number = ~NumberOfHop(text, hops);
            if (_hops[~number] is { } hop) Count(hop, attempt);
        }
        NextHops = [.. _hops.OfType<NextHop>().Order(NextHop.BusiestFirst)];
        foreach (var hop in NextHops)
        {
            if (hop.OutageSoFar is not { } outage) continue;
            if (outage.Failures > 0)
                outage.Ended.Add(new Outage(hop, TimeOf(outage.From) ?? default, null, outage.Failures, outage.Reason, new LinePosition(outage.FirstLine)));
            hop.Outages = outage.Ended;
        }
        foreach (int relay in FilterRelays)
            if (HopOfText(relay) is { } filter) filter.IsContentFilter = true;
        Outages = [.. NextHops.SelectMany(hop => hop.Outages).OrderBy(outage => outage.From)];
        FindWaiting();
    }

    /// <param name="hops">Those that have a number, by name.</param>
    private int NumberOfHop(int text, Dictionary<string, int> hops)
    {
        if (Texts.Bytes(text).IndexOf((byte)'[') < 0) return 0;
        string name = Text(text).ToLowerInvariant();
        // "lost connection with H[A]" leaves the port out
        if (name.EndsWith(']') && !name.Contains('/')) name += hops.ContainsKey(name + ":25") || !name.Contains("[127.") ? ":25" : "";
        if (hops.TryGetValue(name, out int number)) return number;
        hops.Add(name, number = _hops.Count);
        _hops.Add(JoinSiblings(new NextHop(name, this)));
        return number;
    }

    private NextHop? HopOfText(int text) => Texts.Domain(text) is < 0 and var number ? _hops[~number] : null;

    private const int MostSiblings = 16;
    private readonly Dictionary<string, List<NextHop>> _hopsOfHost = [];

    /// <summary>Addresses of one host, as <c>mx1.example.com[192.0.2.10]:25</c> and <c>mx1.example.com[2001:db8::10]:25</c>.</summary>
    private NextHop JoinSiblings(NextHop hop)
    {
        if (hop.HostName is "" or "unknown") return hop;
        string host = hop.HostName + ":" + hop.Port;
        if (!_hopsOfHost.TryGetValue(host, out var all)) _hopsOfHost.Add(host, all = []);
        if (all.Count == MostSiblings) return hop;
        all.Add(hop);
        if (all.Count > 1)
            foreach (var one in all) one.Siblings = all;
        return hop;
    }

    internal NextHop? HopOf(int row)
    {
        ref var attempt = ref AttemptRows[row];
        return HopOfText(attempt.HopInReason != 0 ? attempt.HopInReason : attempt.Relay);
    }

    /// <summary>
    /// A host that refuses to talk (<c>421 too many connections</c>, a 554 for a greeting), to encrypt, or to take anybody's mail (<c>452 4.3.1</c> to MAIL
    /// FROM: x.3.x is the state of that system) is away as well: nobody looked at the mail.
    /// </summary>
    internal static bool IsAway(ReasonClass reason, Stage stage, Dsn dsn) => reason is ReasonClass.Connection or ReasonClass.Tls
        || (reason == ReasonClass.HostRejected && (stage == Stage.Connect || IsOfItsSystem(stage, dsn)));

    internal static bool IsOfItsSystem(Stage stage, Dsn dsn) => stage is Stage.Helo or Stage.Mail && dsn is { Class: 4, Subject: 3 };

    private static void Count(NextHop hop, in AttemptRow attempt)
    {
        hop.Attempts++;
        switch (attempt.Status)
        {
            case DeliveryStatus.Sent: hop.Sent++; break;
            case DeliveryStatus.Deferred or DeliveryStatus.SoftBounce: hop.Deferred++; break;
            case DeliveryStatus.Bounced: hop.Bounced++; break;
            default: hop.Probes++; break;
        }
        bool failed = IsAway(attempt.Reason, attempt.Stage, attempt.Dsn);
        if (failed) hop.FirstFailure ??= TimeOf(attempt.Time);
        else if (attempt.Status is DeliveryStatus.Sent or DeliveryStatus.Deliverable) hop.LastSuccessAt = attempt.Time;
        var outage = hop.OutageSoFar;
        if (failed)
        {
            // A suspended line repeats an older failure: after an answer it tells nothing new.
            if ((attempt.Flags & AttemptFlags.Suspended) != 0 && outage is not { Failures: > 0 } && hop.Answered) return;
            outage ??= hop.OutageSoFar = new OutageSoFar();
            if (outage.Failures++ == 0) (outage.From, outage.Reason, outage.FirstLine) = (attempt.Time, attempt.Reason, attempt.Line);
        }
        else if (attempt.Reason != ReasonClass.DnsTemporary && (attempt.Flags & AttemptFlags.Suspended) == 0)
        {
            // It answered, whatever the answer; where mail goes to one address of a host, nobody waits for its others.
            End(hop, outage, attempt);
            hop.Answered = true;
            if (hop.Siblings is null || attempt.Status is not (DeliveryStatus.Sent or DeliveryStatus.Deliverable)) return;
            foreach (var sibling in hop.Siblings)
                End(sibling, sibling.OutageSoFar, attempt);
        }
    }

    /// <summary>One failure on the way is no outage.</summary>
    private static void End(NextHop hop, OutageSoFar? outage, in AttemptRow attempt)
    {
        if (outage is not { Failures: > 0 }) return;
        if (outage.Failures > 1)
            outage.Ended.Add(new Outage(hop, TimeOf(outage.From) ?? default, TimeOf(attempt.Time), outage.Failures, outage.Reason,
                new LinePosition(outage.FirstLine)));
        outage.Failures = 0;
    }

    private void FindWaiting()
    {
        var waiting = new Dictionary<NextHop, List<Recipient>>();
        for (int row = 0; row < RecipientRows.Count; row++)
        {
            ref var recipient = ref RecipientRows[row];
            if (recipient.Outcome != Outcome.Deferred || HopOf(LastAttemptOf(recipient)) is not { } hop) continue;
            if (!waiting.TryGetValue(hop, out var list)) waiting.Add(hop, list = []);
            list.Add(new Recipient(this, row));
        }
        foreach (var (hop, list) in waiting) hop.Waiting = list;
    }

    private Dictionary<NextHop, float[]>? _delays;

    /// <summary>Seconds from arrival to delivery of all that went through a hop, ascending. Gathered when somebody asks.</summary>
    internal float[] DelaysOf(NextHop hop)
    {
        if (_delays is null)
        {
            var lists = new Dictionary<NextHop, List<float>>();
            for (int row = 0; row < AttemptRows.Count; row++)
            {
                if (AttemptRows[row].Status != DeliveryStatus.Sent || HopOf(row) is not { } through) continue;
                if (!lists.TryGetValue(through, out var list)) lists.Add(through, list = []);
                list.Add(AttemptRows[row].DelaySeconds);
            }
            _delays = lists.ToDictionary(pair => pair.Key, pair => { var delays = pair.Value.ToArray(); Array.Sort(delays); return delays; });
        }
        return _delays.GetValueOrDefault(hop, []);
    }
}
