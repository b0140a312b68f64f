namespace MxAudit.Config.Smtpd;

/// <summary>One restriction of a list.</summary>
/// <param name="Argument">A table, a policy service, a DNS list; empty for most.</param>
/// <param name="OnlyWarns"><c>warn_if_reject</c> stands in front.</param>
public sealed record Restriction(string Name, string Argument, bool OnlyWarns)
{
    public override string ToString() => Redaction.OfText($"{(OnlyWarns ? "warn_if_reject " : "")}{Name}{(Argument.Length > 0 ? " " : "")}{Argument}");
}

/// <summary>The names that smtpd(8) knows.</summary>
internal static class RestrictionNames
{
    private static readonly HashSet<string> Bare =
    [
        "permit", "reject", "defer", "defer_if_permit", "defer_if_reject", "permit_mynetworks", "permit_inet_interfaces", "permit_sasl_authenticated",
        "permit_tls_clientcerts", "permit_tls_all_clientcerts", "permit_auth_destination", "permit_mx_backup", "permit_naked_ip_address",
        "reject_unauth_destination", "defer_unauth_destination", "check_relay_domains", "reject_unauth_pipelining", "reject_plaintext_session",
        "reject_unknown_client", "reject_unknown_client_hostname", "reject_unknown_reverse_client_hostname", "reject_unknown_forward_client_hostname",
        "reject_invalid_hostname", "reject_invalid_helo_hostname", "reject_non_fqdn_hostname", "reject_non_fqdn_helo_hostname", "reject_unknown_hostname",
        "reject_unknown_helo_hostname", "reject_non_fqdn_sender", "reject_unknown_sender_domain", "reject_unverified_sender", "reject_unlisted_sender",
        "reject_sender_login_mismatch", "reject_authenticated_sender_login_mismatch", "reject_known_sender_login_mismatch",
        "reject_unauthenticated_sender_login_mismatch", "reject_non_fqdn_recipient", "reject_unknown_recipient_domain", "reject_unlisted_recipient",
        "check_recipient_maps", "reject_unverified_recipient", "reject_multi_recipient_bounce", "reject_unknown_address", "reject_maps_rbl",
        "reject_non_fqdn_sender_domain",
    ];

    private static readonly HashSet<string> Wanting =
    [
        "check_policy_service", "reject_rbl", "reject_rbl_client", "reject_rhsbl", "reject_rhsbl_client", "reject_rhsbl_reverse_client", "reject_rhsbl_helo",
        "reject_rhsbl_sender", "reject_rhsbl_recipient", "permit_dnswl_client", "permit_rhswl_client", "sleep",
    ];

    internal static bool TakesArgument(string name) => Wanting.Contains(name) || IsAccessCheck(name);

    internal static bool IsAccessCheck(string name) =>
        name.StartsWith("check_", StringComparison.Ordinal) && name.EndsWith("_access", StringComparison.Ordinal);

    internal static bool IsKnown(string name) => Bare.Contains(name) || TakesArgument(name);

    /// <summary>smtpd_check.c passes over these while there is no recipient.</summary>
    internal static bool NeedsRecipient(string name) =>
        name.Contains("recipient", StringComparison.Ordinal)
        || name.EndsWith("auth_destination", StringComparison.Ordinal)
        || name is "permit_mx_backup" or "check_relay_domains";

    /// <summary>What is written behind these is not looked at.</summary>
    internal static bool EndsList(string name) => name is "permit" or "reject" or "defer" or "check_relay_domains";
}
