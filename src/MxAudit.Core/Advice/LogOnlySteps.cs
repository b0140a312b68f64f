using MxAudit.Rules;

namespace MxAudit.Advice;

/// <summary>What the log alone proves.</summary>
internal static class LogOnlySteps
{
    internal static IEnumerable<PlannedStep> Of(AdvisedHost host)
    {
        if (host.WhyNoMailIsTaken.Length > 0 && host.IllegalActions.Length > 0)
            yield return new PlannedStep(Stage.Flow, "Let smtpd run again: take the illegal setting out",
                "The only legal values are defer and defer_if_permit. smtpd dies whenever a client connects, and no mail is accepted at all.",
                $"postconf -X {string.Join(' ', host.IllegalActions)} && postfix reload",
                "Whether it stands in main.cf or in master.cf can not be told from the log.", ["VRF006"]);
        if (host.Mail?.Totals.Probes.NotCached > 0)
            yield return new PlannedStep(Stage.Recipients, "Turn the negative verification cache on",
                $"{Telling.Count(host.Mail.Totals.Probes.NotCached, "probe")} ended as \"undeliverable-but-not-cached\", which only address_verify_negative_cache = no writes: unknown recipients are answered 450, never 550. 450 for a week, then 550.",
                "postconf -e 'address_verify_negative_cache = yes' 'address_verify_negative_refresh_time = 30m' 'unverified_recipient_reject_code = 450' && postfix reload",
                host.Found("VRF002") ? "Take unverified_recipient_defer_code = 250 out as well, if it is set." : "", host.Named("VRF001", "VRF002"));
        foreach (var finding in BlockListSteps.Refusing(host))
            yield return new PlannedStep(Stage.Flow, $"Let {finding.Subject} refuse nobody for an error", finding.Fixes[0].Why, finding.Fixes[0].Command,
                "Where it is asked can not be told from the log.", ["HYG009"]);
    }
}
