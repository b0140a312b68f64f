using System.Net;
using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit.Rules;

/// <summary>Everything that rules may look at. What was not given or could not be read is null, and rules that need it are not evaluated.</summary>
public sealed record Evidence
{
    /// <summary>What the log tells.</summary>
    public MailHistory? Log { get; init; }

    /// <summary>What was in the queue at one moment.</summary>
    public QueueSnapshot? Queue { get; init; }
    public QueueTimes QueueTimes { get; init; } = QueueTimes.Defaults;

    /// <summary>What the host is told to do.</summary>
    public PostfixConfig? Config { get; init; }

    /// <summary>What DNS says of domains.</summary>
    public DnsAnswers? Dns { get; init; }

    /// <summary>The moment that ages are counted to, with or without a log.</summary>
    public DateTimeOffset? Now => (Log ?? NoMail)?.Now ?? Queue?.NewestArrival;

    /// <summary>Limits that this site has set, by rule id.</summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new Dictionary<string, double>();

    /// <summary>The limit of a rule: the site's, else the manual's.</summary>
    public double LimitOf(RuleManual rule) =>
        Thresholds.TryGetValue(rule.Id, out double set) ? set : rule.Limit?.Default ?? throw new InvalidOperationException($"{rule.Id} has no limit.");

    public TimeSpan AgeLimitOf(RuleManual rule) => TimeSpan.FromSeconds(LimitOf(rule));

    /// <summary>The queue and the log side by side; null unless both are at hand.</summary>
    public QueueJoin? Joined => Log is null || Queue is null ? null : field ??= new QueueJoin(Log, Queue);

    /// <summary>What the queue lists for each next hop; null without a queue.</summary>
    public QueueReasons.ByHop? QueuedByHop => Queue is null ? null : field ??= new QueueReasons.ByHop(Queue);

    /// <summary>The domains that this host relays for: the same answer for all rules.</summary>
    internal RelayedDomains Relayed() => _relayed ??= new RelayedDomains(MailIfAny, Config);

    /// <summary>
    /// Bounced or expired recipients whose sender, a stranger, was sent a notice. Loops through other hosts are left out (LUP001, LUP007 tell them), and
    /// so are notices to the domains that this host serves: their users are its own. Left out, too, is the mail of clients that this host admits by
    /// table or certificate: that is their own.
    /// </summary>
    internal IReadOnlyList<SentBack> Backscatter() => _backscatter ??= Knowledge.FindBackscatter(this);

    /// <summary>Recipients that a next hop did not know, of mail from strangers that this host had accepted, by domain.</summary>
    internal ILookup<string, Recipient> UnknownUsersAccepted => field ??= (Log?.BouncesFor(ReasonClass.UserUnknown) ?? [])
        .Where(bounced => Config is { } config && bounced.FromStranger && config.IsOfThisHost(bounced.Message)).ToLookup(bounced => bounced.Domain);

    /// <summary>Domains whose next hop took every address that came.</summary>
    internal CatchAlls CatchAlls => field ??= new CatchAlls(MailIfAny);

    private RelayedDomains? _relayed;
    private IReadOnlyList<SentBack>? _backscatter;

    public EvidenceKinds AtHand =>
        (Log is null ? EvidenceKinds.None : EvidenceKinds.Log)
            | (Queue is null ? EvidenceKinds.None : EvidenceKinds.Queue)
            | (Config is null ? EvidenceKinds.None : EvidenceKinds.Config)
            | (Dns is null ? EvidenceKinds.None : EvidenceKinds.Dns);

    /// <summary>What a rule lacks: a kind of evidence, or of the configuration the table that has the names of relayed domains.</summary>
    public EvidenceKinds LackedBy(RuleManual rule) =>
        (rule.Needs & ~AtHand) | (rule.NeedsDomains && Config is { UnreadRelayTables.Count: > 0 } ? EvidenceKinds.Config : EvidenceKinds.None);

    /// <summary>The log's model, for rules that need it.</summary>
    public MailHistory Mail => Log ?? throw new InvalidOperationException("A rule that needs the log was asked without one.");

    /// <summary>What stands for the log where there is none: a history without mail.</summary>
    public MailHistory? NoMail { get; init; }

    /// <summary>The log's model, or one without mail: for rules that the configuration proves alone.</summary>
    public MailHistory MailIfAny => Log ?? NoMail ?? throw new InvalidOperationException("There is neither a log nor what stands for it.");

    /// <summary>What a rule finds; nothing where it can not be evaluated. Examined once, whoever asks.</summary>
    public IReadOnlyList<Finding> FoundBy(Rule rule)
    {
        if (!_found.TryGetValue(rule.Manual.Id, out var findings))
            _found[rule.Manual.Id] = findings = rule.CanExamine(this) ? [.. rule.Examine(this).Select(OfThisHost)] : [];
        return findings;
    }

    public IReadOnlyList<Finding> FoundBy(string id) => FoundBy(AllRules.Find(id) ?? throw new ArgumentException($"There is no rule {id}.", nameof(id)));

    /// <summary>What a rule found that can be a cause of something else: not what is only told, nor, of LUP003, what was put right.</summary>
    internal FoundAbout CausesFoundBy(string id)
    {
        if (!_causes.TryGetValue(id, out var causes))
            _causes[id] = causes = new FoundAbout([.. FoundBy(id).Where(finding => finding.Severity > (id == "LUP003" ? Severity.Low : Severity.Info))]);
        return causes;
    }

    private readonly Dictionary<string, FoundAbout> _causes = new(StringComparer.Ordinal);

    /// <summary>A rule knows neither what was not at hand nor that the host has several instances.</summary>
    private Finding OfThisHost(Finding finding) => finding with
    {
        Missing = finding.Rule.SurerWith & ~AtHand,
        Fixes = [.. finding.Fixes.Select(fix => fix.ForServices(Config).ForInstance(Config))],
    };

    private readonly Dictionary<string, IReadOnlyList<Finding>> _found = new(StringComparer.Ordinal);

    /// <summary>For rules that need the configuration.</summary>
    public PostfixConfig Configuration => Config ?? throw new InvalidOperationException("A rule that needs the configuration was asked without one.");

    /// <summary>What was looked up, for rules that need DNS.</summary>
    public DnsAnswers Answers => Dns ?? throw new InvalidOperationException("A rule that needs DNS was asked without it.");

    /// <summary>The audited host as configuration, or the user, names it, and as DNS knows these names.</summary>
    public OwnHost Own =>
        field ??= new OwnHost(Configuration.OwnNames.ToHashSet(),
            Configuration.OwnAddresses.Concat(Configuration.OwnNames.SelectMany(AddressesInDns)).ToHashSet());

    /// <summary>
    /// None where configuration knows one of them, or where there are several of a kind: then the name may be shared with another host, as the primary.
    /// </summary>
    private IEnumerable<IPAddress> AddressesInDns(string ownName)
    {
        IPAddress[] found = [.. (Dns?.AddressesOf(ownName) ?? []).Where(address => !IPAddress.IsLoopback(address))];
        return found.Any(Configuration.OwnAddresses.Contains) || found.DistinctBy(address => address.AddressFamily).Count() < found.Length ? [] : found;
    }

    /// <summary>The listing, for rules that need the queue.</summary>
    public QueueSnapshot Listing => Queue ?? throw new InvalidOperationException("A rule that needs the queue was asked without one.");
}
