using System.Text.RegularExpressions;
using MxAudit.Config;
using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.RelayDomains;

public sealed partial class RelayDomainsTooBroad : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "RLY010",
        Name = "relay-domains-too-broad",
        Title = "relay_domains covers more than the domains that this host backs up",
        Severity = Severity.High,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            Whatever relay_domains names is accepted from everybody, subdomains included. A word such as "com", a pattern that fits
            everything or static: makes this host relay for strangers. With $mydestination, which is the default of old
            compatibility levels, mail for any made-up subdomain of this host's own domains is accepted, and bounces.
            """,
        Detects = """
            High: relay_domains matches a domain that nobody has; or it names a top-level domain, or one under which others register
            (co.uk), and subdomains count. Medium: it is made of $mydestination, written or by default, and a mail domain is in that;
            high where the log shows that mail was accepted by this default. Low where only names of this host are in it. Medium,
            too, for a word with "*", which stands for nothing there, and for one with a leading dot where that stands for nothing. Names of private networks such as "lan" are left out.
            """,
        Fix = [new("Name the domains that this host backs up, and nothing else.", "postconf -e 'relay_domains = example.com' && postfix reload")],
        Fires = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                relay_domains = example.com, net
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8
                mydestination = $myhostname, localhost.$mydomain, localhost
                relay_domains = example.com, intranet
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#relay_domains",
            "https://www.postfix.org/COMPATIBILITY_README.html#relay_domains",
            "https://www.postfix.org/postconf.5.html#parent_domain_matches_subdomains",
        ],
    };

    private static readonly string[] PrivateNames = ["lan", "local", "internal", "intranet", "home", "corp", "private",
        "localdomain", "localhost", "test", "example"];

    private sealed record Fault(Severity Severity, string Text);

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        Remark[] accepted = [.. evidence.Log?.RemarksOf(RemarkKind.BackwardsCompatibleDefault)
            .Where(remark => remark.Subject.StartsWith("relay_domains", StringComparison.Ordinal)) ?? []];
        Fault[] faults = [.. FaultsOf(config, accepted.Length > 0 && !config.IsExplicit("relay_domains")).OrderByDescending(fault => fault.Severity)];
        if (faults.Length == 0) yield break;
        string[] kept = [.. config.RelayDomains
            .Select(domain => domain.Name)
            .Where(name => !IsPublicSuffix(name.TrimStart('.')) && config.IsListed("mydestination", name).IsIn == false)];
        kept =
        [
            .. kept,
            .. config.NamesIn("relay_domains").Where(domain => MatchesNothing(config, domain.Name)).Select(domain => domain.Name[1..]).Except(kept),
        ];
        bool fromText = config.List("relay_domains").All(word => !word.Contains(':') && !word.StartsWith('/'));
        yield return Report("relay_domains", Telling.Sentences([.. faults.Select(fault => fault.Text)]),
            Seen.Stated([Proof.FromConfig(config, "relay_domains"),
                .. config.IsExplicit("relay_domains") ? [] : new[] { Proof.FromConfig(config, "compatibility_level") }]).And(Seen.Of(accepted, 2)),
            Confidence.Proven, faults[0].Severity,
            [Manual.Fix[0] with
            {
                Command = fromText ? $"postconf -e 'relay_domains = {string.Join(", ", kept)}' && postfix reload" : "postconf relay_domains",
            }]);
    }

    private static IEnumerable<Fault> FaultsOf(PostfixConfig config, bool wasUsed)
    {
        if (config.IsListed("relay_domains", Doors.NobodysDomain).IsIn == true)
            yield return new(Severity.High, "relay_domains matches every domain: this host relays for everybody.");
        // relay_domains = $transport_maps, where "*" is the way of all other mail
        var routes = config.TablesOf("transport_maps").SelectMany(table => table.Entries).Select(entry => entry.Place).ToHashSet();
        foreach (var domain in config.NamesIn("relay_domains").DistinctBy(domain => domain.Name))
        {
            string name = domain.Name.TrimStart('.');
            if (name.Contains('*') && domain.Place is { } place && !routes.Contains(place))
                yield return new(Severity.Medium, $"relay_domains has \"{domain.Name}\", which matches no domain at all: \"*\" is no wildcard there.");
            else if (MatchesNothing(config, domain.Name) && !(domain.Place is { } at && routes.Contains(at)))
                yield return new(Severity.Medium,
                    $"relay_domains has \"{domain.Name}\", which matches nothing as long as parent_domain_matches_subdomains has relay_domains: mail for the names below is refused. Without the dot it stands for them.");
            else if (IsPublicSuffix(name) && config.IsListed("relay_domains", $"{Doors.NobodysName}.{name}").IsIn == true
                && config.IsListed("mydestination", name).IsIn == false && config.Expanded("myhostname").Split('.')[0] != name)
                yield return new(Severity.High, $"relay_domains has {domain.Name}: this host relays for every domain below it.");
        }
        bool isDefault = !config.IsExplicit("relay_domains");
        if (!config.Value("relay_domains").Contains("$mydestination", StringComparison.Ordinal)
            && !config.Value("relay_domains").Contains("{mydestination}", StringComparison.Ordinal))
            yield break;
        string[] mailDomains = [.. config.NamesIn("mydestination")
            .Select(domain => domain.Name)
            .Where(name => config.IsListed("relay_domains", name).IsIn == true && !IsNameOfHost(config, name))
            .Distinct()];
        string how = isDefault
            ? "relay_domains is not set, and at this compatibility level that stands for $mydestination"
            : "relay_domains is made of $mydestination";
        if (!config.IsEmpty("relay_domains") && config.SubdomainsMatch("relay_domains"))
            yield return new(wasUsed ? Severity.High : mailDomains.Length > 0 ? Severity.Medium : Severity.Low,
                $"{how}: mail for any name below {(mailDomains.Length > 0 ? Telling.Some(mailDomains) : "the names of this host")} is accepted for relaying{(wasUsed ? ", and the log shows that it was" : "")}.");
    }

    /// <summary>match_ops.c: a leading dot means subdomains only where the list of such parameters does not have relay_domains.</summary>
    private static bool MatchesNothing(PostfixConfig config, string name) =>
        name.StartsWith('.') && config.SubdomainsMatch("relay_domains") && config.IsListed("relay_domains", PostfixConfig.NameIn(name)).IsIn == false;

    private static bool IsNameOfHost(PostfixConfig config, string name) =>
        name.Equals(config.Expanded("myhostname"), StringComparison.OrdinalIgnoreCase) || name == "localhost"
        || name.StartsWith("localhost.", StringComparison.Ordinal) || !name.Contains('.') || config.OwnNames.Contains(name);

    /// <summary>A top-level domain, or a name of two labels that countries use like one.</summary>
    private static bool IsPublicSuffix(string name) =>
        name.Length > 1 && (name.Contains('.') ? SecondLevel().IsMatch(name) : char.IsAsciiLetter(name[0]) && !PrivateNames.Contains(name));

    [GeneratedRegex(@"^(co|com|net|org|ac|gov|edu)\.[a-z]{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex SecondLevel();
}
