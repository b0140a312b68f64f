using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class VerificationSwitchedOff : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF002",
        Name = "verification-switched-off",
        Title = "Two settings together switch recipient verification off: everything is accepted",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config,
        OrElse = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Log,
        Why = """
            With address_verify_negative_cache = no a failed probe is forgotten at once, so the answer is always "not known yet".
            With unverified_recipient_defer_code = 250 that answer means: accept. Every unknown recipient is accepted, after six
            seconds and several probes, and bounces. Each setting alone looks like a careful choice.
            """,
        Detects = """
            reject_unverified_recipient is reached for a relayed domain, address_verify_negative_cache is off, and
            unverified_recipient_defer_code begins with 2. The log, where it is at hand, tells how many unknown users were accepted.

            Without configuration: 3 or more recipients of strangers' mail whose probe had failed and was forgotten
            ("undeliverable-but-not-cached") were accepted all the same at once, and bounced as unknown.
            """,
        Fix =
        [
            new("Turn the negative cache on, and let recipients that are not known yet wait.",
                "postconf -e 'address_verify_negative_cache = yes' 'unverified_recipient_defer_code = 450' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.Sound + """
                address_verify_negative_cache = no
                unverified_recipient_defer_code = 250
                """,
        },
        Quiet = new() { Config = Example.Sound + "unverified_recipient_defer_code = 450" },
        References =
        [
            "https://www.postfix.org/postconf.5.html#address_verify_negative_cache",
            "https://www.postfix.org/postconf.5.html#unverified_recipient_defer_code",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        ],
    };

    private Finding ReportLog(Evidence evidence, Recipient[] accepted) =>
        Report("unverified_recipient_defer_code",
            $"Verification refuses nobody: {Telling.Count(accepted.Length, "recipient")} whose probe had failed and was forgotten were accepted all the same, and bounced as unknown. Domains: {Telling.Tally(accepted.Select(recipient => recipient.Domain), 3)}.",
            Seen.Of(accepted)
                .ShownBy(evidence.Mail.ProbesNotCached.Take(2).Select(probe => probe.Line).Concat(accepted.Take(3).Select(recipient => recipient.LastLine))),
            Confidence.Strong);

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        if (evidence.Config is null)
        {
            if (Knowledge.AcceptedInSpite(evidence) is { Length: > 0 } inSpite) yield return ReportLog(evidence, inSpite);
            yield break;
        }
        var doors = Doors.SwitchedOff(evidence);
        if (doors.Length == 0) yield break;
        var config = evidence.Configuration;
        string[] domains = Doors.DomainsOf(doors);
        var accepted = Doors.UnknownUsersAccepted(evidence, domains);
        yield return Report("unverified_recipient_defer_code",
            Telling.Sentences(
                $"Verification refuses nobody: failed probes are forgotten, and recipients that are not known are accepted. Domains: {Telling.Some(domains)}.",
                Telling.Bounced(accepted)),
            Seen.Stated(Proof.FromConfig(config, "address_verify_negative_cache"),
                Proof.FromConfig(config, "unverified_recipient_defer_code", doors[0].Service), Doors.VerificationIn(config, doors[0]))
                .And(Seen.Of(accepted, 2)),
            Confidence.Proven);
    }
}
