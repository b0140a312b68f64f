using MxAudit.Config;
using MxAudit.Config.Smtpd;

namespace MxAudit.Rules;

/// <summary>A public smtpd that relays for strangers.</summary>
/// <param name="Claim">The step that lets a stranger pass who claims to be somebody else; null: all pass.</param>
internal readonly record struct OpenSmtpd(SmtpdOutcome Outcome, SmtpdStep? Claim)
{
    public static IEnumerable<OpenSmtpd> Of(PostfixConfig config) =>
        from outcome in Doors.ForStrangersMail(config)
        let claim = ClaimOf(config, outcome)
        where (outcome.Verdict == SmtpdVerdict.Accepted || claim is not null)
            && !outcome.PolicyServices.Any()
            && !outcome.Steps.Any(step => step.Effect is StepEffect.Unknown or StepEffect.Discards)
        select new OpenSmtpd(outcome, claim);

    /// <summary>
    /// All that keeps strangers from relaying is what they say of themselves: their sender or their HELO name. Each list may want another one, so every
    /// claim is tried on all of them; a pattern names nobody to claim to be, and counts where one list alone has such tables.
    /// </summary>
    private static SmtpdStep? ClaimOf(PostfixConfig config, SmtpdOutcome outcome)
    {
        if (outcome.Verdict != SmtpdVerdict.Unknown) return null;
        SmtpdStep[] may = [.. outcome.Steps.Where(step => step.Effect == StepEffect.MayPermit)], byClaim = [.. may.Where(IsByClaim).Distinct()];
        var claims = byClaim.ToDictionary(step => step, step => config.ClaimsFor(outcome.Service, step).Take(MostClaims).ToArray());
        foreach (var step in byClaim)
            if (claims[step].Any(claim => LetsIn(config, outcome.Service, claim))) return step;
        foreach (var sender in byClaim.Where(step => step.Restriction.Name == "check_sender_access"))
            foreach (var helo in byClaim.Where(step => step.Restriction.Name == "check_helo_access"))
                if (claims[sender]
                    .Take(MostPairs)
                    .Any(one => claims[helo].Take(MostPairs).Any(other => LetsIn(config, outcome.Service, one with { HeloName = other.HeloName }))))
                    return sender;
        return may.All(IsByClaim) && byClaim.Any(step => claims[step].Length == 0) && byClaim.DistinctBy(step => step.List).Count() == 1
            && !outcome.Steps.Any(step => step is { Effect: StepEffect.MayRefuse, List: "smtpd_relay_restrictions" }) ? byClaim[0] : null;
    }

    private static bool IsByClaim(SmtpdStep step) => step.Restriction.Name is "check_sender_access" or "check_helo_access";

    private const int MostClaims = 100, MostPairs = 10;

    private static bool LetsIn(PostfixConfig config, MasterEntry service, Claim claim) =>
        config.OutcomeOf(service, ClientKind.Stranger, Doors.Elsewhere, claim).Verdict == SmtpdVerdict.Accepted;
}
