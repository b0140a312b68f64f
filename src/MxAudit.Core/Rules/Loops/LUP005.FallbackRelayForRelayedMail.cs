using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class FallbackRelayForRelayedMail : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP005",
        Name = "fallback-relay-for-relayed-mail",
        Title = "While the primary is down, its mail is handed to smtp_fallback_relay",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        NeedsDomains = true,
        SurerWith = EvidenceKinds.Log,
        Why = """
            This host is the one that keeps the mail until the primary is back. smtp_fallback_relay is for mail that can not be sent:
            it gets the relayed mail instead, often a smarthost that looks up the MX records and hands it back to this host, or
            one that bounces it.
            """,
        Detects = """
            The service that delivers a relay domain has smtp_fallback_relay, and the next hop of the domain is in brackets. With an MX
            lookup Postfix leaves the fallback relay out, since it finds itself among the MX hosts. Quiet where the fallback is a host
            of a relayed domain: that is another primary. Deliveries to it in the log are shown.
            """,
        Fix =
        [
            new("Take the fallback relay away from the service that delivers relayed mail.", "postconf -P 'relay/unix/smtp_fallback_relay=' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.Sound + """
                relay_transport = relay:[mx1.example.com]
                smtp_fallback_relay = [smtp.isp.example]
                """,
        },
        Quiet = new()
        {
            Config = Example.Sound + """
                relay_transport = relay
                smtp_fallback_relay = [smtp.isp.example]
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#smtp_fallback_relay",
            "https://www.postfix.org/master.5.html",
        ],
    };

    private const string Parameter = "smtp_fallback_relay";

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from domain in Doors.DomainsOf(config)
               let route = config.RouteOfDomain(domain)
               where route is { IsKnown: true, GoesNowhere: false, Service.Command: "smtp" } && !route.ByRelayhost
               where route.Targets.Any(target => target.IsBracketed)
               let fallback = RouteTarget.Read(config.ExpandedFor(route.Service, Parameter).Trim())
               where fallback.Count > 0 && !Relayhosts.IsPrimary(config, fallback)
               group domain by route.Service into service
               select ReportService(evidence, service.Key, [.. service]);
    }

    private Finding ReportService(Evidence evidence, MasterEntry service, string[] domains)
    {
        var config = evidence.Configuration;
        string fallback = config.ExpandedFor(service, Parameter).Trim();
        var hosts = Relayhosts.Of(RouteTarget.Read(fallback));
        Attempt[] sent =
        [
            .. evidence.Log?.Recipients
                .Where(recipient => domains.Contains(recipient.Domain) && config.IsOfThisHost(recipient.Message))
                .SelectMany(recipient => recipient.Attempts)
                .Where(attempt => Relayhosts.Took(attempt.Relay, hosts)) ?? [],
        ];
        return Report(service.Id,
            Telling.Sentences($"Mail for {Telling.Some(domains)} goes to {fallback} when its next hop does not answer.",
                sent.Length == 0 ? "" : $"The log shows {Telling.Count(sent.Length, "attempt")} there."),
            Seen.Stated(Proof.FromConfig(config, Parameter, service), Proof.FromConfig(config, "relay_domains")).And(Seen.Of(sent, 2)),
            sent.Length > 0 ? Confidence.Proven : Confidence.Strong,
            fixes: [service.Name == "smtp"
                ? new("Deliver the domain by the relay service, and take the fallback relay away from that.",
                    $"{Manual.Fix[0].Command}   # and in transport_maps write relay: instead of smtp:")
                : Manual.Fix[0].Naming("relay/unix", service.Id)]);
    }
}
