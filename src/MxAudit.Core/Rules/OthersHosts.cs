using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>
/// Next hops that refuse this host itself, of domains that it does not relay for: own users wrote there, or senders were verified. Strangers choose
/// them, so that there can be thousands. Where many do it the fault is one, and this host's.
/// </summary>
internal static class OthersHosts
{
    private const int MostToldSingly = 5;

    /// <returns>Those that are told together, by the host of this log that they refuse.</returns>
    public static IGrouping<string, T>[] Many<T>(IEnumerable<T> refusing, Func<T, Message> one) =>
        [.. refusing.GroupBy(hop => one(hop).Host).Where(host => host.Count() > MostToldSingly)];

    /// <summary>What helps where many hosts refuse this one.</summary>
    /// <param name="asked">Probes of senders were among it.</param>
    public static IReadOnlyList<Fix> Fixes(bool asked) =>
    [
        new("Read in the replies which block list has this host, and ask there why. First end the cause, such as notices to forged senders (BKS001), then have the address taken off.",
            "mxaudit explain BKS001"),
        new("Give this host a name that resolves to its address and back, and let it greet with that name.", "postconf myhostname smtp_helo_name"),
        .. asked
            ? [new Fix("Do not ask other people's hosts whether their users exist: take reject_unverified_sender out of the lists. See VRF015.",
                "postconf smtpd_sender_restrictions smtpd_recipient_restrictions")]
            : Array.Empty<Fix>(),
    ];
}

/// <summary>
/// How often next hops did well by each host of the log after a moment of their own. All are counted in one walk: one for each would be too many, where
/// strangers choose the hops.
/// </summary>
/// <param name="moments">From when on it counts, and for which hosts.</param>
internal sealed class DoneSince(IEnumerable<(NextHop Hop, DateTimeOffset? Moment, IEnumerable<Origin> Hosts)> moments)
{
    private readonly Dictionary<NextHop, (DateTimeOffset? Moment, Dictionary<Origin, int> Times)> _counted =
        moments.ToDictionary(hop => hop.Hop, hop => (hop.Moment, hop.Hosts.Distinct().ToDictionary(host => host, _ => 0)));

    public bool IsEmpty => _counted.Count == 0;

    public void Count(NextHop? hop, DateTimeOffset? time, Message message)
    {
        if (hop is not null && _counted.TryGetValue(hop, out var counted) && time > counted.Moment && counted.Times.TryGetValue(message.Origin, out int times))
            counted.Times[message.Origin] = times + 1;
    }

    /// <summary>Each of the hosts did as often at least.</summary>
    public bool Each(NextHop hop, int fewest) => _counted.TryGetValue(hop, out var counted) && counted.Times.Values.All(times => times >= fewest);
}
