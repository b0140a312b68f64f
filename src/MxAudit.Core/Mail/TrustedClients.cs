using System.Net;

namespace MxAudit.Mail;

/// <summary>Whose mail is not a stranger's: the networks of <c>mynetworks</c>, or loopback and private ones while no configuration is known.</summary>
public sealed class TrustedClients(IReadOnlyList<IPNetwork> networks)
{
    public static TrustedClients WithoutConfiguration { get; } = new(Mail.Networks.OfTheHouse);

    public IReadOnlyList<IPNetwork> Networks => networks;

    /// <summary>The hosts that content_filter hands mail to, by name or address, and their ports: <c>192.0.2.77:10024</c>. From there it comes back.</summary>
    public IReadOnlySet<string> Filters { get; init; } = new HashSet<string>();

    /// <summary>The primary may run the filter as well: the port tells to which of the two mail was handed.</summary>
    /// <param name="relay">As a delivery line has it: <c>filter.example.com[192.0.2.77]:10024</c></param>
    public bool IsFilter(string relay)
    {
        if (Filters.Count == 0) return false;
        string port = ClientText.PortOf(relay) is { Length: > 0 } told ? told : "25";
        return Filters.Contains($"{ClientText.AddressOf(relay)}:{port}") || Filters.Contains($"{ClientText.NameOf(relay)}:{port}");
    }

    private readonly IPNetwork[] _plain = [.. networks.Select(Mail.Networks.Plain)];

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
}
