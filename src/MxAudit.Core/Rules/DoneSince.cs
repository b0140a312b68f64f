using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>
/// How often next hops did well by each host of the log after they last refused it. All are counted in one walk: one for each would be too many, where
/// strangers choose the hops.
/// </summary>
internal sealed class DoneSince(IEnumerable<Refusing> refusing)
{
    private readonly Dictionary<NextHop, (DateTimeOffset? Moment, Dictionary<Origin, int> Times)> _counted =
        refusing.ToDictionary(hop => hop.Hop, hop => (hop.Last, hop.Refused.Distinct().ToDictionary(host => host, _ => 0)));

    public bool IsEmpty => _counted.Count == 0;

    public void Count(NextHop? hop, DateTimeOffset? time, Message message)
    {
        if (hop is not null && _counted.TryGetValue(hop, out var counted) && time > counted.Moment && counted.Times.TryGetValue(message.Origin, out int times))
            counted.Times[message.Origin] = times + 1;
    }

    /// <summary>Where every other one is refused, so many in a row are no chance.</summary>
    private const int Fewest = 10;

    /// <summary>This host did, with each of its instances that counts.</summary>
    public bool By(string host, NextHop hop) =>
        _counted.TryGetValue(hop, out var counted) && counted.Times.All(origin => origin.Key.Host != host || origin.Value >= Fewest);

    /// <summary>Each of the hosts did.</summary>
    public bool Each(NextHop hop) => _counted.TryGetValue(hop, out var counted) && counted.Times.Values.All(times => times >= Fewest);
}
