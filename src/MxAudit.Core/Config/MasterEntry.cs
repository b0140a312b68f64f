namespace MxAudit.Config;

/// <summary>One entry of master.cf.</summary>
/// <param name="Type"><c>inet</c>, <c>unix</c>, <c>pass</c>, …</param>
/// <param name="Command">The program: <c>smtpd</c>.</param>
/// <param name="Overrides">What <c>-o</c> sets for this service alone; the last of several wins.</param>
public sealed record MasterEntry(string Name, string Type, string Command, IReadOnlyDictionary<string, Setting> Overrides, Place Place)
{
    /// <summary>As <c>postconf -M</c> and <c>-P</c> name it: <c>smtp/inet</c>.</summary>
    public string Id => $"{Name}/{Type}";

    public bool IsSmtpd => Command == "smtpd";

    /// <summary>The port of <c>inet</c> services, by number or by name; null for others.</summary>
    public string? Port => Type == "inet" ? Name[(Name.LastIndexOf(':') + 1)..] : null;

    /// <summary>The address before the port, without brackets; empty: all.</summary>
    public string Address => Type == "inet" && Name.LastIndexOf(':') is > 0 and var colon ? Name[..colon].Trim('[', ']') : "";

    public bool IsLoopback => Address == "localhost" || (System.Net.IPAddress.TryParse(Address, out var ip) && System.Net.IPAddress.IsLoopback(ip));
}
