using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>Names behind -o in master.cf that are no parameters, and reply codes that are none: as postconf and smtpd of 3.7.11 take them.</summary>
public class MisspeltNamesTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient

        """;

    private static Finding[] All(string mainCf, string masterCf, string rules = "HYG002 HYG008") =>
        [.. new AuditedHost(Host + mainCf, masterCf: masterCf).Findings.Where(finding => rules.Split(' ').Contains(finding.Rule.Id))];

    [Fact]
    public void A_misspelt_option_has_no_effect_and_is_written_right_where_it_stands()
    {
        var found = Assert.Single(All("", """
            smtp inet n - n - - smtpd -o smtpd_recipient_restriction=permit_mynetworks,reject
            587 inet n - n - - smtpd -o smtpd_recipient_restriction=reject
            """));
        Assert.Equal((Severity.Medium, "smtpd_recipient_restriction"), (found.Severity, found.Subject));
        Assert.Contains("-o for smtp/inet, 587/inet has no effect. Is smtpd_recipient_restrictions meant?", found.Message);
        Assert.Equal(
            "postconf -P 'smtp/inet/smtpd_recipient_restrictions=permit_mynetworks,reject' && postconf -P '587/inet/smtpd_recipient_restrictions=reject'"
            + " && postconf -PX 'smtp/inet/smtpd_recipient_restriction' '587/inet/smtpd_recipient_restriction' && postfix reload", found.Fixes[0].Command);
        Assert.Equal("master.cf", found.Proofs[0].Source);
    }

    [Theory]
    [InlineData("smtpd -o bogus_setting=x", "postconf -PX 'smtp/inet/bogus_setting'")]
    [InlineData("smtpd -v -o {bogus_setting = x y}", "postconf -PX 'smtp/inet/bogus_setting'")]
    [InlineData("smtpd -o smtpd_hello_required=yes -o smtpd_helo_required=no", "postconf -PX 'smtp/inet/smtpd_hello_required'")] // it is set already
    public void What_can_not_be_written_right_is_taken_out(string command, string fix) =>
        Assert.Equal(fix, Assert.Single(All("", "smtp inet n - n - - " + command)).Fixes[0].Command);

    [Fact]
    public void The_line_of_main_cf_and_the_option_are_one_finding() =>
        Assert.Equal("postconf -X 'bogus_setting' && postconf -PX 'smtp/inet/bogus_setting'",
            Assert.Single(All("bogus_setting = x\n", "smtp inet n - n - - smtpd -o bogus_setting=y\n")).Fixes[0].Command);

    [Theory]
    [InlineData("smtp inet n - n - - smtpd -o mua_client=permit -o smtpd_client_restrictions=$mua_client")]
    [InlineData("smtp inet n - n - - smtpd -o used=permit -o smtpd_helo_restrictions=${used?permit}")]
    [InlineData("smtp inet n - n - - smtpd -o smtpd_restriction_classes=strict -o strict=reject_unverified_recipient")]
    [InlineData("smtp inet n - n - - smtpd -o strict=permit")] // the class of main.cf
    [InlineData("smtp inet n - n - - smtpd -o of_main=permit")]
    [InlineData("smtp inet n - n - - smtpd -o smtpd_client_restrictions=check_client_access,ldap:acc -o acc_server_host=ldap.fallback.example")]
    [InlineData("smtp inet n - n - - smtpd -o smtpd_use_tls=yes -o smtpd_enforce_tls=no -o smtpd_sasl_application_name=smtpd")]
    [InlineData("out unix - - n - - smtp -o fallback_relay= -o smtp_fallback_relay= -o smtp_bind_address=198.51.100.25 -o lmtp_tls_security_level=may")]
    [InlineData("vacation unix - n n - - pipe flags=Rq user=nobody argv=/usr/bin/vacation -o answer=once -o relay_recipient_map=x")]
    [InlineData("policy unix - n n - 0 spawn -o policy_time_limit=3600 user=nobody argv=/usr/bin/policy -o strictness=3")]
    [InlineData("filter unix - n n - - ourfilter -o our_own_setting=1")] // not of Postfix
    public void What_somebody_reads_is_no_fault(string service) =>
        Assert.Empty(All("smtpd_restriction_classes = strict\nstrict = permit\nof_main = permit\nsmtpd_etrn_restrictions = $of_main\n", service + "\n"));

    [Theory]
    [InlineData("unverified_recipient_reject_code = 55", "55 is not from 200 to 599")]
    [InlineData("unverified_recipient_defer_code = 550", "550 is not from 200 to 499")]
    [InlineData("unverified_sender_reject_code = 5500", "5500 is not from 200 to 599")]
    [InlineData("smtpd_recipient_limit = 0", "smtpd_recipient_limit = 0 is less than 1")]
    [InlineData("milter_connect_timeout = 0s", "milter_connect_timeout = 0s is less than 1")]
    [InlineData("max_use = 0", "max_use = 0 is less than 1")]
    public void A_number_beyond_its_limits_ends_smtpd(string line, string said)
    {
        var found = Assert.Single(All(line + "\n", "smtp inet n - n - - smtpd\n"));
        Assert.Equal(("HYG008", Severity.Critical), (found.Rule.Id, found.Severity));
        Assert.Contains(said, found.Message);
        Assert.StartsWith($"postconf -X {line.Split(' ')[0]} && postfix reload", found.Fixes[0].Command);
    }

    [Theory]
    [InlineData("unknown_address_reject_code = 55", "smtpd", "unknown_address_reject_code",
        "postconf -X 'unknown_address_reject_code' && postfix reload")]
    [InlineData("", "smtpd -o relay_domains_reject_code=5544", "relay_domains_reject_code",
        "postconf -PX 'smtp/inet/relay_domains_reject_code' && postfix reload")]
    [InlineData("unknown_local_recipient_reject_code = 250", "smtpd", "unknown_local_recipient_reject_code",
        "postconf -X 'unknown_local_recipient_reject_code' && postfix reload")]
    public void Another_code_that_refuses_nothing_is_answered_450(string line, string command, string subject, string fix)
    {
        var found = Assert.Single(All(line + "\n", $"smtp inet n - n - - {command}\n"));
        Assert.Equal(("HYG002", Severity.Medium, subject, fix), (found.Rule.Id, found.Severity, found.Subject, found.Fixes[0].Command));
    }

    [Theory]
    [InlineData("unverified_recipient_reject_code = 250")] // VRF004
    [InlineData("unverified_recipient_defer_code = 250")] // VRF003
    [InlineData("unknown_address_reject_code = 550")]
    [InlineData("access_map_reject_code = 421")]
    [InlineData("fault_injection_code = 1")]
    [InlineData("smtpd_error_sleep_time = 0")]
    [InlineData("in_flow_delay = 0s")]
    [InlineData("smtpd_recipient_limit = 1")]
    public void Legal_codes_are_none_of_these(string line) =>
        Assert.Empty(All(line + "\n", "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp -o unverified_recipient_reject_code=1\n"));

    /// <summary>250 for a refusal is answered 450, and no stranger may relay.</summary>
    [Fact]
    public void A_refusal_with_250_is_no_open_relay() =>
        Assert.Empty(All("relay_domains_reject_code = 250\n", "smtp inet n - n - - smtpd\n", "REL003"));
}
