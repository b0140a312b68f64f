using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class DomainInTwoClasses : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY003",
        Name = "domain-in-two-classes",
        Title = "A domain is listed in two address classes",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Config,
        Why = """
            A domain belongs to one address class: local, virtual alias, virtual mailbox or relay. When it is in two, Postfix uses
            the first that matches. A domain that should be relayed is then delivered on this host, or its users are refused as
            unknown, while the primary waits for mail that never comes.
            """,
        Detects = """
            Postfix warned: do not list the domain in both parameters. Critical when one of them is relay_domains, high for other
            pairs. Postfix names only the first pair of a domain in three classes, and never warns about mydestination together
            with relay_domains: RLY002 finds that one from the configuration.
            """,
        Fix =
        [
            new("Look at the parameters that the warning names, and take the domain out of all but relay_domains.", "postconf mydestination virtual_alias_domains virtual_alias_maps virtual_mailbox_domains relay_domains"),
            new("A bare domain as a key of virtual_alias_maps makes it a virtual alias domain, since that is the default of virtual_alias_domains.", "postconf -e 'virtual_alias_domains =' && postfix reload"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/trivial-rewrite[109]: warning: do not list domain example.net in BOTH virtual_mailbox_domains and relay_domains
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 550 5.1.1 <do not list domain example.net in BOTH virtual_mailbox_domains and relay_domains@example.net>: Recipient address rejected: User unknown in virtual mailbox table; from=<forged@victim.example> to=<"do not list domain example.net in BOTH virtual_mailbox_domains and relay_domains"@example.net> proto=ESMTP helo=<junk>
            """,
        References =
        [
            "https://www.postfix.org/ADDRESS_CLASS_README.html",
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.postfix.org/postconf.5.html#virtual_alias_domains",
        ],
    };

    private sealed record Overlap(string Domain, string Parameters, Remark Remark)
    {
        public bool WithRelay => Parameters.Contains("relay_domains");
    }

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        from remark in evidence.Mail.RemarksOf(RemarkKind.DomainInTwoClasses)
        let words = remark.Subject.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("in" or "BOTH" or "and")).ToArray()
        where words.Length >= 3
        let overlap = new Overlap(words[0].ToLowerInvariant(), $"{words[1]} and {words[2]}", remark)
        group overlap by overlap.Domain into domain
        select Report(evidence, domain.Key,
            $"{domain.Key} is listed in {string.Join(", and in ", domain.Select(overlap => overlap.Parameters).Distinct())}. Postfix uses the first that matches.",
            domain.Sum(overlap => overlap.Remark.Count), domain.Select(overlap => overlap.Remark.FirstLine), Confidence.Proven,
            domain.Min(overlap => overlap.Remark.First), domain.Max(overlap => overlap.Remark.Last),
            domain.Any(overlap => overlap.WithRelay) ? Severity.Critical : Severity.High);
}
