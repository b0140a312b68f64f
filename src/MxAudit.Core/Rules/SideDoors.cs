using MxAudit.Config;
using MxAudit.Config.Smtpd;
using MxAudit.Mail;

namespace MxAudit.Rules;

/// <summary>Smtpd services on other ports than 25. Strangers reach them unless a packet filter is in front, which no configuration of Postfix shows.</summary>
internal static class SideDoors
{
    /// <summary>Services of private networks, and those that ask every client for a certificate, are not for strangers.</summary>
    public static IEnumerable<MasterEntry> Of(PostfixConfig config)
    {
        bool isInside = config.List("inet_interfaces") is { Count: > 0 } names
            && names.All(name => Networks.IsPrivate(name.Trim('[', ']')) || name is "localhost" or "loopback-only");
        return config.FurtherSmtpdServices.Where(service => !(service.Address.Length == 0 ? isInside : Networks.IsPrivate(service.Address))
            && config.HasRelayControl(service) && !config.Bool("smtpd_tls_req_ccert", service));
    }

    /// <summary>Those with a mynetworks of their own, whose clients may send to anywhere.</summary>
    public static IEnumerable<MasterEntry> Trusting(PostfixConfig config) =>
        Of(config).Where(service => service.Overrides.ContainsKey("mynetworks")
            && config.OutcomeOf(service, ClientKind.TrustedClient, Doors.Elsewhere).Verdict == SmtpdVerdict.Accepted);

    /// <summary>Mail programs connect there from everywhere, so that no packet filter is in front.</summary>
    public static bool IsForUsers(MasterEntry service) => service.Port is "submission" or "587" or "submissions" or "smtps" or "465";

    /// <summary>The command that leaves the service to trusted and authenticated clients.</summary>
    public static string Closing(MasterEntry service) =>
        $"postconf -P '{service.Id}/smtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject' && postfix reload";

    /// <summary>What a stranger is answered, where it is certain that nothing refuses: no table of clients, policy service or filter.</summary>
    public static IEnumerable<SmtpdOutcome> OpenFor(PostfixConfig config, string recipient) =>
        from service in Of(config)
        where config.FiltersOf(service).Count == 0
        let outcome = config.OutcomeOf(service, ClientKind.Stranger, recipient)
        where outcome.Verdict == SmtpdVerdict.Accepted && !outcome.Steps.Any(step => step.Effect is StepEffect.Unknown or StepEffect.Discards)
        where !outcome.MayRefuse.Any(step => step.Restriction.Name.StartsWith("check_client_", StringComparison.Ordinal)
            || step.Restriction.Name.StartsWith("check_ccert_", StringComparison.Ordinal))
        select outcome;
}
