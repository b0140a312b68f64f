using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using DnsClient;
using DnsClient.Protocol;
using MxAudit.Input;

namespace MxAudit.Dns;

/// <summary>Asks DNS now: for each domain its MX, then the addresses of each MX host once, or without MX those of the domain itself.</summary>
/// <remarks>Where one of these lookups fails the domain's answer is a failed one: half an answer could prove what is not so.</remarks>
public sealed class LiveAnswers
{
    private const int AtOnce = 16, MostInVain = 6, MostDomains = 500, DnsPort = 53;

    private const string TimedOut = "TIMEOUT";

    private readonly LookupClient _client;
    private readonly TimeSpan _limit;
    private readonly string _servers;
    private readonly ConcurrentDictionary<string, Lazy<Found>> _addresses = new(StringComparer.Ordinal);

    /// <param name="server">Null: the resolver of this machine. Port 0 stands for the usual one.</param>
    /// <param name="patience">For one try of one question; there are two.</param>
    /// <param name="limit">For all of them: then no new domain is asked.</param>
    /// <exception cref="InputException">This machine has no resolver.</exception>
    public LiveAnswers(IPEndPoint? server = null, TimeSpan? patience = null, TimeSpan? limit = null)
    {
        try
        {
            var options = server is null
                ? new LookupClientOptions([.. ResolverFile.Servers().Select(address => new IPEndPoint(address, DnsPort))])
                : new LookupClientOptions(server.Port == 0 ? new IPEndPoint(server.Address, DnsPort) : server);
            (options.Timeout, options.Retries, options.UseCache, options.ThrowDnsErrors) = (patience ?? TimeSpan.FromSeconds(3), 1, false, false);
            _client = new LookupClient(options);
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"DNS can not be asked: {e.Message.TrimEnd('.')}. --dns-server names a server.") { Remedy = "cat /etc/resolv.conf" };
        }
        _limit = limit ?? TimeSpan.FromSeconds(30);
        _servers = string.Join(", ", _client.NameServers.Select(name => name.Port == DnsPort ? name.Address : $"{name.Address}:{name.Port}"));
    }

    /// <param name="domains">The most important first. Names that no domain can have are left out.</param>
    /// <exception cref="InputException">There is no domain to ask for, or nobody answered.</exception>
    public DnsAnswers Ask(IEnumerable<string> domains)
    {
        string[] wanted = [.. domains.Select(DnsAnswers.NameOf).Where(CanBeAsked).Distinct()];
        if (wanted.Length == 0)
            throw new InputException(
                "DNS was not asked: neither the log nor the configuration names a domain that this host relays. Name one of them with --dns live.");
        var begun = Stopwatch.StartNew();
        var answers = new DnsAnswer?[Math.Min(wanted.Length, MostDomains)];
        int heard = 0, silent = 0;
        Parallel.For(0, answers.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, at =>
        {
            if (begun.Elapsed > _limit || (Volatile.Read(ref heard) == 0 && Volatile.Read(ref silent) >= MostInVain)) return; // nobody is there
            answers[at] = AnswerOf(wanted[at]);
            Interlocked.Increment(ref answers[at]!.StatusText == TimedOut ? ref silent : ref heard);
        });
        var asked = answers.OfType<DnsAnswer>().ToList();
        if (asked.All(answer => answer.Status == DnsStatus.Failed))
            throw new InputException(
                $"DNS can not be asked: {_servers} answered none of {asked.Count} questions ({string.Join(", ", asked.Select(answer => answer.StatusText).Distinct())}).")
                {
                    Remedy = $"dig MX {wanted[0]}",
                };
        return new DnsAnswers($"dns live ({_servers})", asked) { Note = NoteOf(wanted.Length, asked.Count) };
    }

    private string? NoteOf(int wanted, int asked) => asked == wanted ? null
        : $"DNS was asked for {asked} of {wanted} domains: {(asked < Math.Min(wanted, MostDomains) ? $"the time of {_limit.TotalSeconds:0} seconds was over" : $"{MostDomains} are the most in one run")}. Nothing is known of the others.";

    /// <summary>A name with a dot, of labels that fit into a question.</summary>
    private static bool CanBeAsked(string name) =>
        RecordedAnswers.IsName(name) && name.Contains('.') && !IPAddress.TryParse(name, out _) && name.Split('.').All(label => label.Length is > 0 and <= 63);

    private DnsAnswer AnswerOf(string domain)
    {
        var (said, failure) = Lookup(domain, QueryType.MX);
        string cname = said?.Answers.CnameRecords().FirstOrDefault() is { } alias
            && DnsAnswers.NameOf(alias.CanonicalName.Value) is var target
            && RecordedAnswers.IsName(target) ? target : "";
        if (failure is not null) return Failed(domain, failure, cname);
        if (said!.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
            return new DnsAnswer { Domain = domain, Status = DnsStatus.NoSuchDomain, StatusText = "NXDOMAIN", Cname = cname };
        MxRecord[] records = [.. said.Answers.MxRecords()];
        if (records.Length == 0)
            return AddressesOf(domain) is { Failure: { } why }
                ? Failed(domain, why, cname)
                : Existing(domain, cname) with { Addresses = AddressesOf(domain).Addresses };
        var hosts = new List<MxHost>();
        foreach (var record in records.OrderBy(record => record.Preference))
        {
            string exchange = DnsAnswers.NameOf(record.Exchange.Value);
            if (exchange.Length > 0 && !RecordedAnswers.IsName(exchange)) return Failed(domain, "SERVFAIL", cname); // not fit for any command or page
            var found = exchange.Length == 0 || new MxHost(0, exchange, []).IsAddress ? Found.Nothing : AddressesOf(exchange);
            if (found.Failure is { } failed) return Failed(domain, failed, cname);
            hosts.Add(new MxHost(record.Preference, exchange, found.Addresses));
        }
        return Existing(domain, cname) with { Mx = hosts };
    }

    private static DnsAnswer Existing(string domain, string cname) =>
        new() { Domain = domain, Status = DnsStatus.Exists, StatusText = "NOERROR", Cname = cname };

    private static DnsAnswer Failed(string domain, string why, string cname) =>
        new() { Domain = domain, Status = DnsStatus.Failed, StatusText = why, Cname = cname };

    /// <param name="Failure">Null: the lookups were answered, if only with "none".</param>
    private sealed record Found(IReadOnlyList<IPAddress> Addresses, string? Failure)
    {
        internal static Found Nothing { get; } = new([], null);
    }

    /// <summary>Looked up once, however many domains have the same host.</summary>
    private Found AddressesOf(string host) => _addresses.GetOrAdd(host, name => new Lazy<Found>(() => LookUpAddresses(name))).Value;

    private Found LookUpAddresses(string host)
    {
        if (!CanBeAsked(host)) return Found.Nothing;
        var (four, failure) = Lookup(host, QueryType.A);
        if (failure is not null) return new Found([], failure);
        if (four!.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain) return Found.Nothing;
        var (six, sixFailure) = Lookup(host, QueryType.AAAA);
        if (sixFailure is not null) return new Found([], sixFailure);
        return new Found([.. four.Answers.ARecords().Select(record => record.Address), .. six!.Answers.AaaaRecords().Select(record => record.Address)], null);
    }

    /// <summary>One question. The failure is <c>SERVFAIL</c> for every answer that is none, <c>TIMEOUT</c> without one.</summary>
    private (IDnsQueryResponse? Said, string? Failure) Lookup(string name, QueryType type)
    {
        try
        {
            var said = _client.Query(name, type);
            return said.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain ? (said, null) : (said, "SERVFAIL");
        }
        catch (DnsResponseException e) { return (null, e.Code == DnsResponseCode.ConnectionTimeout ? TimedOut : "SERVFAIL"); }
    }
}
