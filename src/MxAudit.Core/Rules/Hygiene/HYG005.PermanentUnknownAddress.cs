namespace MxAudit.Rules.Hygiene;

public sealed class PermanentUnknownAddress : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "HYG005",
        Name = "permanent-unknown-address",
        Title = "A domain that DNS does not know is refused for good",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Config,
        Why = """
            unknown_address_reject_code holds for the recipient's domain too. When the zone of a relayed domain expires, or is
            delegated wrongly for an hour, its mail is refused for good instead of waiting. Lookups that only fail for the moment
            are answered 450 in any case.
            """,
        Detects = """
            unknown_address_reject_code is set to 5xx, and reject_unknown_recipient_domain is reached for a relayed domain.
            """,
        Fix =
        [
            new("Go back to the default, or keep it knowingly.", "postconf -X unknown_address_reject_code && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient
                unverified_recipient_reject_code = 550
                unknown_address_reject_code = 550
                """,
        },
        Quiet = new() { Config = Example.Sound + "unknown_address_reject_code = 550" },
        References =
        [
            "https://www.postfix.org/postconf.5.html#unknown_address_reject_code",
            "https://www.postfix.org/postconf.5.html#reject_unknown_recipient_domain",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        Door[] doors = [.. Doors.Of(evidence).Where(door => door.Outcome.ChecksRecipientDomain
            && config.IsExplicit("unknown_address_reject_code", door.Service)
            && config.Int("unknown_address_reject_code", door.Service) / 100 == 5)];
        if (doors.Length == 0) yield break;
        yield return Report("unknown_address_reject_code", "If the zone of a relayed domain vanishes from DNS, mail to it is refused for good.",
            Seen.Stated(Proof.FromConfig(config, "unknown_address_reject_code", doors[0].Service)), Confidence.Proven);
    }
}
