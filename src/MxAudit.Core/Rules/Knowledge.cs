using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;
using MxAudit.Rules.OpenRelay;

namespace MxAudit.Rules;

/// <summary>What several rules want to know about the mail.</summary>
internal static class Knowledge
{
    /// <inheritdoc cref="Evidence.Backscatter"/>
    internal static IReadOnlyList<SentBack> FindBackscatter(Evidence evidence)
    {
        var mail = evidence.MailIfAny;
        var relayed = evidence.Relayed();
        List<int> recipients = [], notices = [];
        foreach (var recipient in mail.Bounces)
            if ((recipient.ReasonClass is not (ReasonClass.Loop or ReasonClass.TooManyHops) || recipient.IsForwardingLoop())
                && recipient.NonDeliveryNotice is { ToStranger: Answer.Yes, ToOwnUser: false } notice
                && !(notice.About is { } about && IsOwn(relayed, about)))
            {
                recipients.Add(recipient.Number);
                notices.Add(notice.Number);
            }
        var all = mail.About(recipients, i => new SentBack(mail, recipients[i], notices[i]));
        return all.Count > 0 && evidence.Config is { } config && ThirdPartyRelaying.AdmitsSenders(config)
            ? [.. all.Where(failed => !ThirdPartyRelaying.GoesElsewhere(config, failed.Recipient))] : all;
    }

    /// <summary>The sender is one whom this host serves, and no address of it that stands for a stranger.</summary>
    private static bool IsOwn(RelayedDomains relayed, Message about) =>
        relayed.Serves(about.SenderDomain) && (DomainBehindSrs(about.Sender ?? "") is not { } behind || relayed.Serves(behind));

    /// <summary>
    /// <c>SRS0=HHH=TT=victim.example=joe@fallback.example</c>, <c>SRS1=HHH=forwarder.example==HHH=TT=victim.example=joe@fallback.example</c>: an address of
    /// this host that stands for another sender's, and a notice goes on to him. Null: it is none.
    /// </summary>
    private static string? DomainBehindSrs(string sender)
    {
        if (sender.Length < 5 || sender[4] is not ('=' or '+' or '-')) return null;
        string[] parts = sender[5..].Split('=');
        int at = sender.StartsWith("SRS0", StringComparison.OrdinalIgnoreCase) ? 2 : sender.StartsWith("SRS1", StringComparison.OrdinalIgnoreCase) ? 5 : -1;
        return at > 0 && at + 1 < parts.Length ? parts[at].ToLowerInvariant() : null;
    }

    /// <summary>Forwarding among this host's own mailboxes leads in a circle, or a sender wrote Delivered-To himself: no other host has part in it.</summary>
    public static bool IsForwardingLoop(this Recipient recipient) =>
        recipient.ReasonClass == ReasonClass.Loop && recipient.LastAttemptMade?.Daemon is Daemon.Local or Daemon.Virtual or Daemon.Pipe;

    /// <summary>A client's message was taken after this moment: whatever was broken then, smtpd works again.</summary>
    /// <param name="host">Of a log of several; null: any of them.</param>
    /// <param name="ofStrangers">Trusted clients do not count: smtpd looks nothing up for them.</param>
    /// <param name="fewest">So many messages.</param>
    public static bool TookMailAfter(this MailHistory mail, DateTimeOffset? moment, string? host = null, bool ofStrangers = false, int fewest = 1)
    {
        if (host is not null && !ofStrangers && fewest == 1) return mail.LastTaken.TryGetValue(host, out var last) && !(last <= moment);
        for (int i = mail.Messages.Count - 1; i >= 0; i--)
        {
            var message = mail.Messages[i];
            if (message.AcceptedAt <= moment) return false;
            if (message.WasAccepted && message.Client.Length > 0 && (host is null || message.Host == host)
                && (!ofStrangers || message.FromStranger) && --fewest == 0)
                return true;
        }
        return false;
    }

    /// <summary>The same of each host that these lines are of: what another one took shows nothing.</summary>
    public static bool TookMailAfter(this MailHistory mail, IEnumerable<Remark> remarks) =>
        remarks.GroupBy(remark => remark.Origin.Host).All(host => mail.TookMailAfter(host.Max(remark => remark.Last), host.Key));

    /// <summary>A client was answered after this moment, if only by a refusal: smtpd runs again. 451 is what a fault in its configuration says, too.</summary>
    public static bool SmtpdAnsweredAfter(this MailHistory mail, IEnumerable<Remark> remarks) =>
        remarks.GroupBy(remark => remark.Origin.Host).All(host => host.Max(remark => remark.Last) is var last && (mail.TookMailAfter(last, host.Key)
            || mail.Rejects.Any(reject => reject is { Daemon: Daemon.Smtpd, Code: not 451 } && reject.Time > last && reject.Origin.Host == host.Key)));

    /// <summary>Recipients of a domain that this host took mail for.</summary>
    public static int AcceptedFor(this MailHistory mail, string name) => mail.DomainsByName.GetValueOrDefault(name)?.Accepted ?? 0;

    /// <summary>How many there are when capitals make no difference.</summary>
    public static int CountDifferent(IEnumerable<string> addresses) => addresses.Distinct(StringComparer.OrdinalIgnoreCase).Count();
}

/// <summary>One recipient that failed after acceptance, and the notice that went to a stranger for it. Kept as numbers: there can be a million.</summary>
internal readonly struct SentBack(MailHistory mail, int recipient, int notice)
{
    public Recipient Recipient => new(mail, recipient);
    public Notice Notice => new(mail, notice);
}

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

/// <summary>When any next hop was down, for quick questions: outages that overlap are one stretch.</summary>
internal sealed class DownTimes
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _stretches = [];

    public DownTimes(MailHistory mail)
    {
        foreach (var outage in mail.Outages.OrderBy(outage => outage.From))
        {
            var to = outage.To ?? DateTimeOffset.MaxValue;
            if (_stretches.Count > 0 && outage.From <= _stretches[^1].To)
                _stretches[^1] = (_stretches[^1].From, to > _stretches[^1].To ? to : _stretches[^1].To);
            else _stretches.Add((outage.From, to));
        }
    }

    public bool Cover(DateTimeOffset time)
    {
        int low = 0, high = _stretches.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (time < _stretches[middle].From) high = middle - 1;
            else if (time > _stretches[middle].To) low = middle + 1;
            else return true;
        }
        return false;
    }
}
