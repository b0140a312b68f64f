using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class SubdomainsWithoutTransport : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY005",
        Name = "subdomains-without-transport",
        Title = "Subdomains of a relayed domain are accepted, and the transport of the domain does not cover them",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        NeedsDomains = true,
        Why = """
            A domain in relay_domains stands for its subdomains too, a key of transport_maps does not. Mail for a subdomain therefore
            goes to relayhost, which takes it and returns it to whoever is named as the sender.
            """,
        Detects = """
            transport_maps sends a relay domain past relayhost, mail for any subdomain is accepted, and goes to relayhost. Low where
            reject_unknown_recipient_domain or a list of recipients refuses subdomains that do not exist, as long as the log shows no
            mail that went there.
            """,
        Fix =
        [
            new("Give subdomains the same transport, by a key with a leading dot.", RouteFixes.Append("/etc/postfix/transport", "hash", ".example.com relay:")),
            new("Or let relay_domains stand for the listed names only.",
                "postconf parent_domain_matches_subdomains   # then set it again without relay_domains"),
        ],
        Fires = new()
        {
            Config = Example.Sound + """
                relayhost = [smtp.isp.example]
                transport_maps = inline:{ example.com=relay: }
                """,
        },
        Quiet = new()
        {
            Config = Example.Sound + """
                relayhost = [smtp.isp.example]
                transport_maps = inline:{ example.com=relay:, .example.com=relay: }
                """,
        },
        References =
        [
            "https://www.postfix.org/transport.5.html",
            "https://www.postfix.org/postconf.5.html#parent_domain_matches_subdomains",
        ],
    };

    private const string Below = "nobodys-host-7f3a91";

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        return from domain in Doors.DomainsOf(config)
               where !domain.StartsWith('.')
               let route = config.RouteOfDomain(domain)
               where route is { By: RouteDecider.TransportMaps, GoesNowhere: false, Entry: not null }
                   && config.ClassOf($"{Below}.{domain}") == DomainClass.Relay
                   let other = config.RouteOfDomain($"{Below}.{domain}")
               where Relayhosts.Takes(config, other)
               select ReportDomain(evidence, domain, route, other);
    }

    private Finding ReportDomain(Evidence evidence, string domain, Route route, Route other)
    {
        var config = evidence.Configuration;
        bool isGuarded = config.PublicSmtpdServices.All(service => config.OutcomeOf(service, ClientKind.Stranger, $"someone@{Below}.{domain}") is var outcome
            && (outcome.ChecksRecipientDomain || outcome.Verdict != SmtpdVerdict.Accepted));
        var hosts = Relayhosts.Of(other.Targets);
        Recipient[] sent = [.. evidence.Log?.Recipients.Where(recipient => recipient.Domain.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase)
            && Relayhosts.Took(recipient.Relay, hosts)
            && config.IsOfThisHost(recipient.Message)) ?? []];
        return Report(domain,
            Telling.Sentences(
                $"Mail for subdomains of {domain} is accepted and goes to {other.NextHop}: transport_maps has {route.Entry!.Key}, and nothing for .{domain}.",
                isGuarded ? "Subdomains that do not exist are refused." : "",
                sent.Length == 0 ? ""
                    : $"The log shows {Telling.Count(sent.Length, "recipient")} that went there: {Telling.Some(sent.Select(recipient => recipient.Domain))}."),
            Seen.Stated(Proof.FromTable(route.Entry), Proof.FromConfig(config, "relay_domains"), Proof.FromConfig(config, other.Parameter))
                .And(Seen.Of(sent, 2)),
            Confidence.Proven, isGuarded && sent.Length == 0 ? Severity.Low : Severity.Medium,
            [Manual.Fix[0] with { Command = CommandFor(config, domain, route) }, .. Manual.Fix.Skip(1)]);
    }

    private static string CommandFor(PostfixConfig config, string domain, Route route)
    {
        string line = $".{domain} {route.Transport}:{(route.NextHop == domain ? "" : route.NextHop)}";
        return config.FileOfRoutes is { } table
            ? RouteFixes.Append(table.Name, table.Type, line) : $"postconf transport_maps   # then add there:  {line}";
    }
}
