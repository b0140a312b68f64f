using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class UnknownSubdomainsAccepted : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY004",
        Name = "unknown-subdomains-accepted",
        Title = "Mail for subdomains that do not exist is accepted and bounced",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        NeedsDomains = true,
        OrElse = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            By default a domain in relay_domains stands for all its subdomains too. Anybody can send mail to a made-up subdomain:
            this host takes it, finds no such name in DNS, and bounces it to a forged sender.
            """,
        Detects = """
            A stranger's mail for a subdomain of a relayed domain was taken for relaying and bounced because DNS does not have that
            name. Quiet when mail was delivered to that subdomain before: then its DNS broke, and the domain was meant.

            Medium, and from the configuration alone: unknown users of a relayed domain are refused or verified on every public
            smtpd, and those of any subdomain are accepted, because an access table or a list is about the domain's own name only.
            Where all of them are accepted BKS008 tells it.
            """,
        Fix =
        [
            new("Refuse recipients whose domain is not in DNS. Keep your other restrictions; this one belongs after reject_unauth_destination.",
                "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient' && postfix reload"),
            new("Or let relay_domains stand for the listed names only, and list subdomains with a leading dot where they are wanted.",
                "postconf parent_domain_matches_subdomains   # then set it again without relay_domains"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.3, delays=0/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:02 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<x@nosub.example.com>, relay=none, delay=0.1, delays=0.1/0/0/0, dsn=5.4.4, status=bounced (Host or domain name not found. Name service error for name=nosub.example.com type=A: Host not found)
            Nov 22 10:00:02 mx2 postfix/cleanup[102]: 1A2B3C4D6F: message-id=<20261122100002.1A2B3C4D6F@mx2.fallback.example>
            Nov 22 10:00:02 mx2 postfix/bounce[105]: 1A2B3C4D5E: sender non-delivery notification: 1A2B3C4D6F
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D6F: from=<>, size=4100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: 1A2B3C4D01: client=mail.partner.example[203.0.113.44]
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: from=<bea@partner.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D01: to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.3, delays=0/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5E6F7A8B9C)
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed
            Nov 22 10:00:02 mx2 postfix/smtpd[101]: 1A2B3C4D5E: client=unknown[203.0.113.66]
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<forged@victim.example>, size=2100, nrcpt=1 (queue active)
            Nov 22 10:00:02 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<x@gone.example>, relay=none, delay=0.1, delays=0.1/0/0/0, dsn=5.4.4, status=bounced (Host or domain name not found. Name service error for name=gone.example type=A: Host not found)
            Nov 22 10:00:02 mx2 postfix/qmgr[103]: 1A2B3C4D5E: removed
            """,
        References =
        [
            "https://www.postfix.org/postconf.5.html#parent_domain_matches_subdomains",
            "https://www.postfix.org/postconf.5.html#reject_unknown_recipient_domain",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Finding[] logged = evidence.Log is null ? [] : [.. InLog(evidence)];
        return evidence.Config is { } config
            ? logged.Concat(InConfig(evidence, config).Where(finding => !logged.Any(other => other.Subject == finding.Subject))) : logged;
    }

    private IEnumerable<Finding> InLog(Evidence evidence)
    {
        var relayed = evidence.Relayed();
        var delivered = evidence.Mail.Domains.Where(domain => domain.Delivered > 0).Select(domain => domain.Name).ToHashSet();
        return from bounced in evidence.Mail.BouncesFor(ReasonClass.DnsPermanent)
               where bounced is { ByRelayService: true, FromStranger: true }
               let parent = relayed.ParentOf(bounced.Domain)
               where parent is not null && !delivered.Contains(bounced.Domain)
               group bounced by parent into domain
               let lost = domain.ToArray()
               select Report(domain.Key,
                   $"Mail for {Telling.Count(lost.Length, "recipient")} in subdomains of {domain.Key} that DNS does not have was accepted from strangers and bounced: {Telling.Some(lost.Select(bounced => bounced.Domain))}.",
                   Seen.Of(lost), Confidence.Likely,
                   fixes: evidence.Config is { } config
                       ? [
                           .. Guarding.ByVerification(config)
                               .Select(fix => fix with { Why = "Refuse recipients whose domain is not in DNS, and unknown users besides." }),
                           Manual.Fix[1],
                       ]
                       : null);
    }

    private const string Below = "nobodys-host-7f3a91";

    /// <summary>The domain's own users are asked for, and below it nobody's.</summary>
    private IEnumerable<Finding> InConfig(Evidence evidence, PostfixConfig config) =>
        from doors in Doors.Of(evidence).Where(door => !door.Domain.StartsWith('.') && !Doors.IsOfTable(door.Domain)).GroupBy(door => door.Domain)
        where doors.All(door => door.Outcome.Verdict != SmtpdVerdict.Accepted
            || door.Verification is not (VerificationEffect.None or VerificationEffect.OnlyWarns))
        let below = $"{Below}.{doors.Key}"
        where config.ClassOf(below) == DomainClass.Relay && !config.RouteOfDomain(below).GoesNowhere
        let open = doors.Select(door => config.OutcomeOf(door.Service, ClientKind.Stranger, Doors.NobodyOf(below)))
            .FirstOrDefault(outcome => TakesAnything(config, outcome))
        where open is not null
        select Report(doors.Key,
            $"Users of {doors.Key} are asked for, and any user of any name below it is accepted: relay_domains covers subdomains, and nothing refuses those that do not exist.",
            Seen.Stated(Proof.FromConfig(config, "relay_domains"), Proof.FromConfig(config, "smtpd_recipient_restrictions", open.Service),
                Proof.FromConfig(config, "parent_domain_matches_subdomains")),
            Confidence.Proven, Severity.Medium,
            [
                .. Guarding.ByVerification(config).Select(fix => fix with { Why = "Refuse recipients whose domain is not in DNS, and unknown users besides." }),
                Manual.Fix[1],
            ]);

    private static bool TakesAnything(PostfixConfig config, SmtpdOutcome outcome) =>
        outcome is { Verdict: SmtpdVerdict.Accepted, Verification: VerificationEffect.None or VerificationEffect.OnlyWarns, ChecksRecipientDomain: false }
        && !outcome.Steps.Any(step => step.Effect == StepEffect.Unknown && step.KnowsRecipient) && config.FiltersOf(outcome.Service).Count == 0;
}
