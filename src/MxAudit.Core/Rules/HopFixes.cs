using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>What can be done about a next hop that takes nothing.</summary>
internal static class HopFixes
{
    public static Fix RepairTls { get; } = new("Repair TLS at the next hop, or ask less of it: what this host demands is more than that one offers.",
        "postconf smtp_tls_security_level smtp_tls_policy_maps");

    /// <summary>A socket of this host, or a port of its own: a content filter, a mailbox server.</summary>
    public static bool ListensHere(string hop) => ClientText.AddressOf(hop) is var address && (address.Contains('/') || Networks.IsLoopback(address));

    /// <summary>There is no primary and no network in this.</summary>
    public static Fix Restart(string hop)
    {
        string address = ClientText.AddressOf(hop), port = ClientText.PortOf(hop);
        return new("What should answer there runs on this host: start it again, and look into its log for why it ended. Mail waits until then.",
            !address.Contains('/') ? $"ss -ltnp 'sport = :{(port.Length > 0 && port.All(char.IsAsciiDigit) ? port : "25")}'"
                : address.StartsWith('/') ? $"ls -l {ShellWord.Quoted(address)}"
                : $"ls -l $(postconf -h queue_directory)/{ShellWord.Quoted(address)}");
    }

    /// <summary>postqueue -s takes one domain, and only one that is relayed here: fast_flush_domains.</summary>
    public static string Flush(IReadOnlyList<string> domains) =>
        domains.Count is 0 or > 3 ? "postqueue -f" : string.Join(" && ", domains.Select(domain => $"postqueue -s {Postconf.Name(domain)}"));
}
