using MxAudit.Mail;

namespace MxAudit.Tables;

public static class DomainsTable
{
    public static Table<DomainTraffic> Definition { get; } = new("domains", "one recipient domain", audit => audit.Mail.Domains,
    [
        new("domain", "Domain", domain => domain.Name),
        new("class", "Class", domain => domain.ByRelayService ? "relay" : "unknown"), // which list it is in, the configuration knows
        new("accepted", "Accepted", domain => domain.Accepted, ColumnKind.Number),
        new("delivered", "Delivered", domain => domain.Delivered, ColumnKind.Number),
        new("bounced", "Bounced", domain => domain.Bounced, ColumnKind.Number),
        new("deferred", "Deferred", domain => domain.Deferred, ColumnKind.Number),
        new("rejected", "Rejected", domain => domain.Rejected, ColumnKind.Number),
        new("notices_to_strangers", "Notices to strangers", domain => domain.NoticesToStrangers, ColumnKind.Number),
        new("probes_deliverable", "Probes: deliverable", domain => domain.ProbesDeliverable, ColumnKind.Number),
        new("probes_undeliverable", "Probes: undeliverable", domain => domain.ProbesUndeliverable, ColumnKind.Number),
        new("probes_unknown", "Probes: unknown", domain => domain.ProbesUnknown, ColumnKind.Number),
        new("next_hop", "Next hop", domain => domain.NextHop?.Name),
        new("mx_lists_this_host", "MX lists this host", _ => Cell.Empty), // DNS knows
    ]);
}
