using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>
/// Next hops that took nothing from this host between its first and its last refusal, and that welcomed the same recipients before or after: it was
/// neither the recipients nor the mail. Between two messages nothing is taken either: at the pace of the rest, some should have been.
/// </summary>
internal sealed class RefusedForAWhile
{
    private const int FewestWelcome = 3, FewestMissed = 3;

    private readonly Dictionary<NextHop, Stretch> _stretches;

    private sealed record Stretch(DateTimeOffset? From, DateTimeOffset? To, HashSet<string> Refused, HashSet<Origin> Hosts)
    {
        public HashSet<string> Welcome { get; } = new(StringComparer.OrdinalIgnoreCase);
        public bool IsBroken { get; set; }

        private int _taken;
        private DateTimeOffset? _first = From, _last = To;

        public void Take(DateTimeOffset? time)
        {
            _taken++;
            if (time < _first) _first = time;
            if (time > _last) _last = time;
        }

        /// <summary>What it would have taken meanwhile, at the pace of the rest.</summary>
        public double Missed => To - From is { } length && _last - _first - length is { Ticks: > 0 } rest ? _taken * (length / rest) : 0;
    }

    public RefusedForAWhile(MailHistory mail, IEnumerable<Refusing> refusing)
    {
        _stretches = refusing.ToDictionary(hop => hop.Hop, hop => new Stretch(hop.First, hop.Last,
            hop.Refusals.Select(refusal => refusal.Recipient).ToHashSet(StringComparer.OrdinalIgnoreCase), [.. hop.Refused]));
        if (_stretches.Count == 0) return;
        foreach (var probe in mail.ProbesWith(ProbeResult.Deliverable)) Took(probe.NextHop, probe.Time, probe.Message.Origin, probe.Recipient);
        foreach (var recipient in mail.Recipients)
            if (recipient.Outcome == Outcome.Delivered && recipient.NextHop is { } hop && _stretches.ContainsKey(hop))
                Took(hop, recipient.LastAttempt, recipient.Message.Origin, recipient.Address);
    }

    public bool At(NextHop hop) => _stretches.TryGetValue(hop, out var stretch)
        && stretch is { IsBroken: false, Welcome.Count: >= FewestWelcome, Missed: >= FewestMissed };

    private void Took(NextHop? hop, DateTimeOffset? time, Origin host, string recipient)
    {
        if (hop is null || !_stretches.TryGetValue(hop, out var stretch) || stretch.IsBroken || !stretch.Hosts.Contains(host)) return;
        if (time > stretch.From && time < stretch.To) stretch.IsBroken = true;
        stretch.Take(time);
        if (stretch.Refused.Contains(recipient)) stretch.Welcome.Add(recipient);
    }
}
