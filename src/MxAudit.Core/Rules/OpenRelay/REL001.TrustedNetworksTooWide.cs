using MxAudit.Config;
using MxAudit.Mail;

namespace MxAudit.Rules.OpenRelay;

public sealed class TrustedNetworksTooWide : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "REL001",
        Name = "trusted-networks-too-wide",
        Title = "mynetworks trusts strangers: they may send mail to anywhere through this host",
        Severity = Severity.Critical,
        Needs = EvidenceKinds.Config,
        Why = """
            Clients in mynetworks may relay to any destination, and their recipients are not verified. A network that contains
            strangers makes this host an open relay for them. It will be found within hours, used for junk, and listed.
            """,
        Detects = """
            mynetworks of a public smtpd has 0.0.0.0/0, ::/0, or a public network wider than /24 (/48 of IPv6) that no exception
            takes out again; proven when it is so wide that hardly anybody owns it all (wider than /16, or /29 of IPv6). Or
            mynetworks is not set, and mynetworks_style makes it the whole class A, B or C network around a public address, or
            (likely, and high) the neighbours in its subnet. High, too, where only a service on another port has such a mynetworks,
            and it is no port of mail programs. Mail from such a network counts as mail from strangers in all other rules.
            """,
        Fix =
        [
            new("Trust this host alone. A backup MX needs nobody else.", "postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128' && postfix reload"),
        ],
        Fires = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8 0.0.0.0/0
                relay_domains = example.com
                """,
        },
        Quiet = new()
        {
            Config = Example.AskingFirst + """
                mynetworks = 127.0.0.0/8 10.0.0.0/8 192.0.2.0/24
                relay_domains = example.com
                """,
        },
        References =
        [
            "https://www.postfix.org/postconf.5.html#mynetworks",
            "https://www.postfix.org/BASIC_CONFIGURATION_README.html#relay_from",
        ],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        var wide = config.PublicSmtpdServices
            .Concat(SideDoors.Trusting(config))
            .SelectMany(service => WideNetworks.Of(config.TrustedNetworksOf(service)).Select(network => (Service: service, Network: network)))
            .ToArray();
        if (wide.Length == 0)
        {
            if (ByStyle(config) is { } style) yield return ReportStyle(config, style);
            yield break;
        }
        string[] networks = [.. wide.Select(one => one.Network.Text).Distinct()];
        bool isBesides = wide.All(one => one.Service.Port is not null and not ("smtp" or "25") && !SideDoors.IsForUsers(one.Service)),
            isNobodys = !isBesides && wide.Any(one => WideNetworks.IsNobodys(one.Network.Network!.Value));
        yield return Report("mynetworks",
            $"{Telling.Some(networks)} in mynetworks {(networks.Length == 1 ? "is" : "are")} wider than a network of one's own: clients there may relay anywhere{(isBesides ? $" by {Telling.Some(wide.Select(one => one.Service.Id))}, unless a packet filter is in front" : "")}.",
            Seen.Stated(wide.DistinctBy(one => one.Service.Id)
                .Select(one => Proof.FromConfig(config, "mynetworks", one.Service))) with { Count = networks.Length },
            isNobodys ? Confidence.Proven : isBesides ? Confidence.Likely : Confidence.Strong, isBesides ? Severity.High : Severity.Critical,
            wide.Any(one => one.Service.Overrides.ContainsKey("mynetworks"))
                ? [Manual.Fix[0] with { Command = Narrowing(wide.Select(one => one.Service)) }] : null);
    }

    /// <summary>Wherever such a network is set: in main.cf, or for services in master.cf.</summary>
    private static string Narrowing(IEnumerable<MasterEntry> services) =>
        string.Join(" && ", [.. services.Select(service => Postconf.SetOnly("mynetworks", "127.0.0.0/8, [::1]/128", service)).Distinct(), "postfix reload"]);

    /// <summary><c>class</c>, or <c>subnet</c> where this host is known to have a public address; null where neither makes mynetworks.</summary>
    private static string? ByStyle(PostfixConfig config)
    {
        if (config.TrustedNetworks.IsKnown || config.IsExplicit("mynetworks") || !config.IsExplicit("mynetworks_style")) return null; // by default: HYG001
        bool hasPublic = config.OwnAddresses.Any(address => !Networks.IsPrivate(address));
        bool hasPrivateOnly = config.OwnAddresses.Count > 0 && !hasPublic;
        return config.Expanded("mynetworks_style") switch { "class" when !hasPrivateOnly => "class", "subnet" when hasPublic => "subnet", _ => null };
    }

    private Finding ReportStyle(PostfixConfig config, string style)
    {
        string whom = style == "class" ? "the whole class A, B or C network of each address of this host is trusted"
            : "whoever has an address in the same subnet as this host may relay anywhere";
        return Report("mynetworks", $"mynetworks is not set, and mynetworks_style is {style}: {whom}.",
            Seen.Stated(Proof.FromConfig(config, "mynetworks_style"), Proof.FromConfig(config, "mynetworks")),
            style == "class" ? Confidence.Proven : Confidence.Likely, style == "class" ? Severity.Critical : Severity.High);
    }
}
