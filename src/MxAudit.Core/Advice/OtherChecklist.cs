using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>G15 to G17, and what the recipe does not mention.</summary>
internal static class OtherChecklist
{
    internal static IEnumerable<ChecklistStep> Of(AdvisedHost host) => [Senders(host), UnknownAddress(host), Lifetime(host), NotMentioned(host)];

    private static ChecklistStep Senders(AdvisedHost host)
    {
        const string recipe = "smtpd_sender_restrictions = reject_unknown_sender_domain, reject_unknown_helo_hostname";
        const string measured =
            "Legal. reject_unknown_sender_domain is good. The HELO check refused legitimate senders whose name does not resolve (450, until they bounce), is evaded without smtpd_helo_required, and makes the fallback stricter than the primary.";
        if (host.Config is not { } config)
            return new("G15", recipe, host.Found("HYG003") ? StepVerdict.RecipeIsWrong : StepVerdict.NotKnown,
                host.Found("HYG003") ? "The log shows clients that were refused for their HELO name." : RoutingChecklist.NeedsConfig,
                measured, [], host.Named("HYG003"));
        var names = config.RestrictionsOf("smtpd_sender_restrictions", host.MainSmtpd).Select(one => one.Name).ToArray();
        bool domain = names.Contains("reject_unknown_sender_domain"), helo = names.Contains("reject_unknown_helo_hostname");
        return helo
            ? new("G15", recipe, StepVerdict.RecipeIsWrong, "This host does it. Keep reject_unknown_sender_domain, and drop the HELO check.", measured,
                host.Own("smtpd_sender_restrictions", "smtpd_helo_required"), host.Named("HYG003"))
            : new("G15", recipe, domain ? StepVerdict.Follows : StepVerdict.DoesNot,
                domain ? "The good half of it." : "Neither is set. reject_unknown_sender_domain would be worth having.", measured,
                host.Own("smtpd_sender_restrictions"), host.Named("HYG003"));
    }

    private static ChecklistStep UnknownAddress(AdvisedHost host)
    {
        const string recipe = "unknown_address_reject_code = 550";
        const string measured =
            "Acceptable, with care: failed lookups stay 450. But it makes \"no such domain\" permanent for the relayed domains too, should their zone expire.";
        if (host.Config is null) return new("G16", recipe, StepVerdict.NotKnown, RoutingChecklist.NeedsConfig, measured, [], host.Named("HYG005"));
        bool set = RecipientSteps.Code(host, "unknown_address_reject_code") / 100 == 5;
        return new("G16", recipe, set ? StepVerdict.Follows : StepVerdict.DoesNot,
            set ? "Set. Keep it knowingly, or go back to 450." : "Not set: 450, the default, which is the safer value.", measured,
            host.Own("unknown_address_reject_code"), host.Named("HYG005", "DNS005"));
    }

    private static ChecklistStep Lifetime(AdvisedHost host)
    {
        const string recipe = "maximal_queue_lifetime = 21d";
        const string measured =
            "Legal, and long: senders hear nothing for three weeks. It is of use only if recipients are validated. Mail with an empty sender has bounce_queue_lifetime, 5 days, and expired after those. 7 to 14 days are usually enough.";
        if (host.Config is not { } config)
            return new("G17", recipe, StepVerdict.NotKnown, RoutingChecklist.NeedsConfig, measured, [], host.Named("QUE001", "BKS007"));
        var lifetime = config.Time("maximal_queue_lifetime");
        bool validated = host.AllByList
            || host.Verification is Config.Smtpd.VerificationEffect.Full
                or Config.Smtpd.VerificationEffect.OnlyDefers
                or Config.Smtpd.VerificationEffect.AcceptsUnknown;
        return new("G17", recipe, lifetime >= TimeSpan.FromDays(7) ? StepVerdict.Follows : StepVerdict.DoesNot,
            Telling.Sentences($"Mail waits for {UrgentSteps.Days(lifetime)}.",
                lifetime < TimeSpan.FromDays(7) ? "That is short for an outage."
                    : lifetime > TimeSpan.FromDays(14) ? "More than is usually needed; shortening it now would end the life of mail that is older already."
                    : "",
                lifetime > TimeSpan.FromDays(10) && !validated ? "Recipients are not validated: junk and its bounces live that long, too." : ""),
            measured, host.Own("maximal_queue_lifetime", "bounce_queue_lifetime"), host.Named("QUE001", "QUE002", "BKS007"));
    }

    private static ChecklistStep NotMentioned(AdvisedHost host)
    {
        const string recipe =
            "Not mentioned: proxy_interfaces, domains in mydestination as well, smtpd_relay_restrictions, compatibility_level, that the primary must exempt this host, message_size_limit, bounce_queue_lifetime, delay_warning_time, monitoring.";
        const string measured =
            "Behind NAT without proxy_interfaces hosts looped. A domain in mydestination and in relay_domains was delivered on the host, without any warning. A primary that refused the fallback at MAIL FROM made every address undeliverable.";
        string[] rules = host.Named("LUP003", "RLY002", "RLY003", "REL001", "REL003", "HYG001", "BKS006", "BKS011", "BKS012", "VRF008");
        if (host.Config is not { } config) return new("G18", recipe, StepVerdict.NotKnown, RoutingChecklist.NeedsConfig, measured, [], rules);
        string[] missing =
        [
            .. host.Found("LUP003") ? ["proxy_interfaces lacks this host's public address"] : Array.Empty<string>(),
            .. host.Named("RLY002", "RLY003").Length > 0 ? ["domains are in two classes"] : Array.Empty<string>(),
            .. host.Found("REL001") ? ["mynetworks trusts strangers"] : Array.Empty<string>(),
            .. !config.IsExplicit("smtpd_relay_restrictions") ? ["smtpd_relay_restrictions is not set"] : Array.Empty<string>(),
            .. !config.IsExplicit("compatibility_level") ? ["compatibility_level is not set"] : Array.Empty<string>(),
            .. host.Named("BKS011", "VRF008").Length > 0 ? ["the primary refuses this host"] : Array.Empty<string>(),
            .. config.Time("delay_warning_time") > TimeSpan.Zero ? ["delay notices go to senders that may be forged"] : Array.Empty<string>(),
            .. config.Time("bounce_queue_lifetime") > TimeSpan.FromDays(1) ? ["bounce_queue_lifetime is long"] : Array.Empty<string>(),
        ];
        return new("G18", recipe, missing.Length == 0 ? StepVerdict.Follows : StepVerdict.DoesNot,
            missing.Length == 0
                ? "All of it is well, as far as it can be seen from here."
                : $"Here: {string.Join("; ", missing)}. What the primary does about this host, and its message size limit, can not be seen from here.",
            measured,
            host.Own("proxy_interfaces", "mydestination", "smtpd_relay_restrictions", "compatibility_level", "message_size_limit",
                "bounce_queue_lifetime", "delay_warning_time"),
            rules);
    }
}
