using System.CommandLine;
using System.Globalization;
using System.Net;
using MxAudit.Mail;

namespace MxAudit.Commands;

/// <summary>Which evidence to audit, and how to read it: the same options on every verb that audits.</summary>
internal sealed class EvidenceOptions
{
    private readonly Option<string> _queue = One("--queue", "live|none|FILE",
        "The queue as postqueue lists it now, or a saved \"postqueue -j\" or \"postqueue -p\"");
    private readonly Option<string> _config = One("--config", "live|none|DIR|FILE",
        "Configuration: of the running Postfix, a directory with main.cf, or a saved \"postconf -n\"");
    private readonly Option<string> _dns = One("--dns", "live|none|FILE",
        "MX records of the domains at hand: looked up now, or recorded in a file; default: none");
    private readonly Option<string> _dnsServer = One("--dns-server", "IP[:PORT]", "Whom --dns live asks; default: the resolver of this machine");
    private readonly Option<string[]> _ownNames = new("--own-name") { HelpName = "NAME", Description = "A name of the audited host (repeatable)" };
    private readonly Option<string[]> _ownAddresses = new("--own-address") { HelpName = "IP", Description = "An address of the audited host (repeatable)" };
    private readonly Option<string[]> _trustedNetworks = new("--trusted-network")
    {
        HelpName = "NETWORK",
        Description = "Clients there are no strangers: 192.0.2.0/24 (repeatable)",
    };
    private readonly Option<string> _since = One("--since", "TIME", "From here on: 2026-11-22, 2026-11-22T15:00, 02:10, 24h, 7d, yesterday");
    private readonly Option<string> _until = One("--until", "TIME", "Up to here; 24h and yesterday count back from --now, else the clock");
    private readonly Option<string> _now = One("--now", "TIME", "The moment that ages are counted to; makes a run repeatable");
    private readonly Option<string> _year = One("--year", "YEAR", "Of the first stamp, for logs without years; else inferred");
    private readonly Option<string> _utcOffset = One("--utc-offset", "OFFSET", "Of the log's times, for logs without one: +01:00; else inferred");
    private readonly Option<string> _instance = One("--instance", "NAME", "Only this Postfix instance");
    private readonly Option<string> _host = One("--host", "NAME", "Only this host");

    public EvidenceOptions(Command command)
    {
        foreach (var option in new Option[]
        {
            _queue, _config, _dns, _dnsServer, _ownNames, _ownAddresses, _trustedNetworks,
            _since, _until, _now, _year, _utcOffset, _instance, _host,
        })
            command.Options.Add(option);
    }

    public static Argument<string[]> Logs() =>
        new("LOG")
        {
            HelpName = "LOG...",
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Files, directories, globs, - (standard input), journal; default: this host's mail log",
        };

    private static Option<string> One(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };

    /// <param name="everything">Live evidence of this host for each kind that is not named, as <c>doctor</c> wants it.</param>
    /// <exception cref="UsageException">A value that can not be read.</exception>
    public AuditRequest Read(ParseResult parsed, IEnumerable<string> logs, Terminal terminal, bool everything = false)
    {
        string[] named = [.. logs];
        LookAt(parsed);
        bool nothingNamed = named.Length == 0 && new[] { _queue, _config, _dns }.All(option => parsed.GetValue(option) is null or "none");
        var unnamed = everything ? LiveEvidence.Required : nothingNamed ? LiveEvidence.IfPossible : LiveEvidence.No;
        var (queue, config, dns) = (parsed.GetValue(_queue), parsed.GetValue(_config), parsed.GetValue(_dns));
        var offset = parsed.GetValue(_utcOffset) is { } text ? MomentText.OffsetOf(text) : (TimeSpan?)null;
        var clock = terminal.Clock.GetUtcNow();
        var zone = offset ?? terminal.Clock.LocalTimeZone.GetUtcOffset(clock);
        DateTimeOffset? now = parsed.GetValue(_now) is { } moment ? MomentText.Of("--now", moment, clock, zone) : null;
        var since = parsed.GetValue(_since) is { } from ? MomentText.Of("--since", from, now ?? clock, zone) : (DateTimeOffset?)null;
        var until = parsed.GetValue(_until) is { } to ? MomentText.Of("--until", to, now ?? clock, zone) : (DateTimeOffset?)null;
        if (since > until)
            throw new UsageException($"--since {parsed.GetValue(_since)} is later than --until {parsed.GetValue(_until)}: no line can be of that time.");
        return new AuditRequest
        {
            Logs = named,
            DefaultLog = named.Length > 0 ? LiveEvidence.No : unnamed,
            LiveQueue = queue switch { null => unnamed, "live" => LiveEvidence.Required, _ => LiveEvidence.No },
            QueueFile = queue is "none" or "live" ? null : queue,
            Config = config switch { null => unnamed == LiveEvidence.No ? null : "live", "none" => null, _ => config },
            ConfigIfPossible = config is null && !everything,
            OwnNames = parsed.GetValue(_ownNames) ?? [],
            OwnAddresses = parsed.GetValue(_ownAddresses) ?? [],
            TrustedNetworks = [.. (parsed.GetValue(_trustedNetworks) ?? []).Select(NetworkOf)],
            Now = now,
            Dns = dns is "none" ? null : dns,
            DnsServer = parsed.GetValue(_dnsServer) is { } server ? ServerOf(server) : null,
            Since = since,
            Until = until,
            Year = parsed.GetValue(_year) is { } year ? YearOf(year) : null,
            UtcOffset = offset,
            Instance = parsed.GetValue(_instance),
            Host = parsed.GetValue(_host),
            Clock = terminal.Clock,
            LogPlaces = terminal.LogPlaces,
            Programs = terminal.Programs,
        };
    }

    /// <summary>A network, or one address.</summary>
    private static IPNetwork NetworkOf(string text) =>
        IPNetwork.TryParse(text, out var network) && IPAddress.TryParse(text.Split('/')[0], out var written) && written.Equals(network.BaseAddress) ? network
        : IPAddress.TryParse(text, out var address) ? Networks.Of(address)
        : throw new UsageException($"--trusted-network {text}: not a network; expected is 192.0.2.0/24 or 2001:db8::/32, with no bits set behind the prefix.");

    private static int YearOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int year) && year is >= 1970 and < 9999
            ? year : throw new UsageException($"--year {text}: not a year.");

    private static IPEndPoint ServerOf(string text) =>
        IPEndPoint.TryParse(text, out var server) && text.Any(c => c is '.' or ':') ? server
            : throw new UsageException($"--dns-server {text}: not an address such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53.");

    /// <summary>What is named must be there.</summary>
    private void LookAt(ParseResult parsed)
    {
        foreach (var option in new[] { _queue, _dns })
            if (parsed.GetValue(option) is { } source and not ("none" or "live") && !Path.Exists(source))
                throw new UsageException($"{option.Name} {source}: there is no such file.");
        foreach (string address in parsed.GetValue(_ownAddresses) ?? [])
            if (!IPAddress.TryParse(address, out _)) throw new UsageException($"--own-address {address}: not an IP address.");
        if (parsed.GetValue(_dnsServer) is { } server && parsed.GetValue(_dns) != "live")
            throw new UsageException($"--dns-server {server} is for --dns live, which was not asked for.");
    }
}
