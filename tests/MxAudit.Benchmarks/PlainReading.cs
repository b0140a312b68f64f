using System.Text.RegularExpressions;

namespace MxAudit.Benchmarks;

/// <summary>
/// What a patient reader with grep finds in a log of the generator. It knows nothing of how the lines came to be: mail
/// is what has a client= or uid= line, a notice is what a link line names, and whatever else has an id is a probe.
/// </summary>
sealed partial class PlainReading
{
    readonly Truth seen = new();
    readonly Dictionary<string, Dictionary<string, string>> open = [];   // id of mail → recipient → last status
    readonly Dictionary<string, string> mailOrNotice = [];
    readonly HashSet<string> accepted = [], queuedNullSenders = [], linked = [];
    long times = 1;

    public static PlainReading Of(TextReader log)
    {
        var reading = new PlainReading();
        while (log.ReadLine() is { } line)
            reading.Read(line);
        foreach (var recipients in reading.open.Values)
            reading.seen.RecipientsDeferred += recipients.Values.Count(status => status == "deferred");
        return reading;
    }

    public IEnumerable<(string Name, long Counted, long Expected)> Against(Truth truth) =>
    [
        ("lines", seen.Lines, truth.Lines),
        ("postfix_lines", seen.PostfixLines, truth.PostfixLines),
        ("messages_accepted", seen.MessagesAccepted, truth.MessagesAccepted),
        ("smtpd_rejects", seen.SmtpdRejects, truth.SmtpdRejects),
        ("postscreen_rejects", seen.PostscreenRejects, truth.PostscreenRejects),
        ("recipients_delivered", seen.RecipientsDelivered, truth.RecipientsDelivered),
        ("recipients_bounced", seen.RecipientsBounced, truth.RecipientsBounced),
        ("recipients_expired", seen.RecipientsExpired, truth.RecipientsExpired),
        ("recipients_deferred", seen.RecipientsDeferred, truth.RecipientsDeferred),
        ("deferrals", seen.Deferrals, truth.Deferrals),
        ("notices", All(seen), All(truth)),
        ("fates of notices", Fates(truth), truth.NoticesToStrangers),
        ("probes deliverable", seen.ProbesDeliverable, truth.ProbesDeliverable),
        ("probes without success", seen.ProbesUndeliverable + seen.ProbesUnknown, truth.ProbesUndeliverable + truth.ProbesUnknown),
        ("probes unknown", seen.ProbesUnknown, truth.ProbesUnknown),
        ("probes not cached", seen.ProbesNotCached, truth.ProbesNotCached),
    ];

    static long All(Truth truth) => Enum.GetValues<NoticeKind>().Sum(kind => truth.Notices(kind));

    static long Fates(Truth truth) => Enum.GetValues<NoticeFate>().Sum(fate => truth.Fates(fate));

    void Read(string line)
    {
        seen.Lines++;
        if (PostfixLine().Match(line) is not { Success: true } match)
            return;
        seen.PostfixLines++;
        var (daemon, text) = (match.Groups["daemon"].Value, match.Groups["text"].Value);
        if (Repeated().Match(text) is { Success: true } repeated)
            (times, text) = (long.Parse(repeated.Groups[1].Value), repeated.Groups[2].Value);
        else
            times = 1;
        if (WithId().Match(text) is not { Success: true } withId)
            return;
        var (id, rest) = (withId.Groups[1].Value, withId.Groups[2].Value);
        if (rest.StartsWith("reject: "))
            (daemon == "postscreen" ? ref seen.PostscreenRejects : ref seen.SmtpdRejects) += times;
        else if (rest.StartsWith("client=") || rest.StartsWith("uid="))
            Begin(id, "mail");
        else if (rest.Contains(" notification: ") && daemon == "bounce")
            Link(rest);
        else if (rest.EndsWith("(queue active)"))
            Active(id);
        else if (rest.Contains(", status=expired, "))
            Expire(id);
        else if (rest.StartsWith("removed"))
            Remove(id);
        else if (Delivery().Match(rest) is { Success: true } delivery)
            Deliver(id, delivery.Groups["to"].Value, delivery.Groups["dsn"].Value, delivery.Groups["status"].Value);
    }

    void Begin(string id, string what)
    {
        Remove(id);
        mailOrNotice[id] = what;
        if (what == "mail")
            open[id] = [];
    }

    void Link(string rest)
    {
        var id = rest[(rest.LastIndexOf(' ') + 1)..];
        mailOrNotice[id] = "notice";
        linked.Add(id);
        CountNotice(id);
    }

    void Active(string id)
    {
        if (mailOrNotice.GetValueOrDefault(id) == "mail")
            seen.MessagesAccepted += accepted.Add(id) ? 1 : 0;
        else if (queuedNullSenders.Add(id))
            CountNotice(id);
    }

    void CountNotice(string id)
    {
        if (linked.Contains(id) && queuedNullSenders.Contains(id))
            seen.Notices(NoticeKind.NonDelivery)++;
    }

    void Expire(string id)
    {
        if (!open.TryGetValue(id, out var recipients))
            return;
        foreach (var (to, status) in recipients.Where(recipient => recipient.Value == "deferred").ToList())
        {
            seen.RecipientsExpired++;
            recipients[to] = "expired";
        }
    }

    void Remove(string id)
    {
        if (open.Remove(id, out var recipients))
            seen.RecipientsDeferred += recipients.Values.Count(status => status == "deferred");
        mailOrNotice.Remove(id);
        accepted.Remove(id);
        queuedNullSenders.Remove(id);
        linked.Remove(id);
    }

    void Deliver(string id, string to, string dsn, string status)
    {
        if (status == "deliverable")
            seen.ProbesDeliverable++;
        else if (status.StartsWith("undeliverable"))
        {
            (dsn[0] == '4' ? ref seen.ProbesUnknown : ref seen.ProbesUndeliverable)++;
            seen.ProbesNotCached += status == "undeliverable" ? 0 : 1;
        }
        if (!open.TryGetValue(id, out var recipients))
            return;
        recipients[to] = status;
        if (status == "sent")
            seen.RecipientsDelivered++;
        else if (status == "bounced")
            seen.RecipientsBounced++;
        else if (status == "deferred")
            seen.Deferrals++;
    }

    [GeneratedRegex(@"^(?:... [ \d]\d \S+|\d{4}\S+) mx2 postfix/(?:\w+/)?(?<daemon>[a-z-]+)\[\d+\]: (?<text>.*)$")]
    private static partial Regex PostfixLine();

    [GeneratedRegex(@"^message repeated (\d+) times: \[ (.*)\]$")]
    private static partial Regex Repeated();

    [GeneratedRegex(@"^([0-9A-F]{6,}|[0-9A-Za-z]{10,}z[0-9A-Za-y]+|NOQUEUE): (.*)$")]
    private static partial Regex WithId();

    [GeneratedRegex(@"^to=<(?<to>(?:""[^""]*"")?[^"">]*)>, .*?relay=[^,]+,.*? delays=\S+, dsn=(?<dsn>[\d.]+), status=(?<status>\S+) \(.*\)$")]
    private static partial Regex Delivery();
}
