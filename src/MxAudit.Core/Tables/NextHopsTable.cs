using MxAudit.Mail;

namespace MxAudit.Tables;

public static class NextHopsTable
{
    public static Table<NextHop> Definition { get; } = new("next_hops", "one host that mail was handed to", audit => audit.Mail.NextHops,
    [
        new("next_hop", "Next hop", hop => hop.Name, IsKey: true),
        new("attempts", "Attempts", hop => hop.Attempts, ColumnKind.Number),
        new("sent", "Sent", hop => hop.Sent, ColumnKind.Number),
        new("deferred", "Deferred", hop => hop.Deferred, ColumnKind.Number),
        new("bounced", "Bounced", hop => hop.Bounced, ColumnKind.Number),
        new("first_failure", "First failure", hop => hop.FirstFailure, ColumnKind.Time),
        new("last_success", "Last success", hop => hop.LastSuccess, ColumnKind.Time),
        new("down_since", "Down since", hop => hop.DownSince, ColumnKind.Time),
        new("outages", "Outages", hop => hop.Outages.Count, ColumnKind.Number),
        new("median_delay", "Median delay", hop => hop.MedianDelaySeconds, ColumnKind.Duration),
        new("p95_delay", "95 % delay", hop => hop.P95DelaySeconds, ColumnKind.Duration),
    ]);
}
