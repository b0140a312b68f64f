using MxAudit.Config.Tables;

namespace MxAudit.Config.Smtpd;

/// <summary>What one restriction means for one client and recipient.</summary>
internal sealed class RestrictionJudge(PostfixConfig config, MasterEntry service, ClientKind client, string recipient, Claim? claim)
{
    private readonly DomainClass _class = config.ClassOf(Addresses.DomainOf(recipient));
    private readonly AccessTables _tables = new(config, service, client, recipient, claim);

    internal (StepEffect Effect, TableEntry? Entry, IReadOnlyList<Restriction>? More) Judge(Restriction restriction) =>
        RestrictionNames.IsAccessCheck(restriction.Name) ? _tables.Judge(restriction) : (EffectOf(restriction), null, null);

    internal static bool DecidesRelaying(Restriction restriction) =>
        restriction.Name is "reject_unauth_destination" or "defer_unauth_destination" or "check_relay_domains";

    private StepEffect EffectOf(Restriction restriction) => restriction.Name switch
    {
        "permit" => StepEffect.Permits,
        "reject" => StepEffect.Refuses,
        "defer" or "defer_if_permit" => StepEffect.Defers,
        "permit_mynetworks" => client == ClientKind.TrustedClient ? StepEffect.Permits : StepEffect.Passes,
        "permit_sasl_authenticated" =>
            client == ClientKind.AuthenticatedClient && config.Bool("smtpd_sasl_auth_enable", service) ? StepEffect.Permits : StepEffect.Passes,
        "permit_inet_interfaces" => client == ClientKind.TrustedClient ? StepEffect.MayPermit : StepEffect.Passes,
        "permit_naked_ip_address" or "permit_dnswl_client" or "permit_rhswl_client" => StepEffect.MayPermit,
        "permit_auth_destination" => IsOurs() switch { true => StepEffect.Permits, false => StepEffect.Passes, null => StepEffect.MayPermit },
        // whoever points an MX record here
        "permit_mx_backup" => IsOurs() == true ? StepEffect.Permits : Addresses.IsRouted(recipient) ? StepEffect.Passes : StepEffect.MayPermit,
        "reject_unauth_destination" => Relaying(config.Int("relay_domains_reject_code", service)),
        "defer_unauth_destination" => Relaying(450),
        "check_relay_domains" => IsOurs() == true ? StepEffect.Permits : Relaying(554),
        "reject_unverified_recipient" => StepEffect.Verifies,
        "reject_unlisted_recipient" or "check_recipient_maps" => EffectOfListing(),
        "check_policy_service" => StepEffect.Unknown,
        "sleep" or "reject_multi_recipient_bounce" or "defer_if_reject" => StepEffect.Passes,
        "reject_plaintext_session" when !OffersTls() => ByCode(config.Int("plaintext_reject_code", service)),
        "reject_non_fqdn_recipient" => Addresses.DomainOf(recipient).Contains('.') ? StepEffect.Passes : StepEffect.Refuses,
        _ when !RestrictionNames.IsKnown(restriction.Name) => StepEffect.Defers, // "unknown smtpd restriction": 451 to everyone
        _ => StepEffect.MayRefuse,
    };

    /// <summary>smtpd_check.c: 4xx or 5xx by the code's first digit. What is neither, 250 as well, is answered with 450.</summary>
    private static StepEffect ByCode(long code) => code / 100 == 5 ? StepEffect.Refuses : StepEffect.Defers;

    /// <summary>Where it does, strangers encrypt, too.</summary>
    private bool OffersTls() => config.ExpandedFor(service, "smtpd_tls_security_level").Trim() switch
    {
        "" => config.Bool("smtpd_use_tls", service) || config.Bool("smtpd_enforce_tls", service) || config.Bool("smtpd_tls_wrappermode", service),
        "none" => config.Bool("smtpd_tls_wrappermode", service),
        _ => true,
    };

    private StepEffect Relaying(long code) => IsOurs() switch { true => StepEffect.Passes, false => ByCode(code), null => StepEffect.MayRefuse };

    private bool? IsOurs() => _class switch
    {
        DomainClass.Unknown => null,
        DomainClass.Default => false,
        _ => !Addresses.IsRouted(recipient),
    };

    internal StepEffect EffectOfListing() => config.IsListedRecipient(recipient, service) switch
    {
        true => StepEffect.Passes,
        null => StepEffect.Unknown,
        false => ByCode(config.Int(_class switch
        {
            DomainClass.Local => "unknown_local_recipient_reject_code",
            DomainClass.VirtualAlias => "unknown_virtual_alias_reject_code",
            DomainClass.VirtualMailbox => "unknown_virtual_mailbox_reject_code",
            _ => "unknown_relay_recipient_reject_code",
        }, service)),
    };
}
