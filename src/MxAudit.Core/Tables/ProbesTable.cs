using MxAudit.Mail;

namespace MxAudit.Tables;

public static class ProbesTable
{
    public static Table<Probe> Definition { get; } = new("probes", "one address verification probe", audit => audit.Mail.Probes,
    [
        new("time", "Time", probe => probe.Time, ColumnKind.Time, IsKey: true),
        new("queue_id", "Queue id", probe => probe.Message.QueueId, IsKey: true),
        new("recipient", "Recipient", probe => probe.Recipient, IsName: true, IsKey: true),
        new("domain", "Domain", probe => probe.Domain, IsName: true, IsKey: true),
        new("result", "Result", probe => Wording.Of(probe.Result), Words: Wording.All<ProbeResult>),
        new("dsn", "DSN", probe => probe.Dsn.ToString()),
        new("relay", "Relay", probe => probe.Relay),
        new("cached", "Cached", probe => probe.NotCached ? Answer.No : Answer.Yes, ColumnKind.Flag),
        new("delay_seconds", "Delay", probe => probe.DelaySeconds, ColumnKind.Duration),
        new("caused_reply", "Reply", probe => CausedReply(probe)),
        new("reason", "Reason", probe => probe.Reason),
    ]);

    /// <summary>What the client that waited for the probe was told: <c>550 5.1.1</c>, <c>250</c>; empty where that can not be told.</summary>
    private static string CausedReply(Probe probe) =>
        probe.CausedReject is { } reject ? $"{reject.Code} {reject.Dsn}".TrimEnd() : probe.CausedAcceptance ? "250" : "";
}
