using MxAudit.Mail;

namespace MxAudit.Tables;

public static class DomainsTable
{
    public static Table<DomainTraffic> Definition { get; } = new("domains", "one recipient domain", audit => audit.Mail.Domains,
    [
        new("domain", "Domain", domain => domain.Name),
        new("class", "Class", domain => domain.ByRelayService ? "relay" : "unknown"), // which list it is in, the configuration knows
        new("accepted", "Accepted", domain => domain.Accepted),
        new("delivered", "Delivered", domain => domain.Delivered),
        new("bounced", "Bounced", domain => domain.Bounced),
        new("deferred", "Deferred", domain => domain.Deferred),
        new("rejected", "Rejected", domain => domain.Rejected),
        new("notices_to_strangers", "Notices to strangers", domain => domain.NoticesToStrangers),
        new("probes_deliverable", "Probes: deliverable", domain => domain.ProbesDeliverable),
        new("probes_undeliverable", "Probes: undeliverable", domain => domain.ProbesUndeliverable),
        new("probes_unknown", "Probes: unknown", domain => domain.ProbesUnknown),
        new("next_hop", "Next hop", domain => domain.NextHop?.Name),
        new("mx_lists_this_host", "MX lists this host", _ => Cell.Empty), // DNS knows
    ]);
}
