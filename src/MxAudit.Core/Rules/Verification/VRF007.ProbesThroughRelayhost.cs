using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class ProbesThroughRelayhost : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF007",
        Name = "probes-through-relayhost",
        Title = "Verification asks a host that does not know the users, as a relayhost",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            A probe takes the way that mail would take. Where that is a relayhost, for example of an internet provider, it accepts
            every recipient, and so does this host. Verification is on and worth nothing; the bounces are written by the relayhost
            and are not seen here.
            """,
        Detects = """
            reject_unverified_recipient is reached for a relayed domain, and by transport_maps, relay_transport,
            address_verify_relayhost and relayhost the probe goes to a relayhost, or to the host of an entry for everything (see
            RLY006). Also where a parameter address_verify_... sends probes to another host than the mail, and the log shows
            that recipients whom that host had found bounced as unknown, or, medium, that it answered none of 5 or more probes.
            Quiet where the log shows that the host refused a probe, and where a relayhost lies in a relayed domain itself, since
            then it probably is the primary.
            """,
        Fix =
        [
            new("Send the mail of the domain, and its probes, to the primary: see RLY006.", "mxaudit explain RLY006"),
            new("If only the probes shall go another way, take the relayhost away from them.", "postconf -e 'address_verify_relayhost =' && postfix reload"),
        ],
        Fires = new() { Config = Example.Sound + "address_verify_relayhost = [smtp.isp.example]" },
        Quiet = new()
        {
            Config = Example.Sound + """
                relayhost = [smtp.isp.example]
                address_verify_relayhost =
                relay_transport = relay:[mx1.example.com]
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#address_verify_relayhost",
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        ],
    };

    private const int FewestUnanswered = 5;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from door in Doors.Verifying(evidence)
               let asked = new Asked(door, config.RouteOfDomain(door.Domain, forProbe: true), config.RouteOfDomain(door.Domain))
               let isRelayhost = Relayhosts.Takes(config, asked.Route) || Relayhosts.TakesAll(evidence, door.Domain, asked.Route)
               where isRelayhost || asked.IsApart
               group asked by (asked.Route.NextHop, isRelayhost) into hop
               let finding = ReportHop(evidence, hop.Key.NextHop, hop.Key.isRelayhost, [.. hop])
               where finding is not null
               select finding;
    }

    /// <summary>Where the probes of a door go, and the mail.</summary>
    private sealed record Asked(Door Door, Route Route, Route OfMail)
    {
        /// <summary>The mail goes there as well.</summary>
        public bool IsWithMail => OfMail.IsKnown && Route.Targets.Intersect(OfMail.Targets).Any();

        /// <summary>A parameter of its own sends probes to other hosts than the mail.</summary>
        public bool IsApart => Route is { IsKnown: true, GoesNowhere: false, Targets.Count: > 0 } && OfMail.IsKnown
            && Route.Parameter.StartsWith("address_verify_", StringComparison.Ordinal) && !Route.Targets.Intersect(OfMail.Targets).Any();
    }

    private Finding? ReportHop(Evidence evidence, string hop, bool isRelayhost, Asked[] asked)
    {
        var (config, route, mail) = (evidence.Configuration, asked[0].Route, asked[0].OfMail);
        var hosts = Relayhosts.Of(route.Targets);
        string[] domains = [.. asked.Select(one => one.Door.Domain).Distinct()];
        Probe[] probes =
        [
            .. evidence.Log?.Probes
                .Where(probe => Relayhosts.Took(probe.NextHop?.Name ?? probe.Relay, hosts) && config.IsOfThisHost(probe.Message)) ?? [],
        ];
        if (probes.Any(probe => probe.Result == ProbeResult.Undeliverable)) return null;
        bool isDeaf = probes.Length >= FewestUnanswered && probes.All(probe => probe.ReasonClass is ReasonClass.Connection or ReasonClass.Tls)
            && !WasDown(evidence, mail);
        var bounced = isRelayhost ? [] : KnownThere(evidence, domains, probes);
        // whoever has the mailboxes may be asked, and a filter get the mail
        if (!isRelayhost && !isDeaf && bounced.Length == 0) return null;
        return Report(hop,
            Telling.Sentences($"Probes for {Telling.Some(domains)} go to {hop} by {route.Parameter}{(isRelayhost ? asked.All(one => one.IsWithMail) ? $", as {(domains.Length == 1 ? "its" : "their")} mail does" : "" : $", and {(domains.Length == 1 ? "its" : "their")} mail {WayOf(mail)}")}.",
                probes.Length == 0 ? "" : isDeaf ? $"{Telling.Count(probes.Length, "probe")} went there, and none was answered."
                    : $"{Telling.Count(probes.Length, "probe")} went there, and none was refused.",
                Telling.Bounced(bounced, "recipient", " that the next hop does not know")),
            Seen.Stated(Proof.FromConfig(config, route.Parameter), Proof.FromConfig(config, "transport_maps"), Doors.VerificationIn(config, asked[0].Door))
                .And(Seen.Of(probes, 2)),
            probes.Length >= 5 ? Confidence.Proven : Confidence.Strong,
            isRelayhost || bounced.Length > 0 ? null : Severity.Medium,
            asked[0].IsApart ? [WithTheMail(route.Parameter)]
                : isRelayhost && asked.All(one => one.IsWithMail) ? WithProbes(evidence, route, domains) : null) with
        {
            Domains = domains,
        };
    }

    /// <summary>Where the mail goes: in an outage a probe would not have been answered there, either.</summary>
    private static bool WasDown(Evidence evidence, Route mail) =>
        evidence.MailIfAny.NextHops.Any(hop => hop.Outages.Count > 0 && Relayhosts.Took(hop.Name, Relayhosts.Of(mail.Targets)));

    /// <summary>Who was found there, and was unknown where the mail went.</summary>
    private static Recipient[] KnownThere(Evidence evidence, string[] domains, Probe[] probes)
    {
        var found = probes.Where(probe => probe.Result == ProbeResult.Deliverable).Select(probe => probe.Recipient).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return found.Count == 0 ? [] : [.. Doors.UnknownUsersAccepted(evidence, domains).Where(recipient => found.Contains(recipient.Address))];
    }

    private static string WayOf(Route mail) => mail.By == RouteDecider.RecipientDomain ? "to its MX hosts" : $"to {mail.NextHop}";

    /// <summary>What sends the mail to the primary takes the probes along; without it they can only go alone.</summary>
    private Fix[] WithProbes(Evidence evidence, Route route, string[] domains)
    {
        var ofMail = domains.Length == 1 ? evidence.FoundBy("RLY006").FirstOrDefault(finding => finding.Subject == domains[0])?.Fixes[0].Command : null;
        return
        [
            new("Send the mail to the primary (RLY006): its probes go with it.", ofMail ?? Manual.Fix[0].Command),
            .. route.Parameter is "relayhost" or "address_verify_relayhost"
                ? [Manual.Fix[1] with { Why = "If the mail is to go on through the relayhost, take that away from the probes alone: then the MX hosts are asked." }]
                : Array.Empty<Fix>(),
        ];
    }

    private static Fix WithTheMail(string parameter) =>
        new("Let probes take the way of the mail: only who takes the mail knows who exists.",
            Postconf.Set(parameter, parameter == "address_verify_relayhost" ? "" : parameter.Replace("address_verify_", "$", StringComparison.Ordinal)));
}
