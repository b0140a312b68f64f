using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Several smtpd services have the same fault: one command puts all of them right.</summary>
public class SeveralServicesTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com

        """;

    /// <summary>Two addresses of one host: the second has a list of its own, the third another.</summary>
    private static string Command(string rule, string mainCf, string list, string second, string third) =>
        new AuditedHost(Host + mainCf, masterCf: $"""
            smtp inet n - n - - smtpd
            198.51.100.26:25 inet n - n - - smtpd -o {list}={second}
            198.51.100.27:25 inet n - n - - smtpd -o {list}={third}
            relay unix - - n - - smtp
            """).Only(rule).Fixes[0].Command;

    [Fact]
    public void Verification_is_put_behind_the_relay_check_everywhere() => Assert.Equal(
        "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient'"
        + " && postconf -P '198.51.100.26:25/inet/smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination,reject_unverified_recipient'"
        + " && postconf -P '198.51.100.27:25/inet/smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination,reject_unverified_recipient,permit'"
        + " && postfix reload",
        Command("VRF014",
            "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient, reject_unauth_destination\n",
            "smtpd_recipient_restrictions", "permit_mynetworks,reject_unverified_recipient,reject_unauth_destination",
            "permit_mynetworks,reject_unverified_recipient,reject_unauth_destination,permit"));

    [Fact]
    public void Senders_are_not_asked_about_anywhere() => Assert.Equal(
        "postconf -e 'smtpd_sender_restrictions = permit_mynetworks'"
        + " && postconf -P '198.51.100.26:25/inet/smtpd_sender_restrictions=reject_unknown_sender_domain'"
        + " && postconf -P '198.51.100.27:25/inet/smtpd_sender_restrictions=' && postfix reload",
        Command("VRF015", "smtpd_sender_restrictions = permit_mynetworks, reject_unverified_sender\n", "smtpd_sender_restrictions",
            "reject_unknown_sender_domain,reject_unverified_sender", "reject_unverified_sender"));

    [Fact]
    public void Verification_refuses_everywhere() => Assert.Equal(
        "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient'"
        + " && postconf -P '198.51.100.26:25/inet/smtpd_recipient_restrictions=reject_unauth_destination,reject_unverified_recipient'"
        + " && postconf -P '198.51.100.27:25/inet/smtpd_recipient_restrictions=reject_unverified_recipient' && postfix reload",
        Command("VRF017", "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, warn_if_reject reject_unverified_recipient\n",
            "smtpd_recipient_restrictions", "reject_unauth_destination,warn_if_reject,reject_unverified_recipient",
            "warn_if_reject,reject_unverified_recipient"));

    [Fact]
    public void Known_bad_recipients_are_refused_for_good_everywhere() => Assert.Equal(
        "postconf -e 'unverified_recipient_reject_code = 550'"
        + " && postconf -P '198.51.100.26:25/inet/unverified_recipient_reject_code=550'"
        + " && postconf -P '198.51.100.27:25/inet/unverified_recipient_reject_code=550' && postfix reload",
        Command("VRF005", "smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n", "unverified_recipient_reject_code",
            "450", "451"));

    [Fact]
    public void HELO_names_need_not_resolve_anywhere() => Assert.Equal(
        "postconf -e 'smtpd_sender_restrictions = '"
        + " && postconf -P '198.51.100.26:25/inet/smtpd_sender_restrictions=reject_unknown_sender_domain'"
        + " && postconf -P '198.51.100.27:25/inet/smtpd_sender_restrictions=' && postfix reload",
        Command("HYG003", "smtpd_sender_restrictions = reject_unknown_helo_hostname\n", "smtpd_sender_restrictions",
            "reject_unknown_helo_hostname,reject_unknown_sender_domain", "reject_unknown_helo_hostname"));

    [Fact]
    public void Relaying_is_decided_everywhere_before_smtpd_starts_again() => Assert.StartsWith(
        "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination'"
        + " && postconf -P '198.51.100.26:25/inet/smtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject_unauth_destination'"
        + " && postconf -P '198.51.100.27:25/inet/smtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject_unauth_destination'",
        Command("HYG008", "smtpd_relay_restrictions = permit_mynetworks\n", "smtpd_relay_restrictions", "permit_mynetworks", ""));

    [Fact]
    public void Relaying_by_MX_record_ends_everywhere() => Assert.Equal(
        "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination'"
        + " && postconf -P '198.51.100.26:25/inet/smtpd_recipient_restrictions=reject_unauth_destination'"
        + " && postconf -P '198.51.100.27:25/inet/smtpd_recipient_restrictions=permit_auth_destination,reject' && postfix reload",
        Command("REL004", "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination\n",
            "smtpd_recipient_restrictions", "permit_mx_backup,reject_unauth_destination", "permit_mx_backup,reject"));

    private static Fix[] Found(string rule, string mainCf, string masterCf, string? dns = null) =>
        [.. new AuditedHost(Host + mainCf, masterCf: masterCf + "relay unix - - n - - smtp\n", dns: dns).Only(rule).Fixes];

    [Fact]
    public void Until_a_forgotten_domain_is_named_every_service_puts_its_mail_off() => Assert.Equal(
        "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination'"
        + " && postconf -P '198.51.100.26:25/inet/smtpd_relay_restrictions=defer_unauth_destination' && postfix reload",
        Found("RLY001", "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n",
            "smtp inet n - n - - smtpd\n198.51.100.26:25 inet n - n - - smtpd -o smtpd_relay_restrictions=reject_unauth_destination\n",
            """{ "example.net": { "status": "NOERROR", "mx": [ {"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.20"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]} ] } }""")[^1].Command);

    private const string OwnMacro = "smtp inet n - n - - smtpd -o mua_sender_restrictions=reject_unverified_sender\n"
        + "198.51.100.26:25 inet n - n - - smtpd\n";

    [Fact]
    public void A_macro_stays_where_the_word_does_not_stand_in_it() => Assert.Equal(
        "postconf -e 'smtpd_sender_restrictions = $mua_sender_restrictions' && postfix reload",
        Found("VRF015", "mua_sender_restrictions = permit_mynetworks\nsmtpd_sender_restrictions = $mua_sender_restrictions, reject_unverified_sender\n",
            OwnMacro.Replace("reject_unverified_sender", "permit_sasl_authenticated", StringComparison.Ordinal))[0].Command);

    /// <summary>Written out, it would be the list of all the others, too.</summary>
    [Fact]
    public void What_a_service_has_in_a_macro_of_its_own_is_not_written_into_main_cf() => Assert.Equal("",
        Found("VRF015", "mua_sender_restrictions = permit_mynetworks\nsmtpd_sender_restrictions = $mua_sender_restrictions\n", OwnMacro)[0].Command);
}
