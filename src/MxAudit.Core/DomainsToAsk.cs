using System.Net;
using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit;

/// <summary>Which domains are looked up live: those that rules can use, and no others. Whom the users here write to is nobody's business.</summary>
internal static class DomainsToAsk
{
    /// <summary>Those that matter most first: relayed, what their routes look up, this host's own names, and what strangers were denied.</summary>
    internal static IEnumerable<string> Of(MailHistory mail, PostfixConfig? config, IEnumerable<string> ownNames)
    {
        string[] relayed =
        [
            .. config?.RelayDomains.Select(domain => domain.Name.TrimStart('.')) ?? [],
            .. mail.Domains.Where(domain => domain.ByRelayService || WasProbed(domain) || config?.ClassOf(domain.Name) == DomainClass.Relay)
                .Select(domain => domain.Name),
        ];
        return relayed.Concat(config is null ? [] : relayed.SelectMany(domain => LookedUpFor(domain, config)))
            .Concat(config?.OwnNames ?? ownNames)
            .Concat(mail.Rejects.Where(reject => reject is { ReasonClass: ReasonClass.RelayDenied, WarnOnly: false }).CountBy(reject => reject.Domain)
                .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key));
    }

    private static bool WasProbed(DomainTraffic domain) => domain.Probes > 0;

    /// <summary>The host whose MX records, or in brackets whose address, decide where the mail goes.</summary>
    private static IEnumerable<string> LookedUpFor(string domain, PostfixConfig config) =>
        config.RouteOfDomain(domain) is { IsKnown: true, GoesNowhere: false, Targets: [var first, ..] }
        && first.Host.Contains('.')
        && !IPAddress.TryParse(first.Host, out _)
            ? [first.Host]
            : [];
}
