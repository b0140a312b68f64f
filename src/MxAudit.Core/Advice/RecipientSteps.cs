using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Rules;
using MxAudit.Rules.Backscatter;
using MxAudit.Rules.Verification;

namespace MxAudit.Advice;

/// <summary>Unknown recipients are refused while the sender still waits: with 450 first, with 550 after a clean week.</summary>
internal static class RecipientSteps
{
    private const string Verify = "reject_unverified_recipient", List = "smtpd_recipient_restrictions";

    internal static IEnumerable<PlannedStep> Of(AdvisedHost host) =>
        [.. WrongOrder(host), .. NegativeCache(host), .. AcceptsKnownBad(host), .. NoValidation(host), .. DeferCode(host),
            .. PrimaryRefuses(host), .. Told(host)];

    /// <summary>Verification of everybody's recipients asks strangers' hosts.</summary>
    private static IEnumerable<PlannedStep> WrongOrder(AdvisedHost host)
    {
        var config = host.Configuration;
        string[] lists = [.. Rules.Doors.ForStrangersMail(config).SelectMany(RelayingFirst.VerifyingBefore).Distinct()];
        if (lists.Length == 0) yield break;
        (string List, string Value)[] Corrected(MasterEntry? service) =>
            RelayingFirst.Corrected(config, service, [.. lists.Where(list => host.Draft.Words(list, service).Contains(Verify))],
                list => host.Draft.Words(list, service)) ?? [];
        string[] changed = [.. config.PublicSmtpdServices.SelectMany(Corrected).Select(one => one.List).Distinct()];
        string command = host.Draft.ChangeForSmtpd([.. changed.Select(list => (list, (Func<MasterEntry?, string?>)(service =>
            Corrected(service).Where(one => one.List == list).Select(one => one.Value).FirstOrDefault(host.Draft.Value(list, service)))))]);
        if (command.Length > 0)
            yield return new PlannedStep(Stage.Recipients, "Refuse foreign domains before recipients are verified",
                $"{Verify} is reached for recipients of any domain, and this host asks strangers' servers about them: some block lists take that for abuse.",
                command, "", ["VRF014"]);
    }

    private static IEnumerable<PlannedStep> NegativeCache(AdvisedHost host)
    {
        var config = host.Configuration;
        if (config.Bool("address_verify_negative_cache"))
        {
            if (host.VerificationIsWritten) host.AlreadyRight.Add($"Bad verification results are remembered: {host.Own("address_verify_negative_cache")[0]}.");
            yield break;
        }
        if (!host.VerificationIsWritten && host.RelayedNames.Count == 0) yield break;
        bool acceptsUnknown = Code(host, "unverified_recipient_defer_code") / 100 == 2, refuses = Code(host, "unverified_recipient_reject_code") / 100 == 5;
        var (cache, code) = (host.Own("address_verify_negative_cache")[0], host.Own("unverified_recipient_reject_code")[0]);
        string why = acceptsUnknown
            ? $"{cache} and {host.Own("unverified_recipient_defer_code")[0]} together switch verification off: every unknown recipient is accepted, with the primary up as well, and bounced. Both have to go."
            : $"{cache} defeats {(refuses ? $"this host's own {code}" : "every refusal")}: a bad result is forgotten before smtpd can see it. Each unknown recipient is probed three times or more, holds the client for 6 seconds, and is answered 450, never 550.";
        string first = refuses && !acceptsUnknown
            ? " With the cache on a 550 takes effect at once, so it is 450 for a week first; senders see no difference, since they get 450 today." : "";
        var settings = new List<(string, Func<MasterEntry?, string?>)>
        {
            ("address_verify_negative_cache", _ => "yes"), ("address_verify_negative_refresh_time", _ => Refresh(host)),
            ("unverified_recipient_reject_code", _ => "450"),
        };
        if (acceptsUnknown) settings.Add(("unverified_recipient_defer_code", _ => "450"));
        yield return new PlannedStep(Stage.Recipients, "Turn the negative verification cache on",
            $"{why}{first} New users of the primary are let in within half an hour: a bad result is tried again that soon.",
            host.Draft.ChangeForSmtpd([.. settings]), "",
            host.Named([.. acceptsUnknown ? ["VRF002", "BKS001", "BKS002", "BKS003", "BKS004"] : Array.Empty<string>(),
                "VRF001", "VRF009"]) is { Length: > 0 } rules
                ? rules
                : [acceptsUnknown ? "VRF002" : "VRF001"]);
    }

    /// <summary>A shorter time of the host's own stays.</summary>
    internal static string Refresh(AdvisedHost host) =>
        host.Configuration.Time("address_verify_negative_refresh_time") <= TimeSpan.FromMinutes(60)
            ? host.Draft.Value("address_verify_negative_refresh_time") : "30m";

    private static IEnumerable<PlannedStep> AcceptsKnownBad(AdvisedHost host)
    {
        if (Code(host, "unverified_recipient_reject_code") / 100 != 2) yield break;
        string command = host.Draft.ChangeForSmtpd(("unverified_recipient_reject_code", _ => "450"));
        if (command.Length > 0)
            yield return new PlannedStep(Stage.Recipients, "Refuse recipients that are known to be bad",
                $"{host.Own("unverified_recipient_reject_code")[0]} accepts what the primary has already refused.", command, "", ["VRF004"]);
    }

    private static IEnumerable<PlannedStep> NoValidation(AdvisedHost host)
    {
        var config = host.Configuration;
        var open = host.Doors.Where(door => door.LetsAnybodyIn).ToArray();
        bool shadowed = host.Doors.Count == 0 && host.RelayedNames.Count > 0 && !host.VerificationIsWritten && config.IsEmpty("relay_recipient_maps")
            && config.PublicSmtpdServices.Count > 0;
        if (open.Length == 0 && !shadowed) yield break;
        string[] domains = open.Length > 0 ? Rules.Doors.DomainsOf(open) : [.. host.RelayedNames];
        bool warns = open.Any(door => door.Verification == VerificationEffect.OnlyWarns);
        string command = host.Draft.ChangeForSmtpd((List, service => Verifying(host, service)), ("unverified_recipient_reject_code", _ => "450"),
            ("address_verify_negative_refresh_time", _ => Refresh(host)),
            ("address_verify_map", _ => VolatileVerificationCache.IsVolatile(config) ? VolatileVerificationCache.Lasting(config) : config.Value("address_verify_map")));
        var bounced = Rules.Doors.UnknownUsersAccepted(host.Evidence, domains);
        yield return new PlannedStep(Stage.Recipients,
            warns ? "Let verification refuse, not only warn" : "Ask the primary about each new recipient before accepting it",
            Telling.Sentences($"Any user of {Telling.Some(domains, 5)} is accepted, whether the user exists or not.",
                Telling.Bounced(bounced, "recipient", " that the primary does not know"),
                "450 first: should the primary refuse this host itself, no mail is lost."),
            command,
            command.Length > 0
                ? WhileDown(host)
                : $"The list that decides is made of parts that can not be edited from here: put {Verify} behind reject_unauth_destination.",
            [.. host.Named("BKS008", "VRF017", "BKS001", "BKS002", "BKS003", "BKS004") is { Length: > 0 } rules ? rules : ["BKS008"]]);
    }

    /// <summary>Nobody can be asked then, and nothing is remembered yet.</summary>
    private static string WhileDown(AdvisedHost host) => host.DownNow is not { Length: > 0 } down ? ""
        : $"{Telling.Some(down)} {(down.Length == 1 ? "does" : "do")} not answer now. Until the outage is over nobody there can be verified, and new mail is answered 450: if this host is to take mail in this outage, run the command when it is over.";

    private static string Verifying(AdvisedHost host, MasterEntry? service) =>
        Guarding.Verifying(host.Draft.Words(List, service), host.Draft.Words("smtpd_relay_restrictions", service),
            RelayingFirst.KnowsLogins(host.Configuration, service));

    private static IEnumerable<PlannedStep> DeferCode(AdvisedHost host)
    {
        if (Code(host, "unverified_recipient_defer_code") / 100 != 2 || host.AllByList) yield break;
        string command = host.Draft.ChangeForSmtpd(("unverified_recipient_defer_code", _ => "450"));
        if (command.Length == 0) yield break;
        yield return new PlannedStep(Stage.Recipients, "Do not accept what could not be verified",
            $"{host.Own("unverified_recipient_defer_code")[0]}: unknown recipients that come in while the primary is down or slow are accepted and bounced later, up to 3 hours after it is back. With 450 their senders try again, and users that were verified before are accepted all the same.",
            command,
            "Whether you rather accept that backscatter than make the first mail to a new user wait for the end of an outage is for you to say: see the open question below.",
            ["VRF003", .. host.Named("BKS004")]);
    }

    private static IEnumerable<PlannedStep> PrimaryRefuses(AdvisedHost host)
    {
        string[] rules = host.Named("VRF008", "BKS011");
        if (rules.Length == 0) yield break;
        string[] hops = [.. rules.SelectMany(host.SubjectsOf).Distinct()];
        string unknown = $"What has to be changed on the primary ({Telling.Some(hops)}) can not be known from here.";
        if (!SaidOfThisHost.RefusedForGood(host.Evidence.Mail, hops))
        {
            yield return new PlannedStep(Stage.Recipients, "Let the primary accept this host",
                "The primary puts off this host itself, not single users: mail waits for it, and recipients that were not verified before are answered 450.", "", unknown, rules);
            yield break;
        }
        bool wantsTls = SaidOfThisHost.WantEncryption(host.Evidence.Mail, hops);
        yield return new PlannedStep(Stage.Recipients, wantsTls ? "Answer 450 until this host encrypts" : "Let the primary accept this host",
            $"The primary refuses this host itself, not single users: verification then takes every address for bad. Until {(wantsTls ? "mail goes there over TLS" : "the primary exempts this host from SPF, greylisting, block lists and content refusals")}, the answer must be temporary.",
            Code(host, "unverified_recipient_reject_code") / 100 == 5 ? host.Draft.ChangeForSmtpd(("unverified_recipient_reject_code", _ => "450")) : "",
            wantsTls ? "" : unknown, rules);
        if (!wantsTls) yield break;
        var encrypting = SaidOfThisHost.Encrypting(host.Configuration, Telling.Some(hops));
        yield return new PlannedStep(Stage.Recipients, "Encrypt the mail to the primary", encrypting.Why, encrypting.Command, "", rules);
    }

    private static IEnumerable<PlannedStep> Told(AdvisedHost host)
    {
        if (host.Verification == VerificationEffect.Full && Code(host, "unverified_recipient_reject_code") / 100 == 5 && !host.Found("VRF008"))
            host.AlreadyRight.Add($"Unknown recipients are refused for good: {Verify}, and {host.Own("unverified_recipient_reject_code")[0]}.");
        if (host.AllByList)
            host.AlreadyRight.Add(
                $"Unknown recipients are refused by a list of users: {host.Own("relay_recipient_maps")[0]}. That is better than verification.");
        return [];
    }

    internal static long Code(AdvisedHost host, string name) => host.Configuration.Int(name, host.MainSmtpd);
}
