namespace MxAudit.Config;

/// <summary>Numbers that are too small or too large for smtpd: found by giving each to smtpd of 3.7.11.</summary>
public sealed partial class PostfixConfig
{
    /// <summary>Of reply codes smtpd.c has limits for these alone, and ends beyond them.</summary>
    private static readonly Dictionary<string, (int Least, int Most)> CodeLimits = new(StringComparer.Ordinal)
    {
        ["unverified_recipient_reject_code"] = (200, 599), ["unverified_recipient_defer_code"] = (200, 499),
        ["unverified_sender_reject_code"] = (200, 599), ["unverified_sender_defer_code"] = (200, 499),
        ["smtpd_forbid_bare_newline_reject_code"] = (500, 599),
    };

    /// <summary>Numbers and times that must not be 0, which some write for "no limit". All are read when smtpd starts.</summary>
    private static readonly HashSet<string> Positive = [.. """
        address_verify_poll_count address_verify_poll_delay application_event_drain_time berkeley_db_create_buffer_size berkeley_db_read_buffer_size daemon_timeout
        debug_peer_level default_process_limit deliver_lock_attempts deliver_lock_delay fork_attempts fork_delay hash_queue_depth
        header_address_token_limit header_size_limit ipc_idle ipc_timeout ipc_ttl line_length_limit lmdb_map_size max_idle max_use
        milter_command_timeout milter_connect_timeout milter_content_timeout mime_boundary_length_limit mime_nesting_limit
        smtpd_hard_error_limit smtpd_history_flush_threshold smtpd_junk_command_limit smtpd_min_data_rate smtpd_policy_service_max_idle smtpd_policy_service_max_ttl
        smtpd_policy_service_retry_delay smtpd_policy_service_timeout smtpd_policy_service_try_limit smtpd_proxy_timeout smtpd_recipient_limit
        smtpd_recipient_overshoot_limit smtpd_sasl_response_limit smtpd_soft_error_limit smtpd_upstream_proxy_timeout stale_lock_time
        smtpd_starttls_timeout smtpd_timeout trigger_timeout
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>smtpd reads it when it starts, and ends when it can not.</summary>
    internal static bool IsReadBySmtpd(string name) =>
        name.EndsWith("_code", StringComparison.Ordinal) || Positive.Contains(name) || ParameterKinds.AreReadBySmtpd(name);

    private void TryLimits(string name, MasterEntry? service)
    {
        if (service is { IsSmtpd: false }) return;
        if (Positive.Contains(name))
        {
            if (IsTooSmall(name, ExpandedFor(service, name).Trim()))
                NoticeAt(service, name, new ConfigRemark(ConfigRemarkKind.BadValue, name,
                    $"{Shown(name, service)} is less than 1: smtpd ends with a fatal error.", PlaceOf(name, service)));
        }
        else if (name.EndsWith("_code", StringComparison.Ordinal) && name != "fault_injection_code" && ParameterNames.IsKnown(name)) TryCode(name, service);
    }

    private static bool IsTooSmall(string name, string text) =>
        Positive.Contains(name) && int.TryParse(text.TrimEnd('s', 'm', 'h', 'd', 'w'), out int number) && number < 1;

    private bool IsInner(MasterEntry? service) => service is not null && !PublicSmtpdServices.Contains(service);

    /// <summary>Other codes may be any number; smtpd_check.c looks at the reply that it makes of them.</summary>
    private void TryCode(string name, MasterEntry? service)
    {
        if (!int.TryParse(ExpandedFor(service, name), out int code)) return;
        if (CodeLimits.TryGetValue(name, out var limits))
        {
            if (code < limits.Least || code > limits.Most)
                NoticeAt(service, name, new ConfigRemark(ConfigRemarkKind.BadValue, name,
                    $"{Shown(name, service)} is not from {limits.Least} to {limits.Most}: smtpd ends with a fatal error.", PlaceOf(name, service)));
        }
        else if (code is < 400 or > 599)
            Notice(new ConfigRemark(ConfigRemarkKind.BadReplyCode, name,
                $"{Shown(name, service)} is no code of a refusal: smtpd answers 450 (Service unavailable) in its place, and clients try again.", PlaceOf(name, service)));
    }
}
