using MxAudit.Config;

namespace MxAudit.Tests.Config;

public class OdditiesTests
{
    private static ConfigRemarkKind[] KindsIn(string main, string? master = null) =>
        [.. PostfixConfig.OfText(main, master).Oddities.Select(remark => remark.Kind)];

    [Theory]
    [InlineData("relayhost = [mx1.example.com]\nrelayhost = [mx1.example.net]", ConfigRemarkKind.OverridesEarlier)]
    [InlineData("relayhost = [mx1.example.com]\nrelayhost = [mx1.example.com]", ConfigRemarkKind.RepeatsEarlier)]
    [InlineData("smtpd_helo_required = maybe", ConfigRemarkKind.BadValue)]
    [InlineData("maximal_queue_lifetime = 3 weeks", ConfigRemarkKind.BadValue)]
    [InlineData("maximal_queue_lifetime = 2000000000w", ConfigRemarkKind.BadValue)]
    [InlineData("unverified_recipient_reject_code = 55O", ConfigRemarkKind.BadValue)]
    [InlineData("relay_domains = example.com # those that we back up", ConfigRemarkKind.CommentInValue)]
    [InlineData("mynetworks = 127.0.0.0/8\n# the office\n  192.0.2.0/28 # and the shop", ConfigRemarkKind.CommentInValue)]
    [InlineData("smtpd_data_restrictions = reject_unauth_piplining", ConfigRemarkKind.UnknownRestriction)]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, permit, reject_unverified_recipient", ConfigRemarkKind.NeverReached)]
    public void What_nobody_asked_for_is_looked_at_too(string line, ConfigRemarkKind kind) =>
        Assert.Equal([kind], KindsIn("compatibility_level = 3.6\n" + line));

    /// <summary>What smtpd of 3.7.11 answered to a client of 203.0.113.9.</summary>
    [Theory]
    [InlineData("192.168.1.5/24", "192.168.1.0/24")] // non-null host address bits: 451
    [InlineData("!192.168.1.5/24", "!192.168.1.0/24")]
    [InlineData("2001:db8::/32", "[2001:db8::]/32")] // table lookup problem: 451
    [InlineData("::1", "[::1]")] // expecting "type:name" form: smtpd ends
    [InlineData("192.168.0/24", null)] // bad network value: 451
    [InlineData("192.168.0.0/33", null)] // bad mask length: 451
    [InlineData("192.168.0.0/255.255.255.0", null)] // bad mask value: 451
    [InlineData("[2001:db8::5]/64", "[2001:db8::]/64")] // 451 to IPv6 clients
    public void A_word_of_mynetworks_that_is_no_network_refuses_nearly_everybody(string word, string? meant)
    {
        var config = PostfixConfig.OfText($"compatibility_level = 3.6\nmynetworks = 127.0.0.0/8, {word} 198.51.100.0/24\n");
        Assert.Equal((ConfigRemarkKind.BadNetwork, word.TrimStart('!')), (config.Oddities.Single().Kind, config.Oddities.Single().Subject));
        Assert.Equal(meant is null ? null : $"127.0.0.0/8 {meant} 198.51.100.0/24", config.CorrectedNetworks);
    }

    [Theory]
    [InlineData("192.168.0.0/16 [::1]/128 [::ffff:127.0.0.0]/104 [fe80::]/10 192.0.2.7 [2001:db8::9] mail.example.com .example.com")]
    [InlineData("127.0.0.0/8#")] // passed over, and so was the network
    public void Networks_and_names_are_no_oddity(string words) => Assert.Empty(KindsIn($"compatibility_level = 3.6\nmynetworks = {words}"));

    [Theory]
    [InlineData("tlsproxy_client_level")] // 3.5; tlsproxy_client_security_level since
    [InlineData("tlsproxy_client_policy")]
    [InlineData("smtp_sasl_password_result_delimiter")] // 3.10
    [InlineData("smtp_tls_enforce_sts_mx_patterns")]
    [InlineData("lmtp_tls_enforce_sts_mx_patterns")]
    [InlineData("socketmap_max_reply_size")]
    [InlineData("maillog_file_permissions")]
    [InlineData("tls_ffdhe_auto_groups")]
    [InlineData("smtp_log_tls_feature_status")] // 3.11
    [InlineData("non_empty_end_of_header_action")]
    [InlineData("relocated_prefix_enable")]
    [InlineData("non_bdb_migration_allow_root_prefixes")]
    [InlineData("non_bdb_migration_allow_user_prefixes")]
    [InlineData("non_bdb_migration_log_redirect")]
    [InlineData("non_bdb_migration_service_name")]
    public void A_parameter_of_another_release_is_a_parameter(string name) => Assert.Empty(KindsIn($"compatibility_level = 3.6\n{name} = "));

    /// <summary>As postconf without -n prints them.</summary>
    [Fact]
    public void Postfix_does_not_expand_every_parameter() => Assert.Empty(KindsIn("""
        compatibility_level = 3.6
        smtpd_expansion_filter = \t\40!"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~
        postscreen_expansion_filter = $smtpd_expansion_filter${
        smtpd_reject_footer = \c. Call postmaster, or visit ${url: $client_address
        """));

    [Fact]
    public void Options_of_a_service_are_tried_like_those_of_main_cf() =>
        Assert.Equal([ConfigRemarkKind.BadValue], KindsIn("compatibility_level = 3.6", "smtp inet n - y - - smtpd -o smtpd_helo_required=maybe"));

    [Fact]
    public void A_level_of_compatibility_is_no_number_and_no_oddity() =>
        Assert.Empty(
            KindsIn("compatibility_level = 3.6\nmaximal_queue_lifetime = 3w\nsmtpd_helo_required = Yes\naddress_verify_poll_count = ${stress?{1}:{5}}"));

    [Theory]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, warn_if_reject reject_unauth_destination", false)]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, permit, reject_unauth_destination", false)]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, strict\nsmtpd_restriction_classes = strict\nstrict = reject_unauth_destination", true)]
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, defer_if_permit", true)]
    [InlineData("smtpd_relay_restrictions = strict\nsmtpd_restriction_classes = strict\nstrict = strict", false)]
    public void Relaying_is_decided_only_where_smtpd_thinks_so(string lines, bool isDecided)
    {
        var config = PostfixConfig.OfText("compatibility_level = 3.6\n" + lines);
        Assert.Equal(isDecided, config.HasRelayControl(config.PublicSmtpdServices[0]));
    }
}
