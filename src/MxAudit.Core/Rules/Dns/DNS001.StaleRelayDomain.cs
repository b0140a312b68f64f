using MxAudit.Config;
using MxAudit.Dns;

namespace MxAudit.Rules.Dns;

public sealed class StaleRelayDomain : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "DNS001",
        Name = "stale-relay-domain",
        Title = "This host is not an MX of a domain that it relays",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config | EvidenceKinds.Dns,
        NeedsDomains = true,
        Why = """
            The domain has moved, or never named this host. Honest senders do not come here, so what comes is mostly junk, sent to
            a host that still takes it. It goes on to somebody else's mail server from here, and returns as backscatter.
            """,
        Detects = """
            DNS answered for a domain of relay_domains, and none of its MX records names this host, by name or by address; or it
            has no MX, and its own address is another one.

            A failed lookup (SERVFAIL, a timeout) proves nothing, and neither does a domain that was not asked. Domains that do
            not exist or refuse all mail are DNS005. Likely only, while no address of this host is known: it may be listed under
            another name, and --own-address or --own-name would tell. Low when the route of the domain was set on purpose: the host
            may be the way into a network, or error: refuses the domain's mail.
            """,
        Fix =
        [
            new("Take the domain out of relay_domains, when its mail does not belong here any more.", "postconf relay_domains"),
            new("Or let its MX records name this host again, with a higher preference number than the primary.", "dig +short MX example.net"),
        ],
        Fires = new()
        {
            Config = Example.AskingFirst + """
                inet_interfaces = 198.51.100.25
                relay_domains = example.net
                """,
            Dns = """
                {"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mail.partner.example", "addresses": ["203.0.113.44"]}]}}
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                inet_interfaces = 198.51.100.25
                relay_domains = example.net, example.org
                """,
            Dns = """
                {"example.net": {"status": "SERVFAIL"}}
                """,
        },
        References =
        [
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-5.1",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        from named in evidence.Configuration.RelayedNames
        let answer = evidence.Answers.Of(named.Name)
        where answer is { Status: DnsStatus.Exists, IsNullMx: false } && !answer.MxListsUs(evidence.Own) && !answer.IsBestAtUs(evidence.Own)
        select ReportDomain(evidence, named, answer);

    private Finding ReportDomain(Evidence evidence, NamedDomain named, DnsAnswer answer)
    {
        var route = evidence.Configuration.RouteOfDomain(named.Name);
        bool isMeant = route.By is RouteDecider.TransportMaps && (route.GoesNowhere || route.Targets.Any(target => target.IsBracketed));
        string where = answer.Mx.Count > 0 ? $"Its mail goes to {Telling.Some(answer.Mx.Select(host => host.Exchange))}."
            : answer.Addresses.Count > 0 ? $"It has no MX; its mail goes to its own address, {answer.Addresses[0]}." : "It has neither MX nor address.";
        int accepted = evidence.Log?.AcceptedFor(named.Name) ?? 0;
        return Report(named.Name,
            Telling.Sentences($"{named.Name} is in relay_domains, and no MX record of it names this host. {where}",
                accepted > 0 ? $"Mail for {Telling.Count(accepted, "recipient")} was accepted all the same." : ""),
            Seen.Stated(Proof.FromDns(evidence.Answers, answer),
                Proof.FromConfigAt(evidence.Configuration, "relay_domains", named.Place)) with { Count = accepted },
            KnowsItself(evidence) ? Confidence.Strong : Confidence.Likely, isMeant ? Severity.Low : Severity.Medium,
            [Manual.Fix[0], Manual.Fix[1].Naming("example.net", named.Name)]);
    }

    /// <summary>By an address, or since another domain lists this host under a name of its own.</summary>
    private static bool KnowsItself(Evidence evidence) =>
        evidence.Own.Addresses.Any(address => !System.Net.IPAddress.IsLoopback(address)) || evidence.Answers.All.Any(answer => answer.MxListsUs(evidence.Own));
}
