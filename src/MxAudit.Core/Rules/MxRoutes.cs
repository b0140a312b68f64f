using MxAudit.Config;
using MxAudit.Dns;

namespace MxAudit.Rules;

/// <summary>Routes that lead where MX records say, so that Postfix looks for itself among them.</summary>
internal static class MxRoutes
{
    /// <summary>relayhost is another matter: LUP008.</summary>
    public static bool FollowsMx(this Route route) => route is { IsKnown: true, GoesNowhere: false, Targets: [{ IsBracketed: false }, ..] }
        && !route.ByRelayhost && route.Agent != "lmtp";

    /// <summary>What DNS says of the next hop; null: it was not asked, or the route does not follow it.</summary>
    public static DnsAnswer? MxFollowed(this Evidence evidence, Route route) => route.FollowsMx() ? evidence.Dns?.Of(route.Targets[0].Host) : null;
}
