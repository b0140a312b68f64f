using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>A next hop, and what it refused because of this host, not because of the recipient.</summary>
/// <param name="Refusals">In the order of time.</param>
internal sealed record Refusing(NextHop Hop, Refusal[] Refusals)
{
    public static IEnumerable<Refusing> ByHop(IEnumerable<Refusal> refusals) =>
        refusals.GroupBy(refusal => refusal.Hop).Select(hop => new Refusing(hop.Key, [.. hop.OrderBy(refusal => refusal.Time)]));

    public int Recipients => RecipientsOf(Refusals);
    public static int RecipientsOf(IEnumerable<Refusal> refusals) => Knowledge.CountDifferent(refusals.Select(refusal => refusal.Recipient));
    public DateTimeOffset? First => Refusals[0].Time;
    public DateTimeOffset? Last => Refusals[^1].Time;

    /// <summary>Whom it refused: a log can have several hosts and instances.</summary>
    public IEnumerable<Origin> Refused => Refusals.Select(refusal => refusal.Message.Origin);

    /// <summary>This host relays for none of the domains.</summary>
    public bool IsOthers => Refusals.All(refusal => refusal.IsOthers);

    /// <summary>In a log of several hosts each has its own.</summary>
    public IEnumerable<Refusing> ByHost => Refusals.GroupBy(refusal => refusal.Message.Host).Select(host => this with { Refusals = [.. host] });

    /// <summary>Read again from the log, and therefore not all.</summary>
    private const int MostRead = 20;

    public string[] Replies(MailHistory mail) => [.. Refusals.Take(MostRead).Select(refusal => mail.ReasonAt(refusal.Line))];

    public Seen Seen => Seen.Lines(Refusals.Length, Refusals.Select(refusal => refusal.Line), First, Last);
}

/// <summary>A delivery or a probe that was refused because of this host.</summary>
internal readonly record struct Refusal(NextHop Hop, string Recipient, DateTimeOffset? Time, LinePosition Line, Stage Stage, Message Message)
{
    /// <summary>Null: it was a delivery.</summary>
    public Probe? Probe { get; private init; }

    /// <summary>It went to a domain of others.</summary>
    public bool IsOthers { get; private init; }

    /// <summary>It was a probe of a sender.</summary>
    public bool IsForSender { get; private init; }

    public static Refusal Of(NextHop hop, Recipient recipient, RelayedDomains relayed) =>
        new(hop, recipient.Address, recipient.LastAttempt, recipient.LastLine, recipient.Stage, recipient.Message) { IsOthers = relayed.IsOthers(recipient) };

    public static Refusal Of(NextHop hop, Probe probe, RelayedDomains relayed) =>
        new(hop, probe.Recipient, probe.Time, probe.Line, probe.Stage, probe.Message)
        {
            Probe = probe,
            IsOthers = relayed.IsOthers(probe),
            IsForSender = relayed.IsForSender(probe),
        };
}
