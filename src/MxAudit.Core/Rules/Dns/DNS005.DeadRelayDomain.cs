using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules.Dns;

public sealed class DeadRelayDomain : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "DNS005",
        Name = "dead-relay-domain",
        Title = "A relay domain can receive no mail: DNS says so",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config | EvidenceKinds.Dns,
        NeedsDomains = true,
        SurerWith = EvidenceKinds.Log,
        Why = """
            The domain does not exist, or declares that it takes no mail. This host accepts mail for it nevertheless, finds nobody
            to hand it to, and bounces it to senders who are mostly forged. When the domain is in use, its zone has expired or
            lost its delegation, and no mail reaches it from anywhere.
            """,
        Detects = """
            DNS answered for a domain of relay_domains: it does not exist (NXDOMAIN), it has a null MX, or an MX record holds an IP
            address where a host name belongs. Bounces in the log with a permanent DNS failure are shown.

            Low where this host refuses the domain's mail by its transport, or where the name is an internal one, that mail reaches
            without DNS: transport_maps names a host in brackets, and the domain is below another one of relay_domains; or a private address, and
            the domain is in no public zone (.lan, .internal, home.arpa …), or else the log shows that mail for it was delivered, hardly
            any of it by strangers. Medium, and not sure, where it does not.

            A failed lookup (SERVFAIL, a timeout) proves nothing, and neither does a domain that was not asked.
            """,
        Fix =
        [
            new("Take the domain out of relay_domains, when nobody uses it any more.", "postconf relay_domains"),
            new("When it is in use, repair its zone: delegation, expiry, MX records.", "dig MX example.net +trace"),
            new("Until it is repaired, keep the mail instead of bouncing it. Undo it afterwards.", "postconf -e 'soft_bounce = yes' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Host,
            Dns = """
                {"example.net": {"status": "NXDOMAIN"}}
                """,
        },
        Quiet = new()
        {
            Config = Host,
            Dns = """
                {"example.net": {"status": "TIMEOUT"}}
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.rfc-editor.org/rfc/rfc7505.html",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-5.1",
        ],
    };

    private const string Host = Example.AskingFirst + """
        inet_interfaces = 198.51.100.25
        relay_domains = example.net
        """;

    /// <summary>One may have tried what is no MX host of the domain.</summary>
    private const int FewestOfStrangers = 3;

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var bounced = (evidence.Log?.BouncesFor(ReasonClass.DnsPermanent) ?? []).ToLookup(one => one.Domain);
        var byStrangers = new Lazy<HashSet<string>>(() =>
            [.. evidence.MailIfAny.Recipients.Where(recipient => recipient.Outcome == Outcome.Delivered && recipient.FromStranger)
                .CountBy(recipient => recipient.Domain).Where(domain => domain.Value >= FewestOfStrangers).Select(domain => domain.Key)]);
        return from named in evidence.Configuration.RelayedNames
               let answer = evidence.Answers.Of(named.Name)
               let fault = answer is null ? null : FaultOf(answer)
               where fault is not null
               select ReportDomain(evidence, named, answer, fault, [.. bounced[named.Name]], byStrangers);
    }

    /// <summary>Null when mail can get there.</summary>
    private static string? FaultOf(DnsAnswer answer) => answer switch
    {
        { Status: DnsStatus.Failed } => null,
        { Status: DnsStatus.NoSuchDomain } => "does not exist in DNS",
        { IsNullMx: true } => "has a null MX: it takes no mail",
        _ when answer.Mx.FirstOrDefault(host => host.IsAddress) is { } host =>
            $"has an MX record that holds the address {host.Exchange} where a host name belongs",
        _ => null,
    };

    private Finding ReportDomain(Evidence evidence, NamedDomain named, DnsAnswer answer, string fault, Recipient[] bounced, Lazy<HashSet<string>> byStrangers)
    {
        bool isNoneHere = bounced.Length == 0 && answer.Status == DnsStatus.NoSuchDomain, isMeant = isNoneHere && IsMeant(evidence, named.Name);
        int delivered = isNoneHere && !isMeant && GoesInside(evidence, named.Name) is { } known ? known : -1;
        bool isPublic = delivered > 0 && byStrangers.Value.Contains(named.Name);
        if (isPublic) delivered = -1;
        return Report(named.Name,
            Telling.Sentences($"{named.Name} is in relay_domains, and {fault}.",
                bounced.Length > 0 ? $"Mail for {Telling.Count(bounced.Length, "recipient")} bounced for it." : "",
                isPublic ? "Its route needs no DNS, and mail of strangers for it was delivered there: the name is public." : "",
                delivered < 0 ? ""
                    : $"Its route names a host in a private network, which needs no DNS{(delivered > 0 ? $", and mail for {Telling.Count(delivered, "recipient")} was delivered there" : "")}: the name may be one for use inside. If others write to it, its zone has expired."),
            Seen.Stated(Proof.FromDns(evidence.Answers, answer), Proof.FromConfigAt(evidence.Configuration, "relay_domains", named.Place))
                .And(Seen.Of(bounced, 3) with { First = bounced.Min(one => one.FirstAttempt) }),
            delivered < 0 ? Confidence.Proven : Confidence.Likely,
            isMeant || delivered > 0 ? Severity.Low : delivered == 0 ? Severity.Medium : null,
            [.. Manual.Fix.Select(fix => fix.Naming("example.net", named.Name))]);
    }

    /// <summary>A name for use inside, or one that takes no mail on purpose: no zone has expired.</summary>
    private static bool IsMeant(Evidence evidence, string domain)
    {
        var route = evidence.Configuration.RouteOfDomain(domain);
        if (route.By != RouteDecider.TransportMaps || !route.IsKnown) return false;
        return route.GoesNowhere || (route.Targets.Count > 0 && route.Targets.All(target => target.IsBracketed)
            && ((IsForInside(domain) && route.Targets.All(target => Networks.IsPrivate(target.Host))) || IsBelowAnother(evidence, domain)));
    }

    /// <summary>How many recipients got their mail by a route to a private address. Null: there is no such route.</summary>
    private static int? GoesInside(Evidence evidence, string domain) =>
        evidence.Configuration.RouteOfDomain(domain) is { By: RouteDecider.TransportMaps, IsKnown: true, Targets.Count: > 0 } route
        && route.Targets.All(target => target.IsBracketed && Networks.IsPrivate(target.Host))
            ? evidence.MailIfAny.DomainsByName.GetValueOrDefault(domain)?.Delivered ?? 0 : null;

    /// <summary>In no public zone, so that none has expired: RFC 6761, RFC 8375, and what ICANN does not delegate.</summary>
    private static bool IsForInside(string domain) => !domain.Contains('.') || NamesForInside.Any(end => domain.EndsWith(end, StringComparison.Ordinal));

    private static readonly string[] NamesForInside =
        [".internal", ".local", ".localdomain", ".lan", ".home", ".home.arpa", ".corp", ".mail", ".intranet", ".private", ".test", ".invalid"];

    private static bool IsBelowAnother(Evidence evidence, string domain)
    {
        for (int dot = domain.IndexOf('.', 1); dot > 0; dot = domain.IndexOf('.', dot + 1))
            if (evidence.Answers.Of(domain[(dot + 1)..]) is { Status: DnsStatus.Exists } parent
                && evidence.Configuration.ClassOf(parent.Domain) == DomainClass.Relay) return true;
        return false;
    }
}
