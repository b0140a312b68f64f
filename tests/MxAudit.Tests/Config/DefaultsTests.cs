using MxAudit.Config;

namespace MxAudit.Tests.Config;

/// <summary>global/mail_params.h by tag: what holds when nobody says anything.</summary>
public class DefaultsTests
{
    private static string In(string version, string name, string main = "") =>
        PostfixConfig.OfText("myhostname = mx2.fallback.example\n" + main, hints: new ConfigHints { Version = PostfixVersion.Read(version) }).Expanded(name);

    private const string Local = "mx2.fallback.example, localhost.fallback.example, localhost";
    private const string RelayRestrictions = "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination";

    [Theory]
    [InlineData("relay_domains", "2.11", "", Local)]
    [InlineData("relay_domains", "3.0", "", Local)]
    [InlineData("relay_domains", "3.0", "compatibility_level = 2", "")]
    [InlineData("relay_domains", "3.10", "compatibility_level = 3.6", "")]
    [InlineData("mynetworks_style", "2.11", "compatibility_level = 2", "subnet")]
    [InlineData("mynetworks_style", "3.7.11", "compatibility_level = 1", "subnet")]
    [InlineData("mynetworks_style", "3.7.11", "compatibility_level = 2", "host")]
    [InlineData("smtpd_relay_restrictions", "2.9", "", "")]
    [InlineData("smtpd_relay_restrictions", "2.10", "", RelayRestrictions)]
    [InlineData("smtpd_relay_restrictions", "3.2", "", RelayRestrictions)]
    [InlineData("smtpd_relay_restrictions", "3.3", "", "")]
    [InlineData("smtpd_relay_restrictions", "3.3", "compatibility_level = 1", RelayRestrictions)]
    [InlineData("smtpd_recipient_restrictions", "2.9", "", "permit_mynetworks, reject_unauth_destination")]
    [InlineData("smtpd_recipient_restrictions", "2.10", "", "")]
    [InlineData("smtpd_relay_before_recipient_restrictions", "3.6", "compatibility_level = 3.5", "no")]
    [InlineData("smtpd_relay_before_recipient_restrictions", "3.6", "compatibility_level = 3.6", "yes")]
    [InlineData("smtputf8_enable", "3.0", "", "no")]
    [InlineData("smtputf8_enable", "3.0", "compatibility_level = 1", "yes")]
    [InlineData("milter_default_action", "3.10", "", "tempfail")]
    [InlineData("milter_default_action", "3.11", "", "shutdown")]
    [InlineData("minimal_backoff_time", "2.3", "", "1000s")]
    [InlineData("minimal_backoff_time", "2.4", "", "300s")]
    [InlineData("queue_run_delay", "2.3", "", "1000s")]
    [InlineData("queue_run_delay", "2.4", "", "300s")]
    [InlineData("maximal_backoff_time", "2.3", "", "4000s")]
    [InlineData("smtp_fallback_relay", "3.0", "fallback_relay = [a]", "")]
    [InlineData("smtp_fallback_relay", "3.1", "fallback_relay = [a]", "[a]")]
    [InlineData("address_verify_map", "2.6", "", "")]
    [InlineData("address_verify_map", "2.7", "", "btree:/var/lib/postfix/verify_cache")]
    [InlineData("address_verify_map", "3.11", "default_cache_db_type = lmdb", "lmdb:/var/lib/postfix/verify_cache")]
    [InlineData("address_verify_sender", "2.4", "", "postmaster")]
    [InlineData("address_verify_sender", "2.5", "", "double-bounce")]
    [InlineData("address_verify_poll_count", "2.5", "", "3")]
    [InlineData("address_verify_poll_count", "2.6", "", "3")]
    [InlineData("address_verify_poll_count", "3.0", "stress = yes", "1")]
    [InlineData("unverified_recipient_defer_code", "2.5", "", "")]
    [InlineData("unverified_recipient_defer_code", "2.6", "", "450")]
    [InlineData("unverified_recipient_tempfail_action", "2.6", "", "defer_if_permit")]
    [InlineData("smtp_address_verify_target", "3.0", "", "rcpt")]
    [InlineData("address_verify_pending_request_limit", "3.1", "", "5000")]
    [InlineData("postscreen_allowlist_interfaces", "3.5", "", "")]
    [InlineData("postscreen_allowlist_interfaces", "3.6", "", "static:all")]
    [InlineData("fast_flush_domains", "3.10", "relay_domains = example.com", "example.com")]
    [InlineData("virtual_alias_domains", "3.10", "virtual_alias_maps = hash:/x", "hash:/x")]
    [InlineData("address_verify_relayhost", "3.10", "relayhost = [isp.example]", "[isp.example]")]
    public void Defaults_change_with_release_and_level(string name, string version, string main, string expected) =>
        Assert.Equal(expected, In(version, name, main + "\n"));

    [Theory]
    [InlineData("mydestination", Local)]
    [InlineData("relayhost", "")]
    [InlineData("sender_dependent_relayhost_maps", "")]
    [InlineData("transport_maps", "")]
    [InlineData("relay_transport", "relay")]
    [InlineData("default_transport", "smtp")]
    [InlineData("proxy_interfaces", "")]
    [InlineData("inet_interfaces", "all")]
    [InlineData("relay_recipient_maps", "")]
    [InlineData("parent_domain_matches_subdomains",
        "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps")]
    [InlineData("smtpd_reject_unlisted_recipient", "yes")]
    [InlineData("unknown_relay_recipient_reject_code", "550")]
    [InlineData("local_recipient_maps", "proxy:unix:passwd.byname hash:/etc/aliases")]
    [InlineData("unknown_address_reject_code", "450")]
    [InlineData("unknown_hostname_reject_code", "450")]
    [InlineData("maximal_queue_lifetime", "5d")]
    [InlineData("bounce_queue_lifetime", "5d")]
    [InlineData("delay_warning_time", "0h")]
    [InlineData("hopcount_limit", "50")]
    [InlineData("best_mx_transport", "")]
    [InlineData("notify_classes", "resource, software")]
    [InlineData("double_bounce_sender", "double-bounce")]
    [InlineData("soft_bounce", "no")]
    [InlineData("compatibility_level", "0")]
    [InlineData("defer_transports", "")]
    [InlineData("relay_destination_concurrency_limit", "20")]
    [InlineData("smtp_skip_5xx_greeting", "yes")]
    [InlineData("message_size_limit", "10240000")]
    [InlineData("unverified_recipient_reject_code", "450")]
    [InlineData("unverified_recipient_reject_reason", "")]
    [InlineData("address_verify_negative_cache", "yes")]
    [InlineData("address_verify_negative_expire_time", "3d")]
    [InlineData("address_verify_negative_refresh_time", "3h")]
    [InlineData("address_verify_positive_expire_time", "31d")]
    [InlineData("address_verify_positive_refresh_time", "7d")]
    [InlineData("address_verify_poll_delay", "3s")]
    [InlineData("address_verify_cache_cleanup_interval", "12h")]
    [InlineData("address_verify_sender_ttl", "0s")]
    [InlineData("enable_original_recipient", "yes")]
    [InlineData("enable_long_queue_ids", "no")]
    public void Other_defaults_stay(string name, string expected) => Assert.Equal(expected, In("3.7.11", name));

    [Fact]
    public void Times_have_the_unit_of_their_default()
    {
        var config = PostfixConfig.OfText(
            "maximal_queue_lifetime = 21\ndelay_warning_time = 4\nminimal_backoff_time = 600\naddress_verify_negative_refresh_time = 30m\nbounce_queue_lifetime = 2w\n");
        Assert.Equal(TimeSpan.FromDays(21), config.Time("maximal_queue_lifetime"));
        Assert.Equal(TimeSpan.FromHours(4), config.Time("delay_warning_time"));
        Assert.Equal(TimeSpan.FromSeconds(600), config.Time("minimal_backoff_time"));
        Assert.Equal(TimeSpan.FromMinutes(30), config.Time("address_verify_negative_refresh_time"));
        Assert.Equal(TimeSpan.FromDays(14), config.Time("bounce_queue_lifetime"));
        Assert.Equal(TimeSpan.FromDays(31), config.Time("address_verify_positive_expire_time"));
    }

    [Fact]
    public void A_release_that_nobody_told_is_assumed_and_that_is_said()
    {
        Assert.True(PostfixConfig.OfText("").VersionAssumed);
        var told = PostfixConfig.OfText("mail_version = 3.7.11\n");
        Assert.False(told.VersionAssumed);
        Assert.Equal(new PostfixVersion(3, 7, 11), told.Version);
        Assert.Equal(new PostfixVersion(3, 12), PostfixVersion.Read("3.12-20260821"));
    }
}
