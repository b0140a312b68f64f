using System.Net;
using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class OwnAddressUnknown : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP003",
        Name = "own-address-unknown",
        Title = "Postfix does not know one of its own addresses (NAT or proxy)",
        Severity = Severity.High,
        Needs = EvidenceKinds.Log,
        OrElse = EvidenceKinds.Config | EvidenceKinds.Dns,
        SurerWith = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            A fallback MX keeps out of loops by cutting the list of MX hosts at itself. For that it must know its own addresses.
            Behind NAT or a proxy the public address is on no interface of this machine: Postfix hands mail to that address and
            ends up talking to itself, or to another fallback that does the same. It works while the primary is up, and loops
            when the primary is down.
            """,
        Detects = """
            A host that this one handed mail to greeted it with this host's own name, at an address that is not on this machine
            (not loopback, and not that of a content filter). Another machine that wrongly uses the same name looks the same.

            Or inet_interfaces is a list of addresses, the MX records of a relay domain have this host's name, and none of its addresses
            there is in inet_interfaces or proxy_interfaces. Where inet_interfaces is "all" the configuration does not tell them.
            Low where the configuration at hand has the address that greeted: then it was put right.
            """,
        Fix =
        [
            new("Name the public addresses under which this host gets mail.", "postconf -e 'proxy_interfaces = PUBLIC_ADDRESS' && postfix reload"),
            new("If that address belongs to another machine: two hosts share one name. Give each its own.", "postconf myhostname"),
        ],
        Fires = """
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: warning: host mx2.fallback.example[198.51.100.25]:25 greeted me with my own hostname mx2.fallback.example
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: warning: host mx2.fallback.example[198.51.100.25]:25 replied to HELO/EHLO with my own hostname mx2.fallback.example
            """,
        Quiet = """
            Nov 22 10:00:01 mx2 postfix/smtp[104]: warning: host 127.0.0.1[127.0.0.1]:10025 greeted me with my own hostname mx2.fallback.example
            Nov 22 10:00:01 mx2 postfix/smtp[104]: warning: host localhost[::1]:10025 replied to HELO/EHLO with my own hostname mx2.fallback.example
            """,
        References = ["https://www.postfix.org/postconf.5.html#proxy_interfaces", "https://www.postfix.org/postconf.5.html#inet_interfaces"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Finding[] greeted = [.. Greeted(evidence)];
        return greeted.Concat(InDnsAlone(evidence).Where(finding => !greeted.Any(other => other.Subject == finding.Subject)));
    }

    private IEnumerable<Finding> Greeted(Evidence evidence)
    {
        var mail = evidence.MailIfAny;
        var filters = mail.NextHops.Where(hop => hop.IsContentFilter).Select(hop => hop.Address).ToHashSet();
        bool loops = mail.RemarksOf(RemarkKind.LoopsBackToMyself).Length > 0 || mail.Circulations.Count > 0
            || mail.Bounces.Any(bounced => bounced.ReasonClass is ReasonClass.Loop or ReasonClass.TooManyHops);
        return from remark in mail.RemarksOf(RemarkKind.GreetedWithOwnName)
               let address = ClientText.AddressOf(remark.Subject)
               where address.Length > 0 && !Networks.IsLoopback(address) && !filters.Contains(address)
               group remark by address into own
               let isOver = own.All(remark => IsNamedNow(evidence.Config, own.Key, remark.Origin))
               select Report(own.Key,
                   Telling.Sentences(
                       $"The host at {own.Key} greets with this host's own name, so it is very likely this host, and Postfix {(isOver ? "did" : "does")} not know that address for its own.",
                       loops ? "Mail loops, too: see LUP001 and LUP007." : "", isOver ? "The configuration at hand names it." : ""),
                   Seen.Of(own.ToArray()), loops ? Confidence.Strong : Confidence.Likely, isOver ? Severity.Low : null, FixesFor(evidence, own.Key));
    }

    /// <summary>Written in one of the two lists.</summary>
    private static bool IsNamedNow(PostfixConfig? config, string address, Origin origin) =>
        config is not null && config.IsOfThisHost(origin) && IPAddress.TryParse(address, out var own)
        && config.List("proxy_interfaces")
            .Concat(config.List("inet_interfaces"))
            .Any(word => IPAddress.TryParse(word.Trim('[', ']'), out var named) && named.Equals(own));

    /// <summary>
    /// inet_addr_local.c, smtp_addr.c: Postfix compares the addresses of the MX hosts with those of inet_interfaces and proxy_interfaces, not the names.
    /// </summary>
    private IEnumerable<Finding> InDnsAlone(Evidence evidence)
    {
        if (evidence is not { Config: { } config, Dns: { } dns } || KnownToPostfix(config) is not { } known) return [];
        return from domain in Doors.DomainsOf(config)
               let answer = evidence.MxFollowed(config.RouteOfDomain(domain))
               where answer is { Status: DnsStatus.Exists } && !answer.IsBestAtUs(evidence.Own)
               from host in answer.Mx
               where config.OwnNames.Contains(host.Exchange) && host.Addresses.Count > 0 && !host.Addresses.Any(known.Contains)
               group (domain, answer) by (host.Exchange, Address: host.Addresses[0].ToString()) into unknown
               select Report(unknown.Key.Address,
                   $"{unknown.Key.Exchange} has the address {unknown.Key.Address} in DNS, and Postfix does not know it for its own: it does not find itself among the MX hosts of {Telling.Some(unknown.Select(one => one.domain))}, and hands their mail to itself while the primary is down.",
                   Seen.Stated(Proof.FromDns(dns, unknown.First().answer), Proof.FromConfig(config, "inet_interfaces"),
                       Proof.FromConfig(config, "proxy_interfaces")),
                   Confidence.Strong, fixes: FixesFor(evidence, unknown.Key.Address));
    }

    /// <summary>Null where the configuration does not tell all of them: a name, or <c>all</c>; and where nobody else can reach this host.</summary>
    private static HashSet<IPAddress>? KnownToPostfix(PostfixConfig config)
    {
        if (config.ListensToItselfOnly) return null;
        var known = new HashSet<IPAddress>();
        foreach (string word in config.List("inet_interfaces").Concat(config.List("proxy_interfaces")))
            if (IPAddress.TryParse(word.Trim('[', ']'), out var address)) known.Add(address);
            else if (word is not ("loopback-only" or "localhost")) return null;
        return known;
    }

    private Fix[] FixesFor(Evidence evidence, string address) =>
        [Manual.Fix[0] with { Command = Manual.Fix[0].Command.Replace("PUBLIC_ADDRESS", Interfaces(evidence, address)) }, .. Manual.Fix.Skip(1)];

    /// <summary>What is set already stays.</summary>
    private static string Interfaces(Evidence evidence, string address) =>
        string.Join(", ",
            (evidence.Config?.List("proxy_interfaces") ?? []).Where(one => !one.Contains('\'')).Append(address.Contains(':') ? $"[{address}]" : address));
}
