using MxAudit.Config.Tables;

namespace MxAudit.Config;

/// <summary>trivial-rewrite/resolve.c and transport.c: the class gives transport and next hop, then transport_maps may change either.</summary>
internal sealed class Routing(PostfixConfig config, bool forProbe)
{
    private string _transport = "", _nextHop = "", _parameter = "";
    private RouteDecider _by;
    private Place? _place;
    private TableEntry? _entry;
    private bool _mayDependOnSender, _transportDependsOnSender;

    internal Route Of(string recipient, string? sender)
    {
        int at = recipient.LastIndexOf('@');
        string domain = (at < 0 ? config.Expanded("myhostname") : recipient[(at + 1)..]).TrimEnd('.').ToLowerInvariant();
        var itsClass = config.ClassOf(domain);
        Start(itsClass, domain, sender);
        if (itsClass != DomainClass.VirtualAlias) AskTransportMaps(recipient.ToLowerInvariant(), domain);
        if (itsClass == DomainClass.Unknown && _by is RouteDecider.ClassTransport or RouteDecider.RecipientDomain or RouteDecider.Relayhost && _entry is null)
            _by = RouteDecider.Unknown;
        var service = config.Services.FirstOrDefault(service => service.Name == _transport && service.Type is "unix" or "fifo");
        return new Route
        {
            Recipient = recipient,
            ForProbe = forProbe,
            Class = itsClass,
            Transport = _transport,
            NextHop = _nextHop,
            By = _by,
            Parameter = _parameter,
            Place = _place,
            Entry = _entry,
            MayDependOnSender = _by is not RouteDecider.TransportMaps
                && (_transportDependsOnSender || (_mayDependOnSender && _by is not RouteDecider.ClassTransport)),
            Service = service,
            Targets = IsOverNetwork(service) ? RouteTarget.Read(_nextHop, isLmtp: (service?.Command ?? _transport) == "lmtp") : [],
        };
    }

    private bool IsOverNetwork(MasterEntry? service) =>
        (service?.Command ?? _transport) is not ("error" or "retry" or "discard" or "local" or "virtual" or "pipe" or "spawn")
        && !_nextHop.StartsWith("unix:", StringComparison.Ordinal);

    private void Start(DomainClass itsClass, string domain, string? sender)
    {
        if (itsClass == DomainClass.VirtualAlias)
        {
            Decide("error", "User unknown in virtual alias table", RouteDecider.ClassTransport, "virtual_alias_domains");
            return;
        }
        string transport = itsClass switch
        {
            DomainClass.Local => "local_transport",
            DomainClass.VirtualMailbox => "virtual_transport",
            DomainClass.Relay => "relay_transport",
            _ => "default_transport",
        };
        Decide("", domain, RouteDecider.RecipientDomain, ListOf(itsClass));
        if (itsClass is DomainClass.Relay or DomainClass.Default or DomainClass.Unknown) AskRelayhost(domain, sender);
        var (name, nextHop) = Split(Value(transport));
        _transport = name;
        if (nextHop.Length > 0) Decide(name, nextHop, RouteDecider.ClassTransport, Named(transport));
        if (itsClass == DomainClass.Default) AskTransportBySender(sender);
    }

    /// <summary>resolve.c asks for the transport of domains that nobody here serves, and not for relayed ones.</summary>
    private void AskTransportBySender(string? sender)
    {
        const string bySender = "sender_dependent_default_transport_maps";
        if (Value(bySender).Length == 0) return;
        _transportDependsOnSender = true;
        if (AskBySender(bySender, sender) is not { } found) return;
        if (!found.IsKnown) { (_by, _parameter, _place) = (RouteDecider.Unknown, Named(bySender), config.PlaceOf(Named(bySender))); return; }
        if (found.Entry is not { } entry || IsDunno(entry)) return;
        var (name, nextHop) = Split(entry.Value);
        _transport = name;
        if (nextHop.Length > 0) Decide(name, nextHop, RouteDecider.ClassTransport, Named(bySender), entry.Place);
    }

    private static bool IsDunno(TableEntry entry) => entry.Value.Equals("DUNNO", StringComparison.OrdinalIgnoreCase);

    /// <summary>The whole address, and its domain. Of nobody in particular only tables that answer for every key are asked; null: there is none.</summary>
    private Lookup? AskBySender(string parameter, string? sender)
    {
        if (sender is null)
            return config.TablesOf(Named(parameter)).FirstOrDefault(table => table.Type is "static" or "randmap") is { } forAll ? forAll.Find(Nobody) : null;
        int at = sender.LastIndexOf('@');
        return Ask(parameter, [(sender.ToLowerInvariant(), true), (sender[(at >= 0 ? at : sender.Length)..].ToLowerInvariant(), false)]);
    }

    private const string Nobody = "nobody@nobody.invalid";

    private void AskRelayhost(string domain, string? sender)
    {
        const string bySender = "sender_dependent_relayhost_maps";
        if (Value(bySender).Length > 0)
        {
            _mayDependOnSender = true;
            if (AskBySender(bySender, sender) is { } found)
            {
                if (!found.IsKnown) { Decide("", domain, RouteDecider.Unknown, Named(bySender)); return; }
                if (found.Entry is { } entry && !IsDunno(entry))
                {
                    Decide("", entry.Value, RouteDecider.SenderDependentRelayhost, Named(bySender), entry.Place);
                    return;
                }
            }
        }
        if (Value("relayhost") is { Length: > 0 } host) Decide("", host, RouteDecider.Relayhost, Named("relayhost"));
    }

    private void AskTransportMaps(string recipient, string domain)
    {
        if (Value("transport_maps").Length == 0) return;
        var found = Ask("transport_maps", KeysOf(recipient, domain));
        if (!found.IsKnown) { (_by, _parameter, _place) = (RouteDecider.Unknown, Named("transport_maps"), config.PlaceOf(Named("transport_maps"))); return; }
        if (found.Entry is null) return;
        _entry = found.Entry;
        var (transport, nextHop) = Split(_entry.Value);
        if (transport.Length == 0 && nextHop.Length == 0) return; // ":" changes nothing, relayhost included
        if (transport.Length == 0) transport = _transport;
        else if (nextHop.Length == 0) nextHop = transport == "error" ? "Address is undeliverable" : domain;
        Decide(transport, nextHop, RouteDecider.TransportMaps, Named("transport_maps"), _entry.Place);
    }

    /// <summary>The whole address, without extension, the domain, its parents, and <c>*</c>. Only the whole address is shown to patterns.</summary>
    private IEnumerable<(string Key, bool IsWhole)> KeysOf(string recipient, string domain)
    {
        yield return (recipient, true);
        if (Addresses.WithoutExtension(recipient, config.Expanded("recipient_delimiter")) is { } stripped) yield return (stripped, false);
        bool bare = config.SubdomainsMatch("transport_maps");
        for (string key = domain; ;)
        {
            yield return (key, false);
            int dot = key.IndexOf('.', key.Length > 0 ? 1 : 0);
            if (dot < 0) break;
            key = bare ? key[(dot + 1)..] : key[dot..];
        }
        yield return ("*", true);
    }

    private Lookup Ask(string parameter, IEnumerable<(string Key, bool IsWhole)> keys) => config.Ask(Named(parameter), null, keys);

    private void Decide(string transport, string nextHop, RouteDecider by, string parameter, Place? place = null) =>
        (_transport, _nextHop, _by, _parameter, _place) = (transport, nextHop, by, parameter,
            place ?? (by == RouteDecider.RecipientDomain ? null : config.PlaceOf(parameter)));

    private string Value(string parameter) => config.Expanded(Named(parameter)).Trim();

    /// <summary>For probes <c>address_verify_relayhost</c> and the like, unless they just refer to the ordinary parameter.</summary>
    private string Named(string parameter) => forProbe && config.IsExplicit("address_verify_" + parameter) ? "address_verify_" + parameter : parameter;

    private static string ListOf(DomainClass itsClass) => itsClass switch
    {
        DomainClass.Local => "mydestination",
        DomainClass.VirtualMailbox => "virtual_mailbox_domains",
        DomainClass.Relay => "relay_domains",
        _ => "default_transport",
    };

    /// <summary><c>transport</c> without colon is the same as <c>transport:</c>.</summary>
    private static (string Transport, string NextHop) Split(string text)
    {
        int colon = text.IndexOf(':');
        return colon < 0 ? (text.Trim(), "") : (text[..colon].Trim(), text[(colon + 1)..].Trim());
    }
}
