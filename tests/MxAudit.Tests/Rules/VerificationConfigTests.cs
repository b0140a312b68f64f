using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>What the restriction lists make of verification.</summary>
public class VerificationConfigTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com

        """;

    private static Finding? Of(string rule, string mainCf,
        string log = "Nov 22 10:00:01 mx2 postfix/smtpd[101]: connect from mail.partner.example[203.0.113.44]") =>
        new AuditedHost(Host + mainCf, log).All(rule).SingleOrDefault();

    [Fact]
    public void A_verification_that_only_warns_is_found_in_the_configuration()
    {
        var finding = Of("VRF017", "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, warn_if_reject reject_unverified_recipient");
        Assert.Equal((Severity.High, Confidence.Proven), (finding!.Severity, finding.Confidence));
        Assert.Equal("postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient' && postfix reload",
            finding.Fixes[0].Command);
    }

    [Fact]
    public void A_verification_that_only_warns_is_critical_when_unknown_users_got_in() =>
        Assert.Equal(Severity.Critical,
            Of("VRF017", "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, warn_if_reject reject_unverified_recipient",
                AllRules.Find("BKS008")!.Manual.Fires.Log!)!.Severity);

    [Fact]
    public void A_warning_does_no_harm_where_a_list_of_recipients_refuses() =>
        Assert.Null(Of("VRF017",
            "relay_recipient_maps = inline:{anna@example.com=x}\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, warn_if_reject reject_unverified_recipient"));

    [Theory]
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient, reject_unauth_destination",
        "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient")]
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = reject_unverified_recipient, check_policy_service { inet:127.0.0.1:10040, timeout=5s }, reject_unauth_destination, permit", "smtpd_recipient_restrictions = check_policy_service { inet:127.0.0.1:10040, timeout=5s }, reject_unauth_destination, reject_unverified_recipient, permit")]
    [InlineData("smtpd_sender_restrictions = reject_unknown_sender_domain, reject_unverified_recipient",
        "smtpd_sender_restrictions = reject_unknown_sender_domain' 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient")]
    // both at once
    [InlineData("smtpd_client_restrictions = permit_mynetworks, reject_unverified_recipient\nsmtpd_sender_restrictions = reject_unverified_recipient",
        "smtpd_client_restrictions = permit_mynetworks' 'smtpd_sender_restrictions = ' 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient")]
    [InlineData("smtpd_relay_restrictions = reject_unauth_destination\nsmtpd_client_restrictions = reject_unverified_recipient, permit",
        "smtpd_client_restrictions = permit' 'smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient")]
    // own clients can still send
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = reject_non_fqdn_recipient, reject_unverified_recipient, permit_mynetworks, permit_sasl_authenticated, check_policy_service inet:127.0.0.1:10040, reject_unauth_destination", "smtpd_recipient_restrictions = reject_non_fqdn_recipient, permit_mynetworks, permit_sasl_authenticated, check_policy_service inet:127.0.0.1:10040, reject_unauth_destination, reject_unverified_recipient")]
    [InlineData("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = reject_unverified_recipient, permit_mynetworks, reject_unauth_destination, permit",
        "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient, permit")]
    // not behind the end
    [InlineData(
        "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = reject_unverified_recipient, check_sender_access inline:{ partner.example=OK }, reject",
        "smtpd_recipient_restrictions = check_sender_access inline:{ partner.example=OK }, reject_unauth_destination, reject_unverified_recipient, reject")]
    [InlineData(
        "smtpd_relay_before_recipient_restrictions = no\nsmtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination\nsmtpd_recipient_restrictions = reject_unverified_recipient",
        "smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, reject_unverified_recipient")]
    // as the fix of REL004
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, reject_unverified_recipient, permit_mx_backup, reject_unauth_destination, permit",
        "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient, permit")]
    [InlineData("smtpd_sender_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient", null)]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient", null)] // relay restrictions come first
    [InlineData(
        "relay_domains = ldap:/etc/postfix/domains.cf\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient",
        null)]
    [InlineData(
        "smtpd_relay_restrictions = check_client_access ldap:/etc/postfix/clients.cf, reject_unauth_destination\nsmtpd_recipient_restrictions = reject_unverified_recipient",
        null)]
    public void Strangers_recipients_are_not_verified(string lists, string? corrected)
    {
        var finding = Of("VRF014", lists);
        Assert.Equal(corrected is null ? null : $"postconf -e '{corrected}' && postfix reload", finding?.Fixes[0].Command);
    }

    [Theory]
    [InlineData("", "", Severity.Low)]
    [InlineData("unverified_recipient_reject_code = 550", "", null)]
    [InlineData("soft_bounce = yes", "", null)]
    [InlineData("address_verify_negative_cache = no", "", null)] // VRF001 tells more
    [InlineData("relay_recipient_maps = inline:{anna@example.com=x}", "", null)]
    [InlineData("", "VRF008", null)]
    public void Refusing_for_good_is_advised_only_when_it_is_safe(string more, string logOf, Severity? severity)
    {
        const string lists = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient\n";
        Assert.Equal(severity,
            (logOf.Length == 0 ? Of("VRF005", lists + more) : Of("VRF005", lists + more, AllRules.Find(logOf)!.Manual.Fires.Log!))?.Severity);
    }

    [Theory]
    [InlineData("proxy:btree:/run/postfix/verify_cache", true)]
    [InlineData("internal:verify", true)]
    [InlineData("lmdb:$data_directory/verify_cache", false)]
    [InlineData("memcache:/etc/postfix/verify.cf", false)] // may be backed by anything
    public void A_cache_must_outlive_the_host(string map, bool isVolatile) =>
        Assert.Equal(isVolatile,
            Of("VRF011", $"smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\naddress_verify_map = {map}") is not null);

    /// <summary>2.7 made a file the default; an empty setting is older than that, and a reload empties what is in memory (seen on 3.7.11).</summary>
    [Theory]
    [InlineData("", "3.7.11", null)]
    [InlineData("address_verify_map =", "3.7.11", "postconf -X address_verify_map && postfix reload")]
    [InlineData("address_verify_map =\ndata_directory = /run/postfix", "3.11.6",
        "postconf -e 'address_verify_map = $default_cache_db_type:/var/lib/postfix/verify_cache' && postfix reload")]
    [InlineData("", "2.6.19", "postconf -e 'address_verify_map = btree:/var/lib/postfix/verify_cache' && postfix reload")]
    public void The_cache_is_a_file_by_default_since_2_7(string line, string release, string? command) => Assert.Equal(command,
        Of("VRF011", $"mail_version = {release}\nsmtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n{line}")
            ?.Fixes[0].Command);

    /// <summary>Or that would be the next finding.</summary>
    [Fact]
    public void Verification_is_switched_on_with_a_cache_that_lasts() =>
        Assert.EndsWith("reject_unverified_recipient' && postconf -X address_verify_map && postfix reload",
            Of("BKS008", "address_verify_map =\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination")!.Fixes[1].Command);

    /// <summary>As advise has it: nobody knows yet whether the primary takes this host itself.</summary>
    [Theory]
    [InlineData("", "reject_unverified_recipient' && postfix reload")]
    [InlineData("unverified_recipient_reject_code = 451", "reject_unverified_recipient' && postfix reload")]
    [InlineData("unverified_recipient_reject_code = 550", "&& postconf -e 'unverified_recipient_reject_code = 450' && postfix reload")]
    public void Verification_is_switched_on_with_a_temporary_answer(string line, string command) =>
        Assert.EndsWith(command, Of("BKS008", $"smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n{line}")!.Fixes[1].Command);

    [Theory]
    [InlineData("address_verify_positive_expire_time = 31d", false)]
    [InlineData("maximal_queue_lifetime = 60d", true)]
    [InlineData("address_verify_positive_refresh_time = 40d", true)]
    [InlineData("address_verify_positive_expire_time = 1d\nunverified_recipient_defer_code = 250", false)] // everybody gets in anyway
    public void Good_recipients_are_remembered_through_an_outage(string more, bool isShort) =>
        Assert.Equal(isShort, Of("VRF013", "smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n" + more) is not null);

    [Theory]
    [InlineData("smtpd_milters = inet:127.0.0.1:8891", false)]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:10040", false)]
    [InlineData("", true)]
    [InlineData("unverified_recipient_reject_code = 250\nsmtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient", true)]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient", false)]
    public void Junk_lives_long_only_where_it_surely_gets_in(string more, bool getsIn) =>
        Assert.Equal(getsIn, Of("QUE002", "maximal_queue_lifetime = 21d\n" + more) is not null);

    [Theory]
    [InlineData(2, Severity.Low)]
    [InlineData(3, Severity.Medium)]
    public void Refused_helo_names_count_by_client(int clients, Severity severity) =>
        Assert.Equal(severity,
            Of("HYG003", "smtpd_sender_restrictions = reject_unknown_helo_hostname",
                string.Join('\n', Enumerable.Range(1, clients).SelectMany(i => Enumerable.Repeat(
                    $"Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from unknown[203.0.113.{i}]: 450 4.7.1 <exchange.partner.example>: Helo command rejected: Host not found; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<exchange.partner.example>",
                    2))))!.Severity);
}
