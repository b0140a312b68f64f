using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>What determined the next hop, in the order of precedence.</summary>
public enum RouteDecider
{
    /// <summary>A table that can not be read may decide.</summary>
    Unknown,
    TransportMaps,
    /// <summary>The next hop of <c>relay_transport = relay:[host]</c> or another class's transport.</summary>
    ClassTransport,
    SenderDependentRelayhost,
    Relayhost,
    /// <summary>MX records of the recipient's domain.</summary>
    RecipientDomain,
}

/// <summary>Where Postfix would send a recipient's mail, or a probe of it.</summary>
public sealed record Route
{
    public required string Recipient { get; init; }
    public required bool ForProbe { get; init; }
    public required DomainClass Class { get; init; }

    /// <summary>The name of a master.cf service: <c>relay</c>, <c>smtp</c>, <c>error</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>As Postfix hands it to the transport; for <c>error</c> and <c>retry</c> the text of the notice.</summary>
    public required string NextHop { get; init; }

    public required RouteDecider By { get; init; }

    /// <summary>The parameter that decided: <c>transport_maps</c>, <c>address_verify_relayhost</c>; the list of the class for recipient domains.</summary>
    public required string Parameter { get; init; }

    /// <summary>Where that is set; null for defaults and for the recipient's domain.</summary>
    public Place? Place { get; init; }

    /// <summary>The entry of transport_maps that was found, also one that changes nothing (<c>:</c>) or only the transport.</summary>
    public TableEntry? Entry { get; init; }

    /// <summary>The next hop's hosts in the order they are tried; none for transports that do not speak SMTP or LMTP over TCP.</summary>
    public IReadOnlyList<RouteTarget> Targets { get; init; } = [];

    /// <summary>sender_dependent_relayhost_maps may send mail of some senders elsewhere.</summary>
    public bool MayDependOnSender { get; init; }

    /// <summary>The service that delivers; null when master.cf has none of this name (RLY007).</summary>
    public MasterEntry? Service { get; init; }

    /// <summary>The program that delivers: <c>smtp</c>, <c>lmtp</c>, <c>error</c>.</summary>
    public string Agent => Service?.Command ?? Transport;

    public bool ByRelayhost => By is RouteDecider.Relayhost or RouteDecider.SenderDependentRelayhost;

    /// <summary>False when a table that can not be read stands before what is told here.</summary>
    public bool IsKnown => By != RouteDecider.Unknown;

    /// <summary>error, retry and discard take mail nowhere.</summary>
    public bool GoesNowhere => Agent is "error" or "retry" or "discard";

    /// <summary>transport_maps, which may be the list of relayed domains too, names a transport of this host: <c>example.org local:</c></summary>
    public bool IsKeptHere => Entry is { } entry && !entry.Value.StartsWith(':') && Targets.Count == 0 && !GoesNowhere;
}

/// <summary>One host of a next hop.</summary>
/// <param name="IsBracketed">No MX lookup: loop detection by MX list does not work.</param>
public readonly record struct RouteTarget(string Host, bool IsBracketed, string PortName)
{
    /// <summary>0 for a name that is not known here.</summary>
    public int Port => PortName switch
    {
        "" or "smtp" => 25,
        "submission" => 587,
        "smtps" or "submissions" => 465,
        "lmtp" => 24,
        _ => int.TryParse(PortName, out int number) ? number : 0,
    };

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[host]</c>, <c>[2001:db8::1]:port</c>; since 3.5 several, with commas or blanks between.</summary>
    /// <param name="isLmtp">lmtp(8) never looks up MX records, and has a port of its own.</param>
    internal static IReadOnlyList<RouteTarget> Read(string nextHop, bool isLmtp = false) =>
        [.. nextHop.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .Select(One)
            .Select(target => isLmtp ? target with { IsBracketed = true, PortName = target.PortName.Length > 0 ? target.PortName : "lmtp" } : target)];

    private static RouteTarget One(string text)
    {
        if (text.StartsWith("inet:", StringComparison.Ordinal)) text = text["inet:".Length..];
        int close = text.IndexOf(']'), colon = text.LastIndexOf(':');
        if (text.StartsWith('[') && close > 0)
            return new RouteTarget(Plain(text[1..close]), true, close + 1 < text.Length && text[close + 1] == ':' ? text[(close + 2)..] : "");
        return colon < 0 ? new RouteTarget(text.ToLowerInvariant(), false, "") : new RouteTarget(text[..colon].ToLowerInvariant(), false, text[(colon + 1)..]);
    }

    private static string Plain(string host) =>
        (host.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? host["IPv6:".Length..] : host).ToLowerInvariant();
}
