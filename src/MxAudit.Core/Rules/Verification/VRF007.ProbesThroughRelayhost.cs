using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.Verification;

public sealed class ProbesThroughRelayhost : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "VRF007",
        Name = "probes-through-relayhost",
        Title = "Verification asks a relayhost, which does not know the users",
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
            RLY006). Quiet where the log shows that this relayhost refused a probe, and where it lies in a relayed domain itself,
            since then it probably is the primary.
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

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from door in Doors.Verifying(evidence)
               let route = config.RouteOfDomain(door.Domain, forProbe: true)
               where Relayhosts.Takes(config, route) || Relayhosts.TakesAll(evidence, door.Domain, route)
               group (Door: door, Route: route) by route.NextHop into hop
               let finding = ReportHop(evidence, hop.Key, hop.First().Door, hop.First().Route, [.. hop.Select(one => one.Door.Domain).Distinct()])
               where finding is not null
               select finding;
    }

    private Finding? ReportHop(Evidence evidence, string hop, Door door, Route route, string[] domains)
    {
        var config = evidence.Configuration;
        var hosts = Relayhosts.Of(route.Targets);
        Probe[] probes = [.. evidence.Log?.Probes.Where(probe => Relayhosts.Took(probe.Relay, hosts) && config.IsOfThisHost(probe.Message)) ?? []];
        if (probes.Any(probe => probe.Result == ProbeResult.Undeliverable)) return null;
        return Report(hop,
            Telling.Sentences($"Probes for {Telling.Some(domains)} go to {hop} by {route.Parameter}.",
                probes.Length == 0 ? "" : $"{Telling.Count(probes.Length, "probe")} went there, and none was refused."),
            Seen.Stated(Proof.FromConfig(config, route.Parameter), Proof.FromConfig(config, "transport_maps"), Doors.VerificationIn(config, door))
                .And(Seen.Of(probes, 2)),
            probes.Length >= 5 ? Confidence.Proven : Confidence.Strong);
    }
}
