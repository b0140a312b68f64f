namespace MxAudit.Config;

/// <summary>What Postfix reads as a switch, a number or a time: the names of postconf -d of 3.7.11, by the defaults that they have there.</summary>
internal enum ParameterKind { Text, Switch, Number, Time }

/// <summary>
/// Any other word than <c>yes</c> and <c>no</c>, and any other text than digits, ends the program that reads it. A directory may be <c>no</c>, and
/// <c>milter_protocol</c> looks like a number: they are texts.
/// </summary>
internal static class ParameterKinds
{
    internal static ParameterKind Of(string name) => Known.TryGetValue(name, out var kind) ? kind : Known.GetValueOrDefault(OfSmtp(name));

    /// <summary>What smtp has, lmtp has, too.</summary>
    internal static string OfSmtp(string name) =>
        name.StartsWith("lmtp_", StringComparison.Ordinal) && name != "lmtp_lhlo_timeout" ? $"smtp_{name["lmtp_".Length..]}" : name;

    /// <summary>smtpd reads it when it starts, and ends when it can not: found by giving each a wrong value.</summary>
    internal static bool IsReadBySmtpd(string name) =>
        name.StartsWith("smtpd_", StringComparison.Ordinal) ? name != "smtpd_tls_session_cache_timeout" // tlsmgr does
            : name.EndsWith("_code", StringComparison.Ordinal) || ReadBySmtpd.Contains(name);

    private static readonly Dictionary<string, ParameterKind> Known = new(
        Words(Switches).Select(name => KeyValuePair.Create(name, ParameterKind.Switch))
            .Concat(Words(Numbers).Select(name => KeyValuePair.Create(name, ParameterKind.Number)))
            .Concat(Words(Times).Select(name => KeyValuePair.Create(name, ParameterKind.Time))),
        StringComparer.Ordinal);

    private static readonly HashSet<string> ReadBySmtpd = new(Words(OfSmtpd), StringComparer.Ordinal);

    internal static string[] Words(string names) => names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private const string OfSmtpd = """
        address_verify_negative_cache address_verify_poll_count address_verify_poll_delay address_verify_sender_ttl address_verify_service_name
        allow_untrusted_routing application_event_drain_time backwards_bounce_logfile_compatibility berkeley_db_create_buffer_size
        berkeley_db_read_buffer_size bounce_notice_recipient bounce_service_name broken_sasl_auth_clients canonical_maps cleanup_service_name
        command_directory daemon_directory daemon_table_open_error_is_fatal daemon_timeout debug_peer_level default_database_type default_privs
        default_process_limit default_rbl_reply default_verp_delimiters defer_service_name delay_logging_resolution_limit deliver_lock_attempts
        deliver_lock_delay disable_dns_lookups disable_mime_input_processing disable_mime_output_conversion disable_vrfy_command
        dns_ncache_ttl_fix_enable dont_remove double_bounce_sender enable_idna2003_compatibility enable_long_queue_ids enable_original_recipient
        error_notice_recipient error_service_name flush_service_name fork_attempts fork_delay hash_queue_depth hash_queue_names
        header_address_token_limit header_from_format header_size_limit helpful_warnings in_flow_delay info_log_address_format ipc_idle ipc_timeout
        ipc_ttl line_length_limit lmdb_map_size local_recipient_maps mail_name mail_owner maillog_file_compressor maillog_file_prefixes
        maillog_file_rotate_suffix max_idle max_use message_size_limit meta_directory milter_command_timeout milter_connect_timeout
        milter_content_timeout milter_default_action milter_macro_daemon_name milter_macro_v mime_boundary_length_limit mime_nesting_limit
        multi_instance_enable mydomain myhostname mynetworks_style myorigin owner_request_special pickup_service_name postlog_service_name
        process_id_directory proxymap_service_name proxywrite_service_name queue_minfree queue_service_name rbl_reply_maps recipient_canonical_maps
        reject_tempfail_action relay_clientcerts relay_recipient_maps respectful_logging rewrite_service_name send_cyrus_sasl_authzid
        sender_canonical_maps setgid_group shlib_directory show_user_unknown_table_name showq_service_name smtputf8_autodetect_classes smtputf8_enable
        soft_bounce stale_lock_time strict_7bit_headers strict_8bitmime strict_8bitmime_body strict_mime_encoding_domain strict_rfc821_envelopes
        strict_smtputf8 syslog_facility syslog_name tcp_windowsize trace_service_name trigger_timeout unknown_address_tempfail_action
        unknown_helo_hostname_tempfail_action unverified_recipient_tempfail_action unverified_sender_tempfail_action verp_delimiter_filter
        virtual_alias_maps virtual_mailbox_maps
        """;

    private const string Switches = """
        address_verify_negative_cache allow_min_user allow_percent_hack allow_untrusted_routing always_add_missing_headers append_at_myorigin
        append_dot_mydomain backwards_bounce_logfile_compatibility biff broken_sasl_auth_clients cleanup_replace_stray_cr_lf confirm_delay_cleared
        daemon_table_open_error_is_fatal destination_concurrency_feedback_debug detect_8bit_encoding_header disable_dns_lookups
        disable_mime_input_processing disable_mime_output_conversion disable_verp_bounces disable_vrfy_command dns_ncache_ttl_fix_enable
        enable_idna2003_compatibility enable_long_queue_ids enable_original_recipient enable_threaded_bounces expand_owner_alias frozen_delivered_to
        helpful_warnings ignore_mx_lookup_error lmtp_assume_final multi_instance_enable owner_request_special postscreen_bare_newline_enable
        postscreen_non_smtp_command_enable postscreen_pipelining_enable qmqpd_client_port_logging require_home_directory reset_owner_alias
        resolve_dequoted_address resolve_null_domain resolve_numeric_domain respectful_logging send_cyrus_sasl_authzid show_user_unknown_table_name
        smtp_always_send_ehlo smtp_balance_inet_protocols smtp_bind_address_enforce smtp_cname_overrides_servername smtp_connection_cache_on_demand
        smtp_defer_if_no_mx_address_found smtp_enforce_tls smtp_never_send_ehlo smtp_per_record_deadline
        smtp_per_request_deadline smtp_quote_rfc821_envelope
        smtp_randomize_addresses smtp_sasl_auth_enable smtp_sasl_auth_soft_bounce smtp_send_dummy_mail_auth smtp_send_xforward_command
        smtp_sender_dependent_authentication smtp_skip_5xx_greeting smtp_skip_quit_response smtp_tls_block_early_mail_reply smtp_tls_connection_reuse
        smtp_tls_enforce_peername smtp_tls_force_insecure_host_tlsa_lookup smtp_tls_note_starttls_offer smtp_tls_wrappermode smtp_use_tls
        smtpd_client_port_logging smtpd_delay_open_until_valid_rcpt smtpd_delay_reject smtpd_enforce_tls smtpd_forbid_unauth_pipelining
        smtpd_helo_required smtpd_peername_lookup smtpd_per_record_deadline
        smtpd_per_request_deadline smtpd_reject_unlisted_recipient smtpd_reject_unlisted_sender
        smtpd_relay_before_recipient_restrictions smtpd_sasl_auth_enable smtpd_sasl_authenticated_header smtpd_tls_always_issue_session_ids
        smtpd_tls_ask_ccert smtpd_tls_auth_only smtpd_tls_received_header smtpd_tls_req_ccert smtpd_tls_wrappermode smtpd_use_tls smtputf8_enable
        soft_bounce strict_7bit_headers strict_8bitmime strict_8bitmime_body strict_mailbox_ownership strict_mime_encoding_domain
        strict_rfc821_envelopes strict_smtputf8 sun_mailtool_compatibility swap_bangpath tls_append_default_CA tls_fast_shutdown_enable
        tls_legacy_public_key_fingerprints tls_preempt_cipherlist tls_wildcard_matches_multiple_labels
        """;

    private const string Numbers = """
        access_map_defer_code access_map_reject_code address_verify_pending_request_limit address_verify_poll_count berkeley_db_create_buffer_size
        berkeley_db_read_buffer_size body_checks_size_limit bounce_size_limit debug_peer_level default_delivery_slot_cost
        default_delivery_slot_discount default_delivery_slot_loan default_destination_concurrency_failed_cohort_limit
        default_destination_concurrency_limit default_destination_recipient_limit default_extra_recipient_limit default_minimum_delivery_slots
        default_process_limit default_recipient_limit default_recipient_refill_limit defer_code delay_logging_resolution_limit deliver_lock_attempts
        dont_remove duplicate_filter_limit fault_injection_code fork_attempts hash_queue_depth header_address_token_limit header_size_limit
        hopcount_limit initial_destination_concurrency invalid_hostname_reject_code line_length_limit lmdb_map_size
        local_destination_concurrency_limit local_destination_recipient_limit mailbox_size_limit maps_rbl_reject_code max_use
        message_size_limit mime_boundary_length_limit mime_nesting_limit multi_recipient_bounce_reject_code non_fqdn_reject_code plaintext_reject_code
        postscreen_command_count_limit postscreen_dnsbl_threshold qmgr_fudge_factor qmgr_message_active_limit qmgr_message_recipient_limit
        qmgr_message_recipient_minimum queue_file_attribute_count_limit queue_minfree reject_code relay_domains_reject_code
        smtp_connection_reuse_count_limit smtp_line_length_limit smtp_min_data_rate smtp_mx_address_limit smtp_mx_session_limit
        smtp_tls_scert_verifydepth smtpd_client_auth_rate_limit smtpd_client_connection_count_limit smtpd_client_connection_rate_limit
        smtpd_client_message_rate_limit smtpd_client_new_tls_session_rate_limit smtpd_client_recipient_rate_limit
        smtpd_forbid_bare_newline_reject_code smtpd_hard_error_limit smtpd_history_flush_threshold smtpd_junk_command_limit smtpd_min_data_rate
        smtpd_policy_service_request_limit smtpd_policy_service_try_limit smtpd_recipient_limit smtpd_recipient_overshoot_limit
        smtpd_sasl_response_limit smtpd_soft_error_limit smtpd_tls_ccert_verifydepth tcp_windowsize tls_daemon_random_bytes tls_random_bytes
        unknown_address_reject_code unknown_client_reject_code unknown_hostname_reject_code unknown_local_recipient_reject_code
        unknown_relay_recipient_reject_code unknown_virtual_alias_reject_code unknown_virtual_mailbox_reject_code unverified_recipient_defer_code
        unverified_recipient_reject_code unverified_sender_defer_code unverified_sender_reject_code virtual_alias_address_length_limit
        virtual_alias_expansion_limit virtual_alias_recursion_limit virtual_mailbox_limit virtual_minimum_uid
        """;

    private const string Times = """
        address_verify_cache_cleanup_interval address_verify_negative_expire_time address_verify_negative_refresh_time address_verify_poll_delay
        address_verify_positive_expire_time address_verify_positive_refresh_time address_verify_sender_ttl anvil_rate_time_unit
        anvil_status_update_time application_event_drain_time bounce_queue_lifetime command_time_limit connection_cache_protocol_timeout
        connection_cache_status_update_time connection_cache_ttl_limit daemon_timeout default_destination_rate_delay default_recipient_refill_delay
        default_transport_rate_delay delay_warning_time deliver_lock_delay dnsblog_reply_delay fast_flush_purge_time fast_flush_refresh_time
        fork_delay in_flow_delay ipc_idle ipc_timeout ipc_ttl lmtp_lhlo_timeout max_idle maximal_backoff_time maximal_queue_lifetime
        milter_command_timeout milter_connect_timeout milter_content_timeout minimal_backoff_time postlogd_watchdog_timeout
        postscreen_bare_newline_ttl postscreen_cache_cleanup_interval postscreen_cache_retention_time postscreen_command_time_limit
        postscreen_dnsbl_min_ttl postscreen_dnsbl_timeout postscreen_greet_ttl postscreen_greet_wait postscreen_non_smtp_command_ttl
        postscreen_pipelining_ttl postscreen_upstream_proxy_timeout postscreen_watchdog_timeout qmgr_clog_warn_time qmgr_daemon_timeout
        qmgr_ipc_timeout qmqpd_error_delay qmqpd_timeout queue_run_delay service_throttle_time smtp_connect_timeout smtp_connection_cache_time_limit
        smtp_connection_reuse_time_limit smtp_data_done_timeout smtp_data_init_timeout smtp_data_xfer_timeout smtp_helo_timeout smtp_mail_timeout
        smtp_pix_workaround_delay_time smtp_pix_workaround_threshold_time smtp_quit_timeout smtp_rcpt_timeout smtp_rset_timeout
        smtp_sasl_auth_cache_time smtp_starttls_timeout smtp_tls_session_cache_timeout smtp_xforward_timeout smtpd_error_sleep_time
        smtpd_policy_service_max_idle smtpd_policy_service_max_ttl smtpd_policy_service_retry_delay smtpd_policy_service_timeout smtpd_proxy_timeout
        smtpd_starttls_timeout smtpd_timeout smtpd_tls_session_cache_timeout smtpd_upstream_proxy_timeout stale_lock_time tls_random_prng_update_period
        tls_random_reseed_period tlsproxy_watchdog_timeout transport_retry_time trigger_timeout
        """;
}
