using System.Net;
using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Config.Syntax;
using MxAudit.Mail;

namespace MxAudit.Rules.OpenRelay;

public sealed class TrustedClientsUnverified : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "REL002",
        Name = "trusted-clients-unverified",
        Title = "Recipients of clients in mynetworks are not verified, and more than this host is in mynetworks",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log | EvidenceKinds.Dns,
        Why = """
            permit_mynetworks ends the list before reject_unverified_recipient. Mail of those clients to unknown users is accepted and
            bounced. From this machine that is harmless. A gateway, a web server or the primary that hands on the mail of others
            brings forged senders with it, and this host writes to them.
            """,
        Detects = """
            On a public smtpd a stranger's recipients are verified, those of a client in mynetworks are not, and mynetworks has more
            than loopback and this host's own addresses. High where it has the address of an MX host of a relay domain, of the
            host that such mail is handed on to, or of a NAT gateway: one client that all mail of the log comes from, with strangers'
            mail for relay domains among it. Low where it is one address of each family that may be this host's own, and where all
            of it is private and the log shows no such bounce, or only those of own users, who mistyped an address and were told
            so: at most five senders, whose domain is one that this host serves, or mydomain. Networks that REL001 reports are left out.
            """,
        Fix =
        [
            new("Trust this host alone. A backup MX needs nobody else.", "postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128' && postfix reload"),
            new("Or verify the recipients of relay domains before clients are trusted: name the domains in a table of restrictions.",
                "postconf -e 'smtpd_recipient_restrictions = check_recipient_access inline:{example.com=reject_unverified_recipient}, permit_mynetworks, reject_unauth_destination, reject_unverified_recipient' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8 192.0.2.0/28
                relay_domains = example.com
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                inet_interfaces = 198.51.100.25, 127.0.0.1
                mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 198.51.100.25/32
                relay_domains = example.com
                """,
        },
        References =
        [
            "https://www.postfix.org/ADDRESS_VERIFICATION_README.html#recipient",
            "https://www.postfix.org/postconf.5.html#mynetworks",
            "https://www.postfix.org/postconf.5.html#permit_mynetworks",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        Door[] doors =
        [
            .. from door in Doors.Verifying(evidence)
               let trusted = config.OutcomeOf(door.Service, ClientKind.TrustedClient, door.Outcome.Recipient)
               where trusted is { Verification: VerificationEffect.None, Verdict: SmtpdVerdict.Accepted }
               select door,
        ];
        if (doors.Length == 0) yield break;
        IPNetwork[] others = [.. doors.Select(door => door.Service)
            .Distinct()
            .SelectMany(service => WideNetworks.Trusted(config.TrustedNetworksOf(service)))
            .Where(network => !OwnNetworks.Has(config, network) && !IsContentFilter(config, network))
            .Distinct()];
        if (others.Length == 0) yield break;
        yield return ReportNetworks(evidence, doors, others);
    }

    /// <summary>What it brings, this host has let in before.</summary>
    private static bool IsContentFilter(PostfixConfig config, IPNetwork network) =>
        config.ContentFilters.Any(filter => IPAddress.TryParse(filter.Host, out var address) && Networks.Plain(network).Equals(Networks.Of(address)));

    private Finding ReportNetworks(Evidence evidence, Door[] doors, IPNetwork[] others)
    {
        var config = evidence.Configuration;
        string[] domains = Doors.DomainsOf(doors);
        var relayed = evidence.Relayed();
        bool IsTheirs(Recipient recipient) => IPAddress.TryParse(recipient.Message.ClientAddress, out var client)
            && others.Any(network => network.Contains(client)) && config.IsOfThisHost(recipient.Message);
        Recipient[] bounced =
            [.. evidence.Log?.BouncesFor(ReasonClass.UserUnknown).Where(recipient => domains.Contains(recipient.Domain) && IsTheirs(recipient)) ?? []];
        var bringer = BringerAmong(evidence, domains, others);
        bool isGateway = bringer is { IsGateway: true }, mayBeOwn = (bringer is null || isGateway) && MayBeOwn(evidence, others);
        bool isHarmless = (mayBeOwn && bounced.Length == 0)
            || (others.All(network => Networks.IsPrivate(network.BaseAddress)) && !TellStrangers(config, relayed, bounced));
        return Report("mynetworks",
            Telling.Sentences(
                $"Clients in {Telling.Some(others.Select(network => network.ToString()))} may send to any user of {Telling.Some(domains)}: permit_mynetworks stands before reject_unverified_recipient.",
                mayBeOwn ? "If that is this host itself, --own-address says so, and all is well." : "",
                bringer?.Told ?? "",
                bounced.Length == 0 ? ""
                    : $"{Telling.Count(bounced.Length, "recipient of theirs was", "recipients of theirs were")} unknown to the next hop and bounced, from {Telling.Tally(bounced.Select(recipient => recipient.Message.ClientAddress), 3)}."),
            Seen.Stated(Proof.FromConfig(config, "mynetworks", doors[0].Service), Doors.VerificationIn(config, doors[0]))
                .And(Seen.Of(bounced).ShownBy(bounced.SelectMany(recipient => new[] { recipient.Message.FirstLine, recipient.LastLine }), 4)),
            bounced.Length > 0 ? Confidence.Proven : Confidence.Strong,
            bringer is not null ? Severity.High : isHarmless ? Severity.Low : Severity.Medium,
            Fixes(config, doors, evidence.Log is null || isGateway ? 0 : evidence.Mail.Recipients
                .Count(recipient => recipient.Outcome == Outcome.Delivered && relayed.IsOthers(recipient) && IsTheirs(recipient))));
    }

    /// <summary>One of these clients, who brings the mail of strangers.</summary>
    private sealed record Bringer(string Told, bool IsGateway = false);

    /// <summary>Null: nobody is known to.</summary>
    private static Bringer? BringerAmong(Evidence evidence, string[] domains, IPNetwork[] others)
    {
        var primary = evidence.Dns is not { } dns ? null : domains.SelectMany(domain => dns.Of(domain)?.Mx ?? [])
            .FirstOrDefault(host => !evidence.Own.Is(host) && host.Addresses.Any(address => others.Any(network => network.Contains(address))));
        if (primary is not null) return new($"{primary.Exchange} is among them.");
        if (HopAmong(evidence.Configuration, domains, others) is { } hop) return new($"{hop}, to which their mail is handed on, is among them.");
        return evidence.Log is { } mail && GatewayIn(evidence.Configuration, mail, others) is { Length: > 0 } gateway
            ? new($"All mail in the log comes from {gateway}, of many senders: that is a NAT gateway, a proxy or a filter in front of this host, and with it everybody is trusted.",
                IsGateway: true)
            : null;
    }

    /// <summary>Not only own users, who mistyped an address.</summary>
    private static bool TellStrangers(PostfixConfig config, RelayedDomains relayed, Recipient[] bounced) =>
        bounced.Any(recipient => recipient.Message.SenderDomain is { Length: > 0 } sender && !IsOwn(relayed, config, sender))
        || Knowledge.CountDifferent(bounced.Select(recipient => recipient.Message.Sender ?? "")) > MostOwnSenders;

    /// <summary>
    /// One address of each family, and nothing tells which this host has: many list their own, which need not be there. Mail is not handed on to
    /// oneself.
    /// </summary>
    private static bool MayBeOwn(Evidence evidence, IPNetwork[] others)
    {
        var own = OwnNetworks.AddressesOf(evidence.Configuration).Where(address => !IPAddress.IsLoopback(address))
            .Select(address => address.AddressFamily)
            .ToHashSet();
        return others.All(network => IsSingle(network) && own.Add(network.BaseAddress.AddressFamily))
            && !evidence.MailIfAny.NextHops.Any(hop => !hop.IsFilter()
                && IPAddress.TryParse(hop.Address, out var address) && others.Contains(Networks.Of(address)));
    }

    private static bool IsSingle(IPNetwork network) => network.Equals(Networks.Of(network.BaseAddress));

    /// <summary>The single address among them that mail for one of the domains is handed on to; null: there is none.</summary>
    private static string? HopAmong(PostfixConfig config, string[] domains, IPNetwork[] others) =>
        !others.Any(IsSingle) ? null
            : domains.SelectMany(domain => config.RouteOfDomain(domain) is { IsKnown: true } route ? route.Targets : [])
                .Select(target => target.Host.Trim('[', ']'))
                .FirstOrDefault(host => IPAddress.TryParse(host, out var address) && others.Contains(Networks.Of(address)));

    /// <param name="outward">Recipients elsewhere to whom these clients wrote through this host: it is their way out.</param>
    private Fix[] Fixes(PostfixConfig config, Door[] doors, int outward)
    {
        string itself = string.Join(' ',
            ["127.0.0.0/8", "[::1]/128", .. config.OwnAddresses.Where(address => !IPAddress.IsLoopback(address)).Select(InMynetworks)]);
        var trustNobody = Manual.Fix[0] with
        {
            Command = string.Join(" && ",
                doors.Select(door => Postconf.SetOnly("mynetworks", itself, door.Service)).Distinct().Append("postfix reload")),
        };
        Fix[] askBefore = AskingBefore(config, doors) is { Length: > 0 } command ? [Manual.Fix[1] with { Command = command }]
            : doors.Select(door => config.Value(Guarding.List, door.Service)).Any(list => Redaction.OfText(list) != list)
                ? [Manual.Fix[1] with { Command = "" }] : [];
        return outward == 0 ? [trustNobody, .. askBefore]
            : [.. askBefore.Select(fix => fix with { Why = "Verify" + fix.Why["Or verify".Length..] }),
                trustNobody with { Why = $"Or trust this host alone, once those clients have another way out: they wrote to {Telling.Count(outward, "recipient")} of other domains through this host." }];
    }

    private static bool IsOwn(RelayedDomains relayed, PostfixConfig config, string domain) =>
        relayed.Serves(domain) || config.Expanded("mydomain").Trim() is var mine && mine.Contains('.')
            && (domain.Equals(mine, StringComparison.OrdinalIgnoreCase) || domain.EndsWith("." + mine, StringComparison.OrdinalIgnoreCase));

    /// <summary>So many do not mistype an address one after the other: junk claims to be of the domain that it writes to.</summary>
    private const int MostOwnSenders = 5;

    private const int MostNamed = 20;

    /// <summary>The lists as they are, with the domains in front; empty where they can not be named, or are too many for a command.</summary>
    private static string AskingBefore(PostfixConfig config, Door[] doors)
    {
        string[] domains = Doors.DomainsOf(doors);
        if (domains.Length > MostNamed || domains.Any(domain => domain.StartsWith('.') || Doors.IsOfTable(domain) || Postconf.Name(domain) != domain)) return "";
        string first = $"check_recipient_access inline:{{{string.Join(',', domains.Select(domain => domain + "=reject_unverified_recipient"))}}}";
        var commands = new List<string>();
        foreach (var service in doors.Select(door => door.Service).DistinctBy(service => service.Overrides.ContainsKey(Guarding.List) ? service.Id : ""))
        {
            string list = Postconf.Restrictions(WordGrammar.Read($"{first}, {config.Value(Guarding.List, service)}"));
            if (Redaction.OfText(list) != list) return "";
            commands.Add(Postconf.SetOnly(Guarding.List, list, service));
        }
        return string.Join(" && ", commands.Append("postfix reload"));
    }

    private static string InMynetworks(IPAddress address) => address.ToString().Contains(':') ? $"[{address}]/128" : $"{address}/32";

    private const int FewestRecipients = 10, FewestSenders = 5;

    /// <summary>
    /// The one client of the whole log, when it is trusted and brings mail for relay domains from senders of several other domains: no server of one's own
    /// does that. Empty: there is none.
    /// </summary>
    private static string GatewayIn(PostfixConfig config, MailHistory mail, IPNetwork[] trusted)
    {
        string client = "";
        int relayed = 0;
        var senders = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var recipient in mail.Recipients.Where(recipient => config.IsOfThisHost(recipient.Message)))
        {
            string from = recipient.Message.ClientAddress;
            if (from.Length == 0 || Networks.IsLoopback(from)) continue;
            if (client.Length > 0 && client != from) return "";
            client = from;
            if (config.ClassOf(recipient.Domain) != DomainClass.Relay) continue;
            relayed++;
            if (recipient.Message.SenderDomain is { Length: > 0 } sender && config.ClassOf(sender) == DomainClass.Default) senders.Add(sender);
        }
        return relayed >= FewestRecipients && senders.Count >= FewestSenders && IPAddress.TryParse(client, out var address)
            && trusted.Any(network => network.Contains(address)) ? client : "";
    }
}
