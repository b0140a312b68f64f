using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>
/// The domains that this host relays for: those that the configuration names, those of the relay service in the log, and those it verified recipients of.
/// </summary>
internal sealed class RelayedDomains(MailHistory mail, PostfixConfig? config)
{
    private readonly HashSet<string> _shown = [.. mail.Domains.Where(domain => IsShown(domain, config)).Select(domain => domain.Name)];
    private readonly HashSet<string> _named = [.. config is null ? [] : Doors.DomainsOf(config)];
    private readonly Dictionary<string, DomainClass> _classes = [];

    /// <remarks>
    /// Probes alone do not show it: <c>reject_unverified_sender</c> asks for the senders' domains. Nor does mail beside them, which own users may have
    /// written, where the configuration says that the domain is of others.
    /// </remarks>
    private static bool IsShown(DomainTraffic domain, PostfixConfig? config) =>
        domain.ByRelayService
        || (domain.WasAskedFor && domain.Accepted + domain.Rejected > 0 && (config is null || config.ClassOf(domain.Name) != DomainClass.Default));

    /// <summary>By its own name, and not as a subdomain, which strangers make up.</summary>
    public bool Names(string domain) => _shown.Contains(domain) || _named.Contains(domain);

    /// <param name="domain">Lower case.</param>
    public bool Contains(string domain) => _shown.Contains(domain) || ClassOf(domain) == DomainClass.Relay;

    /// <summary>Relayed, or with mailboxes or aliases here.</summary>
    public bool Serves(string domain) =>
        Contains(domain) || ClassOf(domain) is DomainClass.Local or DomainClass.VirtualMailbox or DomainClass.VirtualAlias;

    /// <summary>
    /// It is none of this host's, and where no configuration tells nobody wrote to it: what was asked about it, <c>reject_unverified_sender</c> asked.
    /// </summary>
    public bool IsNobodys(DomainTraffic domain) =>
        !Serves(domain.Name) && (ClassOf(domain.Name) == DomainClass.Default || domain is { Accepted: 0, Rejected: 0 });

    /// <summary>Asked about a sender, and not about whom an alias of this host leads to.</summary>
    public bool IsForSender(Probe probe) =>
        probe.OriginalRecipient.Length == 0 && mail.DomainsByName.TryGetValue(probe.Domain, out var domain) && IsNobodys(domain);

    /// <summary>The domain may be one of those that this host relays for: nothing tells, or a table can not be read.</summary>
    private bool MayBeOurs(string domain) => Contains(domain) || (config is null ? !AreKnown : ClassOf(domain) == DomainClass.Unknown);

    /// <summary>It went to a domain of others, whose next hop is no primary of this host's.</summary>
    public bool IsOthers(Recipient recipient) => !Has(recipient) && (config is null || !MayBeOurs(recipient.Domain));

    /// <inheritdoc cref="IsOthers(Recipient)"/>
    public bool IsOthers(Probe probe) => IsForSender(probe) || !MayBeOurs(probe.Domain);

    /// <summary>Something tells what this host relays for: where nothing does, any domain may be one of them.</summary>
    public bool AreKnown => _shown.Count > 0 || _named.Count > 0;

    /// <summary>
    /// Whether this host took it to relay it. Logs from before Postfix 3.3, and hosts with an older master.cf, do not name the relay service:
    /// then, where no configuration tells, a stranger's mail that no alias sent elsewhere is taken for relayed.
    /// </summary>
    public bool Has(Recipient recipient) =>
        Contains(recipient.Domain) || (_shown.Count == 0 && recipient.FromStranger && recipient.OriginalAddress.Length == 0 && !IsSettled(recipient));

    /// <summary>The configuration at hand, which is of this host, puts it into another class.</summary>
    private bool IsSettled(Recipient recipient) => config?.IsOfThisHost(recipient.Message) == true && ClassOf(recipient.Domain) != DomainClass.Unknown;

    /// <summary>Asked for again and again: patterns and tables are not looked through each time.</summary>
    private DomainClass ClassOf(string domain)
    {
        if (config is null || domain.Length == 0) return DomainClass.Unknown;
        if (!_classes.TryGetValue(domain, out var known)) _classes[domain] = known = config.ClassOf(domain);
        return known;
    }

    /// <summary>The relayed domain that this one is a subdomain of; null when there is none.</summary>
    public string? ParentOf(string domain)
    {
        for (int dot = domain.IndexOf('.'); dot >= 0; dot = domain.IndexOf('.', dot + 1))
            if (domain[(dot + 1)..] is var parent && Names(parent)) return parent;
        return null;
    }
}
