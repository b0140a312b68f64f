using System.Net;
using MxAudit.Config;
using MxAudit.Dns;

namespace MxAudit.Rules.Loops;

public sealed class RelayhostReturnsHere : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP008",
        Name = "relayhost-returns-here",
        Title = "relayhost leads back to this host",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Dns,
        Why = """
            What this host can not deliver itself it hands to relayhost. When that is this host again, or a fallback MX of the same
            domain that hands it back, the mail goes round until the hop limit, or bounces as a loop; notices and probes go the
            same way.
            """,
        Detects = """
            relayhost is a name or an address of this host; or, without brackets, its MX records, or without them its address, are
            this host's. Or mail of a relay domain goes to relayhost, which is an MX host of that domain itself, no better than this
            one. Known as this host are the names and addresses that configuration and --own-address tell.
            """,
        Fix =
        [
            new("Send mail of relay domains to their MX hosts, not to relayhost.",
                "postconf transport_maps relayhost   # then, in that table:  example.com  relay:"),
            new("Or name a relayhost, in brackets, that is another machine; or none.", "postconf -X relayhost && postfix reload"),
        ],
        Fires = new()
        {
            Config = Host,
            Dns = """
                {"smtp.fallback.example": {"status": "NOERROR", "addresses": ["198.51.100.25"]}}
                """,
        },
        Quiet = new()
        {
            Config = Host,
            Dns = """
                {"smtp.fallback.example": {"status": "NOERROR", "addresses": ["198.51.100.26"]}}
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#relayhost",
            "https://www.postfix.org/transport.5.html",
        ],
    };

    private const string Host = Example.AskingFirst + """
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        relay_transport = relay:[mx1.example.com]
        relayhost = [smtp.fallback.example]
        inet_interfaces = 198.51.100.25
        """;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        string relayhost = config.Expanded("relayhost").Trim();
        var targets = RouteTarget.Read(relayhost);
        if (targets.Count == 0) yield break;
        if (targets.Where(target => target.Port == 25).Select(target => LeadsHere(evidence, target)).FirstOrDefault(proof => proof is not null) is { } here)
        {
            yield return Report("relayhost", $"relayhost is {relayhost}, and that is this host: mail goes round or bounces as a loop.",
                here.Kind == EvidenceKinds.Dns ? Seen.Stated(Proof.FromConfig(config, "relayhost"), here) : Seen.Stated(here), Confidence.Proven,
                fixes: FixesFor(evidence, Doors.DomainsOf(config).FirstOrDefault()));
            yield break;
        }
        if (evidence.Dns is not { } dns) yield break;
        var captured = from domain in Doors.DomainsOf(config)
                       where Relayhosts.Takes(config, config.RouteOfDomain(domain))
                           && dns.Of(domain) is { Status: DnsStatus.Exists } answer
                           && IsBackupBeside(evidence, answer, targets)
                       select dns.Of(domain)!;
        DnsAnswer[] answers = [.. captured];
        if (answers.Length > 0)
            yield return Report("relayhost",
                $"Mail for {Telling.Some(answers.Select(answer => answer.Domain))} goes to {relayhost}, which is another fallback MX of the domain: while the primary is down each may hand the mail to the other.",
                Seen.Stated([Proof.FromConfig(config, "relayhost"),
                    .. answers.Take(3).Select(answer => Proof.FromDns(dns, answer))]) with { Count = answers.Length },
                Confidence.Strong,
                fixes: FixesFor(evidence, answers[0].Domain));
    }

    /// <param name="domain">Null: this host relays for none.</param>
    private IReadOnlyList<Fix> FixesFor(Evidence evidence, string? domain) =>
        [.. domain is null ? [] : new[] { Manual.Fix[0].For(evidence, domain) }, .. Manual.Fix.Skip(1)];

    /// <summary>What shows that a next hop is this host; null when nothing does.</summary>
    private static Proof? LeadsHere(Evidence evidence, RouteTarget target)
    {
        if (evidence.Own.Names.Contains(target.Host)
            || (IPAddress.TryParse(target.Host, out var address) && (IPAddress.IsLoopback(address) || evidence.Own.Addresses.Contains(address))))
            return Proof.FromConfig(evidence.Configuration, "relayhost");
        if (evidence.Dns is not { } dns) return null;
        var answer = dns.Of(target.Host);
        if (!target.IsBracketed && answer?.IsBestAtUs(evidence.Own) == true) return Proof.FromDns(dns, answer);
        return target.IsBracketed && answer?.Addresses.Any(evidence.Own.Addresses.Contains) == true ? Proof.FromDns(dns, answer) : null;
    }

    /// <summary>relayhost is an MX host of the domain, and no better than this one.</summary>
    private static bool IsBackupBeside(Evidence evidence, DnsAnswer answer, IReadOnlyList<RouteTarget> targets)
    {
        var own = answer.Mx.FirstOrDefault(evidence.Own.Is);
        return own is not null
            && answer.Mx.Any(host => host.Preference >= own.Preference
                && !evidence.Own.Is(host)
                && targets.Any(target => target.Host == host.Exchange || host.Addresses.Any(address => address.ToString() == target.Host)));
    }
}
