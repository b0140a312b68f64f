using System.Net;
using System.Net.Sockets;
using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>Networks in mynetworks that are wider than any one owner's.</summary>
internal static class WideNetworks
{
    /// <summary>Wide items of a list that an exception before them does not take out again.</summary>
    public static IReadOnlyList<ListedNetwork> Of(NetworkList list)
    {
        var trusted = list.Networks;
        return [.. list.Items.Where(item =>
            !item.IsException && item.Network is { } network && IsWide(network) && trusted.Any(piece => Networks.Covers(network, piece)))];
    }

    /// <summary>The networks of a list without the wide ones.</summary>
    public static IEnumerable<IPNetwork> Trusted(NetworkList list)
    {
        var wide = Of(list);
        var narrow = list.Items.Where(item => !item.IsException && item.Network is not null && !wide.Contains(item))
            .Select(item => item.Network!.Value)
            .ToArray();
        return list.Networks.Where(piece => !wide.Any(item => Networks.Covers(item.Network!.Value, piece))
            || narrow.Any(network => Networks.Covers(network, piece)));
    }

    /// <summary>A public range shorter than /24, or /48 of IPv6.</summary>
    public static bool IsWide(IPNetwork network) =>
        network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 24 : 48) && !Networks.IsPrivate(network);

    /// <summary>So wide that hardly anybody owns all of it.</summary>
    public static bool IsNobodys(IPNetwork network) => network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 16 : 29);
}
