using System.Net;

namespace MxAudit.Dns;

/// <summary>Failed (SERVFAIL, a timeout) is no answer: it proves nothing about the domain.</summary>
public enum DnsStatus { Exists, NoSuchDomain, Failed }

/// <summary>One MX record, with the addresses of its host as far as they are known.</summary>
/// <param name="Exchange">Lower case, without the last dot; empty for a null MX.</param>
public sealed record MxHost(int Preference, string Exchange, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>RFC 5321 wants a name here; no mail gets to an address.</summary>
    public bool IsAddress => IPAddress.TryParse(Exchange.Trim('[', ']'), out _);

    /// <summary><c>mx1.example.com [192.0.2.10]</c></summary>
    public override string ToString() => Addresses.Count == 0 ? Exchange : $"{Exchange} [{string.Join(", ", Addresses)}]";
}

/// <summary>Who the audited host is, to the senders that look it up.</summary>
public sealed record OwnHost(IReadOnlyCollection<string> Names, IReadOnlyCollection<IPAddress> Addresses)
{
    /// <param name="addresses">Texts that are no addresses are left out.</param>
    public static OwnHost Named(IEnumerable<string> names, IEnumerable<string> addresses) =>
        new(names.Select(DnsAnswers.NameOf).ToHashSet(),
            addresses.Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>().ToHashSet());

    /// <summary>By name or by address: a host may be an MX under a name that it does not know.</summary>
    public bool Is(MxHost host) => (host.Exchange.Length > 0 && Names.Contains(host.Exchange)) || host.Addresses.Any(Addresses.Contains);
}

/// <summary>What DNS said of one domain.</summary>
public sealed record DnsAnswer
{
    /// <summary>Lower case, without the last dot.</summary>
    public required string Domain { get; init; }
    public required DnsStatus Status { get; init; }

    /// <summary>As a file writes it: <c>NOERROR</c>, <c>NXDOMAIN</c>, <c>SERVFAIL</c>, <c>TIMEOUT</c>.</summary>
    public required string StatusText { get; init; }

    /// <summary>The lowest preference first.</summary>
    public IReadOnlyList<MxHost> Mx { get; init; } = [];

    /// <summary>Of the domain itself: where mail goes when there is no MX.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>What the domain is an alias of; empty when it is none.</summary>
    public string Cname { get; init; } = "";

    public bool IsNullMx => Mx is [{ Exchange: "" }];

    /// <summary>The MX hosts that senders try first: several when they have the same preference.</summary>
    public IReadOnlyList<MxHost> BestMx => [.. Mx.TakeWhile(host => host.Preference == Mx[0].Preference)];

    /// <summary>The MX hosts that are tried before this one; all, where no record names it.</summary>
    public IReadOnlyList<MxHost> BetterThan(OwnHost own) =>
        Mx.FirstOrDefault(own.Is) is { } us ? [.. Mx.TakeWhile(host => host.Preference < us.Preference)] : Mx;

    /// <summary>Some MX record names this host.</summary>
    public bool MxListsUs(OwnHost own) => Status == DnsStatus.Exists && Mx.Any(own.Is);

    /// <summary>Mail for the domain comes to this host before any other: as best MX, or without MX by the domain's own address.</summary>
    public bool IsBestAtUs(OwnHost own) =>
        Status == DnsStatus.Exists
        && (Mx.Count > 0 ? BestMx.Any(own.Is) : Addresses.Any(own.Addresses.Contains) || own.Names.Contains(Domain) && Addresses.Count > 0);

    /// <summary>The answer as one line of evidence.</summary>
    public override string ToString()
    {
        string alias = Cname.Length > 0 ? $" CNAME {Cname};" : "";
        if (Status != DnsStatus.Exists) return $"{Domain}:{alias} {StatusText}";
        if (IsNullMx) return $"{Domain}:{alias} MX {Mx[0].Preference} . (null MX)";
        if (Mx.Count > 0) return $"{Domain}:{alias} MX {string.Join(", ", Mx.Select(host => $"{host.Preference} {host}"))}";
        return $"{Domain}:{alias} no MX, {(Addresses.Count > 0 ? $"address {string.Join(", ", Addresses)}" : "no address")}";
    }
}

/// <summary>What DNS said of the domains that were asked. A domain that is not here was not asked: nothing is known of it.</summary>
public sealed class DnsAnswers(string source, IEnumerable<DnsAnswer> answers)
{
    private HashSet<string>? _exchanges;

    /// <summary>Some domain has this name among its MX hosts.</summary>
    public bool IsMxHost(string name) => (_exchanges ??= [.. All.SelectMany(answer => answer.Mx).Select(host => host.Exchange)]).Contains(name);

    private readonly Dictionary<string, DnsAnswer> _answers = answers.ToDictionary(answer => answer.Domain, StringComparer.Ordinal);

    /// <summary>The file that holds them, or who was asked.</summary>
    public string Source { get; } = source;

    /// <summary>What was not asked, and why; null when all was.</summary>
    public string? Note { get; init; }

    /// <summary>By name.</summary>
    public IReadOnlyList<DnsAnswer> All => field ??= [.. _answers.Values.OrderBy(answer => answer.Domain, StringComparer.Ordinal)];

    /// <summary>Null: the domain was not asked.</summary>
    public DnsAnswer? Of(string domain) => _answers.GetValueOrDefault(NameOf(domain));

    /// <summary>The addresses of a host, as far as any answer tells them: as a name of its own, or as the MX of a domain.</summary>
    public IReadOnlyList<IPAddress> AddressesOf(string host)
    {
        string name = NameOf(host);
        if (IPAddress.TryParse(name, out var address)) return [address];
        return [.. (Of(name)?.Addresses ?? []).Concat(MxByName[name].SelectMany(mx => mx.Addresses)).Distinct()];
    }

    private ILookup<string, MxHost> MxByName => field ??= All.SelectMany(answer => answer.Mx).ToLookup(mx => mx.Exchange, StringComparer.Ordinal);

    /// <summary>As names are compared.</summary>
    internal static string NameOf(string name) => name.TrimEnd('.').ToLowerInvariant();
}
