using MxAudit.Config;
using MxAudit.Config.Tables;

namespace MxAudit.Rules.RelayDomains;

public sealed class TransportValueMisleads : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY009",
        Name = "transport-value-misleads",
        Title = "A next hop does not say what it seems to say",
        Severity = Severity.Low,
        Needs = EvidenceKinds.Config,
        NeedsDomains = true,
        OrElse = EvidenceKinds.Log,
        SurerWith = EvidenceKinds.Dns,
        Why = """
            The value is transport:nexthop. A colon alone changes nothing. A host without brackets is looked up for MX records, and these
            may name this host. A transport without colon works as if the colon were there, which no manual promises.

            A next hop that can not be read at all, such as [mx1.example.com:25] or [mx1.example.com, is worse: the delivery agent ends
            with "fatal:" each time that it meets it, and master does not start another for a minute. Mail waits and recipients
            can not be verified, also those of other domains that the same service delivers. A slip in the name of the host makes
            all mail of the domain bounce, and with verification refuses good recipients for good.
            """,
        Detects = """
            An entry of transport_maps for a relay domain: a host without brackets whose MX records name this host (low, needs DNS), a
            colon alone (low where relayhost is set; RLY006 tells what comes of it), or a name without colon (info).

            A next hop of transport_maps, relay_transport, default_transport, relayhost or a table that gives senders next hops, that
            smtp and lmtp can not read: critical for a relay domain, high for other mail, and medium where it is behind one that they
            can read, or in smtp_fallback_relay. Critical, too: a next hop of a relay domain that DNS does not know, by the answers at
            hand or since the relay service said so of another name than the domain, and nothing was delivered later, unless
            smtp_fallback_relay takes the mail; medium where the log alone shows it, once or twice, of a domain that was delivered
            before. Without configuration: the agent's "fatal: … in server description" in the log.
            """,
        Fix = [new("Write transport:nexthop, with the colon and with brackets around a host.",
            "postconf transport_maps   # then, in that table:  example.com  relay:")],
        Fires = new()
        {
            Config = Example.Sound + """
                inet_interfaces = 198.51.100.25
                transport_maps = inline:{ example.com=relay:mx1.example.com }
                """,
            Dns = MxOfNextHop,
        },
        Quiet = new()
        {
            Config = Example.Sound + """
                inet_interfaces = 198.51.100.25
                transport_maps = inline:{ example.com=relay:[mx1.example.com] }
                """,
            Dns = MxOfNextHop,
        },
        References = ["https://www.postfix.org/transport.5.html"],
    };

    private const string MxOfNextHop = """
        {"mx1.example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
        """;

    public override IEnumerable<Finding> Examine(Evidence evidence) =>
        UnreadableNextHop.In(evidence).Select(hop => ReportUnreadable(evidence, hop))
            .Concat(LostNextHop.In(evidence).GroupBy(hop => hop.Domain).Select(domain => ReportLost(evidence, [.. domain])))
            .Concat(evidence.Config is null ? [] : Misleading(evidence)).DistinctBy(finding => finding.Subject);

    private Finding ReportLost(Evidence evidence, LostNextHop[] hops)
    {
        string domain = hops[0].Domain, hosts = Telling.Some(hops.Select(hop => hop.Host));
        LostNextHop.Failure[] failures = [.. hops.SelectMany(hop => hop.Failures)];
        bool mayBePassing = evidence.Log is { } mail && hops.All(hop => hop.MayBePassing(mail));
        bool isNamedHere = hops.All(hop => hop.Proofs.Count > 0); // the log alone does not tell a table's host from an MX record's
        int recipients = Knowledge.CountDifferent(failures.Select(failure => failure.Recipient));
        return Report(domain,
            Telling.Sentences(
                $"The next hop of {domain} is {hosts}{(isNamedHere ? "" : ", by a table or by its MX record")}, and DNS knows no such host: mail for the domain bounces, and its recipients are refused as unknown.",
                recipients > 0 ? $"{Telling.Count(recipients, "recipient")} failed for it." : Telling.NotYet(evidence)),
            Seen.Stated(hops.SelectMany(hop => hop.Proofs)).And(Seen.Lines(failures.Length, failures.Select(failure => failure.Line),
                failures.Min(failure => failure.Time), failures.Max(failure => failure.Time), 3)),
            hops.Any(hop => hop.Proofs.Count > 0) ? Confidence.Proven : Confidence.Strong, mayBePassing ? Severity.Medium : Severity.Critical,
            [new($"Correct the name of the host{(isNamedHere ? "" : ", in the table or in the MX record that has it")}; until then let nothing more bounce.",
                "postconf -e 'soft_bounce = yes' && postfix reload; postconf transport_maps relay_transport relayhost")]);
    }

    private Finding ReportUnreadable(Evidence evidence, UnreadableNextHop hop)
    {
        var seen = Seen.Of(hop.Ended, 3);
        bool isLater = hop.IsLater(evidence.Config);
        string waits = hop.Domains.Count > 0
            ? $"Mail for {Telling.Some(hop.Domains)} waits for it, and these recipients can not be verified."
            : "Mail waits for it.";
        return Report(hop.Subject,
            Telling.Sentences(
                $"The next hop {hop.Text} can not be read: {hop.Fault}. {(isLater ? "The delivery agent ends at it when the hosts before it do not answer." : waits)}",
                seen.Count > 0 ? $"The delivery agent ended {Telling.Count(seen.Count, "time")}, and took along the mail that it had for others."
                    : hop.Proof is null ? ""
                    : Telling.NotYet(evidence)),
            Seen.Stated(hop.Proof is { } proof ? [proof] : []).And(seen), Confidence.Proven,
            isLater ? Severity.Medium : hop.Proof is null || hop.Domains.Count > 0 ? Severity.Critical : Severity.High,
            [
                Manual.Fix[0] with
                {
                    Command = $"postconf {(evidence.Config?.IsExplicit(hop.Subject) == true ? hop.Subject : "transport_maps relay_transport default_transport relayhost")}   # there write [host] or [host]:port",
                },
                new("Then let the waiting mail be tried.", "postfix reload && postqueue -f"),
            ]);
    }

    private IEnumerable<Finding> Misleading(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from domain in Doors.DomainsOf(config)
               let route = config.RouteOfDomain(domain)
               where route is { IsKnown: true, Entry: not null } && UnreadableNextHop.FaultOf(route) is null
               let entry = route.Entry!
               let found = WhatOf(evidence, domain, route, entry)
               where found is not null
               select Report(domain, found.Value.Text, Seen.Stated([Proof.FromTable(entry), .. found.Value.Shown is { } shown ? new[] { shown } : []]),
                   Confidence.Proven, found.Value.Severity,
                   [Manual.Fix[0].Naming("example.com  relay:", found.Value.Better)]);
    }

    private static (Severity Severity, string Text, Proof? Shown, string Better)? WhatOf(Evidence evidence, string domain, Route route, TableEntry entry)
    {
        var config = evidence.Configuration;
        if (entry.Value.Trim() == ":")
            return Relayhosts.Takes(config, route) ? null // RLY006 tells it
                : (!config.IsEmpty("relayhost") ? Severity.Low : Severity.Info,
                    $"The entry \"{entry.Key} :\" changes nothing; it does not cancel relayhost either.", null, $"{entry.Key}  relay:");
        if (!entry.Value.Contains(':'))
            return (Severity.Info, $"The entry \"{entry.Key} {entry.Value}\" has no colon. Postfix reads it as {entry.Value}: and no manual promises that.",
                null, $"{entry.Key}  {entry.Value}:");
        if (route is { By: RouteDecider.TransportMaps, GoesNowhere: false } && evidence.Dns is { } dns
            && route.Targets.FirstOrDefault(target =>
                !target.IsBracketed && target.Host != domain && dns.Of(target.Host)?.MxListsUs(evidence.Own) == true) is { Host: { } host }
            && dns.Of(host) is { } answer
            && !answer.IsBestAtUs(evidence.Own))
            return (Severity.Low,
                $"The next hop {host} of {domain} stands without brackets: mail goes to the MX hosts of that name, and this host is among them.",
                Proof.FromDns(dns, answer), $"{entry.Key}  {route.Transport}:[{host}]");
        return null;
    }
}
