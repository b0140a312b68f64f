using MxAudit.Config;

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
    private static string Command(string rule, string mainCf, string list, string second, string third)
    {
        using var result = Audit.OfText(null, config: PostfixConfig.OfText(Host + mainCf, $"""
            smtp inet n - n - - smtpd
            198.51.100.26:25 inet n - n - - smtpd -o {list}={second}
            198.51.100.27:25 inet n - n - - smtpd -o {list}={third}
            relay unix - - n - - smtp
            """));
        return Assert.Single(result.Findings, finding => finding.Rule.Id == rule).Fixes[0].Command;
    }

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
}
