using System.Net;

namespace MxAudit.Mail;

/// <summary>Which networks belong to nobody on the internet, and networks of one form.</summary>
public static class Networks
{
    /// <summary>Loopback, RFC 1918, RFC 4193 and link-local of IPv6: whoever is there is of the same house as this host.</summary>
    public static IReadOnlyList<IPNetwork> OfTheHouse { get; } =
        Parsed("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10");

    /// <summary>
    /// Those, and what is not on the internet and yet not of one house: the customers of one provider (RFC 6598), and whoever is on the same wire and
    /// was given no address (RFC 3927).
    /// </summary>
    private static readonly IReadOnlyList<IPNetwork> NotPublic = [.. OfTheHouse, .. Parsed("100.64.0.0/10", "169.254.0.0/16")];

    /// <summary>An address on this machine. A content filter listens there, and greets with the name of its host.</summary>
    public static bool IsLoopback(string address) =>
        IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip);

    /// <summary>An address that the internet does not know.</summary>
    public static bool IsPrivate(IPAddress address) => NotPublic.Any(network => network.Contains(address));

    /// <inheritdoc cref="IsPrivate(IPAddress)"/>
    public static bool IsPrivate(string address) => IPAddress.TryParse(address, out var ip) && IsPrivate(ip);

    /// <summary>All of its addresses are such.</summary>
    public static bool IsPrivate(IPNetwork network) => NotPublic.Any(known => Covers(known, network));

    public static bool Covers(IPNetwork outer, IPNetwork inner) => outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    /// <summary>One address, as a network.</summary>
    public static IPNetwork Of(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    /// <summary>IPv4 in the coat of IPv6 is IPv4: <c>::ffff:127.0.0.0/104</c> is loopback.</summary>
    public static IPNetwork Plain(IPNetwork network) =>
        network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96) : network;

    private static IPNetwork[] Parsed(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];
}
