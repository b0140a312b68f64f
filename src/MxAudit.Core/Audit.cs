using System.Globalization;
using System.Net;
using System.Text;
using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Input;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Queue;
using MxAudit.Rules;

namespace MxAudit;

/// <summary>The whole flow: evidence in, findings out.</summary>
public static class Audit
{
    /// <exception cref="InputException">No audit was performed: the message says why.</exception>
    public static AuditResult Run(AuditRequest request)
    {
        var gathered = new Gathering(request);
        return Of(gathered, gathered.Logs, request);
    }

    /// <param name="logs">Belong to the result, which closes them.</param>
    internal static AuditResult Of(Gathering gathered, LogSources logs, AuditRequest request)
    {
        if (gathered.IsLive) request = request with { Now = request.Now ?? request.Clock.GetUtcNow() };
        AuditResult Over(LogSources logs) => Run(logs, request, gathered.Queue, gathered.Config, gathered.AskDns);
        string? whyNoLog = gathered.WhyNoLog;
        if (whyNoLog is not null) gathered.RefuseWhereNothingRuns();
        AuditResult result;
        try { result = Over(logs); }
        catch (InputException e) when (gathered.CanDoWithoutLog)
        {
            logs.Dispose();
            gathered.RefuseWhereNothingRuns();
            whyNoLog = Gathering.WithoutLog(e);
            result = Over(LogSources.None);
        }
        result = result with
        {
            Notes = [.. result.Notes, .. gathered.Notes, .. whyNoLog is null ? Array.Empty<string>() : [whyNoLog]],
            WhyNoLog = whyNoLog,
            WhyNoQueue = gathered.WhyNoQueue,
        };
        return request.Judge?.Invoke(result) ?? result;
    }

    /// <summary>Audits a text, as a test or an example holds it.</summary>
    /// <param name="log">Null: there is no log.</param>
    /// <param name="queue">What postqueue printed; null: the queue is not looked at.</param>
    /// <param name="config">Null: the configuration is not looked at.</param>
    /// <param name="dns">Recorded answers; null: DNS is not looked at.</param>
    public static AuditResult OfText(string? log, AuditRequest? request = null, string? queue = null, PostfixConfig? config = null, string? dns = null)
    {
        var text = new MemoryStream(Encoding.UTF8.GetBytes(log ?? ""), writable: false);
        var answers = dns is null ? null : RecordedAnswers.Of(Encoding.UTF8.GetBytes(dns), "dns.json");
        return Run(log is null ? LogSources.None : LogSources.Find(["-"], new LogPlaces { StandardInput = () => text }),
            request ?? new AuditRequest { Year = 2026, UtcOffset = TimeSpan.Zero },
            queue is null ? null : QueueListing.Of(Encoding.UTF8.GetBytes(queue), "queue"), config, _ => answers);
    }

    /// <param name="askDns">Asked when the log and the configuration have told which domains matter.</param>
    private static AuditResult Run(LogSources sources, AuditRequest request, QueueSnapshot? queue, PostfixConfig? config, Func<MailHistory, DnsAnswers?> askDns)
    {
        var order = ReadingOrder.Settle(sources, request.Year, request.UtcOffset, request.Clock);
        var intake = new LogIntake(sources, order, new LogSelection(request.Since, request.Until, request.Host, request.Instance), request.Progress);
        var mail = intake.Read(TrustedBy(config, request.TrustedNetworks), request.Now);
        var report = intake.Report;
        if (report is { WasRead: true, PostfixLines: 0 } && !IsQuietTime(report, request))
            throw new InputException(string.Join(' ',
                [.. sources.Notes, NothingToAudit(report, request)])) { Remedy = "postconf maillog_file   # where Postfix logs, if not there" };
        config = config?.OfRelease(ReleaseIn(mail));
        queue = queue?.DatedBy(DatesOf(request, order.UtcOffset, mail.Last));
        if (request.Now is null && (mail.Now is null || queue?.NewestArrival > mail.Now)) mail.Now = queue?.NewestArrival;
        var evidence = new Evidence
        {
            Log = report.WasRead ? mail : null, NoMail = mail, Queue = queue, QueueTimes = TimesOf(config), Config = config, Dns = askDns(mail),
            Thresholds = request.Thresholds,
        };
        if (request.Progress is { } judging) judging.Phase = ReadingPhase.Judging;
        string? whyNoLine = IsQuietTime(report, request) ? NothingToAudit(report, request) : null;
        var rules = AllRules.InOrder.Where(rule => request.Wanted?.Invoke(rule) ?? true).ToList();
        Finding[] findings = [.. rules.SelectMany(evidence.FoundBy).Order(Finding.WorstFirst)];
        if (request.Progress is { } done) done.Phase = ReadingPhase.Done;
        return new AuditResult
        {
            Log = report,
            Mail = mail,
            Evidence = evidence,
            Own = config is null ? OwnHost.Named(request.OwnNames, request.OwnAddresses) : evidence.Own,
            Findings = findings,
            Asked = [.. rules.Select(rule => rule.Manual)],
            NotEvaluated =
            [
                .. rules.Where(rule => evidence.LackedBy(rule.Manual) != 0 && !findings.Any(finding => finding.Rule == rule.Manual))
                    .Select(rule => new NotEvaluated(rule.Manual, evidence.LackedBy(rule.Manual))),
            ],
            Notes =
            [
                .. order.Notes, .. whyNoLine is null ? Array.Empty<string>() : [whyNoLine], .. sources.Notes,
                .. new[] { queue?.Note, evidence.Dns?.Note }.OfType<string>(), .. UnreadBy(config),
            ],
            WhyNoLine = whyNoLine,
            Locate = position =>
            {
                var (source, line, text) = intake.Locate(position);
                return (source, line, Redaction.OfLog(text));
            },
            Close = () =>
            {
                intake.Dispose();
                sources.Dispose();
            },
        };
    }

    /// <summary>
    /// mynetworks as the world's smtpd knows it, those that the smtpd of another port trusts besides, and the host itself. Networks that are too wide make
    /// nobody trusted (REL001). As long as a part is not known, private networks count too.
    /// </summary>
    private static TrustedClients TrustedBy(PostfixConfig? config, IReadOnlyList<IPNetwork> named)
    {
        if (config is null)
            return named.Count == 0 ? TrustedClients.WithoutConfiguration : new TrustedClients([.. TrustedClients.WithoutConfiguration.Networks, .. named]);
        var ofOtherPorts = config.SmtpdServices
            .Except(config.PublicSmtpdServices)
            .Where(service => !service.IsLoopback && service.Overrides.ContainsKey("mynetworks"));
        NetworkList[] lists =
        [
            .. config.PublicSmtpdServices.Select(service => config.TrustedNetworksOf(service)).DefaultIfEmpty(config.TrustedNetworks),
            .. ofOtherPorts.Select(service => config.TrustedNetworksOf(service)),
        ];
        var own = config.OwnAddresses.Select(Networks.Of);
        var unsure = lists.All(list => list.IsKnown) ? [] : TrustedClients.WithoutConfiguration.Networks;
        return new TrustedClients([.. lists.SelectMany(WideNetworks.Trusted), .. own, .. unsure, .. named])
        {
            Filters = config.ContentFilters.Select(filter => $"{filter.Host}:{filter.Port}").ToHashSet(StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>What the master of the only host said when it started last.</summary>
    private static PostfixVersion? ReleaseIn(MailHistory mail)
    {
        Remark[] started = [.. mail.RemarksOf(RemarkKind.MasterStarted)];
        return started.Select(remark => remark.Origin.Host).Distinct().Count() == 1
            ? PostfixVersion.Read(started.MaxBy(remark => remark.LastLine)!.Subject) : null;
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
        config is null ? [] : [.. config.UnreadTables.Select(table => $"{table.Table} of {table.Parameter} is not read: {table.Why}."),
            .. config.Remarks.Where(remark => remark is { Kind: ConfigRemarkKind.TableNotRead, Subject: ConfigSources.MasterCf })
                .Select(remark => remark.Text)];

    /// <summary>What <c>postqueue -p</c> leaves out of its times.</summary>
    private static ListingClock DatesOf(AuditRequest request, TimeSpan logOffset, DateTimeOffset? lastLine)
    {
        var zone = ListingClock.ZoneOf(request.UtcOffset ?? logOffset);
        return request.Now is { } now ? ListingClock.At(now, zone) : ListingClock.Near(lastLine ?? request.Clock.GetUtcNow(), zone);
    }

    /// <summary>With the moments that <c>24h</c> and the like came to: a clock or an offset may be wrong.</summary>
    private static string AskedFor(AuditRequest request)
    {
        var parts = new List<string>();
        if (request.Host is { } host) parts.Add($"host {host}");
        if (request.Instance is { } instance) parts.Add($"instance {instance}");
        if (request.Since is { } since) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{since:yyyy-MM-dd HH:mm:sszzz} or later"));
        if (request.Until is { } until) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{until:yyyy-MM-dd HH:mm:sszzz} or earlier"));
        return string.Join(", ", parts);
    }

    /// <summary>Postfix logged before or after, and nothing in the time that was asked for: a fallback MX is idle by nature, and no mail is no fault.</summary>
    private static bool IsQuietTime(LogReport report, AuditRequest request) =>
        report is { PostfixLines: 0, PostfixLinesOutside: > 0 } && request is { Host: null, Instance: null };

    private static string NothingToAudit(LogReport report, AuditRequest request) => (report.Lines, request) switch
    {
        (0, _) => $"{string.Join(", ", report.Files)}: there is not one line to read.",
        (_, { Host: not null } or { Instance: not null } or { Since: not null } or { Until: not null }) =>
            $"None of the {report.Lines} lines of {string.Join(", ", report.Files)} is a Postfix line of {AskedFor(request)}.",
        _ => $"{string.Join(", ", report.Files)}: {Telling.Count(report.Lines, "line")}, and {(report.Lines == 1 ? "it is not" : "not one of them is")} of Postfix.",
    };
}
