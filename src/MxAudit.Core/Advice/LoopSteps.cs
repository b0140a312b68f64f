using MxAudit.Config;
using MxAudit.Dns;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>Loops: nothing may bounce while their causes are mended.</summary>
internal static class LoopSteps
{
    internal static IEnumerable<PlannedStep> Of(AdvisedHost host)
    {
        string[] seen = host.Named("LUP001", "LUP007");
        string[] causes = host.Named("LUP002", "LUP003");
        if (seen.Length > 0)
            yield return new PlannedStep(Stage.Loops, "Let nothing bounce while the loop is mended",
                Telling.Sentences([.. host.Findings.Where(finding => seen.Contains(finding.Rule.Id)).Take(2).Select(finding => finding.Message),
                    "As long as soft_bounce is on, mail that loops waits in the queue instead of going back to its senders. Refusals are temporary as long, too: it must not stay on."]),
                host.Draft.Change(("soft_bounce", "yes")), "", seen);
        foreach (var step in OwnAddresses(host)) yield return step;
        foreach (var step in BestMx(host)) yield return step;
        foreach (var step in WrongWay(host)) yield return step;
        if (seen.Length == 0 && causes.Length == 0 && host.Mail is not null) host.AlreadyRight.Add("No loop is seen: nothing comes back to this host.");
    }

    private static IEnumerable<PlannedStep> OwnAddresses(AdvisedHost host)
    {
        string[] unknown = [.. host.SubjectsOf("LUP003")
            .Where(address => System.Net.IPAddress.TryParse(address, out var ip) && !host.Configuration.OwnAddresses.Contains(ip))];
        if (unknown.Length == 0) yield break;
        string list = string.Join(", ",
            host.Draft.Words("proxy_interfaces").Concat(unknown.Select(address => address.Contains(':') ? $"[{address}]" : address)).Distinct());
        yield return new PlannedStep(Stage.Loops, "Tell Postfix its public address",
            $"The host at {string.Join(", ", unknown)} greets with this host's own name, and Postfix does not know that address for its own: behind NAT it hands mail to itself when the primary is down.",
            host.Draft.Change(("proxy_interfaces", list)),
            "If that address belongs to another machine, two machines share one name: give each its own myhostname instead.", ["LUP003"]);
    }

    /// <summary>Domains for which Postfix finds nobody better than this host, by DNS or by what it logged.</summary>
    internal static string[] WithoutBetterHost(AdvisedHost host) =>
    [
        .. host.SubjectsOf("LUP002")
            .Union(host.Found("LUP003") ? []
                : host.SubjectsOf("LUP001")
                    .Where(domain => host.RelayedNames.Contains(domain) && host.Configuration.RouteOfDomain(domain) is { By: RouteDecider.RecipientDomain }))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<PlannedStep> BestMx(AdvisedHost host)
    {
        string[] domains = WithoutBetterHost(host);
        if (domains.Length == 0) yield break;
        yield return new PlannedStep(Stage.Loops, $"Name the primary of {Telling.Some(domains, 10)}",
            "By DNS this host comes first, and nobody is better: Postfix has nowhere to hand the mail to. In DNS the primary must have a lower preference number than this host. Or Postfix is told the way.",
            "", $"The address of the primary can not be known from here. Write it into {Routes.TableName(host)} as \"{domains[0]}  relay:[name or address of the primary]\", run postmap on it{(Routes.TableIsNew(host) ? ", and set transport_maps to it" : "")}; or mend the MX records; or, if this host is no longer a fallback for the domain, take the domain out of relay_domains.",
            host.Named("LUP002", "LUP001"));
    }

    /// <summary>transport_maps sends mail to a host that is no better MX than this one: another fallback, which sends it back.</summary>
    private static IEnumerable<PlannedStep> WrongWay(AdvisedHost host)
    {
        if (host.Named("LUP001", "LUP007").Length == 0 || host.Evidence.Dns is not { } dns) yield break;
        foreach (string domain in host.RelayedNames)
        {
            var route = host.Configuration.RouteOfDomain(domain);
            if (route is not { By: RouteDecider.TransportMaps, Entry: { } entry, GoesNowhere: false }
                || dns.Of(domain) is not { } answer
                || !LeadsElsewhere(host, route, answer))
                continue;
            string better = Telling.Some(answer.Mx.TakeWhile(mx => !host.Evidence.Own.Is(mx)).Select(mx => mx.Exchange));
            yield return new PlannedStep(Stage.Loops, $"Let mail of {domain} follow its MX records",
                $"\"{entry.Key} {entry.Value}\" ({entry.Place}) sends it to a host that is no better MX than this one. DNS names a better one: {better}. With \"relay:\" Postfix goes there, and never to itself or worse.",
                Routes.Entry(host, domain, entry), "The other host may have an entry that points back here. It can not be read from here: look there too.",
                host.Named("LUP007", "LUP001"));
        }
    }

    private static bool LeadsElsewhere(AdvisedHost host, Route route, DnsAnswer answer)
    {
        var better = answer.Mx.TakeWhile(mx => !host.Evidence.Own.Is(mx)).ToArray();
        return better.Length > 0 && answer.MxListsUs(host.Evidence.Own) && !route.Targets.Any(target => target.Host == answer.Domain
            || better.Any(mx => mx.Exchange == target.Host || mx.Addresses.Any(address => address.ToString() == target.Host)));
    }
}
