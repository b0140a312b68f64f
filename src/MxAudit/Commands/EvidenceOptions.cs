using System.CommandLine;
using System.Globalization;
using System.Net;

namespace MxAudit.Commands;

/// <summary>Which evidence to audit, and how to read it: the same options on every verb that audits.</summary>
internal sealed class EvidenceOptions
{
    private readonly Option<string> _queue = One("--queue", "live|none|FILE", "The queue as postqueue lists it now, or a saved \"postqueue -j\" or \"postqueue -p\"");
    private readonly Option<string> _config = One("--config", "live|none|DIR|FILE", "Configuration: a directory with main.cf, or a saved \"postconf -n\"");
    private readonly Option<string> _dns = One("--dns", "none|FILE", "DNS answers, recorded in a file");
    private readonly Option<string[]> _ownNames = new("--own-name") { HelpName = "NAME", Description = "A name of the audited host (repeatable)" };
    private readonly Option<string[]> _ownAddresses = new("--own-address") { HelpName = "IP", Description = "An address of the audited host (repeatable)" };
    private readonly Option<string[]> _trustedNetworks = new("--trusted-network") { HelpName = "NETWORK", Description = "Clients there are no strangers: 192.0.2.0/24 (repeatable)" };
    private readonly Option<string> _since = One("--since", "TIME", "From here on: 2026-11-22, 2026-11-22T15:00, 24h, 7d, yesterday");
    private readonly Option<string> _until = One("--until", "TIME", "Up to here; 24h and yesterday count back from --now, else the clock");
    private readonly Option<string> _now = One("--now", "TIME", "The moment that ages are counted to; makes a run repeatable");
    private readonly Option<string> _year = One("--year", "YEAR", "Of the first stamp, for logs without years; else inferred");
    private readonly Option<string> _utcOffset = One("--utc-offset", "OFFSET", "Of the log's times, for logs without one: +01:00; else inferred");
    private readonly Option<string> _instance = One("--instance", "NAME", "Only this Postfix instance");
    private readonly Option<string> _host = One("--host", "NAME", "Only this host");

    public EvidenceOptions(Command command)
    {
        foreach (var option in new Option[] { _queue, _config, _dns, _ownNames, _ownAddresses, _trustedNetworks, _since, _until, _now, _year, _utcOffset, _instance, _host }) command.Options.Add(option);
    }

    public static Argument<string[]> Logs() =>
        new("LOG") { HelpName = "LOG...", Arity = ArgumentArity.ZeroOrMore, Description = "Files, directories, globs, - (standard input), journal; default: this host's mail log" };

    private static Option<string> One(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };

    /// <exception cref="UsageException">A value that can not be read.</exception>
    public AuditRequest Read(ParseResult parsed, IEnumerable<string> logs, Terminal terminal)
    {
        string[] named = [.. logs];
        LookAtOtherEvidence(parsed, named.Length > 0);
        foreach (string address in parsed.GetValue(_ownAddresses) ?? [])
            if (!IPAddress.TryParse(address, out _)) throw new UsageException($"--own-address {address}: not an IP address.");

        var offset = parsed.GetValue(_utcOffset) is { } text ? MomentText.OffsetOf(text) : (TimeSpan?)null;
        var clock = terminal.Clock.GetUtcNow();
        var zone = offset ?? terminal.Clock.LocalTimeZone.GetUtcOffset(clock);
        DateTimeOffset? now = parsed.GetValue(_now) is { } moment ? MomentText.Of("--now", moment, clock, zone) : null;
        return new AuditRequest
        {
            Logs = named,
            LiveQueue = LiveQueueOf(parsed, named.Length > 0),
            QueueFile = parsed.GetValue(_queue) is { } queue and not ("none" or "live") ? queue : null,
            Config = ConfigOf(parsed, named.Length > 0),
            ConfigIfPossible = parsed.GetValue(_config) is null,
            OwnNames = parsed.GetValue(_ownNames) ?? [],
            OwnAddresses = parsed.GetValue(_ownAddresses) ?? [],
            TrustedNetworks = [.. (parsed.GetValue(_trustedNetworks) ?? []).Select(NetworkOf)],
            Now = now,
            Dns = parsed.GetValue(_dns) is { } dns and not "none" ? dns : null,
            Since = parsed.GetValue(_since) is { } since ? MomentText.Of("--since", since, now ?? clock, zone) : null,
            Until = parsed.GetValue(_until) is { } until ? MomentText.Of("--until", until, now ?? clock, zone) : null,
            Year = parsed.GetValue(_year) is { } year ? YearOf(year) : null,
            UtcOffset = offset,
            Instance = parsed.GetValue(_instance),
            Host = parsed.GetValue(_host),
            Clock = terminal.Clock,
        };
    }

    /// <summary>Asked for, or on the mail host itself, where nothing was named at all.</summary>
    private LiveEvidence LiveQueueOf(ParseResult parsed, bool logsNamed)
    {
        if (parsed.GetValue(_queue) is { } asked) return asked == "live" ? LiveEvidence.Required : LiveEvidence.No;
        return logsNamed || parsed.GetValue(_config) is not null || parsed.GetValue(_dns) is not null ? LiveEvidence.No : LiveEvidence.IfPossible;
    }

    /// <summary>Named, or that of the mail host itself, where nothing was named at all.</summary>
    private string? ConfigOf(ParseResult parsed, bool logsNamed) => parsed.GetValue(_config) switch
    {
        "none" => null,
        { } named => named,
        _ => LiveQueueOf(parsed, logsNamed) == LiveEvidence.IfPossible ? "live" : null,
    };

    /// <summary>A network, or one address.</summary>
    private static IPNetwork NetworkOf(string text) =>
        IPNetwork.TryParse(text, out var network) && IPAddress.TryParse(text.Split('/')[0], out var written) && written.Equals(network.BaseAddress) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new UsageException($"--trusted-network {text}: not a network; expected is 192.0.2.0/24 or 2001:db8::/32, with no bits set behind the prefix.");

    private static int YearOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int year) && year is >= 1970 and < 9999
            ? year : throw new UsageException($"--year {text}: not a year.");

    /// <summary>What is named must be there, and a log must be named with it.</summary>
    private void LookAtOtherEvidence(ParseResult parsed, bool logsNamed)
    {
        var given = new List<string>();
        foreach (var option in new[] { _queue, _config, _dns })
        {
            if (parsed.GetValue(option) is not { } source || source == "none") continue;
            if (option != _config && source != "live" && !Path.Exists(source)) throw new UsageException($"{option.Name} {source}: there is no such file.");
            if (option == _dns && source == "live") throw new UsageException("--dns live: this version reads recorded answers only; name a file that holds them.");
            if (!logsNamed) given.Add(option.Name[2..]);
        }
        if (given.Count == 0) return;
        throw new UsageException($"No log was named, and {string.Join("/", given)} evidence is not audited without one by this version: name the log, or journal.");
    }
}
