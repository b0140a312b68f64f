using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Rules.Hygiene;
using MxAudit.Rules.RelayDomains;

namespace MxAudit.Advice;

/// <summary>Harm to others first, then whatever keeps mail from coming in at all.</summary>
internal static class UrgentSteps
{
    private const string ThisHostAlone = "127.0.0.0/8 [::1]/128";

    internal static IEnumerable<PlannedStep> Of(AdvisedHost host) =>
        [.. TrustedNetworks(host), .. RelayControl(host), .. IllegalActions(host), .. NoRelayControl(host), .. ClosedToAll(host), .. BlockListSteps.Of(host),
            .. NearExpiry(host), .. Held(host)];

    private static IEnumerable<PlannedStep> TrustedNetworks(AdvisedHost host)
    {
        var config = host.Configuration;
        MasterEntry?[] services = [.. config.PublicSmtpdServices.Select(service => (MasterEntry?)service).DefaultIfEmpty(null)];
        var wide = services.SelectMany(service => WideNetworks.Of(config.TrustedNetworksOf(service))).Select(network => network.Text).Distinct().ToHashSet();
        if (wide.Count == 0)
        {
            if (config.TrustedNetworks.IsKnown)
            {
                if (!host.Findings.Any(finding => finding.Rule.Id is "REL002" or "REL005" && finding.Severity >= Severity.Medium))
                    host.AlreadyRight.Add($"mynetworks trusts no strangers: {string.Join(' ', host.Own("mynetworks").Select(own => own.ToString()))}.");
            }
            else if (!config.IsExplicit("mynetworks") && (config.ListensToItselfOnly || config.Expanded("mynetworks_style").Trim() == "host"))
                host.AlreadyRight.Add(
                    $"mynetworks trusts this host alone: {(config.ListensToItselfOnly ? config.Shown("inet_interfaces") : "mynetworks_style = host")}.");
            else if (!config.IsExplicit("mynetworks"))
                yield return new PlannedStep(Stage.Now, "Say who is trusted",
                    $"mynetworks is not set, and mynetworks_style = {config.Expanded("mynetworks_style")} makes it depend on the interfaces: neighbours may relay through this host, unverified.",
                    host.Draft.Change(("mynetworks", ThisHostAlone)),
                    "If other machines of yours send mail through this host, their addresses belong into the list; they can not be known from here.",
                    host.Named("REL001", "HYG001"));
            yield break;
        }
        string command = host.Draft.ChangeForSmtpd(("mynetworks", service => Narrowed(host.Draft, wide, service)));
        yield return new PlannedStep(Stage.Now, "Trust this host alone: narrow mynetworks before anything else",
            $"{string.Join(", ", wide)} in mynetworks lets strangers send mail to anywhere through this host, and their recipients are not verified.", command,
            command.Length == 0
                ? $"{string.Join(", ", wide)} stands in a file or table of mynetworks: take it out there."
                : $"What strangers have put into the queue until now still leaves: postqueue -p shows it.",
            host.Named("REL001", "REL002", "REL005", "BKS001", "BKS002") is { Length: > 0 } rules ? rules : ["REL001"]);
    }

    private static string Narrowed(Draft draft, HashSet<string> wide, MasterEntry? service)
    {
        string[] kept = [.. draft.Words("mynetworks", service).Where(word => !wide.Contains(word))];
        return kept.Length == 0 ? ThisHostAlone : string.Join(' ', kept);
    }

    /// <summary>Strangers may relay by the lists themselves.</summary>
    private static IEnumerable<PlannedStep> RelayControl(AdvisedHost host)
    {
        if (!host.Found("REL003")) yield break;
        yield return new PlannedStep(Stage.Now, "Say who may relay",
            "The restriction lists let strangers send mail to foreign domains. This list decides before the others, and is safe as it stands.",
            host.Draft.ChangeForSmtpd(("smtpd_relay_restrictions", service => RelayList(host, service))), "", host.Named("REL003", "REL005"));
    }

    internal static string RelayList(AdvisedHost host, MasterEntry? service) =>
        host.Configuration.Bool("smtpd_sasl_auth_enable", service)
            ? "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination"
            : "permit_mynetworks, reject_unauth_destination";

    private static IEnumerable<PlannedStep> IllegalActions(AdvisedHost host)
    {
        if (host.IllegalActions.Length == 0) yield break;
        yield return new PlannedStep(Stage.Flow, "Let smtpd run again: take the illegal setting out",
            $"{string.Join(", ", host.Own(host.IllegalActions).Select(own => own.ToString()))}: the only legal values are defer and defer_if_permit. smtpd dies whenever a client connects, and no mail is accepted at all. \"postfix check\" does not say so.",
            host.Draft.Remove(host.IllegalActions), "", ["VRF006"]);
    }

    /// <summary>All causes in one step: with one of them left smtpd still does not start.</summary>
    private static IEnumerable<PlannedStep> NoRelayControl(AdvisedHost host)
    {
        var config = host.Configuration;
        var (said, commands) = SmtpdDoesNotStart.Corrections(config);
        bool lacksControl = !host.Found("REL003")
            && !config.PublicSmtpdServices.All(service => config.HasRelayControl(service))
            && !SmtpdDoesNotStart.LinesBringControl(config);
        if (!lacksControl && said.Count == 0) yield break;
        string relay = lacksControl ? host.Draft.ChangeForSmtpd(("smtpd_relay_restrictions", service => RelayList(host, service))) : "";
        yield return new PlannedStep(Stage.Flow, lacksControl ? "Let smtpd run: say who may relay" : "Let smtpd run: correct what it can not read",
            Telling.Sentences([lacksControl
                ? "Without one of reject, defer, defer_if_permit, reject_unauth_destination and defer_unauth_destination in its lists smtpd refuses to run, and no mail is accepted." : "", .. said]),
            string.Join(" && ", [.. commands, relay.Length > 0 || commands.Count == 0 ? relay : Draft.Reload]), "", ["HYG008"]);
    }

    /// <summary>All lists that say so in one step: behind one that is corrected the next one still refuses everybody.</summary>
    private static IEnumerable<PlannedStep> ClosedToAll(AdvisedHost host)
    {
        var config = host.Configuration;
        ClosedDoors[] closed = [.. ClosedDoors.Of(host.Evidence)
            .Where(doors => host.Findings.Any(finding => finding.Rule.Id == "RLY001" && finding.Subject == doors.Subject))];
        if (closed.Length == 0) yield break;
        string[] domains = [.. closed.SelectMany(doors => doors.Domains)];
        bool isInClass = closed.Any(doors => doors.IsInClass(config)), asksPrimary = ClosedDoors.LetsAnybodyIn(config, host.MainSmtpd);
        string[] lists = [.. config.PublicSmtpdServices.SelectMany(service => ClosedDoors.Opened(config, service)).Select(one => one.List).Distinct()];
        var edits = lists.Select(list => (list, (Func<MasterEntry?, string?>)(service =>
            ClosedDoors.Opened(config, service).Where(one => one.List == list).Select(one => one.Value).FirstOrDefault(host.Draft.Value(list, service)))));
        if (asksPrimary) edits = edits.Append(("unverified_recipient_reject_code", _ => "450"));
        yield return new PlannedStep(Stage.Flow, $"Take mail of strangers for {Telling.Some(domains, 10)}",
            Telling.Sentences($"{Telling.Some(closed.Select(doors => doors.List))} refuses everybody before anything is said of domains, and a fallback MX has to take mail of strangers.",
                asksPrimary ? "With the door open the primary is asked about each new recipient, with 450 for an answer first: mail for nobody would come back as notices to strangers." : ""),
            isInClass ? "" : host.Draft.ChangeForSmtpd([.. edits]),
            Telling.Sentences(isInClass ? "The word stands in a restriction class: write reject_unauth_destination for it there." : "",
                closed.All(doors => doors.IsProven) ? "" : "If only chosen clients are to deliver here, this host is no fallback MX: take the domains out of relay_domains instead."),
            ["RLY001"]);
    }

    private static IEnumerable<PlannedStep> NearExpiry(AdvisedHost host)
    {
        if (!host.Found("QUE005")) yield break;
        var lifetime = host.Configuration.Time("maximal_queue_lifetime");
        yield return new PlannedStep(Stage.Now, "Keep the queued mail longer",
            $"Mail in the queue is about to expire after {Days(lifetime)}. The new value holds for queued mail too: it is compared at each attempt.",
            host.Draft.Change(("maximal_queue_lifetime", $"{LongerLife.Days(lifetime)}d")), "", ["QUE005"]);
    }

    private static IEnumerable<PlannedStep> Held(AdvisedHost host)
    {
        string[] words = [.. host.Draft.Words("defer_transports")];
        if (!words.Contains("relay")) yield break;
        yield return new PlannedStep(Stage.Flow, "Let relayed mail leave",
            $"defer_transports holds back all mail of the relay transport until somebody flushes the queue: {host.Own("defer_transports")[0]}.",
            host.Draft.Change(("defer_transports", words.Length == 1 ? null : string.Join(", ", words.Where(word => word != "relay")))),
            "If that was meant, for the time of some work on the primary, leave it.", ["QUE007"]);
    }

    internal static string Days(TimeSpan time) =>
        time.TotalDays >= 1 && time.Ticks % TimeSpan.TicksPerDay == 0 ? Telling.Count((long)time.TotalDays, "day") : Telling.Span(time);
}
