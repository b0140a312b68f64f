using MxAudit.Config;
using MxAudit.Config.Smtpd;

namespace MxAudit.Rules.OpenRelay;

public sealed class NoRelayControl : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "REL003",
        Name = "no-relay-control",
        Title = "Strangers may send mail to anywhere through this host: nothing refuses it",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config,
        Why = """
            This is an open relay. A permit, or an entry of an access table, ends the restriction lists before
            reject_unauth_destination is reached, or that word is missing. Open relays are found within hours, used for junk, and
            listed.
            """,
        Detects = """
            A stranger's mail to a domain that this host does not serve is tried on all restriction lists of every public smtpd, and
            no list refuses it, nor DATA, or it is let in by a table of senders or HELO names before it is refused: both can be claimed,
            if one claim does for all lists. The same
            for services on other ports, unless they listen to private networks only: high where it is no port of mail programs,
            since a packet filter may be in front. Quiet where a policy service or a table that can not be read may decide, and where
            smtpd does not start at all.
            """,
        Fix =
        [
            new("Put the control of relaying into its own list, and take \"permit\" out of the others.",
                Postconf.Set("smtpd_relay_restrictions", Postconf.RelayControl)),
        ],
        Fires = new()
        {
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient
                unverified_recipient_reject_code = 550
                smtpd_relay_restrictions = permit_mynetworks, check_client_access static:OK, reject_unauth_destination
                """,
        },
        Quiet = new() { Config = Example.Sound + "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination, permit" },
        References =
        [
            "https://www.postfix.org/postconf.5.html#smtpd_relay_restrictions",
            "https://www.postfix.org/SMTPD_ACCESS_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        OpenSmtpd.Of(evidence.Configuration)
            .Select(open => ReportOpen(evidence.Configuration, open))
            .Concat(SideDoors.OpenFor(evidence.Configuration, Doors.Elsewhere).Select(outcome => ReportSide(evidence.Configuration, outcome)));

    private Finding ReportOpen(PostfixConfig config, OpenSmtpd open)
    {
        var (outcome, claim) = open;
        return Report(outcome.Service.Id,
            $"The service {outcome.Service.Id} accepts mail from strangers to any domain{(claim is { } by ? $" if they claim what {by.Restriction} lets pass, and anybody can" : "")}.",
            Seen.Stated([.. claim?.Entry is { } claimed ? [Proof.FromTable(claimed)] : Array.Empty<Proof>(),
                Proof.FromConfig(config, "smtpd_relay_restrictions", outcome.Service),
                Proof.FromConfig(config, "smtpd_recipient_restrictions", outcome.Service)]),
            Confidence.Proven,
            fixes:
            [
                .. claim is { } step
                    ? [new Fix(
                        $"Anybody can claim a sender or a HELO name. Put {step.Restriction} behind reject_unauth_destination, or let the table say DUNNO.",
                        $"postconf {step.List}")]
                    : Array.Empty<Fix>(),
                Manual.Fix[0] with { Command = Postconf.Set("smtpd_relay_restrictions", Postconf.RelayControl, outcome.Service) },
            ]);
    }

    private Finding ReportSide(PostfixConfig config, SmtpdOutcome outcome)
    {
        var (service, isForUsers) = (outcome.Service, SideDoors.IsForUsers(outcome.Service));
        return Report(service.Id,
            Telling.Sentences($"The service {service.Id} accepts mail from strangers to any domain.",
                isForUsers ? "" : "Whoever reaches that port may send mail to anywhere; a packet filter is not known here."),
            Seen.Stated(Proof.FromConfig(config, "smtpd_relay_restrictions", service), Proof.FromConfig(config, "smtpd_recipient_restrictions", service)),
            isForUsers ? Confidence.Proven : Confidence.Likely, isForUsers ? Severity.Critical : Severity.High,
            [new Fix("Let only trusted and authenticated clients relay there; or let it listen where only they are, as 127.0.0.1:10025 does.",
                SideDoors.Closing(service))]);
    }
}
