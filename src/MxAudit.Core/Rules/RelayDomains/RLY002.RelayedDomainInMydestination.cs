using MxAudit.Config;

namespace MxAudit.Rules.RelayDomains;

public sealed class RelayedDomainInMydestination : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY002",
        Name = "relayed-domain-in-mydestination",
        Title = "A domain that this host should relay is in mydestination: it is delivered here",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config,
        Why = """
            A domain can belong to one class only, and mydestination comes first. Mail for the domain is not relayed to its primary:
            users without an account on this host are refused or bounced, and mail of those who have one stays here, where nobody
            looks for it. Postfix prints no warning.
            """,
        Detects = """
            The same name is written in mydestination and in relay_domains. A subdomain, such as the name of this host below a
            relayed domain, is no fault. Quiet where relay_domains is made of $mydestination, as it was by default before Postfix
            3.0.
            """,
        Fix =
        [
            new("Take the domain out of mydestination. Often $mydomain is what puts it there.", "postconf -e 'mydestination = $myhostname, localhost.$mydomain, localhost' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                mydestination = $myhostname, localhost, example.com
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com
                mydestination = $myhostname, localhost, www.example.com
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#mydestination",
            "https://www.postfix.org/ADDRESS_CLASS_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        if (!config.IsExplicit("relay_domains") || config.Value("relay_domains").Contains("mydestination", StringComparison.Ordinal)) return [];
        var relayed = config.NamesIn("relay_domains").Select(domain => domain.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return from local in config.NamesIn("mydestination").DistinctBy(domain => domain.Name.ToLowerInvariant())
               let name = local.Name.ToLowerInvariant()
               where relayed.Contains(name) && name.Contains('.') && !name.StartsWith("localhost", StringComparison.Ordinal) && config.ClassOf(name) == DomainClass.Local
               select Report(evidence, name, $"{name} is in mydestination and in relay_domains. mydestination wins: its mail is delivered on this host, and not relayed.",
                   1, [Proof.FromConfig(config, "mydestination"), Proof.FromConfig(config, "relay_domains")], Confidence.Proven);
    }
}
