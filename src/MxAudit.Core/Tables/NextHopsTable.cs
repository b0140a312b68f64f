using MxAudit.Mail;

namespace MxAudit.Tables;

public static class NextHopsTable
{
    public static Table<NextHop> Definition { get; } = new("next_hops", "one host that mail was handed to", audit => audit.Mail.NextHops,
    [
        new("next_hop", "Next hop", hop => hop.Name),
        new("attempts", "Attempts", hop => hop.Attempts),
        new("sent", "Sent", hop => hop.Sent),
        new("deferred", "Deferred", hop => hop.Deferred),
        new("bounced", "Bounced", hop => hop.Bounced),
        new("first_failure", "First failure", hop => hop.FirstFailure),
        new("last_success", "Last success", hop => hop.LastSuccess),
        new("down_since", "Down since", hop => hop.DownSince),
        new("outages", "Outages", hop => hop.Outages.Count),
        new("median_delay", "Median delay", hop => hop.MedianDelaySeconds),
        new("p95_delay", "95 % delay", hop => hop.P95DelaySeconds),
    ]);
}
