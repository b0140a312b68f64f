using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Rules.RelayDomains;

namespace MxAudit.Advice;

/// <summary>Which domains this host takes mail for, and in which class. After the recipients: a new domain must not open a new door.</summary>
internal static class DomainSteps
{
    internal static IEnumerable<PlannedStep> Of(AdvisedHost host) =>
        [.. InTwoClasses(host), .. Dead(host), .. Stale(host), .. Forgotten(host), .. NoneYet(host), .. PermitMxBackup(host), .. Told(host)];

    private static IEnumerable<PlannedStep> InTwoClasses(AdvisedHost host)
    {
        var config = host.Configuration;
        var overlaps = config.Overlaps
            .Where(overlap => overlap.Classes.Any(one => one.Parameter == "relay_domains" && one.Item == overlap.Domain)
                && overlap.Classes[0].Class != DomainClass.Relay
                && config.IsExplicit("relay_domains")
                && (overlap.Classes[0].Class == DomainClass.Local
                    ? host.SubjectsOf("RLY002").Contains(overlap.Domain) && !RelayedDomainInMydestination.IsNameOfHostAlone(host.Evidence, overlap.Domain)
                    : !config.Value("relay_domains").Contains(overlap.Classes[0].Parameter, StringComparison.Ordinal)))
            .ToArray();
        foreach (var group in overlaps.GroupBy(overlap =>
            string.Join(", ", overlap.Classes.Where(one => one.Class != DomainClass.Relay).Select(one => one.Parameter))))
        {
            string[] domains = [.. group.Select(overlap => overlap.Domain)];
            string[] lists = group.Key.Split(", ");
            string[] local = [.. domains.Where(domain => !HasBetterMx(host, domain))];
            var edits = lists.Where(list => local.Length == 0 && Editable(host, list, domains))
                .Select(list => (list, (string?)Without(host, list, domains)))
                .ToArray();
            bool all = edits.Length == lists.Length;
            if (edits.Length > 0 && host.Draft.Value("relay_domains").Contains("mydestination", StringComparison.Ordinal)) // they were in it by that alone
                edits = [.. edits, ("relay_domains", string.Join(", ", host.Draft.Words("relay_domains").Union(domains, StringComparer.OrdinalIgnoreCase)))];
            yield return new PlannedStep(Stage.Domains, $"Take {Telling.Some(domains, 10)} out of {group.Key}",
                Telling.Sentences(
                    $"A domain has one class, and {lists[0]} comes before relay_domains: the mail is {(lists[0] == "mydestination" ? "delivered on this host or its users are refused" : "taken by this host's own tables")}, and never relayed.",
                    local.Length == 0 ? "DNS names another host as the best MX: that is where the mail belongs." : ""),
                edits.Length > 0 ? host.Draft.Change(edits) : "",
                all ? "Mail that was delivered on this host until now stays here: look into its mailboxes and tables." : local.Length > 0
                    ? $"Whether {Telling.Some(local)} is to be relayed or to be delivered here can not be known from here: take it out of {group.Key}, or out of relay_domains."
                    : $"Where {string.Join(" and ", lists.Except(edits.Select(edit => edit.list)))} names it can not be edited by a command: a table or a file.",
                [
                    .. lists.Contains("mydestination") ? ["RLY002"] : Array.Empty<string>(),
                    .. lists.Any(list => list != "mydestination") || host.SubjectsOf("RLY003").Intersect(domains).Any() ? ["RLY003"] : Array.Empty<string>(),
                ]);
        }
    }

    private static bool HasBetterMx(AdvisedHost host, string domain) =>
        host.Evidence.Dns?.Of(domain) is { Mx.Count: > 0, IsNullMx: false } answer && !answer.IsBestAtUs(host.Evidence.Own);

    private static bool Editable(AdvisedHost host, string list, IReadOnlyList<string> domains) =>
        host.Configuration.IsExplicit(list) && domains.All(domain => host.Draft.Words(list).Any(word => Names(host, word, domain)));

    private static string Without(AdvisedHost host, string list, IReadOnlyList<string> domains) =>
        string.Join(", ", host.Draft.Words(list).Where(word => !domains.Any(domain => Names(host, word, domain))));

    /// <summary>The word itself, or <c>$mydomain</c>.</summary>
    private static bool Names(AdvisedHost host, string word, string domain) =>
        word.Equals(domain, StringComparison.OrdinalIgnoreCase)
        || (word is "$mydomain" or "${mydomain}" && host.Configuration.Expanded("mydomain").Equals(domain, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<PlannedStep> Dead(AdvisedHost host) => Removing(host, "DNS005",
        "DNS knows no way to deliver their mail: no such domain, a null MX, or no MX that works. What this host accepts for them can only bounce.",
        "If one of them is still yours, its zone is broken or has expired: mend the zone instead, and leave the domain in the list.");

    private static IEnumerable<PlannedStep> Stale(AdvisedHost host) => Removing(host, "DNS001",
        "No MX record of them names this host any more: senders do not come here, only junk does.",
        "If this host is to be their fallback, its name is missing in their MX records: add it there, and leave the domain in the list.");

    private static IEnumerable<PlannedStep> Removing(AdvisedHost host, string rule, string why, string notKnown)
    {
        string[] domains = [.. host.Findings
            .Where(finding => finding.Rule.Id == rule && finding.Severity >= Severity.Medium && !LoopSteps.WithoutBetterHost(host).Contains(finding.Subject))
            .Select(finding => finding.Subject)
            .Distinct()];
        var words = host.Draft.Words("relay_domains");
        string[] written = [.. domains.Where(domain => words.Contains(domain, StringComparer.OrdinalIgnoreCase))];
        if (domains.Length == 0) yield break;
        yield return new PlannedStep(Stage.Domains, $"Take {Telling.Some(domains, 20)} out of relay_domains", why,
            written.Length == 0 ? ""
                : host.Draft.Change(("relay_domains", string.Join(", ", words.Where(word => !written.Contains(word, StringComparer.OrdinalIgnoreCase))))),
            Telling.Sentences(notKnown,
                written.Length < domains.Length
                    ? $"{string.Join(", ", domains.Except(written))}: not written in relay_domains itself, but in a table or file of it." : ""),
            [rule]);
    }

    private static IEnumerable<PlannedStep> Forgotten(AdvisedHost host)
    {
        var closed = ClosedDoors.Of(host.Evidence).Select(doors => doors.Subject).ToHashSet(); // a step of its own, and in relay_domains already
        string[] domains =
        [
            .. host.Findings.Where(finding => finding.Rule.Id == "RLY001" && finding.Confidence == Confidence.Proven).Select(finding => finding.Subject)
                .Where(subject => !closed.Contains(subject))
                .Where(domain => domain.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')),
        ];
        if (domains.Length == 0) yield break;
        var words = host.Draft.Words("relay_domains");
        bool hasTable = words.Any(word => word.Contains(':') || word.StartsWith('/'));
        string list = host.Configuration.Expanded("relay_recipient_maps").Trim();
        string lists = list.Length > 0
            ? $"relay_recipient_maps is set: put the users of {Telling.Some(domains)} into {Redaction.OfText(list)} before, or each of them is refused with 550. Who they are can not be known from here."
            : "";
        yield return new PlannedStep(Stage.Domains, $"Take mail for {Telling.Some(domains, 20)}",
            "Their MX records name this host, and it refuses their mail: when the primary is down, senders are turned away here.",
            host.Draft.Change(("relay_domains", string.Join(", ", words.Concat(domains)))),
            Telling.Sentences(lists, hasTable ? "relay_domains has a table or a file: the names may go there just as well." : "",
                "If this host is not to be their fallback, its name has to go from their MX records instead."),
            ["RLY001", .. host.Named("RLY011")]);
    }

    private static IEnumerable<PlannedStep> NoneYet(AdvisedHost host)
    {
        if (host.Found("RLY001") || !Doors.AreForNobodyElse(host.Evidence)) yield break;
        yield return new PlannedStep(Stage.Domains, "Name the domains that this host is to be a fallback for",
            "This host is no fallback MX for anybody yet: relay_domains names no domain, and mail for any other is refused.", "",
            "Which domains they are only you can know. Let this host check their recipients before it takes their mail (BKS008); then ask for advice again.",
            []);
    }

    private static IEnumerable<PlannedStep> PermitMxBackup(AdvisedHost host)
    {
        string[] lists = [.. host.SubjectsOf("REL004").Where(list => host.Draft.Words(list, host.MainSmtpd).Contains("permit_mx_backup"))];
        if (lists.Length == 0) yield break;
        yield return new PlannedStep(Stage.Domains, "Name the domains instead of permit_mx_backup",
            "Anybody can point an MX record at this host, and permit_mx_backup then takes the mail. It is deprecated since Postfix 3.9.",
            host.Draft.ChangeForSmtpd([.. lists.Select(list =>
                (list, (Func<MasterEntry?, string?>)(service => RelayingFirst.WithoutMxBackup(host.Draft.Words(list, service)))))]),
            "Which domains this host is to be a fallback for is for you to say: put each into relay_domains before.", ["REL004"]);
    }

    private static IEnumerable<PlannedStep> Told(AdvisedHost host)
    {
        if (host.RelayedNames.Count > 0 && host.Named("RLY002", "RLY003").Length == 0)
            host.AlreadyRight.Add($"Each relayed domain is in one class alone: {host.Own("relay_domains")[0]}.");
        return [];
    }
}
