using System.Text;
using System.Net;
using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;

namespace MxAudit;

/// <summary>What to audit.</summary>
public sealed record AuditRequest
{
    /// <summary>Files, directories, globs, <c>-</c>, <c>journal</c>; empty: this host's mail log.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>A saved <c>postqueue -j</c> or <c>postqueue -p</c>; null: the queue is not looked at.</summary>
    public string? QueueFile { get; init; }

    /// <summary>Whether the queue of this host is listed, where no <see cref="QueueFile"/> is named.</summary>
    public LiveEvidence LiveQueue { get; init; }

    /// <summary><c>live</c>, a directory with main.cf, a saved <c>postconf -n</c>; null: the configuration is not looked at.</summary>
    public string? Config { get; init; }

    /// <summary>Where it can not be had, a sentence says so and the audit goes on without it.</summary>
    public bool ConfigIfPossible { get; init; }

    /// <summary>A file with recorded DNS answers; null: DNS is not looked at.</summary>
    public string? Dns { get; init; }

    /// <summary>Who the audited host is, when its evidence was copied from elsewhere.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];
    public IReadOnlyList<string> OwnAddresses { get; init; } = [];
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>The moment that ages are counted to; null: the last line, or the newest arrival in the queue if that is later.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Of the first stamp, for stamps without one; null: inferred.</summary>
    public int? Year { get; init; }
    public TimeSpan? UtcOffset { get; init; }
    public string? Instance { get; init; }
    public string? Host { get; init; }

    /// <summary>Whether a rule is wanted (<c>--only</c>, <c>--ignore</c>); null: all.</summary>
    public Func<Rule, bool>? Wanted { get; init; }
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Limits of rules by id, instead of the manual's.</summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new Dictionary<string, double>();

    /// <summary>Clients there are no strangers, whatever the configuration says.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [];
}

/// <summary>Evidence of the running system: if possible, and a sentence says when it is not; or else no audit is performed.</summary>
public enum LiveEvidence { No, IfPossible, Required }

/// <summary>What an audit found.</summary>
public sealed record AuditResult : IDisposable
{
    public required LogReport Log { get; init; }
    public required MailHistory Mail { get; init; }

    /// <summary>Null when it was not asked for.</summary>
    public QueueSnapshot? Queue { get; init; }
    public QueueTimes QueueTimes { get; init; } = QueueTimes.Defaults;

    /// <summary>Null when it was not asked for or can not be had.</summary>
    public PostfixConfig? Config { get; init; }

    /// <summary>Null when it was not asked for.</summary>
    public DnsAnswers? Dns { get; init; }
    public EvidenceKinds AtHand => EvidenceKinds.Log | (Queue is null ? EvidenceKinds.None : EvidenceKinds.Queue) | (Config is null ? EvidenceKinds.None : EvidenceKinds.Config)
        | (Dns is null ? EvidenceKinds.None : EvidenceKinds.Dns);

    /// <summary>What to do first comes first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
    public required IReadOnlyList<NotEvaluated> NotEvaluated { get; init; }

    /// <summary>Sentences about the run, for standard error.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Where a line is, for people and editors: <c>mail.log</c> and 41822.</summary>
    public required Func<Input.LinePosition, (string Source, long Line, string Text)> Locate { get; init; }

    internal Action Close { get; init; } = () => { };

    /// <summary>Lets go of the log: views that read lines again stop working.</summary>
    public void Dispose() => Close();
}

/// <summary>A rule that was not asked, and what it would have needed.</summary>
public sealed record NotEvaluated(RuleManual Rule, EvidenceKinds Needs);

/// <summary>The whole flow: evidence in, findings out.</summary>
public static class Audit
{
    /// <exception cref="InputException">No audit was performed: the message says why.</exception>
    public static AuditResult Run(AuditRequest request)
    {
        var config = ConfigOf(request);
        var (queue, missing) = QueueOf(request);
        if (queue is not null && request.QueueFile is null) request = request with { Now = request.Now ?? request.Clock.GetUtcNow() };
        var result = Run(LogSources.Find(request.Logs), request, queue, config.Config, request.Dns is { } recorded ? RecordedAnswers.OfFile(recorded) : null);
        return result with { Notes = [.. result.Notes, .. new[] { missing, config.WhyNot }.OfType<string>()] };
    }

    /// <summary>The configuration, or why it is not there although it was asked for.</summary>
    private static ConfigReading ConfigOf(AuditRequest request)
    {
        if (request.Config is not { } source) return new ConfigReading(null, null);
        var reading = ConfigSources.Read(source, new ConfigHints { OwnNames = request.OwnNames, OwnAddresses = request.OwnAddresses });
        return reading.Config is not null || request.ConfigIfPossible ? reading : throw new InputException(reading.WhyNot ?? $"{source}: there is no configuration.");
    }

    /// <summary>The queue, or why it is not there although it was asked for.</summary>
    private static (QueueSnapshot? Queue, string? Missing) QueueOf(AuditRequest request)
    {
        if (request.QueueFile is { } file) return (QueueListing.OfFile(file), null);
        if (request.LiveQueue == LiveEvidence.No) return (null, null);
        try { return (new LiveQueue(request.Clock).Read(), null); }
        catch (InputException e) when (request.LiveQueue == LiveEvidence.IfPossible) { return (null, e.Message); }
    }

    /// <summary>Audits a text, as a test or an example holds it.</summary>
    /// <param name="queue">What postqueue printed; null: the queue is not looked at.</param>
    /// <param name="config">Null: the configuration is not looked at.</param>
    /// <param name="dns">Recorded answers; null: DNS is not looked at.</param>
    public static AuditResult OfText(string log, AuditRequest? request = null, string? queue = null, PostfixConfig? config = null, string? dns = null)
    {
        var text = new MemoryStream(Encoding.UTF8.GetBytes(log), writable: false);
        return Run(LogSources.Find(["-"], new LogPlaces { StandardInput = () => text }), request ?? new AuditRequest { Year = 2026, UtcOffset = TimeSpan.Zero },
            queue is null ? null : QueueListing.Of(Encoding.UTF8.GetBytes(queue), "queue"), config,
            dns is null ? null : RecordedAnswers.Of(Encoding.UTF8.GetBytes(dns), "dns.json"));
    }

    private static AuditResult Run(LogSources sources, AuditRequest request, QueueSnapshot? queue, PostfixConfig? config, DnsAnswers? dns)
    {
        var order = ReadingOrder.Settle(sources, request.Year, request.UtcOffset, request.Clock);
        var intake = new LogIntake(sources, order, new LogSelection(request.Since, request.Until, request.Host, request.Instance));
        var mail = intake.Read(TrustedBy(config, request.TrustedNetworks), request.Now);
        var report = intake.Report;
        if (report.PostfixLines == 0) throw new InputException(NothingToAudit(report, request));
        queue = queue?.DatedBy(DatesOf(request, order.UtcOffset, mail.Last));
        if (request.Now is null && queue?.NewestArrival > mail.Now) mail.Now = queue.NewestArrival;
        var evidence = new Evidence { Log = mail, Queue = queue, QueueTimes = TimesOf(config), Config = config, Dns = dns, Thresholds = request.Thresholds };
        var rules = AllRules.InOrder.Where(rule => request.Wanted?.Invoke(rule) ?? true).ToList();
        Finding[] findings = [.. rules.Where(rule => rule.CanExamine(evidence)).SelectMany(rule => rule.Examine(evidence))
            .OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Confidence).ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal).ThenByDescending(finding => finding.Count)];
        return new AuditResult
        {
            Log = report,
            Mail = mail,
            Queue = queue,
            QueueTimes = evidence.QueueTimes,
            Config = config,
            Dns = dns,
            Findings = findings,
            NotEvaluated = [.. rules.Where(rule => (rule.Manual.Needs & ~evidence.AtHand) != 0 && !findings.Any(finding => finding.Rule == rule.Manual)).Select(rule => new NotEvaluated(rule.Manual, rule.Manual.Needs & ~evidence.AtHand))],
            Notes = [.. order.Notes, .. sources.Notes, .. queue?.Note is { } note ? [note] : Array.Empty<string>(), .. UnreadBy(config)],
            Locate = intake.Locate,
            Close = () =>
            {
                intake.Dispose();
                sources.Dispose();
            },
        };
    }

    /// <summary>
    /// mynetworks as the world's smtpd knows it, and the host itself. Networks that are too wide make nobody trusted (REL001). As long as a
    /// part is not known, private networks count too.
    /// </summary>
    private static TrustedClients TrustedBy(PostfixConfig? config, IReadOnlyList<IPNetwork> named)
    {
        if (config is null) return named.Count == 0 ? TrustedClients.WithoutConfiguration : new TrustedClients([.. TrustedClients.WithoutConfiguration.Networks, .. named]);
        NetworkList[] lists = [.. config.PublicSmtpdServices.Select(service => config.TrustedNetworksOf(service)).DefaultIfEmpty(config.TrustedNetworks)];
        var own = config.OwnAddresses.Select(address => new IPNetwork(address, address.GetAddressBytes().Length * 8));
        var unsure = lists.All(list => list.IsKnown) ? [] : TrustedClients.WithoutConfiguration.Networks;
        return new TrustedClients([.. lists.SelectMany(WideNetworks.Trusted), .. own, .. unsure, .. named]);
    }

    private static QueueTimes TimesOf(PostfixConfig? config) => config is null ? QueueTimes.Defaults : new QueueTimes
    {
        MaximalQueueLifetime = config.Time("maximal_queue_lifetime"),
        BounceQueueLifetime = config.Time("bounce_queue_lifetime"),
        MinimalBackoff = config.Time("minimal_backoff_time"),
        MaximalBackoff = config.Time("maximal_backoff_time"),
        QueueRunDelay = config.Time("queue_run_delay"),
    };

    /// <summary>Missing evidence is named.</summary>
    private static IEnumerable<string> UnreadBy(PostfixConfig? config) =>
        config?.UnreadTables.Select(table => $"{table.Table} of {table.Parameter} is not read: {table.Why}.") ?? [];

    /// <summary>What <c>postqueue -p</c> leaves out of its times.</summary>
    private static ListingClock DatesOf(AuditRequest request, TimeSpan logOffset, DateTimeOffset? lastLine)
    {
        var zone = ListingClock.ZoneOf(request.UtcOffset ?? logOffset);
        return request.Now is { } now ? ListingClock.At(now, zone) : ListingClock.Near(lastLine ?? request.Clock.GetUtcNow(), zone);
    }

    private static string NothingToAudit(LogReport report, AuditRequest request) => (report.Lines, request) switch
    {
        (0, _) => $"{string.Join(", ", report.Files)}: there is not one line to read.",
        (_, { Host: not null } or { Instance: not null } or { Since: not null } or { Until: not null }) => $"None of the {report.Lines} lines of {string.Join(", ", report.Files)} is a Postfix line of the host, instance and time that were asked for.",
        _ => $"{string.Join(", ", report.Files)}: {report.Lines} lines, and not one of them is of Postfix.",
    };
}
