using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

/// <summary>
/// Nothing of Postfix listens where the world connects. Where clients' mail comes in all the same, another program has the port and hands it on.
/// </summary>
internal static class DeafHost
{
    /// <summary>The relayed domains whose MX records send mail to a host that does not hear it.</summary>
    public static string[] DomainsOf(Evidence evidence) =>
        evidence is { Config: { IsOneOfSeveral: false, PublicSmtpdServices: [] } config, Dns: { } dns }
        && (config is { ListensToItselfOnly: true, FurtherSmtpdServices: [] } || LacksPort25(config))
        && !IsBehindProxy(config)
        && !HearsOthers(evidence.MailIfAny, config)
            ? [.. Doors.DomainsOf(config).Where(domain => dns.Of(domain)?.MxListsUs(evidence.Own) == true)] : [];

    /// <summary>
    /// master.cf has nothing at port 25, or only for the host itself, and no smtpd at a port that another program would hand mail on to.
    /// </summary>
    public static bool LacksPort25(PostfixConfig config) =>
        config is { MasterIsKnown: true, ListensToItselfOnly: false }
        && config.Services.Where(service => service.Port is not null)
            .All(service => IsPort25(service) ? service.IsLoopback : !service.IsSmtpd || SideDoors.IsForUsers(service));

    public static bool IsPort25(MasterEntry service) => service.Port is "smtp" or "25";

    /// <summary>HAProxy, nginx or the like has the port, and tells whom it speaks for.</summary>
    private static bool IsBehindProxy(PostfixConfig config) =>
        config.Services.Any(service => ProxyProtocols.Any(name => config.ExpandedFor(service, name).Trim().Length > 0));

    private static readonly string[] ProxyProtocols = ["smtpd_upstream_proxy_protocol", "postscreen_upstream_proxy_protocol"];

    /// <summary>Clients' mail for relayed domains came in, or was refused to other hosts.</summary>
    private static bool HearsOthers(MailHistory mail, PostfixConfig config) =>
        mail.Recipients.Any(recipient => recipient.Message.Client.Length > 0 && config.ClassOf(recipient.Domain) == DomainClass.Relay)
        || mail.Rejects.Any(reject =>
            reject.Daemon is Daemon.Smtpd or Daemon.Postscreen && reject.ClientAddress.Length > 0 && !Networks.IsLoopback(reject.ClientAddress));
}
