using System.Net;
using System.Net.Sockets;
using MxAudit.Config;

namespace MxAudit.Rules;

/// <summary>Networks in mynetworks that are wider than any one owner's.</summary>
internal static class WideNetworks
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[] { "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10" }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>Wide items of a list that an exception before them does not take out again.</summary>
    public static IReadOnlyList<ListedNetwork> Of(NetworkList list)
    {
        var trusted = list.Networks;
        return [.. list.Items.Where(item => !item.IsException && item.Network is { } network && IsWide(network) && trusted.Any(piece => Covers(network, piece)))];
    }

    /// <summary>The networks of a list without the wide ones.</summary>
    public static IEnumerable<IPNetwork> Trusted(NetworkList list)
    {
        var wide = Of(list);
        var narrow = list.Items.Where(item => !item.IsException && item.Network is not null && !wide.Contains(item)).Select(item => item.Network!.Value).ToArray();
        return list.Networks.Where(piece => !wide.Any(item => Covers(item.Network!.Value, piece)) || narrow.Any(network => Covers(network, piece)));
    }

    /// <summary>A public range shorter than /24, or /48 of IPv6.</summary>
    public static bool IsWide(IPNetwork network) =>
        network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 24 : 48) && !NotPublic.Any(known => Covers(known, network));

    /// <summary>So wide that hardly anybody owns all of it.</summary>
    public static bool IsNobodys(IPNetwork network) => network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 16 : 29);

    /// <summary>An address that the internet does not know.</summary>
    public static bool IsPrivate(string address) => IPAddress.TryParse(address, out var ip) && IsPrivate(ip);

    public static bool IsPrivate(IPAddress address) => NotPublic.Any(network => network.Contains(address));

    private static bool Covers(IPNetwork outer, IPNetwork inner) => outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);
}
