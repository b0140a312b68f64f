using System.Net.Sockets;
using MxAudit.Config;
using MxAudit.Dns;

namespace MxAudit.Rules.Dns;

public sealed class HostNotInDns : Rule
{
    private static readonly string[] PrivateEndings = [".local", ".localdomain", ".lan", ".internal", ".home.arpa", ".intranet", ".corp", ".home"];

    public override RuleManual Manual { get; } = new()
    {
        Id = "DNS003",
        Name = "host-not-in-dns",
        Title = "The name that this host calls itself is not in DNS",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            This host greets the primary, and everybody it sends notices to, with its own name. Many servers refuse a client whose
            HELO name they can not find. Then nothing that was accepted here can be handed on.
            """,
        Detects = """
            The HELO name (smtp_helo_name, else myhostname) has no dot or an ending that only private networks use, or the recorded
            answers hold that name and it does not exist, or has no address. Low when this host's MX name has an IPv6 address and
            inet_protocols has no IPv6: clients try that one first. A failed lookup proves nothing, and neither does a name that was
            not asked.
            """,
        Fix =
        [
            new("Call this host what DNS calls it.", Ask("myhostname")),
            new("Or give that name an address in DNS, and the address the same name (PTR).", "dig +short A $(postconf -hx myhostname)"),
        ],
        Fires = new()
        {
            Config = Host,
            Dns = """
                {"mx2.fallback.example": {"status": "NXDOMAIN"}}
                """,
        },
        Quiet = new()
        {
            Config = Host,
            Dns = """
                {"mx2.fallback.example": {"status": "TIMEOUT"}}
                """,
        },
        References = ["https://www.postfix.org/postconf.5.html#smtp_helo_name", "https://www.rfc-editor.org/rfc/rfc5321.html#section-4.1.1.1"],
    };

    private const string Host = """
            compatibility_level = 3.6
            myhostname = mx2.fallback.example
            mynetworks = 127.0.0.0/8
            relay_domains = example.net
            smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
            unverified_recipient_reject_code = 550
            """;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        string parameter = config.IsExplicit("smtp_helo_name") ? "smtp_helo_name" : "myhostname",
            name = config.Expanded(parameter).Trim().TrimEnd('.').ToLowerInvariant();
        if (name.Length > 0 && !name.StartsWith('[') && FaultOf(evidence, name) is var (fault, proof))
            yield return Report(name, $"This host says {name} in its greeting, and that name {fault}.",
                Seen.Stated([Proof.FromConfig(config, parameter), .. proof is null ? [] : new[] { proof }]), Confidence.Strong,
                fixes: [Manual.Fix[0] with { Command = NameInDns(evidence, name) is { } known ? Postconf.Set(parameter, known) : Ask(parameter) },
                    Manual.Fix[1] with { Command = $"dig +short A $(postconf -hx {parameter})" }]);
        if (config.List("inet_protocols").Any(word => word is "all" or "ipv6")) yield break;
        foreach (var answer in evidence.Answers.All.Where(answer => config.ClassOf(answer.Domain) == DomainClass.Relay))
            if (answer.Mx.FirstOrDefault(host => evidence.Own.Names.Contains(host.Exchange)
                && host.Addresses.Any(address => address.AddressFamily == AddressFamily.InterNetworkV6)) is { } us)
            {
                yield return Report(us.Exchange + " (IPv6)",
                    $"{us.Exchange} has an IPv6 address in DNS, and Postfix does not listen there: clients lose time with it before they try the other.",
                    Seen.Stated(Proof.FromDns(evidence.Answers, answer), Proof.FromConfig(config, "inet_protocols")), Confidence.Strong, Severity.Low,
                    [new Fix("Let Postfix speak IPv6, or take the AAAA record away.", "postconf -e 'inet_protocols = all' && postfix stop && postfix start")]);
                yield break;
            }
    }

    private static string Ask(string parameter) => $"postconf {parameter}   # then: postconf -e '{parameter} = …' && postfix reload";

    /// <summary>As MX records call the address of this host; null where none does.</summary>
    private static string? NameInDns(Evidence evidence, string name) =>
        evidence.Answers.All.SelectMany(answer => answer.Mx).Where(host => evidence.Own.Is(host) && host.Addresses.Count > 0).Select(host => host.Exchange)
            .FirstOrDefault(exchange => exchange != name && exchange.Contains('.') && Postconf.Name(exchange) == exchange);

    private static (string Fault, Proof? Proof)? FaultOf(Evidence evidence, string name)
    {
        if (!name.Contains('.')) return ("has no domain", null);
        if (PrivateEndings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.Ordinal)) is { } ending)
            return ($"ends in {ending}, which only private networks know", null);
        return evidence.Answers.Of(name) switch
        {
            { Status: DnsStatus.NoSuchDomain } answer => ("does not exist in DNS", Proof.FromDns(evidence.Answers, answer)),
            { Status: DnsStatus.Exists, Cname: "", Mx: [], Addresses: [] } answer => ("has no address in DNS", Proof.FromDns(evidence.Answers, answer)),
            _ => null,
        };
    }
}
