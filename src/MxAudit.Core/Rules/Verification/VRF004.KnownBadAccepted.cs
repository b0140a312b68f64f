using MxAudit.Config.Smtpd;

namespace MxAudit.Rules.Verification;

public sealed class KnownBadAccepted : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF004",
        Name = "known-bad-accepted",
        Title = "Recipients that the primary refused are accepted all the same",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config,
        Why = """
            With a reject code that begins with 2, smtpd asks the primary, learns that the user does not exist, and accepts the
            mail. It will bounce.
            """,
        Detects = """
            reject_unverified_recipient is reached for a relayed domain, and unverified_recipient_reject_code begins with 2.
            """,
        Fix =
        [
            new("Refuse for good.", "postconf -e 'unverified_recipient_reject_code = 550' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
                unverified_recipient_reject_code = 250
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#unverified_recipient_reject_code",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        Door[] doors = [.. Doors.Where(evidence, VerificationEffect.SwitchedOff)
            .Where(door => door.Outcome.DecidedBy is null or { List: "smtpd_reject_unlisted_recipient" }
                && config.Int("unverified_recipient_reject_code", door.Service) / 100 == 2)];
        if (doors.Length == 0) yield break;
        string[] domains = Doors.DomainsOf(doors);
        yield return Report("unverified_recipient_reject_code",
            $"Recipients are verified, and accepted whatever the result is. Domains: {Telling.Some(domains)}.",
            Seen.Stated(Proof.FromConfig(config, "unverified_recipient_reject_code", doors[0].Service),
                Doors.VerificationIn(config, doors[0])) with { Count = domains.Length },
            Confidence.Proven);
    }
}
