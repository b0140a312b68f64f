using MxAudit.Config.Smtpd;
using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>G8 to G14: recipients are verified, and with what answers.</summary>
internal static class VerificationChecklist
{
    internal static IEnumerable<ChecklistStep> Of(AdvisedHost host) =>
        [Verified(host), Restrictions(host), UnknownDomain(host), Reason(host), NegativeCache(host), RejectCode(host), Tempfail(host)];

    private static ChecklistStep Verified(AdvisedHost host)
    {
        const string recipe = "Verify recipients by a probe to the primary, so that mail to unknown users does not become a bounce.";
        const string measured =
            "Second best. With a list of users (relay_recipient_maps) unknown users were refused and valid ones accepted, primary up or down, without a probe; verification is for hosts that can have no such list.";
        string[] rules = host.Named("BKS001", "BKS008", "VRF002", "VRF017");
        if (host.Config is null)
        {
            long all = host.Mail?.Totals.Probes.All ?? 0;
            return new("G8", recipe, all > 0 ? StepVerdict.Follows : StepVerdict.NotKnown,
                all > 0 ? $"The log shows {Telling.Count(all, "probe")}." : $"The log shows no probe. {RoutingChecklist.NeedsConfig}", measured, [], rules);
        }
        if (host.AllByList)
            return new("G8", recipe, StepVerdict.Follows, "Better than the recipe: unknown users are refused by a list.", measured,
                host.Own("relay_recipient_maps"), rules);
        if (host.Doors.Count == 0)
            return new("G8", recipe, host.VerificationIsWritten ? StepVerdict.Follows : StepVerdict.DoesNot,
                host.VerificationIsWritten ? "reject_unverified_recipient is written; no relayed domain reaches it now." : "Nothing verifies recipients.",
                measured, host.Own("smtpd_recipient_restrictions", "relay_recipient_maps"), rules);
        return host.Verification switch
        {
            VerificationEffect.None => new("G8", recipe, StepVerdict.DoesNot,
                $"Any user of {Telling.Some(host.Doors.Where(door => !AdvisedHost.IsByList(door) && door.Verification == VerificationEffect.None).Select(door => door.Domain), 5)} is accepted, whether the user exists or not.",
                measured, host.Own("smtpd_recipient_restrictions", "relay_recipient_maps"), rules),
            VerificationEffect.Unknown => new("G8", recipe, StepVerdict.NotKnown,
                "A table or policy service that can not be read here decides whether verification is reached.", measured,
                host.Own("smtpd_recipient_restrictions"), rules),
            VerificationEffect.OnlyWarns => new("G8", recipe, StepVerdict.DoesNot, "warn_if_reject stands in front: verification refuses nobody.", measured,
                host.Own("smtpd_recipient_restrictions"), rules),
            VerificationEffect.SwitchedOff => new("G8", recipe, StepVerdict.DoesNot,
                "reject_unverified_recipient is there, but the codes and the cache switch it off: every recipient is accepted.", measured,
                host.Own("smtpd_recipient_restrictions", "unverified_recipient_defer_code", "unverified_recipient_reject_code",
                    "address_verify_negative_cache"),
                rules),
            _ => new("G8", recipe, StepVerdict.Follows, "Recipients are verified.", measured,
                host.Own("smtpd_recipient_restrictions", "relay_recipient_maps"), rules),
        };
    }

    private static ChecklistStep Restrictions(AdvisedHost host)
    {
        const string recipe =
            "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient";
        const string measured =
            "The order is that of the documentation. Clients in mynetworks are never verified. Since 2.10 smtpd_relay_restrictions decides about relaying, and by default it answers 454, not 554. Cheap checks (block lists) belong before verification.";
        if (host.Config is not { } config)
            return new("G9", recipe, StepVerdict.NotKnown, RoutingChecklist.NeedsConfig, measured, [], host.Named("VRF014", "REL002", "REL003"));
        string[] names = [.. config.RestrictionsOf("smtpd_recipient_restrictions", host.MainSmtpd).Select(one => one.Name)];
        int unauth = Array.FindIndex(names, name => name is "reject_unauth_destination" or "defer_unauth_destination"),
            verify = Array.IndexOf(names, "reject_unverified_recipient");
        string wrong = verify < 0 ? "reject_unverified_recipient is not in the list."
            : unauth > verify ? "Verification comes before reject_unauth_destination: recipients of any domain would be probed."
            : unauth < 0 ? "reject_unauth_destination is not in the list; smtpd_relay_restrictions decides alone."
            : "";
        return new("G9", recipe, wrong.Length == 0 ? StepVerdict.Follows : StepVerdict.DoesNot,
            wrong.Length == 0 ? "The order is right." : host.AllByList && verify < 0 ? wrong + " It is not needed, since a list of users refuses." : wrong,
            measured, host.Own("smtpd_recipient_restrictions", "smtpd_relay_restrictions", "mynetworks"),
            host.Named("BKS008", "VRF014", "REL001", "REL002", "REL003", "RLY011"));
    }

    private static ChecklistStep UnknownDomain(AdvisedHost host)
    {
        const string recipe = "reject_unknown_recipient_domain prevents probes to domains that do not exist.";
        const string measured =
            "Half right: behind reject_unauth_destination only the host's own domains reach it. What it really does: it refuses subdomains that do not exist, and answers 450 for everything when the DNS of a relayed domain is down.";
        if (host.Config is null) return new("G10", recipe, StepVerdict.NotKnown, RoutingChecklist.NeedsConfig, measured, [], host.Named("RLY004"));
        bool there = host.Doors.Count > 0
            ? host.Doors.All(door => door.Outcome.ChecksRecipientDomain)
            : host.Draft.Words("smtpd_recipient_restrictions").Contains("reject_unknown_recipient_domain");
        return new("G10", recipe, there ? StepVerdict.Follows : StepVerdict.DoesNot,
            there ? "It is there, and worth having for another reason than the recipe gives."
                : host.AllByList ? "It is not there; the list of users refuses subdomains as well."
                : "It is not there: mail for subdomains that do not exist is accepted.",
            measured, host.Own("smtpd_recipient_restrictions"), host.Named("RLY004", "DNS004"));
    }

    private static ChecklistStep Reason(AdvisedHost host)
    {
        const string recipe = "unverified_recipient_reject_reason = Address lookup failed";
        const string measured =
            "Fine: clients do not learn the primary's name and address. This host's own log of refusals does not tell the cause any more, either; the probe's line does.";
        if (host.Config is not { } config) return new("G11", recipe, StepVerdict.NotKnown, RoutingChecklist.NeedsConfig, measured, [], []);
        bool set = !config.IsEmpty("unverified_recipient_reject_reason");
        return new("G11", recipe, set ? StepVerdict.Follows : StepVerdict.DoesNot,
            set ? "Set."
                : host.VerificationIsWritten ? "Not set: refusals quote what the primary said. A matter of taste."
                : "Not set, and without verification it would have no effect.",
            measured, host.Own("unverified_recipient_reject_reason"), []);
    }

    private static ChecklistStep NegativeCache(AdvisedHost host)
    {
        const string recipe = "address_verify_negative_cache = no, so that new users are not refused.";
        const string measured =
            "Harmful: a bad result is stored nowhere, so smtpd never sees it. With the primary up, an unknown user was answered 450 after 6 seconds and three probes, never 550. For new users, shorten address_verify_negative_refresh_time instead (3 hours by default; 30 minutes).";
        string[] rules = host.Named("VRF001", "VRF002", "VRF009");
        if (host.Config is not { } config)
        {
            long lost = host.Mail?.Totals.Probes.NotCached ?? 0;
            return new("G12", recipe,
                lost > 0 ? StepVerdict.RecipeIsWrong : host.Mail?.Totals.Probes.Undeliverable > 0 ? StepVerdict.DoesNot : StepVerdict.NotKnown,
                lost > 0
                    ? $"This host does it: the log has {Telling.Count(lost, "result")} \"undeliverable-but-not-cached\". Its negative cache setting defeats unverified_recipient_reject_code."
                    : host.Mail?.Totals.Probes.Undeliverable > 0 ? "Rightly not: bad results are cached, as the log shows."
                    : RoutingChecklist.NeedsConfig,
                measured, [], rules);
        }
        var (cache, code) = (host.Own("address_verify_negative_cache")[0], host.Own("unverified_recipient_reject_code")[0]);
        if (config.Bool("address_verify_negative_cache"))
            return new("G12", recipe, StepVerdict.DoesNot, "Rightly not: the cache is on, and the recipe is wrong here.", measured,
                host.Own("address_verify_negative_cache", "address_verify_negative_refresh_time"), rules);
        bool off = RecipientSteps.Code(host, "unverified_recipient_defer_code") / 100 == 2;
        return new("G12", recipe, StepVerdict.RecipeIsWrong,
            off
                ? "This host does it, and together with its unverified_recipient_defer_code it accepts every unknown recipient: verification is switched off."
                : $"This host does it. Its own {cache.Text} defeats its {code.Text}: no recipient is ever refused for good. Turn the cache on.",
            measured, [cache, code, .. host.Own("unverified_recipient_defer_code")], rules);
    }

    private static ChecklistStep RejectCode(AdvisedHost host)
    {
        const string recipe = "unverified_recipient_reject_code = 550, so that a refusal is final.";
        const string measured =
            "Right once the negative cache is on, and once it is sure that the primary never refuses this host itself: that too would be answered 550.";
        if (host.Config is not { } config)
        {
            long final = host.Mail?.Rejects
                .Where(reject => reject is { ReasonClass: Mail.ReasonClass.UnverifiedRecipient, Code: >= 500 })
                .Sum(reject => (long)reject.Count) ?? 0;
            return new("G13", recipe, final > 0 ? StepVerdict.Follows : StepVerdict.NotKnown,
                final > 0 ? $"The log shows {Telling.Count(final, "final refusal")}." : RoutingChecklist.NeedsConfig, measured, [],
                host.Named("VRF005", "VRF008"));
        }
        long code = RecipientSteps.Code(host, "unverified_recipient_reject_code");
        bool cached = config.Bool("address_verify_negative_cache");
        return new("G13", recipe, code / 100 == 5 ? StepVerdict.Follows : StepVerdict.DoesNot,
            !host.VerificationIsWritten
                ? code / 100 == 5 ? "Set, but nothing verifies recipients: it has no effect." : "Not set, and without verification it would have no effect."
                : code / 100 == 5
                ? cached ? "Set, and it takes effect."
                    : "Set, but it has no effect, since the negative cache is off (G12): what senders get is 450."
                : code / 100 == 2 ? "It accepts what the primary refused: every such mail bounces."
                : "Unknown recipients are answered 450: their senders try for days. It is the right value for the first week.",
            measured, host.Own("unverified_recipient_reject_code"), host.Named("VRF004", "VRF005", "VRF008"));
    }

    private static ChecklistStep Tempfail(AdvisedHost host)
    {
        const string recipe = "TODO: unverified_recipient_tempfail_action = permit, to accept mail while the primary is down.";
        const string measured =
            "Fatal: with permit smtpd died on every connection, and no mail was accepted at all; \"postfix check\" said nothing. Legal are defer and defer_if_permit. What does it is unverified_recipient_defer_code = 250, with the negative cache on, and at the price of backscatter: see the open question.";
        if (host.IllegalActions.Length > 0)
            return new("G14", recipe, StepVerdict.RecipeIsWrong,
                $"This host tried it{(host.WhyNoMailIsTaken.Length > 0 ? ", and accepts no mail at all" : "")}. Take it out.", measured,
                host.Own(host.IllegalActions), ["VRF006"]);
        if (host.Config is null)
            return new("G14", recipe, StepVerdict.NotKnown,
                $"{RoutingChecklist.NeedsConfig} The log does not show smtpd dying of it{(host.Found("VRF006") ? " any more" : "")}.",
                measured, [], host.Named("VRF006"));
        long code = RecipientSteps.Code(host, "unverified_recipient_defer_code");
        return new("G14", recipe, StepVerdict.DoesNot,
            !host.VerificationIsWritten ? $"Rightly not, and nothing verifies recipients: {(host.AllByList ? "a list of users decides" : "they are accepted")}, with the primary up or down."
                : code / 100 == 2
                ? "Rightly not. This host has the other answer, unverified_recipient_defer_code = 250, with its price."
                : "Rightly not. While the primary is down, users that were verified before are accepted, and new ones are answered 450.",
            measured, host.Own("unverified_recipient_tempfail_action", "unverified_recipient_defer_code"), host.Named("VRF003", "VRF016"));
    }
}
