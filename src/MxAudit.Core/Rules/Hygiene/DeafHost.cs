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
        evidence is { Config: { ListensToItselfOnly: true, IsOneOfSeveral: false, PublicSmtpdServices: [], FurtherSmtpdServices: [] } config, Dns: { } dns }
        && !IsBehindProxy(config)
        && !HearsOthers(evidence.MailIfAny, config)
            ? [.. Doors.DomainsOf(config).Where(domain => dns.Of(domain)?.MxListsUs(evidence.Own) == true)] : [];

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
