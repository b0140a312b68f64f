using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>Whether mail or probes of a relayed domain leave through a relayhost.</summary>
internal static class Relayhosts
{
    /// <summary>A relayhost within a relayed domain is probably the primary itself: that is no fault.</summary>
    public static bool Takes(PostfixConfig config, Route route) =>
        route is { ByRelayhost: true, GoesNowhere: false, Targets.Count: > 0 }
        && !IsPrimary(config, route.Targets);

    /// <summary>
    /// The entry of transport_maps for everything, which stands for a relayhost, takes the mail of a relayed domain along: to a host that is none of
    /// the domain's MX hosts in DNS, and in no private network, where the primary may be. Only where this host is a fallback of the domain: behind its best MX,
    /// or a filter, stands a host that DNS does not name.
    /// </summary>
    public static bool TakesAll(Evidence evidence, string domain, Route route) =>
        route is { By: RouteDecider.TransportMaps, Entry.Key: "*" or "/.*/" or "/^.*$/" or "/./" or "/^/" or "//", GoesNowhere: false, Targets.Count: > 0 }
        && evidence.Dns is { } dns && dns.Of(domain) is { Status: DnsStatus.Exists, Mx.Count: > 0 } answer && answer.MxListsUs(evidence.Own)
        && !answer.IsBestAtUs(evidence.Own)
        && !IsPrimary(evidence.Configuration, route.Targets)
        && !route.Targets.Any(target => target.Host == domain || Networks.IsPrivate(target.Host) || dns.AddressesOf(target.Host).Any(Networks.IsPrivate)
            || answer.Mx.Any(host => host.Exchange == target.Host || host.Addresses.Intersect(dns.AddressesOf(target.Host)).Any()));

    /// <summary>One of the hosts lies in a domain that this host relays for.</summary>
    public static bool IsPrimary(PostfixConfig config, IEnumerable<RouteTarget> targets) =>
        targets.Any(target => config.ClassOf(target.Host) == DomainClass.Relay || Doors.DomainsOf(config).Any(domain => IsWithin(target.Host, domain)));

    public static HashSet<string> Of(IEnumerable<RouteTarget> targets) => targets.Select(target => target.Host).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>A delivery or a probe went to one of these hosts.</summary>
    /// <param name="relay">As the line has it: <c>smtp.isp.example[198.51.100.7]:25</c>.</param>
    public static bool Took(string relay, IReadOnlySet<string> hosts) =>
        hosts.Contains(ClientText.NameOf(relay)) || hosts.Contains(ClientText.AddressOf(relay));

    private static bool IsWithin(string host, string domain) => host == domain || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
