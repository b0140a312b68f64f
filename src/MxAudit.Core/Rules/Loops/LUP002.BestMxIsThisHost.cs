using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class BestMxIsThisHost : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP002",
        Name = "best-mx-is-this-host",
        Title = "This host is the best MX of a domain that it relays",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config | EvidenceKinds.Dns,
        Why = """
            A fallback MX looks up the MX records of the domain and hands the mail to a host that is better than itself. When there is
            none, the mail is for this host, which has no mailboxes for it: "mail for … loops back to myself". It bounces, and its
            readers never see it.
            """,
        Detects = """
            The lowest preference of a relay domain names this host, alone or beside others with the same preference; or the
            domain has no MX at all, and its own address is the one of this host. Known are the names and addresses that the
            configuration tells, and those of --own-name and --own-address.

            A domain whose route names the primary in brackets, or takes the mail elsewhere, does not depend on its MX records and is
            left out. So is one whose users alone are taken, all of whom transport_maps takes elsewhere, as Mailman's table does. So are domains that were not looked up, lookups that failed, and routes that stand in a table that can not be read.
            """,
        Fix =
        [
            new("In DNS, give the primary a lower preference number than this host.", "dig +short MX example.com"),
            new("Or name the primary to Postfix. Then its MX records are not looked up for the route.",
                "postconf transport_maps   # then add, in that table:  example.com  relay:[mx1.example.com]"),
        ],
        Fires = new()
        {
            Config = Example.AskingFirst + """
                inet_interfaces = 198.51.100.25
                relay_domains = example.org
                """,
            Dns = """
                {"example.org": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                inet_interfaces = 198.51.100.25
                relay_domains = example.org
                """,
            Dns = """
                {"example.org": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.org", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
                """,
        },
        References =
        [
            "https://www.postfix.org/STANDARD_CONFIGURATION_README.html#backup",
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.rfc-editor.org/rfc/rfc5321.html#section-5.1",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var users = new Lazy<ILookup<string, string>?>(() => UsersWhoAreListed(evidence.Configuration));
        return from domain in evidence.Configuration.RelayedNames.Select(named => named.Name)
            .Union(evidence.Answers.All.Select(answer => answer.Domain).Where(name => evidence.Configuration.ClassOf(name) == DomainClass.Relay))
            .Order(StringComparer.Ordinal)
               let route = evidence.Configuration.RouteOfDomain(domain)
               let answer = evidence.MxFollowed(route)
               where answer?.IsBestAtUs(evidence.Own) == true && !IsRoutedByUser(evidence.Configuration, users.Value, domain)
                   && !IsOnlyHost(evidence, domain)
               select ReportDomain(evidence, domain, route, answer);
    }

    /// <summary>The name of an MX host, looked up for its address: nobody writes to users of it.</summary>
    private static bool IsOnlyHost(Evidence evidence, string name) =>
        evidence.Answers.Of(name) is { Mx.Count: 0 } && evidence.Answers.IsMxHost(name)
        && !evidence.Configuration.RelayedNames.Any(named => named.Name == name);

    /// <summary>By domain, where the lists can be read and refuse all others; else null.</summary>
    private static ILookup<string, string>? UsersWhoAreListed(PostfixConfig config)
    {
        if (config.IsEmpty("relay_recipient_maps") || !config.PublicSmtpdServices.All(config.RefusesUnlisted)) return null;
        var routes = config.TablesOf("transport_maps").Select(table => table.Shown).ToHashSet();
        var lists = config.TablesOf("relay_recipient_maps");
        // a pattern that is in both gives whom it lets in a route, too
        return lists.All(table => table.WhyUnreadable is null && ((table.IsIndexed && table.Type != "static") || routes.Contains(table.Shown)))
            ? lists.SelectMany(table => table.Entries).Select(entry => entry.Key).ToLookup(MailHistory.DomainIn, StringComparer.OrdinalIgnoreCase) : null;
    }

    /// <summary>Each of the users has a route of his own: no mail follows the MX records.</summary>
    private static bool IsRoutedByUser(PostfixConfig config, ILookup<string, string>? users, string domain) => users is not null
        && (users.Contains(domain)
            ? users[domain].All(user => !user.StartsWith('@') && !config.RouteOf(user).FollowsMx())
            : config.TablesOf("relay_recipient_maps").Any(table => !table.IsIndexed && table.Find(Doors.NobodyOf(domain)) is { IsFound: false }
                && table.Patterns.Any(pattern => pattern.Key.Contains("@" + domain.Replace(".", @"\."), StringComparison.OrdinalIgnoreCase))));

    private Finding ReportDomain(Evidence evidence, string domain, Route route, DnsAnswer answer) =>
        Report(domain, $"{What(evidence, domain, answer)} Postfix finds no better host to hand the mail to, and bounces it.",
            Seen.Stated(Proof.FromDns(evidence.Answers, answer),
                Proof.FromConfigAt(evidence.Configuration, "relay_domains", evidence.Configuration.IsListed("relay_domains", domain).Place)),
            Confidence.Proven,
            fixes: answer.Domain != domain && evidence.Own.Names.Contains(answer.Domain)
                ? [new Fix($"{route.Parameter} names this host itself. Name the primary there; \"relay:\" alone stands for the MX hosts of {domain}.",
                    Manual.Fix[1].For(evidence, domain).Command.Replace("add, in", "change, in", StringComparison.Ordinal))]
                : [InDns(evidence, answer), .. Manual.Fix.Skip(1).Select(fix => fix.For(evidence, domain))]);

    private Fix InDns(Evidence evidence, DnsAnswer answer) => WithOurAddress(evidence, answer) is { } host
        ? new($"In DNS, give {host.Exchange} the address of the primary: now it has one of this host.", $"dig +short A {Postconf.Name(host.Exchange)}")
        : new(
            answer.Mx.Count == 0
                ? "In DNS, give the domain MX records: one for the primary, with a lower preference number than the one of this host."
                : Manual.Fix[0].Why,
            $"dig +short MX {Postconf.Name(answer.Domain)}");

    /// <summary>Under its own name this host is a worse MX of the domain: the best one was meant to be another machine.</summary>
    private static MxHost? WithOurAddress(Evidence evidence, DnsAnswer answer) =>
        answer.Mx.Any(host => evidence.Own.Names.Contains(host.Exchange) && host.Preference > answer.BestMx[0].Preference)
            ? answer.BestMx.FirstOrDefault(host => !evidence.Own.Names.Contains(host.Exchange) && evidence.Own.Is(host)) : null;

    private static string What(Evidence evidence, string domain, DnsAnswer answer)
    {
        string of = answer.Domain == domain ? domain : $"{answer.Domain}, the next hop of {domain},";
        if (answer.Mx.Count == 0) return $"{of} has no MX, and its address is the one of this host.";
        string[] others = [.. answer.BestMx.Where(host => !evidence.Own.Is(host)).Select(host => host.Exchange)];
        string preference = $"preference {answer.BestMx[0].Preference}";
        if (WithOurAddress(evidence, answer) is { } same)
            return $"{same.Exchange}, the best MX host of {of.TrimEnd(',')} ({preference}), has in DNS the address of this host: {string.Join(", ", same.Addresses.Where(evidence.Own.Addresses.Contains))}.";
        return others.Length == 0
            ? $"This host is the best MX of {of.TrimEnd(',')} ({preference})."
            : $"This host and {Telling.Some(others)} are the best MX hosts of {of.TrimEnd(',')}: both have {preference}.";
    }
}
