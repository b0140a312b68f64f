using System.Net;
using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>Networks in mynetworks that hold nobody but this host itself.</summary>
internal static class OwnNetworks
{
    private static readonly string[] WritesFrom = ["smtp_bind_address", "smtp_bind_address6"];

    /// <summary>Loopback, or one of its addresses.</summary>
    public static bool Has(PostfixConfig config, IPNetwork network)
    {
        network = Networks.Plain(network);
        var address = network.BaseAddress;
        return IPAddress.IsLoopback(address) && network.PrefixLength >= 8
            || (network.Equals(Networks.Of(address)) && AddressesOf(config).Contains(address));
    }

    /// <summary>Those that this host listens on, and those that it writes from.</summary>
    public static IEnumerable<IPAddress> AddressesOf(PostfixConfig config) => config.OwnAddresses.Concat(
        WritesFrom.Select(name => IPAddress.TryParse(config.Expanded(name).Trim().Trim('[', ']'), out var address) ? address : null)
            .OfType<IPAddress>());
}
