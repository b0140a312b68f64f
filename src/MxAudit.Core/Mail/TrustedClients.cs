using System.Net;

namespace MxAudit.Mail;

/// <summary>Whose mail is not a stranger's: the networks of <c>mynetworks</c>, or loopback and private ones while no configuration is known.</summary>
public sealed class TrustedClients(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>Loopback, RFC 1918, RFC 4193 and link-local.</summary>
    public static TrustedClients WithoutConfiguration { get; } = new(
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ]);

    public IReadOnlyList<IPNetwork> Networks => networks;

    private readonly IPNetwork[] _plain = [.. networks.Select(Plain)];

    /// <summary>Whether the client of <c>name[addr]</c> is trusted by its address. Loopback always is; an address that can not be read never.</summary>
    public bool Trusts(string address)
    {
        int zone = address.IndexOf('%');
        if (!IPAddress.TryParse(zone < 0 ? address : address[..zone], out var ip)) return false;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (IPAddress.IsLoopback(ip)) return true;
        foreach (var network in _plain)
            if (network.Contains(ip)) return true;
        return false;
    }

    /// <summary><c>::ffff:127.0.0.0/104</c> is loopback in an old coat.</summary>
    private static IPNetwork Plain(IPNetwork network) =>
        network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96 ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96) : network;
}
