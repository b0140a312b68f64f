using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Rules.OpenRelay;

namespace MxAudit.Rules.RelayDomains;

/// <summary>
/// Domains that this host is told to relay for, and whose mail it refuses to every stranger: a list ends with <c>reject</c> before anybody has asked
/// whose mail it is, as on hosts that were made to send.
/// </summary>
internal static class ClosedDoors
{
    /// <summary>
    /// Nothing where a table may let some clients pass, as behind a filter that alone may deliver, and where the log shows mail for the domain.
    /// </summary>
    public static IEnumerable<(string Domain, SmtpdOutcome Outcome)> Of(Evidence evidence) =>
        evidence.Config is not { MasterIsKnown: true, IsOneOfSeveral: false } config ? [] :
            from domain in Doors.DomainsOf(config)
            let doors = Doors.Of(evidence, domain).ToArray()
            where doors.Length > 0 && doors.All(door => IsClosed(door.Outcome)) && evidence.MailIfAny.AcceptedFor(domain) == 0
            select (domain, doors[0].Outcome);

    private static bool IsClosed(SmtpdOutcome outcome) =>
        outcome.DecidedBy is { } decided && IsForAll(decided.Restriction)
        && !outcome.Steps.Any(step => RestrictionNames.IsAccessCheck(step.Restriction.Name));

    /// <summary>
    /// Some clients are let pass before all others are refused: others than this host itself, those that log in, or have a certificate. They may be
    /// a filter in front, which alone is to deliver.
    /// </summary>
    public static bool AreForChosen(PostfixConfig config, SmtpdOutcome outcome) =>
        outcome.Steps.Where(step => step.List == outcome.DecidedBy!.List).Any(step => step.Restriction.Name switch
        {
            "permit_mynetworks" => config.TrustedNetworksOf(outcome.Service) is var trusted
                && (!trusted.IsKnown || trusted.Networks.Any(network => !TrustedClientsUnverified.IsThisHost(config, network))),
            "permit_sasl_authenticated" or "permit_tls_clientcerts" or "permit_tls_all_clientcerts" => true,
            _ => false,
        });

    /// <summary>
    /// In each list that says <c>reject</c> to all: what this host relays for, and its own domains, pass then, and nothing else does. Empty where the
    /// word stands in a restriction class, which other lists may use, too.
    /// </summary>
    public static string Opening(PostfixConfig config, SmtpdOutcome outcome) => IsInClass(config, outcome) ? "" :
        Postconf.SetAll(
            [.. from list in PostfixConfig.ListsBeforeData
                let words = config.RestrictionsOf(list, outcome.Service)
                where words.Any(IsForAll)
                select (list, Postconf.Restrictions(words.Select(word => IsForAll(word) ? word with { Name = "reject_unauth_destination" } : word)))],
            outcome.Service);

    public static bool IsInClass(PostfixConfig config, SmtpdOutcome outcome) =>
        !config.RestrictionsOf(outcome.DecidedBy!.List, outcome.Service).Any(IsForAll);

    private static bool IsForAll(Restriction word) => word is { Name: "reject" or "defer", OnlyWarns: false };
}
