using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.Backscatter;

public sealed class NoRecipientValidation : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "BKS008",
        Name = "no-recipient-validation",
        Title = "Mail to any user of a relayed domain is accepted, whether the user exists or not",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            This host takes every recipient of the domain, and the primary refuses those it does not know. Then this host has to
            write a notice to the sender, and senders of junk are forged. Nothing else makes as much backscatter. Junk senders look
            for backup hosts that work like this.
            """,
        Detects = """
            For each domain of relay_domains an unknown user is tried on the restriction lists of every public smtpd: nothing
            refuses, and reject_unverified_recipient is not there or only warns. Critical when the log shows that mail from
            strangers to unknown users was accepted and bounced, else high. Medium and only a hint where a policy service, a milter
            or a proxy filter stands in front: it may know the users. Bounces of such mail in the log prove that it does not, and
            refusals of unknown users (5.1.1) that it does. Medium, too, where verification stands in smtpd_data_restrictions or
            smtpd_end_of_data_restrictions: a message with two recipients passes it; and where a table lets senders or HELO names pass,
            which anybody can claim, and all others are refused. Where only a service on another port lets them in, medium for ports of
            mail programs, and low for others, where no junk is sent to. Low where the primary took all of 200 or more different users, as a
            catch-all does. Quiet where a table that can not be read might refuse, and
            for domains whose mail goes to error, retry or discard. A table of relay_domains that can not be read is told as one,
            since it holds for whatever is in it.
            """,
        Fix = Guarding.Usual,
        Fires = new()
        {
            Log = UnknownUserBounced,
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
                """,
        },
        Quiet = new()
        {
            Log = UnknownUserBounced,
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                """,
        },
        References =
        [
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
            "https://www.postfix.org/postconf.5.html#relay_recipient_maps",
        ],
    };

    private const string UnknownUserBounced = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
        Nov 22 10:00:01 mx2 postfix/cleanup[102]: 1A2B3C4D5E: message-id=<a1@junk.example>
        Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
        Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=1.2, delays=1/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.10] said: 550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))
        Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@mx2.fallback.example>
        Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
        Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
        Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
        """;

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        AtPort25(evidence).Concat(ByPattern(evidence)).Concat(ByClaim(evidence)).Concat(BySideDoor(evidence));

    private IEnumerable<Finding> AtPort25(Evidence evidence) =>
        from door in Doors.Of(evidence)
        where door.LetsAnybodyIn && Wildcard.For(evidence.Configuration, door.Domain, door.Service) is null
        group door by door.Domain into doors
        let finding = ReportDomain(evidence, doors.Key, [.. doors])
        where finding is not null
        select finding;

    private const int MostByPattern = 5;

    /// <summary>A pattern in relay_domains names no domain. Those whose unknown users were accepted are known all the same.</summary>
    private IEnumerable<Finding> ByPattern(Evidence evidence)
    {
        var config = evidence.Configuration;
        if (evidence.Log is null || !config.TablesOf("relay_domains").Any(table => table.Patterns.Any())) return [];
        var relayed = evidence.Relayed();
        return from bounced in evidence.UnknownUsersAccepted.OrderByDescending(one => one.Count()).ThenBy(one => one.Key, StringComparer.Ordinal)
                   .Where(one => config.ClassOf(one.Key) == DomainClass.Relay && relayed.ParentOf(one.Key) is null)
                   .Where(one => !config.RelayedNames.Any(named => named.Name == one.Key))
                   .Take(MostByPattern)
               let domain = bounced.Key
               where !config.RouteOfDomain(domain).GoesNowhere
               let doors = config.PublicSmtpdServices.Where(config.HasRelayControl)
                   .Select(service => new Door(domain, service, config.OutcomeOf(service, ClientKind.Stranger, Doors.NobodyOf(domain))))
                   .Where(door => door.LetsAnybodyIn && Wildcard.For(config, domain, door.Service) is null)
                   .ToArray()
               where doors.Length > 0
               let finding = ReportDomain(evidence, domain, doors)
               where finding is not null
               select finding;
    }

    /// <summary>All others are refused; but a sender's address, or a HELO name, can be claimed by anybody.</summary>
    private IEnumerable<Finding> ByClaim(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from door in Doors.Of(evidence)
               where door is { Verification: VerificationEffect.None or VerificationEffect.OnlyWarns, Outcome.Verdict: SmtpdVerdict.Unknown }
                   && Guards(config, door).Length == 0
               where !door.Outcome.Steps.Any(step => step.Effect == StepEffect.Unknown && step.KnowsRecipient)
               let open = door.Outcome.Steps.FirstOrDefault(step => step.Effect == StepEffect.MayPermit
                   && config.ClaimsFor(door.Service, step).Any(claim => TakesAnything(config, door, claim)))
               where open is not null
               group (Door: door, Step: open) by door.Domain into doors
               let first = doors.First()
               where !Doors.Of(evidence, doors.Key).Any(door => door.LetsAnybodyIn)
                   && Wildcard.For(config, doors.Key, first.Door.Service) is null
               select Report(doors.Key,
                   $"Any user of {Whose(config, doors.Key)} is accepted from whoever claims to be one that {first.Step.Restriction} lets pass, and recipients are not verified.",
                   Seen.Stated([Proof.FromConfig(config, first.Step.List, first.Door.Service),
                       .. first.Step.Entry is { } entry ? [Proof.FromTable(entry)] : Array.Empty<Proof>(), Proof.FromConfig(config, "relay_recipient_maps", first.Door.Service)]),
                   Confidence.Strong, Severity.Medium, Guarding.Of(evidence));
    }

    private static bool TakesAnything(PostfixConfig config, Door door, Claim claim) =>
        config.OutcomeOf(door.Service, ClientKind.Stranger, door.Outcome.Recipient, claim) is { Verdict: SmtpdVerdict.Accepted,
            Verification: VerificationEffect.None or VerificationEffect.OnlyWarns };

    private static string Whose(PostfixConfig config, string domain) =>
        Doors.IsOfTable(domain) ? $"any domain in {Telling.Some(config.UnreadRelayTables)}" : domain;

    /// <summary>Where port 25 knows better, and another port takes anything.</summary>
    private IEnumerable<Finding> BySideDoor(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from door in Doors.Of(evidence)
               group door by door.Domain into doors
               let domain = doors.Key
               where !doors.Any(door => door.LetsAnybodyIn || Wildcard.For(config, domain, door.Service) is not null)
               let open = SideDoors.OpenFor(config, Doors.NobodyOf(domain))
                   .FirstOrDefault(outcome => outcome.Verification is VerificationEffect.None or VerificationEffect.OnlyWarns)
               where open is not null
               select Report(domain,
                   $"Any user of {Whose(config, domain)} is accepted from strangers by the service {open.Service.Id}, which does not verify recipients as port 25 does.",
                   Seen.Stated(Proof.FromConfig(config, "smtpd_recipient_restrictions", open.Service),
                       Proof.FromConfig(config, "smtpd_relay_restrictions", open.Service)),
                   Confidence.Likely, SideDoors.IsForUsers(open.Service) ? Severity.Medium : Severity.Low,
                   [new Fix("Let only trusted and authenticated clients in there.", SideDoors.Closing(open.Service))]);
    }

    private Finding? ReportDomain(Evidence evidence, string domain, Door[] doors)
    {
        var config = evidence.Configuration;
        var door = doors.OrderBy(one => Guards(config, one).Length).First();
        string[] guards = Guards(config, door);
        var bounced = Doors.UnknownUsersAccepted(evidence, domain);
        bool isProven = bounced.Length > 0, isCatchAll = evidence.CatchAlls.Have(domain);
        if (!isProven && ((guards.Length > 0 && KnowsUsers(evidence)) || MayBeRefusedByTable(door))) return null;
        string late = SmtpdStep.BehindRecipients.FirstOrDefault(list => config.RestrictionsOf(list, door.Service)
            .Any(one => one is { Name: Guarding.Verify, OnlyWarns: false })) ?? "";
        string unverified = door.Verification == VerificationEffect.OnlyWarns ? "reject_unverified_recipient only warns"
            : late.Length > 0 ? $"{late} verifies the recipient of a message only where it has no other one"
            : "recipients are not verified";
        bool isOfTable = Doors.IsOfTable(domain), isGuarded = guards.Length > 0;
        return Report(domain,
            Telling.Sentences(
                $"Any user of {Whose(config, domain)} is accepted from strangers: {WhyUnlistedPass(config, door)}, and {unverified}.",
                isOfTable ? "Which domains these are, and whether there is one, can not be read here; it holds for all of them." : "",
                Telling.Bounced(bounced, "recipient", " that the next hop does not know"),
                isCatchAll ? $"The next hop took all {CatchAlls.Fewest} or more different users that mail came for, and refused none: it may have a catch-all." : "",
                !isGuarded ? ""
                    : $"In front of it: {Telling.Some(guards)}{(isProven ? ", which did not refuse them" : ", which may know the users: this is not known here")}."),
            Seen.Stated(Proof.FromConfig(config, "relay_domains"), Proof.FromConfig(config, "relay_recipient_maps", door.Service),
                Proof.FromConfig(config, late.Length > 0 ? late : "smtpd_recipient_restrictions", door.Service))
                .And(Seen.Of(bounced, 2)),
            isGuarded && !isProven ? Confidence.Hint : isOfTable ? Confidence.Strong : Confidence.Proven,
            isProven ? Severity.Critical
                : isCatchAll ? Severity.Low
                : isGuarded || late.Length > 0 ? Severity.Medium
                : Severity.High,
            Guarding.Of(evidence));
    }

    private static string WhyUnlistedPass(PostfixConfig config, Door door) =>
        config.IsEmpty("relay_recipient_maps", door.Service) ? "relay_recipient_maps is empty"
            : config.RefusesUnlisted(door.Service) ? "relay_recipient_maps lets every user pass"
            : config.Bool("smtpd_reject_unlisted_recipient", door.Service) ? "receive_override_options has no_unknown_recipient_checks"
            : "smtpd_reject_unlisted_recipient is off";

    /// <summary>One that can not be read here.</summary>
    private static bool MayBeRefusedByTable(Door door) =>
        door.Outcome.Steps.Any(step => step.Effect == StepEffect.Unknown && step.KnowsRecipient && step.Restriction.Name != "check_policy_service");

    /// <summary>Somebody was told that there is no such user in a relayed domain: the guard in front has the lists.</summary>
    private static bool KnowsUsers(Evidence evidence) =>
        evidence.Log?.RejectsFor(ReasonClass.UserUnknown)
            .Any(reject => reject is { WarnOnly: false, Code: >= 500 } && evidence.Configuration.ClassOf(reject.Domain) == DomainClass.Relay) == true;

    private static string[] Guards(PostfixConfig config, Door door) =>
        [.. door.Outcome.PolicyServices.Where(step => step.KnowsRecipient).Select(step => step.Restriction.ToString()), .. config.FiltersOf(door.Service)];
}
