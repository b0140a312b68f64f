using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>Lifetimes, and what makes a host that works a better one.</summary>
internal static class RefiningSteps
{
    private const string Helo = "reject_unknown_helo_hostname";
    private static readonly string[] HeloLists = ["smtpd_sender_restrictions", "smtpd_recipient_restrictions"];

    internal static IEnumerable<PlannedStep> Of(AdvisedHost host) =>
        [.. Drain(host), .. Lifetime(host), .. DelayNotices(host), .. PositiveCache(host), .. Subdomains(host), .. FallbackRelay(host), .. HeloCheck(host),
            .. UnknownAddress(host), .. Level(host), .. LongIds(host), .. OwnNotices(host)];

    private static IEnumerable<PlannedStep> Drain(AdvisedHost host)
    {
        if (host.Found("QUE004") && !host.PrimaryIsDown)
            yield return new PlannedStep(Stage.Queue, "Send the waiting mail now",
                "The primary answers again, and mail still waits for its next attempt. Once is enough.", "postqueue -f", "", ["QUE004"]);
        if (host.Found("QUE003"))
            yield return new PlannedStep(Stage.Queue, "Mend the primary, and leave the queue alone",
                Telling.Sentences([.. host.Findings.Where(finding => finding.Rule.Id == "QUE003").Take(3).Select(finding => Telling.FirstSentence(finding.Message)),
                    "Mail that waits for it is what a fallback is for. Flushing again and again helps nobody."]),
                "",
                "Why it is so can not be known from here.", ["QUE003"]);
    }

    private static IEnumerable<PlannedStep> Lifetime(AdvisedHost host)
    {
        var lifetime = host.Configuration.Time("maximal_queue_lifetime");
        if (lifetime >= TimeSpan.FromDays(7))
        {
            host.AlreadyRight.Add($"Mail waits long enough for the primary: {host.Own("maximal_queue_lifetime")[0]}.");
            yield break;
        }
        string command = host.Draft.Change(("maximal_queue_lifetime", "14d"));
        if (command.Length > 0 && !host.Found("QUE005"))
            yield return new PlannedStep(Stage.Queue, "Keep mail longer than the longest outage",
                $"After {UrgentSteps.Days(lifetime)} mail is returned to its sender: {host.Own("maximal_queue_lifetime")[0]}. Two weeks are ample.", command,
                "", [.. host.NamedAndCaused("QUE001"), .. host.Named("BKS007")]);
    }

    private static IEnumerable<PlannedStep> DelayNotices(AdvisedHost host)
    {
        if (host.Configuration.Time("delay_warning_time") <= TimeSpan.Zero) yield break;
        yield return new PlannedStep(Stage.Queue, "Write no delay notices",
            $"{host.Own("delay_warning_time")[0]}: senders of junk are forged, and whoever was impersonated gets the notice.",
            host.Draft.Change(("delay_warning_time", null)), "", host.Named("BKS006"));
    }

    private static IEnumerable<PlannedStep> OwnNotices(AdvisedHost host)
    {
        var lifetime = host.Configuration.Time("bounce_queue_lifetime");
        if (lifetime <= TimeSpan.FromDays(1) || host.RelayedNames.Count == 0) yield break;
        bool down = host.PrimaryIsDown;
        yield return new PlannedStep(down ? Stage.Later : Stage.Refine, "Give up undeliverable notices after a day",
            $"Notices to forged senders fill the queue for {UrgentSteps.Days(lifetime)}: {host.Own("bounce_queue_lifetime")[0]}. maximal_queue_lifetime does not shorten it, nor lengthen it.{(down ? " Not while the primary is down: notices to your own users wait for it, too." : "")}",
            host.Draft.Change(("bounce_queue_lifetime", "1d")),
            "The price: notices to your own users wait one day for the primary, no longer. If that is too short for you, leave it.", host.Named("BKS003"));
    }

    private static IEnumerable<PlannedStep> PositiveCache(AdvisedHost host)
    {
        var config = host.Configuration;
        bool verifies = host.Draft.Words("smtpd_recipient_restrictions").Contains("reject_unverified_recipient") || host.VerificationIsWritten;
        if (!verifies) yield break;
        bool shorter = config.Time("address_verify_positive_expire_time") < TimeSpan.FromDays(60);
        bool sooner = host.Draft.Value("address_verify_negative_refresh_time") != RecipientSteps.Refresh(host);
        string command = host.Draft.Change(("address_verify_positive_expire_time", shorter ? "90d" : host.Draft.Value("address_verify_positive_expire_time")),
            ("address_verify_negative_refresh_time", RecipientSteps.Refresh(host)));
        if (command.Length == 0)
        {
            host.AlreadyRight.Add($"Good verification results outlive an outage: {host.Own("address_verify_positive_expire_time")[0]}.");
            yield break;
        }
        yield return new PlannedStep(Stage.Refine,
            !sooner ? "Keep good results longer than an outage" : shorter ? "Keep good results longer than an outage, and forget bad ones sooner" : "Forget bad results sooner",
            Telling.Sentences(
                shorter ? $"Users that were verified before are accepted all through an outage, as long as the result is kept: {host.Own("address_verify_positive_expire_time")[0]}." : "",
                sooner ? $"A new user is refused as long as a bad result is kept: {host.Own("address_verify_negative_refresh_time")[0]}." : ""),
            command, "", host.Named("VRF013", "VRF016"));
    }

    private static IEnumerable<PlannedStep> Subdomains(AdvisedHost host)
    {
        string[] taken = [.. host.TakenByRelayhost];
        string[] keys = [.. host.RelayedNames
            .Where(name => name.Contains('.') && !taken.Contains(name) && Routes.TakesSubdomains(host, name))
            .Select(name => "." + name)];
        if (keys.Length == 0 || Routes.Entries(host, keys) is not { Length: > 0 } command) yield break;
        yield return new PlannedStep(Stage.Refine, "Take subdomains out of the relayhost, too",
            "relay_domains accepts every subdomain, and an entry of transport_maps does not cover them: their mail and probes still go to the relayhost.",
            command, "", host.Named("RLY005"));
    }

    private static IEnumerable<PlannedStep> FallbackRelay(AdvisedHost host)
    {
        var config = host.Configuration;
        var relay = config.Services.FirstOrDefault(service => service.Id == "relay/unix");
        if (relay is null || config.ExpandedFor(relay, "smtp_fallback_relay").Trim().Length == 0) yield break;
        yield return new PlannedStep(Stage.Refine, "No fallback relay for relayed mail",
            $"{host.Own("smtp_fallback_relay")[0]} is used too where transport_maps names the primary in brackets, and may send the mail round.",
            host.Draft.ForService(relay, "smtp_fallback_relay", ""), "", ["LUP005"]);
    }

    private static IEnumerable<PlannedStep> HeloCheck(AdvisedHost host)
    {
        string[] lists = [.. HeloLists.Where(list => host.Draft.Words(list).Contains(Helo))];
        if (lists.Length == 0) yield break;
        string command = host.Draft.ChangeForSmtpd([.. lists.Select(list =>
            (list, (Func<MasterEntry?, string?>)(service => WithoutHelo(host.Draft.Words(list, service)))))]);
        long refused = host.Mail?.Rejects.Where(reject => reject.ReasonClass == Mail.ReasonClass.Helo).Sum(reject => (long)reject.Count) ?? 0;
        yield return new PlannedStep(Stage.Refine, "Refuse nobody for an unknown HELO name", Telling.Sentences(
            $"{host.Own(lists[0])[0]}: legitimate senders with a name that does not resolve are refused until their mail bounces, and the fallback is stricter than the primary.",
            refused > 0 ? $"The log shows {Telling.Count(refused, "such refusal")}." : ""), command,
            "If the primary refuses them too, keep it.", host.Named("HYG003"));
    }

    private static string? WithoutHelo(IReadOnlyList<string> words)
    {
        string left = RelayingFirst.WithoutWord(words, Helo);
        return left.Length == 0 ? null : left;
    }

    private static IEnumerable<PlannedStep> UnknownAddress(AdvisedHost host)
    {
        if (RecipientSteps.Code(host, "unknown_address_reject_code") / 100 != 5) yield break;
        yield return new PlannedStep(Stage.Refine, "Answer 450 where DNS knows no such domain",
            $"{host.Own("unknown_address_reject_code")[0]}: should the zone of a relayed domain expire or break, its mail is refused for good. Failed lookups are answered 450 in any case.",
            host.Draft.ChangeForSmtpd(("unknown_address_reject_code", _ => "450")), "The default. If you know what you do, keep 550.", host.Named("HYG005"));
    }

    private static IEnumerable<PlannedStep> Level(AdvisedHost host)
    {
        var config = host.Configuration;
        var wanted = config.Version >= new PostfixVersion(3, 6) ? new PostfixVersion(3, 6) : new PostfixVersion(2);
        if (config.Version < new PostfixVersion(3)
            || PostfixVersion.Read(config.Expanded("compatibility_level")) is not { } level
            || level >= new PostfixVersion(2))
            yield break;
        var settings = new List<(string, string?)>();
        foreach (string name in new[] { "mynetworks", "relay_domains", "smtpd_relay_restrictions" })
            if (!config.IsExplicit(name) && host.Draft.Value(name) == config.Value(name))
                settings.Add((name, name switch { "mynetworks" => "127.0.0.0/8 [::1]/128", "relay_domains" => "", _ => UrgentSteps.RelayList(host, null) }));
        settings.Add(("compatibility_level", wanted.ToString()));
        yield return new PlannedStep(Stage.Refine, "Leave the old defaults behind",
            $"{host.Own("compatibility_level")[0]}: relay_domains is made of mydestination, mynetworks of the networks around, and the relay check comes last. First the settings that depend on it, then the level.",
            host.Draft.Change([.. settings]), "", host.Named("HYG001"));
    }

    private static IEnumerable<PlannedStep> LongIds(AdvisedHost host)
    {
        if (host.Configuration.Bool("enable_long_queue_ids")) { host.AlreadyRight.Add("Queue ids are long: unique, and dated."); yield break; }
        yield return new PlannedStep(Stage.Refine, "Give messages ids that are not used again",
            "Long queue ids are unique and have the date in them: what happened to a message can be told for good.",
            host.Draft.Change(("enable_long_queue_ids", "yes")), "", host.Named("HYG006"));
    }
}
