namespace MxAudit.Config;

/// <summary>What ends the program that reads it though it is of the right kind: found by giving each to every program of 3.7.11.</summary>
internal static class ParameterLimits
{
    /// <summary>Numbers and times that must not be 0, which some write for "no limit".</summary>
    internal static bool IsAtLeastOne(string name) => Positive.Contains(ParameterKinds.OfSmtp(name));

    /// <summary>The most that it may be, as one writes it; null: there is no end but that of numbers.</summary>
    internal static string? MostOf(string name) => Most.GetValueOrDefault(ParameterKinds.OfSmtp(name));

    private static readonly Dictionary<string, string> Most = new(StringComparer.Ordinal)
    {
        ["maximal_queue_lifetime"] = "100d", ["bounce_queue_lifetime"] = "100d", ["in_flow_delay"] = "10s", ["delay_logging_resolution_limit"] = "6",
        ["default_delivery_slot_discount"] = "100", ["qmgr_fudge_factor"] = "100", ["smtp_tls_session_cache_timeout"] = "100d",
        ["smtpd_tls_session_cache_timeout"] = "100d",
    };

    /// <summary>Texts that must not be empty, which some write for "none".</summary>
    internal static bool IsNeverEmpty(string name) => Filled.Contains(ParameterKinds.OfSmtp(name));

    /// <summary>Tables that are opened before there is a client or a message.</summary>
    internal static bool IsOfTables(string name) => OfTables.Contains(ParameterKinds.OfSmtp(name));

    /// <summary>The words that it may be, in any case; null: others than these are not known to end a program.</summary>
    internal static string[]? ChoicesFor(string name) =>
        name is "smtp_tls_security_level" or "lmtp_tls_security_level" or "smtpd_tls_security_level" ? TlsLevels : null;

    private static readonly string[] TlsLevels = ["none", "may", "encrypt", "fingerprint", "dane", "dane-only", "verify", "secure"];

    private static readonly HashSet<string> Positive = new(ParameterKinds.Words("""
        address_verify_negative_expire_time address_verify_negative_refresh_time address_verify_pending_request_limit address_verify_poll_count
        address_verify_poll_delay address_verify_positive_expire_time address_verify_positive_refresh_time anvil_rate_time_unit
        anvil_status_update_time application_event_drain_time berkeley_db_create_buffer_size berkeley_db_read_buffer_size bounce_size_limit
        command_time_limit connection_cache_protocol_timeout connection_cache_status_update_time connection_cache_ttl_limit daemon_timeout
        debug_peer_level default_process_limit default_recipient_refill_delay default_recipient_refill_limit deliver_lock_attempts deliver_lock_delay
        fast_flush_purge_time fast_flush_refresh_time fork_attempts fork_delay hash_queue_depth header_address_token_limit header_size_limit
        hopcount_limit initial_destination_concurrency ipc_idle ipc_timeout ipc_ttl line_length_limit lmdb_map_size lmtp_lhlo_timeout max_idle max_use
        maximal_backoff_time milter_command_timeout milter_connect_timeout milter_content_timeout mime_boundary_length_limit mime_nesting_limit
        minimal_backoff_time postlogd_watchdog_timeout postscreen_bare_newline_ttl postscreen_cache_retention_time postscreen_command_count_limit
        postscreen_command_time_limit postscreen_dnsbl_max_ttl postscreen_dnsbl_min_ttl postscreen_dnsbl_threshold postscreen_dnsbl_timeout
        postscreen_greet_ttl postscreen_greet_wait postscreen_non_smtp_command_ttl postscreen_pipelining_ttl postscreen_post_queue_limit
        postscreen_pre_queue_limit postscreen_upstream_proxy_timeout postscreen_watchdog_timeout qmgr_daemon_timeout qmgr_ipc_timeout
        qmgr_message_active_limit qmgr_message_recipient_limit qmgr_message_recipient_minimum qmqpd_timeout queue_file_attribute_count_limit
        queue_run_delay smtp_connection_cache_time_limit smtp_connection_reuse_time_limit smtp_data_done_timeout smtp_data_init_timeout
        smtp_data_xfer_timeout smtp_helo_timeout smtp_mail_timeout smtp_min_data_rate smtp_pix_workaround_delay_time smtp_quit_timeout
        smtp_rcpt_timeout smtp_rset_timeout smtp_starttls_timeout smtp_xforward_timeout smtpd_hard_error_limit smtpd_history_flush_threshold
        smtpd_junk_command_limit smtpd_min_data_rate smtpd_policy_service_max_idle smtpd_policy_service_max_ttl smtpd_policy_service_retry_delay
        smtpd_policy_service_timeout smtpd_policy_service_try_limit smtpd_proxy_timeout smtpd_recipient_limit smtpd_recipient_overshoot_limit
        smtpd_sasl_response_limit smtpd_soft_error_limit smtpd_starttls_timeout smtpd_timeout smtpd_upstream_proxy_timeout stale_lock_time
        tls_random_bytes tls_random_prng_update_period tls_random_reseed_period tlsproxy_watchdog_timeout transport_retry_time trigger_timeout
        virtual_alias_address_length_limit virtual_alias_expansion_limit virtual_alias_recursion_limit virtual_minimum_uid
        """), StringComparer.Ordinal);

    private static readonly HashSet<string> Filled = new(ParameterKinds.Words("""
        2bounce_notice_recipient address_verify_default_transport address_verify_local_transport address_verify_relay_transport
        address_verify_service_name address_verify_virtual_transport bounce_notice_recipient bounce_service_name canonical_classes
        cleanup_service_name command_directory command_expansion_filter connection_cache_service_name daemon_directory default_database_type
        default_destination_concurrency_negative_feedback default_destination_concurrency_positive_feedback default_privs default_rbl_reply
        default_transport default_verp_delimiters defer_service_name delay_notice_recipient double_bounce_sender
        empty_address_default_transport_maps_lookup_key empty_address_recipient empty_address_relayhost_maps_lookup_key error_notice_recipient
        error_service_name execution_directory_expansion_filter flush_service_name forward_expansion_filter hash_queue_names header_from_format
        info_log_address_format lmtp_lhlo_name local_transport mail_name mail_owner mailbox_delivery_lock maillog_file_compressor
        maillog_file_prefixes maillog_file_rotate_suffix meta_directory milter_default_action milter_macro_daemon_name milter_macro_v mydomain
        myhostname mynetworks_style myorigin pickup_service_name postlog_service_name postscreen_bare_newline_action postscreen_denylist_action
        postscreen_dnsbl_action postscreen_expansion_filter postscreen_greet_action postscreen_non_smtp_command_action postscreen_pipelining_action
        process_id_directory proxymap_service_name proxywrite_service_name queue_service_name recipient_canonical_classes reject_tempfail_action
        relay_transport rewrite_service_name sender_canonical_classes setgid_group shlib_directory showq_service_name smtp_address_preference
        smtp_address_verify_target smtp_helo_name smtp_host_lookup smtp_sasl_type smtp_tls_ciphers smtp_tls_fingerprint_digest
        smtp_tls_mandatory_ciphers smtp_tls_secure_cert_match smtp_tls_verify_cert_match smtpd_banner smtpd_expansion_filter
        smtpd_policy_service_default_action smtpd_sasl_path smtpd_sasl_service smtpd_sasl_type smtpd_tls_ciphers smtpd_tls_eecdh_grade
        smtpd_tls_fingerprint_digest smtpd_tls_mandatory_ciphers smtputf8_autodetect_classes syslog_facility syslog_name
        tlsproxy_client_fingerprint_digest tlsproxy_tls_ciphers tlsproxy_tls_eecdh_grade tlsproxy_tls_fingerprint_digest
        tlsproxy_tls_mandatory_ciphers trace_service_name unknown_address_tempfail_action unknown_helo_hostname_tempfail_action
        unverified_recipient_tempfail_action unverified_sender_tempfail_action verp_delimiter_filter virtual_mailbox_lock virtual_transport
        """), StringComparer.Ordinal);

    private static readonly HashSet<string> OfTables = new(ParameterKinds.Words("""
        address_verify_sender_dependent_default_transport_maps address_verify_sender_dependent_relayhost_maps address_verify_transport_maps alias_maps
        body_checks canonical_maps default_delivery_status_filter header_checks local_delivery_status_filter local_recipient_maps milter_header_checks
        mime_header_checks nested_header_checks rbl_reply_maps recipient_bcc_maps recipient_canonical_maps relay_clientcerts relay_recipient_maps
        relocated_maps sender_bcc_maps sender_canonical_maps sender_dependent_default_transport_maps sender_dependent_relayhost_maps smtp_body_checks
        smtp_delivery_status_filter smtp_discard_ehlo_keyword_address_maps smtp_dns_reply_filter smtp_generic_maps smtp_header_checks
        smtp_mime_header_checks smtp_nested_header_checks smtp_pix_workaround_maps smtp_reply_filter smtp_tls_per_site smtp_tls_policy_maps
        smtpd_command_filter smtpd_discard_ehlo_keyword_address_maps smtpd_dns_reply_filter smtpd_milter_maps smtpd_reject_footer_maps
        smtpd_sender_login_maps transport_maps virtual_alias_maps virtual_mailbox_maps
        """), StringComparer.Ordinal);
}
