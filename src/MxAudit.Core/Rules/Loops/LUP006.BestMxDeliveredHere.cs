using MxAudit.Log;
using MxAudit.Mail;

namespace MxAudit.Rules.Loops;

public sealed class BestMxDeliveredHere : Rule
{
    public override RuleManual Manual { get; } = new()
    {
        Id = "LUP006",
        Name = "best-mx-delivered-here",
        Title = "best_mx_transport: where this host is the best MX, mail is delivered here instead of bouncing",
        Severity = Severity.Medium,
        Needs = EvidenceKinds.Config,
        SurerWith = EvidenceKinds.Log,
        Why = """
            When the MX records of a relayed domain make this host the best one, something is wrong: the primary left DNS, or never was
            there. Without best_mx_transport such mail bounces as a loop, and somebody notices. With it the mail is given to the local
            delivery, where the users of the primary are unknown, or where nobody reads it.
            """,
        Detects = """
            best_mx_transport is not empty. Mail that the log shows to have gone that way is counted. Low where it can not concern relayed domains: mail
            for each of them goes to a next hop whose MX records nobody asks for, as on a mail gateway that names its mail servers. Low, too, where that can not be read.
            """,
        Fix = [new("Name in mydestination or relay_domains what this host serves, and do without.", "postconf -X best_mx_transport && postfix reload")],
        Fires = new() { Config = Example.Sound + "best_mx_transport = local" },
        Quiet = new() { Config = Example.Sound + "best_mx_transport =" },
        References = ["https://www.postfix.org/postconf.5.html#best_mx_transport"],
    };

    public override IEnumerable<Finding> Examine(Evidence evidence)
    {
        var config = evidence.Configuration;
        string transport = config.Expanded("best_mx_transport").Trim();
        if (transport.Length == 0) yield break;
        Remark[] passed = [.. evidence.Log?.RemarksOf(RemarkKind.PassedToTransport)
            .Where(remark => remark.Subject.Split(':')[0] == transport.Split(':')[0]) ?? []];
        var seen = Seen.Of(passed, 3);
        string[] byMx = [.. Doors.DomainsOf(config).Where(domain => config.RouteOfDomain(domain) is { IsKnown: true } route
            && route.Targets.Any(target => !target.IsBracketed))];
        bool isKnown = config.UnreadRelayTables.Count == 0 && Doors.DomainsOf(config).All(domain => config.RouteOfDomain(domain).IsKnown);
        yield return Report("best_mx_transport",
            Telling.Sentences($"Where this host is the best MX of a domain, mail is given to {transport} instead of bouncing as a loop.",
                byMx.Length > 0 ? $"Mail for {Telling.Some(byMx, 2)} goes by MX records."
                    : isKnown ? "No relayed domain's mail goes by MX records."
                    : "Whether relayed domains' mail goes by MX records can not be read here.",
                seen.Count > 0 ? $"That happened {Telling.Count(seen.Count, "time")}." : ""),
            Seen.Stated(Proof.FromConfig(config, "best_mx_transport")).And(seen), Confidence.Proven,
            seen.Count > 0 || byMx.Length > 0 ? Severity.Medium : Severity.Low);
    }
}
