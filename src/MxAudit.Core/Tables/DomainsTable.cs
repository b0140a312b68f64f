using System.Net;
using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Mail;
using MxAudit.Rules;

namespace MxAudit.Tables;

public static class DomainsTable
{
    public static Table<DomainLine> Definition { get; } = new("domains", "one recipient domain", RowsOf,
    [
        new("domain", "Domain", row => row.Traffic.Name, IsName: true, IsKey: true),
        new("class", "Class", row => Wording.Of(row.Class), Words: Wording.All<DomainClass>),
        new("accepted", "Accepted", row => row.ByTheLog(row.Accepted), ColumnKind.Number),
        new("delivered", "Delivered", row => row.ByTheLog(row.Traffic.Delivered), ColumnKind.Number),
        new("bounced", "Bounced", row => row.ByTheLog(row.Traffic.Bounced), ColumnKind.Number),
        new("deferred", "Deferred", row => row.ByTheLog(row.Deferred), ColumnKind.Number),
        new("rejected", "Rejected", row => row.ByTheLog(row.Traffic.Rejected), ColumnKind.Number),
        new("notices_to_strangers", "Notices to strangers", row => row.ByTheLog(row.Traffic.NoticesToStrangers), ColumnKind.Number),
        new("probes_deliverable", "Probes: deliverable", row => row.ByTheLog(row.Traffic.ProbesDeliverable), ColumnKind.Number),
        new("probes_undeliverable", "Probes: undeliverable", row => row.ByTheLog(row.Traffic.ProbesUndeliverable), ColumnKind.Number),
        new("probes_unknown", "Probes: unknown", row => row.ByTheLog(row.Traffic.ProbesUnknown), ColumnKind.Number),
        new("next_hop", "Next hop", row => row.NextHop),
        new("mx_lists_this_host", "MX lists this host", row => row.MxListsThisHost),
        new("queued", "Not tried yet", row => row.ByTheLog(row.Queued), ColumnKind.Number),
    ]);

    /// <summary>Those of the log, then those that only the queue names, then those that are to be relayed and had no mail.</summary>
    private static IEnumerable<DomainLine> RowsOf(AuditResult audit)
    {
        var seen = audit.Mail.Domains.Select(domain => domain.Name).ToHashSet();
        var unlogged = ListedMail.Of(audit).Unlogged.ToLookup(recipient => recipient.Recipient.Domain);
        var untried = unlogged.Select(domain => domain.Key).Where(name => name.Length > 0 && seen.Add(name)).Select(name => new DomainTraffic(name)).ToArray();
        var idle = audit.Config?.RelayDomains.Select(domain => domain.Name.TrimStart('.')).Where(seen.Add).Select(name => new DomainTraffic(name)) ?? [];
        return audit.Mail.Domains.Concat(untried).Concat(idle).Select(traffic => new DomainLine(traffic, [.. unlogged[traffic.Name]], audit));
    }
}

/// <summary>What happened to a domain's mail, and what configuration and DNS say of it.</summary>
/// <param name="unlogged">Its recipients that only the queue names.</param>
public sealed class DomainLine(DomainTraffic traffic, IReadOnlyList<UnloggedRecipient> unlogged, AuditResult audit)
{
    private readonly DomainClass _class = audit.Config?.ClassOf(traffic.Name) ?? DomainClass.Unknown;

    public DomainTraffic Traffic => traffic;

    public long Accepted => traffic.Accepted + unlogged.Count;
    public long Deferred => traffic.Deferred + unlogged.Count(recipient => recipient.Outcome == Outcome.Deferred);
    public long Queued => traffic.Queued + unlogged.Count(recipient => recipient.Outcome == Outcome.Queued);

    /// <summary>A count; null where no log was read: it is not 0.</summary>
    public long? ByTheLog(long count) => audit.Log.WasRead ? count : null;

    /// <summary>By the configuration, else by the service that delivered.</summary>
    public DomainClass Class => _class == DomainClass.Unknown && traffic.ByRelayService ? DomainClass.Relay : _class;

    /// <summary>The one that the log shows, else the one that Postfix would take; that for mail only which this host takes.</summary>
    public string? NextHop => traffic.NextHop?.Name ?? (_class != DomainClass.Relay && Accepted == 0 ? null : RouteText);

    private string? RouteText =>
        audit.Config?.RouteOfDomain(traffic.Name) is { IsKnown: true, GoesNowhere: false } route ? $"{route.Transport}:{route.NextHop}" : null;

    /// <summary>A "no" is sure only when an address of this host is known: it may be listed under another name.</summary>
    public Cell MxListsThisHost => audit.Dns?.Of(traffic.Name) switch
    {
        { Status: DnsStatus.NoSuchDomain } => Answer.No,
        { Status: DnsStatus.Exists } answer =>
            answer.MxListsUs(audit.Own) ? Answer.Yes : audit.Own.Addresses.Any(address => !IPAddress.IsLoopback(address)) ? Answer.No : Cell.Empty,
        _ => Cell.Empty,
    };
}
