using MxAudit.Config.Smtpd;

namespace MxAudit.Rules.Verification;

public sealed class UnverifiedAccepted : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF003",
        Name = "unverified-accepted",
        Title = "Recipients that could not be verified are accepted",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            With unverified_recipient_defer_code = 250 this host accepts a new recipient as long as the primary does not answer, and
            for as long as that result stays in the cache. Mail to known users is not delayed by an outage, and mail to unknown
            users is accepted with it: it bounces when the primary is back.
            """,
        Detects = """
            reject_unverified_recipient is reached for a relayed domain and unverified_recipient_defer_code begins with 2, with the
            negative cache on. High when the log shows that unknown users were accepted and bounced. Only information where
            relay_recipient_maps holds the recipients too.
            """,
        Fix =
        [
            new("Let new recipients wait, and keep known ones in the cache for longer than an outage lasts.",
                "postconf -e 'unverified_recipient_defer_code = 450' 'address_verify_positive_expire_time = 90d' 'address_verify_positive_refresh_time = 7d' && postfix reload"),
            new("Or keep 250 for the time of an outage that you declare."),
        ],
        Fires = new() { Config = Example.Sound + "unverified_recipient_defer_code = 250" },
        Quiet = new() { Config = Example.Sound + "unverified_recipient_defer_code = 450" },
        References =
        [
            "https://www.postfix.org/postconf.5.html#unverified_recipient_defer_code",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var doors = Doors.Where(evidence, VerificationEffect.AcceptsUnknown);
        if (doors.Length == 0) yield break;
        var config = evidence.Configuration;
        bool isListed = !config.IsEmpty("relay_recipient_maps", doors[0].Service) && config.RefusesUnlisted(doors[0].Service);
        string[] domains = Doors.DomainsOf(doors);
        var accepted = Doors.UnknownUsersAccepted(evidence, domains);
        yield return Report("unverified_recipient_defer_code",
            Telling.Sentences($"While the primary does not answer, any recipient is accepted. Domains: {Telling.Some(domains)}.",
                isListed ? "relay_recipient_maps has the recipients besides." : "",
                Telling.Bounced(accepted)),
            Seen.Stated(Proof.FromConfig(config, "unverified_recipient_defer_code", doors[0].Service), Doors.VerificationIn(config, doors[0]))
                .And(Seen.Of(accepted, 3)),
            Confidence.Proven,
            isListed ? Severity.Info : accepted.Length > 0 ? Severity.High : Severity.Medium);
    }
}
