namespace MxAudit.Config;

/// <summary>Mailboxes that must hold the largest message: local.c and virtual.c end where they can not, before they deliver anything.</summary>
public sealed partial class PostfixConfig
{
    private const string MessageLimit = "message_size_limit";

    private static readonly (string Limit, string Program, DomainClass Class)[] MailboxLimits =
        [("mailbox_size_limit", "local", DomainClass.Local), ("virtual_mailbox_limit", "virtual", DomainClass.VirtualMailbox)];

    /// <summary>Limits of mailboxes here that would be too small for messages of this size, which is 0 where it has no end.</summary>
    public IEnumerable<string> MailboxLimitsBelow(long messageSize) =>
        from mailboxes in MailboxLimits
        where HasMailFor(mailboxes.Program, mailboxes.Class) && Int(mailboxes.Limit) is > 0 and var limit && (messageSize == 0 || limit < messageSize)
        select mailboxes.Limit;

    private void NoticeSmallMailboxes()
    {
        if (!IsExplicit(MessageLimit) && !MailboxLimits.Any(mailboxes => IsExplicit(mailboxes.Limit))) return;
        if (NumberOf(MessageLimit, Expanded(MessageLimit).Trim()) is not (>= 0 and var largest)) return; // that is told
        foreach (string limit in MailboxLimitsBelow(largest))
            Notice(new ConfigRemark(ConfigRemarkKind.BadValue, limit,
                $"{Shown(limit)} is less than {MessageLimit}{(largest == 0 ? ", which is unlimited" : $" = {largest}")}: {MailboxLimits.First(one => one.Limit == limit).Program} ends with a fatal error, and delivers nothing.",
                PlaceOf(limit) ?? PlaceOf(MessageLimit)) { IsOfInnerService = true });
    }

    /// <summary>What a mailbox must hold at least.</summary>
    private string? MeantForMailboxes(string name, MasterEntry? service) =>
        service is null && NumberOf(MessageLimit, Expanded(MessageLimit).Trim()) is >= 0 and var largest && MailboxLimitsBelow(largest).Contains(name)
            ? largest.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>Its service runs, and mail of a domain of its class goes there.</summary>
    private bool HasMailFor(string program, DomainClass domains) => Services.Any(service => service.Command == program)
        && NamesIn(domains == DomainClass.Local ? "mydestination" : "virtual_mailbox_domains")
            .Any(domain => !domain.Name.StartsWith("localhost", StringComparison.Ordinal))
        && Expanded(domains == DomainClass.Local ? "local_transport" : "virtual_transport").Split(':')[0].Trim() == program;
}
