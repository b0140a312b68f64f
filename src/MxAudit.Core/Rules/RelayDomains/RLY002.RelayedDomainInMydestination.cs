using System.Net;
using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Config.Tables;
using MxAudit.Dns;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed class RelayedDomainInMydestination : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY002",
        Name = "relayed-domain-in-mydestination",
        Title = "A domain that this host should relay is in mydestination: it is delivered here",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config,
        NeedsDomains = true,
        SurerWith = EvidenceKinds.Dns,
        Why = """
            A domain can belong to one class only, and mydestination comes first. Mail for the domain is not relayed to its primary:
            users without an account on this host are refused or bounced, and mail of those who have one stays here, where nobody
            looks for it. Postfix prints no warning.
            """,
        Detects = """
            The same name is written in mydestination and in relay_domains. A subdomain, such as the name of this host below a
            relayed domain, is no fault. Where relay_domains is made of $mydestination, only a name that transport_maps leads to another host,
            or whose users are in relay_recipient_maps and not among those of this host; quiet where it is so by default, as before Postfix
            3.0. Quiet where transport_maps keeps the domain here (example.com local:), or hands single users of it to LMTP whom
            local_recipient_maps has, as Mailman wants it. Where transport_maps sends the domain out all the
            same, smtpd still looks for its users among those of this host: low where local_recipient_maps has them, or lets everybody
            pass. Low, too, where it is myhostname below a domain, and neither a table nor DNS knows of users elsewhere. High, and likely only: a name in mydestination
            alone, for which DNS has this host among the MX hosts and a better one. Not where the log shows that the better one
            hands its mail to this host, as a filter in front of it does, or where smtpd refuses all strangers. Low, and a hint
            only, where mailbox_transport leads to mailboxes and this host relays for no domain.
            """,
        Fix =
        [
            new("Take the domain out of mydestination. Often $mydomain is what puts it there.",
                "postconf -e 'mydestination = $myhostname, localhost.$mydomain, localhost' && postfix reload"),
        ],
        Fires = new() { Config = Example.Sound + "mydestination = $myhostname, localhost, example.com" },
        Quiet = new() { Config = Example.Sound + "mydestination = $myhostname, localhost, www.example.com" },
        References =
        [
            "https://www.postfix.org/postconf.5.html#mydestination",
            "https://www.postfix.org/ADDRESS_CLASS_README.html",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        Finding[] twice = [.. InBoth(evidence)];
        return twice.Concat(BetterElsewhere(evidence).Where(finding => !twice.Any(other => other.Subject == finding.Subject)));
    }

    /// <summary>
    /// A backup MX by its MX records, although nobody wrote the domain into relay_domains. Two hosts that share their mailboxes look the same.
    /// </summary>
    private IEnumerable<Finding> BetterElsewhere(Evidence evidence)
    {
        if (evidence.Dns is not { } dns) return [];
        var config = evidence.Configuration;
        var all = (from local in config.NamesIn("mydestination").DistinctBy(domain => domain.Name.ToLowerInvariant())
                   let name = local.Name.ToLowerInvariant()
                   let answer = dns.Of(name)
                   where answer is not null && answer.MxListsUs(evidence.Own) && !answer.IsBestAtUs(evidence.Own) && !evidence.Own.Names.Contains(name)
                       && config.ClassOf(name) == DomainClass.Local
                       && !HandsOver(evidence, name, answer) && !IsBehindFilter(config, name)
                   let way = OutBy(config, name)
                   where way is null || !TakesItsUsers(config, name)
                   select (Name: name, Answer: answer, Way: way)).ToArray();
        var fix = new Lazy<Fix>(() => FixFor(config, [.. all.Select(one => one.Name)]));
        return from one in all
               let hasMailboxes = one.Way is null && config.RelayDomains.Count == 0 && !config.IsEmpty("mailbox_transport")
               select Report(one.Name,
                   $"{one.Name} is in mydestination, and in DNS {one.Answer.BestMx[0].Exchange} is a better MX than this host: {(one.Way is null ? "its mail is delivered here, and that host never sees it" : WhatHappens(config, one.Name, one.Way))}.",
                   Seen.Stated(Proof.FromConfig(config, "mydestination"), Proof.FromDns(dns, one.Answer)), hasMailboxes ? Confidence.Hint : Confidence.Likely,
                   hasMailboxes ? Severity.Low : Severity.High,
                   [fix.Value, new Fix("And relay it.", "postconf relay_domains   # then add " + one.Name)]);
    }

    /// <summary>
    /// The better MX is a filter in front of this host: the log shows what it handed over, and that users have it. A primary hands nothing to its fallback.
    /// </summary>
    private static bool HandsOver(Evidence evidence, string domain, DnsAnswer answer)
    {
        var better = answer.BetterThan(evidence.Own).SelectMany(host => host.Addresses).ToHashSet();
        return evidence.MailIfAny.Recipients.Any(recipient => recipient.Domain == domain && recipient.Outcome == Outcome.Delivered
            && IPAddress.TryParse(recipient.Message.ClientAddress, out var client) && better.Contains(client));
    }

    /// <summary>
    /// Every public smtpd lets in those that it trusts, and refuses all others by a plain "reject": it is no MX for
    /// the world, and what is in front hands the mail over.
    /// </summary>
    private static bool IsBehindFilter(PostfixConfig config, string domain) =>
        config.PublicSmtpdServices is { Count: > 0 } services
        && services.All(service => config.OutcomeOf(service, ClientKind.Stranger, $"postmaster@{domain}").DecidedBy is { Restriction.Name: "reject" });

    private IEnumerable<Finding> InBoth(Evidence evidence)
    {
        var config = evidence.Configuration;
        if (!config.IsExplicit("relay_domains")) return [];
        var relayed = config.NamesIn("relay_domains").Select(domain => domain.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] twice = [.. config.NamesIn("mydestination").Select(local => local.Name.ToLowerInvariant()).Distinct()
            .Where(name => relayed.Contains(name) && name.Contains('.') && !name.StartsWith("localhost", StringComparison.Ordinal)
                && config.ClassOf(name) == DomainClass.Local)
            .Where(name => !config.RouteOfDomain(name).IsKeptHere
                && !HasMailboxesByLmtp(config, name)
                && (IsWrittenToo(config, name) || IsMeantToBeRelayed(config, name)))];
        string[] own = [.. twice.Where(name => IsNameOfHostAlone(evidence, name))];
        var fix = new Lazy<Fix>(() => FixFor(config, [.. twice.Except(own)]));
        var ownFix = new Lazy<Fix>(() => new Fix($"Take {Telling.Some(own)} out of relay_domains: it is the name of this host.", Delisting.Of(config, "relay_domains", own)));
        Proof[] lists = [Proof.FromConfig(config, "mydestination"), Proof.FromConfig(config, "relay_domains")]; // long ones are shown once, and not for each name
        return from name in twice
               let way = OutBy(config, name)
               let isOwn = own.Contains(name)
               let isHarmless = isOwn || (way is not null && TakesItsUsers(config, name))
               select Report(name, $"{name} is in mydestination and in relay_domains. mydestination wins: {WhatHappens(config, name, way)}.",
                   Seen.Stated([.. lists, .. way?.Entry is { } entry ? [Proof.FromTable(entry)] : Array.Empty<Proof>()]),
                   Confidence.Proven, isHarmless ? Severity.Low : null, [isOwn ? ownFix.Value : fix.Value]);
    }

    /// <summary>
    /// myhostname, below a domain: mail for it, as that of cron, belongs here. Not where anything says that it has users elsewhere, as for a host that is
    /// called example.com.
    /// </summary>
    internal static bool IsNameOfHostAlone(Evidence evidence, string name)
    {
        var config = evidence.Configuration;
        return name.Equals(config.Expanded("myhostname").Trim(), StringComparison.OrdinalIgnoreCase) && IsBelowDomain(config, name)
            && !IsMeantToBeRelayed(config, name)
            && config.TablesOf("transport_maps").All(table => table.WhyUnreadable is null && !table.Find(name).IsFound && !HasUsersOf(table, name))
            && (evidence.Dns?.Of(name)?.Mx ?? []).All(evidence.Own.Is)
            && evidence.MailIfAny.Domains.All(domain => domain.Name != name || domain.Bounced == 0);
    }

    private static readonly string[] SecondLevels = ["co", "com", "org", "net", "ac", "edu", "gov", "or", "ne", "go"];

    /// <summary>mx2.example.com, and neither example.com nor example.co.uk; nor what mydomain says is one.</summary>
    private static bool IsBelowDomain(PostfixConfig config, string name)
    {
        string[] labels = name.Split('.');
        bool hasTwoLevels = labels is [.., var second, { Length: 2 }] && SecondLevels.Contains(second);
        return labels.Length > (hasTwoLevels ? 3 : 2) && !name.Equals(config.Expanded("mydomain").Trim(), StringComparison.OrdinalIgnoreCase);
    }

    private const string Inherits = "mydestination";

    /// <summary>As a word of relay_domains, and not only because that is made of $mydestination.</summary>
    private static bool IsWrittenToo(PostfixConfig config, string name) =>
        !config.Value("relay_domains").Contains(Inherits, StringComparison.Ordinal)
        || config.WordsOf("relay_domains")?.Any(word => !word.Written.Contains('$') && word.Meant.Equals(name, StringComparison.OrdinalIgnoreCase)) == true;

    /// <summary>transport_maps leads the domain itself to another host, or relay_recipient_maps has its users; and they are none of this host's.</summary>
    private static bool IsMeantToBeRelayed(PostfixConfig config, string name) => !TakesItsUsers(config, name)
        && ((OutBy(config, name) is { By: RouteDecider.TransportMaps } way
            && way.Entry?.Key == name
            && !way.Targets.All(target => target.Host == "localhost" || Networks.IsLoopback(target.Host)))
            || config.TablesOf("relay_recipient_maps").Any(table => HasUsersOf(table, name)));

    /// <summary>By their addresses, or by a pattern that spells the domain.</summary>
    private static bool HasUsersOf(LookupTable table, string name) =>
        table.Entries.Any(entry => entry.Key.EndsWith("@" + name, StringComparison.OrdinalIgnoreCase))
        || table.Patterns.Any(pattern => pattern.Key.Contains("@" + name.Replace(".", @"\."), StringComparison.OrdinalIgnoreCase));

    /// <summary>Mailman and the like: its users are handed over by LMTP, one by one, and local_recipient_maps has them.</summary>
    private static bool HasMailboxesByLmtp(PostfixConfig config, string name) => TakesItsUsers(config, name)
        && config.TablesOf("transport_maps").SelectMany(table => table.Entries.Concat(table.Patterns))
            .Any(entry => (entry.Key.Contains("@" + name, StringComparison.OrdinalIgnoreCase)
                || entry.Key.Contains("@" + name.Replace(".", @"\."), StringComparison.OrdinalIgnoreCase))
                && entry.Value.Split(':')[0] is var transport
                && (config.Services.FirstOrDefault(service => service.Name == transport)?.Command ?? transport) == "lmtp");

    /// <summary>The way to another host; null where the mail stays here.</summary>
    private static Route? OutBy(PostfixConfig config, string name) =>
        config.RouteOfDomain(name) is { IsKnown: true, GoesNowhere: false, Targets.Count: > 0 } route ? route : null;

    private static string WhatHappens(PostfixConfig config, string name, Route? way)
    {
        if (way is null) return "its mail is delivered on this host, and not relayed";
        string users = TakesItsUsers(config, name) ? "smtpd asks local_recipient_maps, and not relay_recipient_maps, for its users"
            : "smtpd refuses its users as unknown, unless they have an account on this host";
        return $"{users}. What it lets in goes to {way.Transport}:{way.NextHop} by {way.Parameter}";
    }

    /// <summary>
    /// smtpd looks for users of mydestination in local_recipient_maps, wherever their mail goes. A list of this host's own that can not be read may have them.
    /// </summary>
    private static bool TakesItsUsers(PostfixConfig config, string name) =>
        config.PublicSmtpdServices.Any(service => config.IsListedRecipient(Doors.NobodyOf(name), service) == true)
        || !config.PublicSmtpdServices.Any(config.RefusesUnlisted)
        || (config.IsExplicit("local_recipient_maps")
            && config.TablesOf("local_recipient_maps")
                .Where(table => !IsOfAccounts(config, table))
                .Any(table => table.WhyUnreadable is not null || !table.IsIndexed || HasUsersOf(table, name)));

    /// <summary>Those of the default: accounts and aliases of this host.</summary>
    private static bool IsOfAccounts(PostfixConfig config, LookupTable table) =>
        table.Shown.EndsWith("unix:passwd.byname", StringComparison.Ordinal) || config.TablesOf("alias_maps").Any(aliases => aliases.Shown == table.Shown);

    /// <summary>
    /// All of them with one command: a second one would bring back what the first took out. They stay in relay_domains, where that takes them from
    /// mydestination, and unknown users of them are refused before the first mail comes in.
    /// </summary>
    private Fix FixFor(PostfixConfig config, string[] domains)
    {
        bool byMacro = config.WordsOf(Inherits)?.Any(word => word.Written.StartsWith('$') && domains.Contains(word.Meant.ToLowerInvariant())) == true;
        string why = byMacro ? Manual.Fix[0].Why : $"Take {Telling.Some(domains)} out of mydestination.";
        if (Delisting.Commands(config, Inherits, domains) is not { } delisting) return new Fix(why, Delisting.Of(config, Inherits, domains));
        var commands = new List<string>();
        string[] lost = [.. domains.Where(name => !IsWrittenToo(config, name))];
        if (lost.Length > 0)
        {
            string[] written = Postconf.RelayDomainsWritten(config).TrimEnd(',') is { Length: > 0 } list ? [list] : [];
            commands.Add(Postconf.SetOnly("relay_domains", string.Join(", ", [.. written, .. lost])));
            bool wasThere = config.NamesIn("relay_domains").Any(domain => lost.Contains(domain.Name, StringComparer.OrdinalIgnoreCase));
            why += wasThere ? " It stays in relay_domains." : " It goes into relay_domains.";
        }
        if (Doors.WouldBeOpen(config) && Guarding.CommandsForVerification(config) is { Length: > 0 } verifying)
        {
            commands.AddRange(verifying);
            why += " Its unknown users are refused from then on (BKS008).";
        }
        return new Fix(why, string.Join(" && ", [.. commands, .. delisting, "postfix reload"]));
    }
}
