namespace MxAudit.Config;

/// <summary>What a parameter is when nobody set it: the expression of the newest release that is not newer than the host's.</summary>
/// <param name="Since">The release that introduced the parameter; before, it is not known.</param>
/// <param name="Later">Releases that changed the default.</param>
internal sealed record ParameterDefault(string Name, string First, string Since = "0", params (string Since, string Expression)[] Later)
{
    internal string? In(PostfixVersion version)
    {
        if (version < PostfixVersion.Read(Since)) return null;
        string expression = First;
        foreach (var (since, later) in Later)
            if (version >= PostfixVersion.Read(since)) expression = later;
        return expression;
    }
}

/// <summary>
/// global/mail_params.h, by tag. Defaults that depend on <c>compatibility_level</c> are the expressions that Postfix itself has; <c>&lt;level</c>
/// exists since 3.6, and before, levels are whole numbers, so one form does for both.
/// </summary>
internal static class ParameterDefaults
{
    internal static IReadOnlyDictionary<string, ParameterDefault> ByName { get; } = Rows().ToDictionary(row => row.Name, StringComparer.Ordinal);

    private static IEnumerable<ParameterDefault> Rows() =>
        [.. Identity, .. Classes, .. Routing, .. Admission, .. Codes, .. Verification, .. Queueing, .. Others];

    private static string BelowLevel(string level, string then, string otherwise) =>
        "${{$compatibility_level} <level {" + level + "} ? {" + then + "} : {" + otherwise + "}}";

    private static ParameterDefault[] Identity =>
    [
        new("compatibility_level", "0", "3.0"),
        new("mydomain", "localdomain"),
        new("myorigin", "$myhostname"),
        new("inet_interfaces", "all"),
        new("inet_protocols", "ipv4", "2.2", ("2.9", "all")),
        new("proxy_interfaces", ""),
        new("mynetworks_style", "subnet", "0", ("3.0", BelowLevel("2", "subnet", "host"))),
        new("data_directory", "/var/lib/postfix", "2.5"),
        new("config_directory", "/etc/postfix"),
        new("queue_directory", "/var/spool/postfix"),
        new("recipient_delimiter", ""),
        new("append_dot_mydomain", "yes", "0", ("3.0", BelowLevel("1", "yes", "no"))),
        new("default_database_type", "hash"),
        new("default_cache_db_type", "btree", "3.11"),
        new("multi_instance_name", "", "2.6"),
        new("syslog_name", "postfix", "0", ("2.6", "${multi_instance_name:postfix}"), ("3.0", "${multi_instance_name?{$multi_instance_name}:{postfix}}")),
    ];

    private static ParameterDefault[] Classes =>
    [
        new("mydestination", "$myhostname, localhost.$mydomain, localhost"),
        new("relay_domains", "$mydestination", "0", ("3.0", BelowLevel("2", "$mydestination", ""))),
        new("virtual_alias_maps", "$virtual_maps"),
        new("virtual_alias_domains", "$virtual_alias_maps"),
        new("virtual_mailbox_maps", ""),
        new("virtual_mailbox_domains", "$virtual_mailbox_maps"),
        new("relay_recipient_maps", ""),
        new("local_recipient_maps", "proxy:unix:passwd.byname $alias_maps"),
        new("alias_maps", "hash:/etc/aliases"),
        new("canonical_maps", ""),
        new("recipient_canonical_maps", ""),
        new("relocated_maps", ""),
        new("fast_flush_domains", "$relay_domains"),
        new("parent_domain_matches_subdomains",
            "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps"),
    ];

    private static ParameterDefault[] Routing =>
    [
        new("relayhost", ""),
        new("sender_dependent_relayhost_maps", "", "2.3"),
        new("sender_dependent_default_transport_maps", "", "2.7"),
        new("transport_maps", ""),
        new("relay_transport", "relay"),
        new("default_transport", "smtp"),
        new("local_transport", "local:$myhostname"),
        new("virtual_transport", "virtual"),
        new("error_service_name", "error"),
        new("best_mx_transport", ""),
        new("fallback_relay", ""),
        new("smtp_fallback_relay", "", "2.3", ("3.1", "$fallback_relay")),
        new("smtp_skip_5xx_greeting", "yes"),
        new("content_filter", ""),
        new("defer_transports", ""),
        new("relay_destination_concurrency_limit", "$default_destination_concurrency_limit"),
        new("default_destination_concurrency_limit", "20"),
        new("smtp_connect_timeout", "30s"),
    ];

    private static ParameterDefault[] Admission =>
    [
        new("smtpd_client_restrictions", ""),
        new("smtpd_helo_restrictions", ""),
        new("smtpd_sender_restrictions", ""),
        new("smtpd_relay_restrictions", "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination", "2.10",
            ("3.3", BelowLevel("1", "", "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination"))),
        new("smtpd_recipient_restrictions", "permit_mynetworks, reject_unauth_destination", "0", ("2.10", "")),
        new("smtpd_data_restrictions", ""),
        new("smtpd_end_of_data_restrictions", "", "2.2"),
        new("smtpd_relay_before_recipient_restrictions", BelowLevel("3.6", "no", "yes"), "3.6"),
        new("smtpd_delay_reject", "yes"),
        new("smtpd_helo_required", "no"),
        new("smtpd_restriction_classes", ""),
        new("smtpd_reject_unlisted_recipient", "yes"),
        new("smtpd_reject_unlisted_sender", "no"),
        new("smtpd_sasl_auth_enable", "no"),
        new("smtpd_milters", "", "2.3"),
        new("smtpd_proxy_filter", ""),
        new("milter_default_action", "tempfail", "2.3", ("3.11", "shutdown")),
        new("receive_override_options", ""),
        new("permit_mx_backup_networks", ""),
        new("postscreen_dnsbl_threshold", "1", "2.8"),
        new("postscreen_whitelist_interfaces", "static:all", "2.9"),
        new("postscreen_allowlist_interfaces", "static:all", "3.6"),
        new("smtpd_discard_ehlo_keywords", "", "2.2"),
        new("smtputf8_enable", "yes", "3.0", ("3.0", BelowLevel("1", "no", "yes"))),
    ];

    private static ParameterDefault[] Codes =>
    [
        new("access_map_reject_code", "554"),
        new("access_map_defer_code", "450"),
        new("defer_code", "450"),
        new("reject_code", "554"),
        new("relay_domains_reject_code", "554"),
        new("maps_rbl_reject_code", "554"),
        new("unknown_relay_recipient_reject_code", "550"),
        new("unknown_local_recipient_reject_code", "550"),
        new("unknown_virtual_alias_reject_code", "550"),
        new("unknown_virtual_mailbox_reject_code", "550"),
        new("unknown_address_reject_code", "450"),
        new("unknown_hostname_reject_code", "450"),
        new("unknown_client_reject_code", "450"),
        new("soft_bounce", "no"),
    ];

    private static ParameterDefault[] Verification =>
    [
        new("unverified_recipient_reject_code", "450"),
        new("unverified_recipient_defer_code", "450", "2.6"),
        new("unverified_recipient_reject_reason", "", "2.6"),
        new("reject_tempfail_action", "defer_if_permit", "2.6"),
        new("unverified_recipient_tempfail_action", "$reject_tempfail_action", "2.6"),
        new("unverified_sender_tempfail_action", "$reject_tempfail_action", "2.6"),
        new("unknown_address_tempfail_action", "$reject_tempfail_action", "2.6"),
        new("unknown_helo_hostname_tempfail_action", "$reject_tempfail_action", "2.6"),
        new("address_verify_negative_cache", "yes"),
        new("address_verify_negative_expire_time", "3d"),
        new("address_verify_negative_refresh_time", "3h"),
        new("address_verify_positive_expire_time", "31d"),
        new("address_verify_positive_refresh_time", "7d"),
        new("address_verify_poll_count", "3", "0", ("2.6", "${stress?1}${stress:3}"), ("3.0", "${stress?{1}:{3}}")),
        new("address_verify_poll_delay", "3s"),
        new("address_verify_map", "", "0", ("2.7", "btree:$data_directory/verify_cache"), ("3.11", "$default_cache_db_type:$data_directory/verify_cache")),
        new("address_verify_cache_cleanup_interval", "12h", "2.7"),
        new("address_verify_sender", "postmaster", "0", ("2.5", "$double_bounce_sender")),
        new("address_verify_sender_ttl", "0s", "2.9"),
        new("address_verify_relayhost", "$relayhost"),
        new("address_verify_transport_maps", "$transport_maps"),
        new("address_verify_relay_transport", "$relay_transport"),
        new("address_verify_default_transport", "$default_transport"),
        new("address_verify_local_transport", "$local_transport"),
        new("address_verify_virtual_transport", "$virtual_transport"),
        new("address_verify_sender_dependent_relayhost_maps", "$sender_dependent_relayhost_maps", "2.3"),
        new("address_verify_sender_dependent_default_transport_maps", "$sender_dependent_default_transport_maps", "2.7"),
        new("address_verify_pending_request_limit", "5000", "3.1"),
        new("smtp_address_verify_target", "rcpt", "3.0"),
        new("enable_original_recipient", "yes"),
    ];

    private static ParameterDefault[] Queueing =>
    [
        new("maximal_queue_lifetime", "5d"),
        new("bounce_queue_lifetime", "5d"),
        new("delay_warning_time", "0h"),
        new("minimal_backoff_time", "1000s", "0", ("2.4", "300s")),
        new("maximal_backoff_time", "4000s"),
        new("queue_run_delay", "1000s", "0", ("2.4", "300s")),
        new("hopcount_limit", "50"),
        new("message_size_limit", "10240000"),
        new("mailbox_size_limit", "51200000"),
        new("virtual_mailbox_limit", "51200000"),
        new("queue_minfree", "0"),
        new("enable_long_queue_ids", "no", "2.9"),
    ];

    private static ParameterDefault[] Others =>
    [
        new("notify_classes", "resource, software"),
        new("double_bounce_sender", "double-bounce"),
        new("empty_address_recipient", "MAILER-DAEMON"),
        new("smtpd_client_recipient_rate_limit", "0"),
        new("smtpd_error_sleep_time", "1s"),
    ];
}
