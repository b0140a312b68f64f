using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.Hygiene;

public sealed class NoJunkFilter : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG007",
        Name = "no-junk-filter",
        Title = "Nothing on this host filters junk before it is accepted",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            Senders of junk prefer fallback hosts, because they are often guarded less than the primary. What this host accepts and
            the primary refuses becomes a notice to a forged sender (BKS005). So a fallback host should refuse what the primary
            refuses, and before it accepts the mail.
            """,
        Detects = """
            A public smtpd has no postscreen in front, no DNS list, no policy service, no milter, no proxy filter, and cleanup has no
            header or body checks. Whether the primary has more is not known here. A content_filter does not count: it sees mail
            after it was accepted.
            """,
        Fix =
        [
            new("Ask the block list that the primary asks, before recipients are verified.",
                "postconf smtpd_recipient_restrictions   # then set it again with reject_rbl_client behind reject_unauth_destination"),
            new("Or put postscreen in front of smtpd: POSTSCREEN_README says which lines of master.cf change.",
                "postconf -M | grep -E '^(smtp|smtpd|dnsblog|tlsproxy) '"),
            new("Or let smtpd ask the filter that the primary asks, once it is installed here: MILTER_README."),
        ],
        Fires = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                """,
        },
        Quiet = new()
        {
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client dnsbl.example, reject_unverified_recipient
                unverified_recipient_reject_code = 550
                """,
        },
        References =
        [
            "https://www.postfix.org/POSTSCREEN_README.html",
            "https://www.postfix.org/MILTER_README.html",
            "https://www.postfix.org/SMTPD_POLICY_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        if (config.RelayDomains.Count == 0) return [];
        var bare = config.PublicSmtpdServices.Where(service => !IsFiltered(config, service)).ToArray();
        int refused = evidence.Log?.BouncesFor(ReasonClass.Content).Count() ?? 0;
        return from service in bare
               select Report(service.Id,
                   Telling.Sentences($"{service.Id} accepts mail without asking a DNS list, a policy service or a filter.",
                       refused == 0 ? "" : $"The next hop refused the content of mail for {Telling.Count(refused, "recipient")} that was accepted here."),
                   Seen.Stated(Proof.FromConfig(config, "smtpd_recipient_restrictions", service),
                       Proof.FromConfig(config, "smtpd_milters", service)) with { Count = refused },
                   config.MasterIsKnown ? Confidence.Likely : Confidence.Hint);
    }

    /// <summary>Something looks at the mail of a service before this host has accepted it.</summary>
    internal static bool IsFiltered(PostfixConfig config, MasterEntry service) =>
        config.Services.Any(one => one.Command == "postscreen") || (!config.MasterIsKnown && config.List("postscreen_dnsbl_sites").Count > 0)
        || config.List("header_checks").Count + config.List("body_checks").Count > 0
        || config.FiltersOf(service).Count > 0 || PostfixConfig.RestrictionLists.Any(list => HasFilter(config, list, service));

    /// <summary>Also within a class of restrictions, wherever that is called from.</summary>
    private static bool HasFilter(PostfixConfig config, string list, MasterEntry service) =>
        config.RestrictionsOf(list, service).Any(restriction => Filters(restriction.Name))
        || config.List("smtpd_restriction_classes", service).Any(name => config.List(name, service).Any(Filters));

    private static bool Filters(string word) =>
        word == "check_policy_service" || word.StartsWith("reject_rbl", StringComparison.Ordinal) || word.StartsWith("reject_rhsbl", StringComparison.Ordinal);
}
