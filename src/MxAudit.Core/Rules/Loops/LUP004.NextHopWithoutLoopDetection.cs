using System.Net;
using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class NextHopWithoutLoopDetection : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP004",
        Name = "next-hop-without-loop-detection",
        Title = "The next hop of a relayed domain is set so that Postfix can not see a loop, or leads to this host",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        NeedsDomains = true,
        SurerWith = EvidenceKinds.Dns,
        Why = """
            Postfix keeps out of loops by looking for itself among the MX hosts of the next hop. It does so on port 25 only, and not
            for a next hop in brackets. With another port the mail may go to this host itself and come back, until it has passed
            hopcount_limit hosts; a next hop in brackets that is this host bounces at once.
            """,
        Detects = """
            By transport_maps or relay_transport the next hop of a relay domain is this host itself (critical), or has another port
            than 25. Medium where the MX records of the next hop are looked up, and low for a host in brackets, and for lmtp, which
            looks up none: there only a change of its name or address makes a loop. Known as this host are the names and addresses
            that configuration, DNS and --own-address tell. Left out are programs on this machine that listen on a port which no
            smtpd of master.cf has, such as content filters.
            """,
        Fix =
        [
            new("Let Postfix look up the MX records of the domain, on port 25: then it finds itself there.",
                "postconf transport_maps relay_transport   # then, in that table:  example.com  relay:"),
            new("Or name the primary's own address, on port 25.",
                "postconf transport_maps relay_transport   # then, in that table:  example.com  relay:[mx1.example.com]"),
        ],
        Fires = new() { Config = Example.Sound + "transport_maps = inline:{ example.com=relay:example.com:2526 }" },
        Quiet = new() { Config = Example.Sound + "transport_maps = inline:{ example.com=relay:[mx1.example.com]:25 }" },
        References =
        [
            "https://www.postfix.org/transport.5.html",
            "https://www.postfix.org/postconf.5.html#relay_transport",
            "https://www.postfix.org/postconf.5.html#hopcount_limit",
        ],
    };

    private enum Danger { None, OtherPort, OtherPortByMx, ThisHost }

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        var looped = LoopedHops.Of(evidence);
        return from domain in Doors.DomainsOf(config)
               let route = config.RouteOfDomain(domain)
               where route is { IsKnown: true, GoesNowhere: false, By: RouteDecider.TransportMaps or RouteDecider.ClassTransport }
               let danger = route.Targets.Select(target => DangerOf(evidence, target, looped)).DefaultIfEmpty().Max()
               where danger != Danger.None
               select ReportDomain(evidence, domain, route, danger);
    }

    private static Danger DangerOf(Evidence evidence, RouteTarget target, HashSet<string> looped)
    {
        bool isLoopback = target.Host == "localhost" || Networks.IsLoopback(target.Host);
        if (isLoopback || (target.IsBracketed && (looped.Contains(target.Host) || IsThisHost(evidence, target.Host))))
            return target.Port == 25 || evidence.Configuration.SmtpdServices.Any(service => service.Port == target.PortName) ? Danger.ThisHost : Danger.None;
        if (target.Port == 25) return Danger.None;
        return target.IsBracketed ? Danger.OtherPort : Danger.OtherPortByMx;
    }

    private static bool IsThisHost(Evidence evidence, string host) =>
        evidence.Own.Names.Contains(host) || (IPAddress.TryParse(host, out var address) && evidence.Own.Addresses.Contains(address))
        || evidence.Dns?.AddressesOf(host).Any(evidence.Own.Addresses.Contains) == true;

    private Finding ReportDomain(Evidence evidence, string domain, Route route, Danger danger)
    {
        var config = evidence.Configuration;
        string at = $"Mail for {domain} goes to {route.Transport}:{route.NextHop} by {route.Parameter}";
        return Report(domain,
            danger switch
            {
                Danger.ThisHost => $"{at}: that is this host. The mail comes back or bounces, and never reaches the primary.",
                Danger.OtherPortByMx => $"{at}: on another port than 25 Postfix does not look for itself among the MX hosts, so that mail can go round.",
                _ => $"{at}: on another port than 25 Postfix does not notice when that host becomes this one.",
            },
            Seen.Stated(route.Entry is { } entry ? Proof.FromTable(entry) : Proof.FromConfig(config, route.Parameter),
                Proof.FromConfig(config, "relay_domains")),
            danger == Danger.OtherPort ? Confidence.Likely : Confidence.Proven,
            danger switch { Danger.ThisHost => Severity.Critical, Danger.OtherPortByMx => Severity.Medium, _ => Severity.Low },
            [
                .. route.Agent == "lmtp" && danger == Danger.OtherPort
                    ? new[] { new Fix("Where the primary takes mail by LMTP alone, leave it so. What follows is for one that takes SMTP as well.") } : [],
                .. Manual.Fix.Select(fix => fix.For(evidence, domain)),
            ]);
    }
}
