using System.CommandLine;
using MxAudit.Dns;
using MxAudit.Input;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary><c>mxaudit doctor</c>: which evidence can be read here, which can not, why, and what would help.</summary>
internal sealed class DoctorCommand : Verb
{
    private readonly Argument<string[]> _logs = EvidenceOptions.Logs();
    private readonly Option<string> _record = new("--record") { HelpName = "FILE", Description = "Keep what --dns live was told, for --dns FILE" };
    private readonly EvidenceOptions _evidence;
    private readonly PageOptions _page;

    public DoctorCommand() : base("doctor", "Tell which evidence can be read here, and what would help where it can not",
    [
        ("mxaudit doctor", "log, queue and configuration of this host"),
        ("sudo -u nagios mxaudit doctor", "what another user could read"),
        ("mxaudit doctor --dns live --record mx.json", "look up the domains that are relayed here, and keep the answers"),
    ])
    {
        Arguments.Add(_logs);
        Options.Add(_record);
        _page = new PageOptions(this);
        _evidence = new EvidenceOptions(this);
    }

    public override string Statuses => "0 all can be read, 1 something is missing, 3 nothing can be read";

    public override int Run(ParseResult parsed, Terminal terminal)
    {
        var all = _evidence.Read(parsed, Words.Of(parsed, _logs).All, terminal, everything: true).WithoutRules() with { DnsIfPossible = false };
        if (parsed.GetValue(_record) is { } file && all.Dns != "live")
            throw new UsageException($"--record {file} keeps what --dns live was told, which was not asked for.");
        var nothing = all with { Logs = [], DefaultLog = LiveEvidence.No, LiveQueue = LiveEvidence.No, QueueFile = null, Config = null, Dns = null };
        string? logFile = null;
        var config = all.Config is null ? Examined.Unasked("config") : Examine("config", nothing with { Config = all.Config }, audit =>
        {
            logFile = audit.Config?.LogFile;
            return TellConfig(audit);
        });
        var log = all.Logs.Count == 0 && all.DefaultLog == LiveEvidence.No
            ? Examined.Unasked("log")
            : Examine("log", nothing with { Logs = all.Logs, DefaultLog = all.DefaultLog, LogPlaces = all.LogPlaces with { PostfixLog = logFile } }, TellLog);
        var queue = all is { LiveQueue: LiveEvidence.No, QueueFile: null }
            ? Examined.Unasked("queue")
            : Examine("queue", nothing with { LiveQueue = all.LiveQueue, QueueFile = all.QueueFile }, TellQueue);
        var readable = all with
        {
            Logs = log.IsReadable ? all.Logs : [],
            DefaultLog = log.IsReadable ? all.DefaultLog : LiveEvidence.No,
            LiveQueue = LiveEvidence.No,
            QueueFile = null,
            Config = config.IsReadable ? all.Config : null,
        };
        var dns = all.Dns is null ? new Examined("dns", null, ["Nobody is asked unless --dns live says so; --dns FILE reads recorded answers."])
            : Examine("dns", all.Dns == "live" ? readable : nothing with { Dns = all.Dns }, audit => TellDns(audit, parsed.GetValue(_record), terminal));

        Examined[] kinds = [log, queue, config, dns];
        _page.Write(null, parsed, terminal, page =>
        {
            foreach (var kind in kinds) kind.Write(page);
        });
        return !kinds.Any(kind => kind.IsReadable) ? ExitStatus.Unknown : kinds.Any(kind => kind.IsMissing) ? ExitStatus.Warning : ExitStatus.Ok;
    }

    /// <summary>Reads one kind the way an audit would.</summary>
    private static Examined Examine(string kind, AuditRequest request, Func<AuditResult, IEnumerable<string>> tell)
    {
        try
        {
            using var audit = Audit.Run(request);
            string[] told = [.. tell(audit), .. kind == "dns" ? audit.Dns?.Note is { } note ? [note] : Array.Empty<string>() : audit.Notes];
            return new Examined(kind, true, told) { IsPartial = audit.Config?.UnreadTables.Count > 0 };
        }
        catch (InputException e) { return new Examined(kind, false, [e.Message]) { Remedy = e.Remedy }; }
    }

    private static IEnumerable<string> TellLog(AuditResult audit) =>
        [$"{string.Join(", ", audit.Log.Files)}: {CheckReport.LinesOf(audit.Log)}.", .. CheckReport.LimitsOf(audit)];

    private static IEnumerable<string> TellQueue(AuditResult audit) =>
        [$"{audit.Queue!.Source}: {Phrases.Count(audit.Queue.Messages.Count, "message")} for {Phrases.Count(audit.Queue.RecipientCount, "recipient")}."];

    /// <summary>Tables are opened when somebody asks: what an audit asks first is asked here.</summary>
    private static IEnumerable<string> TellConfig(AuditResult audit)
    {
        var config = audit.Config!;
        int relayed = config.RelayDomains.Count;
        foreach (var domain in config.RelayDomains) _ = config.RouteOfDomain(domain.Name);
        _ = config.TablesOf("relay_recipient_maps");
        yield return $"{config.Source}: Postfix {config.Version}{(config.VersionAssumed ? " (assumed)" : "")}, {Phrases.Count(config.Settings.Count(), "parameter")} set, {Phrases.Count(relayed, "domain")} to relay.";
        foreach (var table in config.UnreadTables) yield return $"{table.Table} of {table.Parameter} is not read: {table.Why}.";
    }

    private static IEnumerable<string> TellDns(AuditResult audit, string? record, Terminal terminal)
    {
        var dns = audit.Dns!;
        int failed = dns.All.Count(answer => answer.Status == DnsStatus.Failed);
        if (record is not null) ResultFile.Write(record, terminal, stream => RecordedAnswers.Write(stream, dns));
        return [$"{dns.Source}: answers for {Phrases.Count(dns.All.Count, "domain")}{(failed > 0 ? $", {Phrases.Number(failed)} of them failed" : "")}.",
            .. record is null or "-" ? Array.Empty<string>() : [$"Kept in {record}."]];
    }

    /// <summary>One kind of evidence, and what is the matter with it.</summary>
    /// <param name="Readable">Null: it was not asked for.</param>
    private sealed record Examined(string Kind, bool? Readable, IReadOnlyList<string> Sentences)
    {
        public static Examined Unasked(string kind) => new(kind, null, ["It was not asked for."]);

        public string Remedy { get; init; } = "";

        /// <summary>A part that it names can not be read.</summary>
        public bool IsPartial { get; init; }
        public bool IsReadable => Readable == true;
        public bool IsMissing => Readable == false || IsPartial;

        public void Write(Page page)
        {
            page.Heading(
                $"{Kind}: {Readable switch { true => IsPartial ? "readable in part" : "readable", false => "not readable", null => "not looked at" }}");
            foreach (string sentence in Sentences.Distinct()) page.Line(sentence, indent: 4); // not filled: there are commands in it
            if (Remedy.Length > 0) page.Line($"try: {Remedy}", indent: 4);
        }
    }
}
