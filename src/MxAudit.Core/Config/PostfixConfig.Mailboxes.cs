using System.Globalization;

namespace MxAudit.Config;

/// <summary>Mailboxes that must hold the largest message: local.c and virtual.c end where they can not, before they deliver anything.</summary>
public sealed partial class PostfixConfig
{
    private const string MessageLimit = "message_size_limit";

    private static readonly (string Limit, string Program, string Domains, string Transport)[] MailboxLimits =
        [("mailbox_size_limit", "local", "mydestination", "local_transport"),
            ("virtual_mailbox_limit", "virtual", "virtual_mailbox_domains", "virtual_transport")];

    /// <summary>Limits in main.cf of mailboxes here that would be too small for messages of this size, which is 0 where it has no end.</summary>
    public IEnumerable<string> MailboxLimitsBelow(long messageSize) =>
        from mailboxes in Mailboxes
        where !mailboxes.Service.Overrides.ContainsKey(mailboxes.Limit) && !mailboxes.Service.Overrides.ContainsKey(MessageLimit)
            && IsBelow(Int(mailboxes.Limit), messageSize)
        select mailboxes.Limit;

    private void NoticeSmallMailboxes()
    {
        foreach (var (limit, service, isOfHostAlone) in Mailboxes)
            if ((IsExplicit(MessageLimit, service) || IsExplicit(limit, service))
                && LargestFor(service) is { } largest && IsBelow(Int(limit, service), largest))
                Notice(new ConfigRemark(ConfigRemarkKind.BadValue, limit,
                    $"{Shown(limit, service)} is less than {MessageLimit}{(largest == 0 ? ", which is unlimited" : $" = {largest}")}: {service.Command} ends with a fatal error, and delivers nothing.",
                    PlaceOf(limit, service) ?? PlaceOf(MessageLimit, service))
                {
                    Service = service.Overrides.ContainsKey(limit) ? service : null,
                    IsOfInnerService = true,
                    IsOfHostAlone = isOfHostAlone,
                });
    }

    /// <summary>What a mailbox must hold at least.</summary>
    private string? MeantForMailboxes(string name, MasterEntry? service) =>
        (from mailboxes in Mailboxes
            where mailboxes.Limit == name && (service is null ? !mailboxes.Service.Overrides.ContainsKey(name) : mailboxes.Service == service)
            let largest = LargestFor(mailboxes.Service)
            where largest is { } size && IsBelow(Int(name, mailboxes.Service), size)
            select largest.Value.ToString(CultureInfo.InvariantCulture)).FirstOrDefault();

    private static bool IsBelow(long limit, long largest) => limit > 0 && (largest == 0 || limit < largest);

    /// <summary>Null where it is no size, which is told.</summary>
    private long? LargestFor(MasterEntry service) =>
        NumberOf(MessageLimit, ExpandedFor(service, MessageLimit).Trim()) is >= 0 and var largest ? largest : null;

    /// <summary>Services that run and that mail of a domain of their class goes to.</summary>
    private IEnumerable<(string Limit, MasterEntry Service, bool IsOfHostAlone)> Mailboxes =>
        from mailboxes in MailboxLimits
        let names = NamesIn(mailboxes.Domains).Where(domain => !domain.Name.StartsWith("localhost", StringComparison.Ordinal)).ToArray()
        where names.Length > 0
        let transport = Expanded(mailboxes.Transport).Split(':')[0].Trim()
        let isOfHostAlone = names.All(domain => domain.Name.Equals(Expanded("myhostname").Trim(), StringComparison.OrdinalIgnoreCase))
        from service in Services
        where service.Command == mailboxes.Program && service.Name == transport
        select (mailboxes.Limit, service, isOfHostAlone);
}
