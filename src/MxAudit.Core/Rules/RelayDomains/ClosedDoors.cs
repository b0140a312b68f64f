using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Config.Syntax;
using MxAudit.Dns;

namespace MxAudit.Rules.RelayDomains;

/// <summary>
/// Domains that this host is told to relay for, and whose mail it refuses to every stranger: a list ends with <c>reject</c> before anybody has asked
/// whose mail it is, as on hosts that were made to send. One for each list that decides: its correction opens the door for all.
/// </summary>
/// <param name="Answers">Of DNS, that sends strangers here; none: it was not asked, and a fallback MX has to take their mail.</param>
internal sealed record ClosedDoors(SmtpdOutcome Outcome, string[] Domains, DnsAnswer[] Answers)
{
    public string List => Outcome.DecidedBy!.List;

    /// <summary>What the finding is about.</summary>
    public string Subject => Domains is [var only] ? only : List;

    public bool IsProven => Answers.Length > 0;

    /// <summary>
    /// Nothing where a table may let some clients pass, as behind a filter that alone may deliver, and where the log shows mail for the domain.
    /// </summary>
    public static IEnumerable<ClosedDoors> Of(Evidence evidence) =>
        evidence.Config is not { MasterIsKnown: true, IsOneOfSeveral: false } config ? [] :
            from domain in Doors.DomainsOf(config)
            let doors = Doors.Of(evidence, domain).ToArray()
            where doors.Length > 0 && doors.All(door => IsClosed(door.Outcome)) && evidence.MailIfAny.AcceptedFor(domain) == 0
            let answer = evidence.Dns?.Of(domain)
            where answer is null ? !IsForChosen(config, doors[0].Outcome) : answer.MxListsUs(evidence.Own)
            group (Domain: domain, doors[0].Outcome, Answer: answer) by doors[0].Outcome.DecidedBy!.List into closed
            select new ClosedDoors(closed.First().Outcome, [.. closed.Select(door => door.Domain)],
                [.. closed.Select(door => door.Answer).OfType<DnsAnswer>()]);

    private static bool IsClosed(SmtpdOutcome outcome) =>
        outcome.DecidedBy is { } decided && IsForAll(decided.Restriction)
        && !outcome.Steps.Any(step => RestrictionNames.IsAccessCheck(step.Restriction.Name));

    /// <summary>
    /// Some clients are let pass before all others are refused: others than this host itself, those that log in, or have a certificate. They may be
    /// a filter in front, which alone is to deliver.
    /// </summary>
    private static bool IsForChosen(PostfixConfig config, SmtpdOutcome outcome) =>
        outcome.Steps.Where(step => step.List == outcome.DecidedBy!.List).Any(step => step.Restriction.Name switch
        {
            "permit_mynetworks" => config.TrustedNetworksOf(outcome.Service) is var trusted
                && (!trusted.IsKnown || trusted.Networks.Any(network => !OwnNetworks.Has(config, network))),
            "permit_sasl_authenticated" => config.Bool("smtpd_sasl_auth_enable", outcome.Service),
            "permit_tls_clientcerts" or "permit_tls_all_clientcerts" => true,
            _ => false,
        });

    public bool IsInClass(PostfixConfig config) => !config.RestrictionsOf(List, Outcome.Service).Any(IsForAll);

    /// <summary>
    /// Each list that says <c>reject</c> to all, as it should be: what this host relays for, and its own domains, pass then, and nothing else does. And
    /// where no list of users tells who is there, the primary is asked, since an open door would make notices to strangers of all mail for nobody.
    /// </summary>
    public static (string List, string Value)[] Opened(PostfixConfig config, MasterEntry? service)
    {
        var lists = PostfixConfig.ListsBeforeData.Select(list => (List: list, Words: config.RestrictionsOf(list, service)))
            .Where(one => one.Words.Any(IsForAll))
            .ToDictionary(one => one.List, one => Postconf.Restrictions(one.Words.Select(word =>
                IsForAll(word) ? word with { Name = "reject_unauth_destination" } : word)));
        if (lists.Count > 0 && LetsAnybodyIn(config, service))
            lists[Guarding.List] = Guarding.Verifying(WordGrammar.Read(lists.GetValueOrDefault(Guarding.List, config.Value(Guarding.List, service))),
                WordGrammar.Read(config.Value("smtpd_relay_restrictions", service)), RelayingFirst.KnowsLogins(config, service));
        return [.. lists.Select(list => (list.Key, list.Value))];
    }

    /// <summary>Nothing tells yet which users there are.</summary>
    public static bool LetsAnybodyIn(PostfixConfig config, MasterEntry? service) =>
        config.IsEmpty("relay_recipient_maps", service) && !PostfixConfig.ListsBeforeData.SelectMany(list => config.RestrictionsOf(list, service))
            .Any(word => word is { Name: Guarding.Verify, OnlyWarns: false });

    /// <summary>Empty where the word stands in a restriction class, which other lists may use, too.</summary>
    public string Opening(PostfixConfig config) => IsInClass(config) ? "" : Postconf.SetAll(Opened(config, Outcome.Service), Outcome.Service);

    private static bool IsForAll(Restriction word) => word is { Name: "reject" or "defer", OnlyWarns: false };
}
