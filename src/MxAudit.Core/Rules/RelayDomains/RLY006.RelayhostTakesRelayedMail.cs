using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class RelayhostTakesRelayedMail : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY006",
        Name = "relayhost-takes-relayed-mail",
        Title = "Mail for a relayed domain goes to the relayhost instead of the primary",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config,
        NeedsDomains = true,
        SurerWith = EvidenceKinds.Log,
        Why = """
            relayhost is meant for mail that leaves, but it holds for relayed domains too, unless transport_maps says otherwise. The
            relayhost looks up the MX records itself. If it finds this host there, the mail comes back; if it does not relay for
            strangers, the mail bounces. Probes go the same way, and the relayhost may accept every recipient (VRF007).
            """,
        Detects = """
            The route of each domain in relay_domains, by the precedence of Postfix: transport_maps, relay_transport, sender
            dependent relayhost, relayhost. Quiet where the relayhost lies in a relayed domain itself, since then it probably is the
            primary, and where the log shows that it refused unknown users of the domain: then the mailboxes are there. Medium where
            the relayhost has a private address. A relayhost that depends on the sender counts when the log shows mail of strangers
            that went there; what this host's own users send may go that way. An entry of transport_maps for
            everything (*) stands for a relayhost where in DNS this host is an MX of the domain, but not the best one, and the host of the
            entry, no private one, is none. A table of relay_domains that can not be read is told as one where transport_maps is empty: likely
            only, since the relayhost may be the primary of what is in it.
            """,
        Fix =
        [
            new("Send the domain where its MX records point to, whatever relayhost says. A leading dot covers subdomains.",
                "printf '%s\\n' '' 'example.com relay:' '.example.com relay:' >> /etc/postfix/transport_fallback && postmap hash:/etc/postfix/transport_fallback && postconf -e 'transport_maps = hash:/etc/postfix/transport_fallback' && postfix reload"),
            new("Or name the primary for all relayed domains.", "postconf -e 'relay_transport = relay:[mx1.example.com]' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.Relaying + """
                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unlisted_recipient, reject
                relayhost = [smtp.isp.example]
                """,
        },
        Quiet = new()
        {
            Config = Example.Sound + """
                relayhost = [smtp.isp.example]
                relay_transport = relay:[mx1.example.com]
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#relayhost",
            "https://www.postfix.org/postconf.5.html#transport_maps",
            "https://www.postfix.org/ADDRESS_REWRITING_README.html#relaying",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        string[] domains = config.UnreadRelayTables.Count > 0 && config.IsEmpty("transport_maps")
            ? [.. Doors.DomainsOf(config), PostfixConfig.UnreadRelayed]
            : [.. Doors.DomainsOf(config)];
        var strangers = new Lazy<ILookup<string, Recipient>>(() => OfStrangers(evidence, [.. domains]));
        return from domain in domains
               let route = config.RouteOfDomain(domain)
               let taken = Relayhosts.Takes(config, route) || Relayhosts.TakesAll(evidence, domain, route) ? route
                   : route.MayDependOnSender ? BySender(config, strangers.Value[domain])
                   : null
                   where taken is not null && !KnowsUsers(evidence, domain, taken)
                   select ReportDomain(evidence, domain, taken);
    }

    /// <summary>
    /// The mailboxes are there: it refused unknown users of the domain, as no relayhost does that takes mail for everybody. One of several
    /// gateways in front of a host that DNS does not name looks like this.
    /// </summary>
    private static bool KnowsUsers(Evidence evidence, string domain, Route route)
    {
        if (evidence.Log is not { } mail) return false;
        var hosts = Relayhosts.Of(route.Targets);
        return mail.ProbesFor(ReasonClass.UserUnknown)
            .Any(probe => probe is { Result: ProbeResult.Undeliverable, Stage: Stage.Rcpt } && probe.Domain == domain && Relayhosts.Took(probe.Relay, hosts))
            || mail.BouncesFor(ReasonClass.UserUnknown)
                .Any(bounced => bounced.Stage == Stage.Rcpt && bounced.Domain == domain && Relayhosts.Took(bounced.Relay, hosts));
    }

    /// <summary>The way that a stranger's mail to the domain went because of its sender's address.</summary>
    private static Route? BySender(PostfixConfig config, IEnumerable<Recipient> ofStrangers) =>
        ofStrangers.Where(recipient => config.IsOfThisHost(recipient.Message))
            .Select(recipient => (recipient, route: config.RouteOf(recipient.Address, sender: recipient.Message.Sender)))
            .FirstOrDefault(taken => taken.route.By == RouteDecider.SenderDependentRelayhost && Relayhosts.Takes(config, taken.route)
                && taken.route.Targets.Any(target => target.Host.Equals(ClientText.NameOf(taken.recipient.Relay), StringComparison.OrdinalIgnoreCase))).route;

    private static ILookup<string, Recipient> OfStrangers(Evidence evidence, HashSet<string> domains) =>
        (evidence.Log?.Recipients ?? [])
            .Where(recipient => domains.Contains(recipient.Domain) && recipient is { FromStranger: true, Message.Sender.Length: > 0 })
            .ToLookup(recipient => recipient.Domain);

    private Finding ReportDomain(Evidence evidence, string domain, Route route)
    {
        var config = evidence.Configuration;
        var hosts = Relayhosts.Of(route.Targets);
        Recipient[] sent = [.. evidence.Log?.Recipients.Where(recipient =>
            recipient.Domain == domain && Relayhosts.Took(recipient.Relay, hosts) && config.IsOfThisHost(recipient.Message)) ?? []];
        bool isOfTable = Doors.IsOfTable(domain), isPrivate = route.Targets.All(target => Networks.IsPrivate(target.Host));
        return Report(domain,
            Telling.Sentences(
                $"Mail for {(isOfTable ? $"the domains in {Telling.Some(config.UnreadRelayTables)}" : domain)} {(route.By == RouteDecider.SenderDependentRelayhost ? "from some senders " : "")}goes to {route.NextHop} by {route.Parameter}, not to the MX hosts of the domain.",
                isOfTable ? "Their names can not be read here: no harm is done where that host is the primary of them all." : "",
                sent.Length == 0 ? "" : $"The log shows {Telling.Count(sent.Length, "recipient")} that went there.",
                route.By == RouteDecider.TransportMaps ? $"Its entry \"{route.Entry!.Key} {route.Entry.Value}\" is for everything."
                    : route.Entry is null ? ""
                    : "The entry of transport_maps names no next hop and does not change this."),
            Seen.Stated(route is { By: RouteDecider.TransportMaps, Entry: { } all } ? Proof.FromTable(all) : Proof.FromConfig(config, route.Parameter),
                Proof.FromConfig(config, "transport_maps"), Proof.FromConfig(config, "relay_domains"))
                .And(Seen.Of(sent, 2)),
            isPrivate || isOfTable ? Confidence.Likely : Confidence.Proven,
            isPrivate ? Severity.Medium : Severity.High,
            [Manual.Fix[0] with { Command = CommandFor(config, domain, route) }, Manual.Fix[1] with { Command = PrimaryFor(evidence, domain) }]);
    }

    /// <summary>A command that names another host's primary must not be copied.</summary>
    private static string PrimaryFor(Evidence evidence, string domain) =>
        RouteFixes.PrimaryOf(evidence, domain) is { } primary
            ? Postconf.Set("relay_transport", $"relay:[{primary}]")
            : "postconf relay_transport   # then set it to relay:[…] with the name of the primary";

    /// <summary>Added to the table that is there; a new one where there is none.</summary>
    private static string CommandFor(PostfixConfig config, string domain, Route route)
    {
        if (route is { Entry: not null, By: not RouteDecider.TransportMaps })
            return $"postconf transport_maps   # then, in that table, in place of the entry that is there:  {domain} relay:";
        if (Doors.IsOfTable(domain)) return "postconf relay_domains   # then, for each domain in its table, have transport_maps say:  DOMAIN relay:";
        if (config.FileOfRoutes is { } known)
            return RouteFixes.Append(known.Name, known.Type, EntriesFor(domain));
        if (!config.IsEmpty("transport_maps")) return $"postconf transport_maps   # then add there:  {domain} relay:";
        string file = $"{InstanceCommands.FolderOf(config)}/{RouteFixes.NewTable}";
        return $"{RouteFixes.AppendOnly(file, config.TableTypeForFixes, EntriesFor(domain))} && {Postconf.Set("transport_maps", $"{config.TableTypeForFixes}:{file}")}";
    }

    /// <summary>The domain and its subdomains.</summary>
    private static string[] EntriesFor(string domain) => domain.StartsWith('.') ? [$"{domain} relay:"] : [$"{domain} relay:", $".{domain} relay:"];
}
