using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Input;
using MxAudit.Mail;
using MxAudit.Queue;

namespace MxAudit;

/// <summary>Opens what a request names. What was named and can not be read ends the run; what was only looked for becomes a note.</summary>
internal sealed class Gathering
{
    private readonly AuditRequest _request;
    private DnsAnswers? _answers;
    private InputException? _whyNoQueue;

    /// <exception cref="InputException">Something that was named can not be read, or there is nothing at all.</exception>
    internal Gathering(AuditRequest request)
    {
        _request = request;
        Config = ConfigOf(request);
        Queue = QueueOf(request);
        Logs = LogsOf(request);
        if (request.Logs.Count > 0 || request.DefaultLog != LiveEvidence.No || Queue is not null || Config is not null || request.Dns is not null) return;
        throw new InputException("There is nothing to audit: name a log, a queue, a configuration or DNS answers.");
    }

    /// <summary>Sentences about evidence that is missing.</summary>
    internal List<string> Notes { get; } = [];

    /// <summary>What was looked for in vain; null: a log was found, or none was wanted.</summary>
    internal string? WhyNoLog { get; private set; }

    /// <summary>Why this host's queue could not be listed; null: it was, or was not wanted.</summary>
    internal string? WhyNoQueue => _whyNoQueue?.Message;

    /// <summary>Neither a log nor a Postfix that runs: nothing tells of mail, and the configuration alone looks well.</summary>
    /// <exception cref="InputException">So no audit is performed.</exception>
    internal void RefuseWhereNothingRuns()
    {
        if (_whyNoQueue is { IsDown: true } down && !_request.MayLackRights && _request.Dns is null)
            throw new InputException($"{down.Message} There is no log either. To audit the configuration alone: --config live.") { Remedy = down.Remedy };
    }

    internal static string WithoutLog(InputException why) => $"The audit goes on without a log. {why.Message}";
    internal PostfixConfig? Config { get; }
    internal QueueSnapshot? Queue { get; private set; }
    internal LogSources Logs { get; }

    /// <summary>Ages are counted to this moment.</summary>
    internal bool IsLive =>
        _request.DefaultLog != LiveEvidence.No
        || (Queue is not null && _request.QueueFile is null)
        || _request.Logs.Any(log => log == "journal" || log.StartsWith("journal:", StringComparison.Ordinal));

    /// <summary>A log that nobody named tells nothing, and there is other evidence.</summary>
    internal bool CanDoWithoutLog => _request is { Logs: [], DefaultLog: LiveEvidence.IfPossible } && HasOther;

    private bool HasOther => Queue is not null || Config is not null;

    /// <summary>What DNS says, recorded or asked for now; null without, and when nobody answered.</summary>
    internal DnsAnswers? AskDns(MailHistory mail)
    {
        if (_request.Dns is not { } source) return null;
        return _answers ??= Ask(source, mail);
    }

    /// <summary>Answers that were given stay as they are from now on.</summary>
    private DnsAnswers? Ask(string source, MailHistory mail)
    {
        if (source != "live") return RecordedAnswers.OfFile(source);
        try { return new LiveAnswers(_request.DnsServer).Ask(DomainsToAsk.Of(mail, Config, _request.OwnNames)); }
        catch (InputException e) when (_request.DnsIfPossible && (HasOther || mail.First is not null))
        {
            Notes.Add(e.Message);
            return null;
        }
    }

    private PostfixConfig? ConfigOf(AuditRequest request)
    {
        if (request.Config is not { } source) return null;
        var hints = new ConfigHints { OwnNames = request.OwnNames, OwnAddresses = request.OwnAddresses };
        ConfigReading reading;
        try { reading = ConfigSources.Read(source, hints, request.Programs, request.Instance); }
        catch (InputException e) when (request.ConfigIfPossible) { reading = new ConfigReading(null, e.Message); }
        if (reading.Config is null && !request.ConfigIfPossible)
            throw new InputException(reading.WhyNot ?? $"{source}: there is no configuration.") { Remedy = reading.Remedy };
        Notes.AddRange(new[] { reading.WhyNot, reading.Note }.OfType<string>());
        return reading.Config;
    }

    private QueueSnapshot? QueueOf(AuditRequest request)
    {
        if (request.QueueFile is { } file) return QueueListing.OfFile(file);
        if (request.LiveQueue == LiveEvidence.No) return null;
        try { return new LiveQueue(request.Clock, request.Programs).Read(request.Instance); }
        catch (InputException e) when (request.LiveQueue == LiveEvidence.IfPossible)
        {
            Notes.Add((_whyNoQueue = e).Message);
            return null;
        }
    }

    /// <summary>The queue of this host is listed, not a saved one looked at.</summary>
    internal bool HasLiveQueue => _request is { QueueFile: null, LiveQueue: not LiveEvidence.No };

    /// <summary>Lists the live queue as it is now.</summary>
    /// <returns>Whether it is another than before.</returns>
    internal bool ListQueueAgain()
    {
        var before = Queue;
        if (WhyNoQueue is { } note) Notes.Remove(note);
        _whyNoQueue = null;
        Queue = QueueOf(_request);
        return before is null != Queue is null || (before is not null && !Places(before).SequenceEqual(Places(Queue!)));

        static IEnumerable<(string, QueueName, int)> Places(QueueSnapshot queue) =>
            queue.Messages.Select(message => (message.QueueId, message.Queue, message.Recipients.Count));
    }

    private LogSources LogsOf(AuditRequest request)
    {
        if (request is { Logs: [], DefaultLog: LiveEvidence.No }) return LogSources.None;
        try { return LogSources.Find(request.Logs, request.LogPlaces with { PostfixLog = Config?.LogFile ?? request.LogPlaces.PostfixLog }); }
        catch (InputException e) when (CanDoWithoutLog && e.IsDenied && !request.MayLackRights)
        {
            throw new InputException($"{e.Message} To audit without the log: --queue live --config live.") { Remedy = e.Remedy, IsDenied = true };
        }
        catch (InputException e) when (CanDoWithoutLog)
        {
            WhyNoLog = WithoutLog(e);
            return LogSources.None;
        }
    }
}
