using MxAudit.Config;

namespace MxAudit.Rules;

/// <summary>Whether mail or probes of a relayed domain leave through a relayhost.</summary>
internal static class Relayhosts
{
    /// <summary>A relayhost within a relayed domain is probably the primary itself: that is no fault.</summary>
    public static bool Takes(PostfixConfig config, Route route) =>
        route is { By: RouteDecider.Relayhost or RouteDecider.SenderDependentRelayhost, GoesNowhere: false, Targets.Count: > 0 }
        && !IsPrimary(config, route.Targets);

    /// <summary>One of the hosts lies in a domain that this host relays for.</summary>
    public static bool IsPrimary(PostfixConfig config, IEnumerable<RouteTarget> targets) =>
        targets.Any(target => config.ClassOf(target.Host) == DomainClass.Relay || Doors.DomainsOf(config).Any(domain => IsWithin(target.Host, domain)));

    private static bool IsWithin(string host, string domain) => host == domain || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
