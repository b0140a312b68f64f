using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>A small log, written message by message, and what is told about it.</summary>
internal sealed class Letters(string host = "mx2", string instance = "postfix")
{
    public const string Stranger = "mail.partner.example[203.0.113.44]", Primary = "mx1.example.com[192.0.2.10]:25";

    private readonly StringBuilder _text = new();
    private DateTime _now = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private string _host = host, _instance = instance;

    public Letters At(string time)
    {
        _now = DateTime.Parse("2026-11-22T" + time + "Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        return this;
    }

    public Letters After(double seconds)
    {
        _now = _now.AddSeconds(seconds);
        return this;
    }

    public Letters On(string host, string instance = "postfix")
    {
        (_host, _instance) = (host, instance);
        return this;
    }

    /// <summary>Any line: <c>smtpd: …</c>, <c>relay/smtp[7]: …</c></summary>
    public Letters Line(string line)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        string tag = line[..colon];
        if (!tag.Contains('[')) tag += "[123]";
        _text.Append(CultureInfo.InvariantCulture, $"{_now:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 {_host} {_instance}/{tag}{line[colon..]}\n");
        _now = _now.AddMilliseconds(10);
        return this;
    }

    public Letters Foreign(string line)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{_now:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 {_host} {line}\n");
        return this;
    }

    public Letters Client(string id, string client = Stranger) => Line($"smtpd: {id}: client={client}");
    public Letters MessageId(string id, string messageId) => Line($"cleanup: {id}: message-id=<{messageId}>");
    public Letters Active(string id, string from = "joe@partner.example", int size = 500, int recipients = 1) =>
        Line($"qmgr: {id}: from=<{from}>, size={size}, nrcpt={recipients} (queue active)");

    public Letters Arrives(string id, string client = Stranger, string from = "joe@partner.example", string? messageId = null, int recipients = 1) =>
        Client(id, client).MessageId(id, messageId ?? id + "@partner.example").Active(id, from, recipients: recipients);

    public Letters Submitted(string id, string from = "root@mx2.fallback.example", string? messageId = null, string? requeued = null) =>
        Line($"pickup: {id}: uid=102 from=<{from}>{(requeued is null ? "" : " orig_id=" + requeued)}")
            .MessageId(id, messageId ?? id + "@mx2.fallback.example")
            .Active(id, from);

    public Letters Tried(string id, string to, string status, string reason, string relay = Primary, string dsn = "", string daemon = "relay/smtp",
        string? original = null, double delay = 1)
    {
        if (dsn.Length == 0) dsn = status switch { "sent" or "deliverable" => "2.0.0", "deferred" => "4.4.1", _ => "5.1.1" };
        return Line($"{daemon}: {id}: to=<{to}>,{(original is null ? "" : $" orig_to=<{original}>,")} relay={relay}, delay={delay.ToString(CultureInfo.InvariantCulture)}, delays=0/0/0/{delay.ToString(CultureInfo.InvariantCulture)}, dsn={dsn}, status={status} ({reason})");
    }

    public Letters Sent(string id, string to, string queuedAs = "9FFFF000001", string relay = Primary, string? original = null) =>
        Tried(id, to, "sent", $"250 2.0.0 Ok: queued as {queuedAs}", relay, original: original);
    public Letters Bounced(string id, string to) =>
        Tried(id, to, "bounced",
            $"host {Primary[..^3]} said: 550 5.1.1 <{to}>: Recipient address rejected: User unknown in local recipient table (in reply to RCPT TO command)");
    public Letters Deferred(string id, string to, string hop = Primary) => Tried(id, to, "deferred", $"connect to {hop}: Connection refused", "none");
    public Letters Suspended(string id, string to, string hop = Primary) =>
        Tried(id, to, "deferred", $"delivery temporarily suspended: connect to {hop}: Connection refused", "none", daemon: "error");
    public Letters Probed(string id, string to, string status = "deliverable", string dsn = "") =>
        Tried(id, to, status,
            status == "deliverable" ? "250 2.1.5 Ok" : "host mx1.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command)", dsn: dsn);
    public Letters Removed(string id, string by = "qmgr") => Line($"{by}: {id}: removed");
    public Letters Links(string id, string notice, string kind = "sender non-delivery") => Line($"bounce: {id}: {kind} notification: {notice}");
    public Letters Postsuper(string id, string what) => Line($"postsuper: {id}: {what}");

    /// <summary>A notice of this host, from its first line to its active queue.</summary>
    public Letters Notice(string id, string from = "") => MessageId(id, $"20261122120000.{id}@mx2.fallback.example").Active(id, from, 2213);

    public AuditResult Audited() => Audit.OfText(_text.ToString());

    public override string ToString() => _text.ToString();

    [return: NotNullIfNotNull(nameof(log))]
    public static implicit operator string?(Letters? log) => log?.ToString();

    /// <summary>Recipients: <c>A00001 u@example.com Delivered</c>; in the order of first lives and addresses.</summary>
    public string Outcomes => Told(audit => audit.Mail.Recipients.Select(one => $"{one.Message.QueueId} {one.Address} {one.Outcome}"));
    public string Ends =>
        Told(audit =>
            audit.Mail.Messages.Select(one => $"{one.QueueId} {one.Class} {one.EndState}{(one.Previous is { } before ? " after " + before.QueueId : "")}"));
    public string Trust => Told(audit => audit.Mail.Messages.Where(one => one.Class == MessageClass.Mail).Select(one => $"{one.QueueId} {one.Trusted}"));
    public string Notices =>
        Told(audit => audit.Mail.Notices.Select(one => $"{one.Kind} {one.Itself.QueueId} about {one.About?.QueueId ?? "?"} {one.Fate} {one.ToStranger}"));
    public string Probes => Told(audit => audit.Mail.Probes.Select(one => $"{one.Message.QueueId} {one.Recipient} {one.Result}"));
    public string Loops =>
        Told(audit => audit.Mail.Circulations.Select(one => $"{one.Domain} {string.Join('+', one.Lives.Select(life => life.QueueId))} {one.Through}"));
    public string Outages => Told(audit => audit.Mail.Outages.Select(one => $"{one.NextHop.Name} {one.From:HH:mm:ss}-{one.To:HH:mm:ss} {one.Failures}"));
    public string Sums =>
        Told(audit =>
            [$"accepted {audit.Mail.Totals.MessagesAccepted} delivered {audit.Mail.Totals.RecipientsDelivered} bounced {audit.Mail.Totals.RecipientsBounced} expired {audit.Mail.Totals.RecipientsExpired} deferred {audit.Mail.Totals.RecipientsDeferred} rejects {audit.Mail.Totals.SmtpdRejects} strangers {audit.Mail.Totals.NoticesToStrangers}"]);

    private string Told(Func<AuditResult, IEnumerable<string>> what)
    {
        using var audit = Audited();
        Assert.Equal(0, audit.Log.UnreadLines);
        return string.Join("; ", what(audit));
    }
}
