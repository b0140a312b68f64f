using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class SenderCallouts : Rule
{
    /// <summary>More than are forged most, whose senders one may well verify.</summary>
    private const int FewestDomains = 20;

    /// <summary>Refusals are read again from the log.</summary>
    private const int MostRead = 1000;

    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF015",
        Name = "sender-callouts",
        Title = "The sender of every mail is verified: this host calls the hosts of forged senders",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        OrElse = EvidenceKinds.Log,
        Why = """
            Senders of junk are forged. For each of them this host connects to the mail server of somebody who never wrote, and asks
            whether the user exists. Many of them together are an attack on that server, and this host is what it sees. Some
            block lists collect hosts that do this. The manual says: "only use this sparingly, if at all".
            """,
        Detects = """
            A stranger's mail to a relayed domain reaches reject_unverified_sender on a public smtpd, whatever its sender is. Quiet
            where an access table applies it to the sender domains that are forged most: that is the use that the manual describes.

            Without configuration the log shows it: probes went to 20 or more domains that nobody wrote to and that the relay service has
            nothing to do with, and a sender was refused as unverified or undeliverable.
            """,
        Fix = [new("Take reject_unverified_sender out of the list. reject_unknown_sender_domain costs nobody anything.",
            "postconf smtpd_sender_restrictions smtpd_recipient_restrictions")],
        Fires = new() { Config = Example.Sound + "smtpd_sender_restrictions = permit_mynetworks, reject_unverified_sender" },
        Quiet = new()
        {
            Config = Example.Sound + "smtpd_sender_restrictions = permit_mynetworks, check_sender_access inline:{bank.example=reject_unverified_sender}",
        },
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#sender_always",
            "https://www.postfix.org/postconf.5.html#reject_unverified_sender",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) => evidence.Config is null ? InLog(evidence) : InConfig(evidence);

    private IEnumerable<Finding> InLog(Evidence evidence)
    {
        var mail = evidence.Mail;
        var relayed = evidence.Relayed();
        Probe[] asked = [.. mail.Domains.Where(domain => domain.Probes > 0 && relayed.IsNobodys(domain)).SelectMany(mail.ProbesTo)];
        // why a sender was refused is read again from the log
        if (asked.Length == 0 || !mail.RejectsFor(ReasonClass.SenderUnknown).Take(MostRead).Any(reject => IsByVerification(reject.Detail.Reason))) return [];
        return from probe in asked
               group probe by probe.Message.Host into host
               let domains = host.Select(probe => probe.Domain).Distinct().ToArray()
               where domains.Length >= FewestDomains
               select Report(host.Key,
                   $"{Telling.Count(host.Count(), "probe")} went to {Telling.Count(domains.Length, "domain")} that nobody wrote to: senders are verified, of {Telling.Some(domains.Order(StringComparer.Ordinal))}.",
                   Seen.Of([.. host]), Confidence.Strong);
    }

    /// <summary>smtpd_check.c: <c>Sender address rejected: unverified address: …</c>, <c>… undeliverable address: …</c></summary>
    private static bool IsByVerification(string reason) =>
        reason.Contains("rejected: unverified address", StringComparison.Ordinal) || reason.Contains("rejected: undeliverable address", StringComparison.Ordinal);

    private IEnumerable<Finding> InConfig(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from door in Doors.Of(evidence)
               from step in door.Outcome.Steps
               where step.Restriction.Name == "reject_unverified_sender"
               group (Door: door, Step: step) by step.List into list
               let services = list.Select(one => one.Door.Service).DistinctBy(service => service.Id).ToArray()
               select Report(list.Key, $"{list.Key} verifies the sender of every mail from strangers, forged ones too.",
                   Seen.Stated(services.Select(service => Proof.FromConfig(config, list.Key, service)).Distinct()), Confidence.Proven,
                   fixes: [FixFor(config, list.Key, services)]);
    }

    /// <summary>At every service at once. In a class or a table the word is not taken out by a command.</summary>
    private Fix FixFor(PostfixConfig config, string list, MasterEntry[] services)
    {
        (MasterEntry? Service, string Name, string? Value)[] without =
        [
            .. from service in services
               where config.RestrictionsOf(list, service).Any(IsMeant)
               select Postconf.Changed(config, list, service, restriction => IsMeant(restriction) ? null : restriction),
        ];
        return without.Length == 0 ? Manual.Fix[0] : Manual.Fix[0] with { Command = Postconf.SetEach(without) };

        static bool IsMeant(Restriction restriction) => restriction.Name == "reject_unverified_sender";
    }
}
