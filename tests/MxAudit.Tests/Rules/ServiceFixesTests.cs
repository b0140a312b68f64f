using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>What is set with -o in master.cf is changed there: main.cf has no effect on that service.</summary>
public class ServiceFixesTests
{
    private const string Backup = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\ninet_interfaces = 198.51.100.25\nmynetworks = 127.0.0.0/8\n";

    private static Finding[] All(string rule, string mainCf, string? log = null, string? masterCf = null) =>
        new AuditedHost(mainCf, log, masterCf).All(rule);

    /// <summary>Postfix keeps to the -o of master.cf, whatever main.cf says then.</summary>
    [Theory]
    [InlineData("VRF004", "unverified_recipient_reject_code=250",
        "postconf -e 'unverified_recipient_reject_code = 550' && postconf -P 'smtp/inet/unverified_recipient_reject_code=550' && postfix reload")]
    [InlineData("VRF003", "unverified_recipient_defer_code=250",
        "postconf -e 'unverified_recipient_defer_code = 450' 'address_verify_positive_expire_time = 90d' 'address_verify_positive_refresh_time = 7d' && postconf -P 'smtp/inet/unverified_recipient_defer_code=450' && postfix reload")]
    [InlineData("HYG004", "soft_bounce=yes", "postconf -e 'soft_bounce = no' && postconf -P 'smtp/inet/soft_bounce=no' && postfix reload")]
    [InlineData("HYG005", "unknown_address_reject_code=550", "postconf -PX 'smtp/inet/unknown_address_reject_code' && postfix reload")]
    [InlineData("RLY011", "relay_domains_reject_code=454", "postconf -PX 'smtp/inet/relay_domains_reject_code' && postfix reload")]
    public void What_one_service_has_set_for_itself_is_changed_there(string rule, string setting, string command) =>
        Assert.Equal(command, Assert.Single(All(rule, Backup + """
            relay_domains = example.com
            smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
            smtpd_recipient_restrictions = reject_unknown_recipient_domain, reject_unverified_recipient
            """, rule == "RLY011" ? AllRules.Find(rule)!.Manual.Fires.Log : null,
            masterCf: $"smtp inet n - n - - smtpd\n  -o {setting}\nrelay unix - - n - - smtp\n")).Fixes[0].Command);

    [Fact]
    public void A_setting_is_taken_out_wherever_it_stands() =>
        Assert.Equal("postconf -X unknown_address_reject_code && postconf -PX 'smtp/inet/unknown_address_reject_code' && postfix reload",
            Assert.Single(All("HYG005", Backup + """
                relay_domains = example.com
                smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
                smtpd_recipient_restrictions = reject_unknown_recipient_domain, reject_unverified_recipient
                unknown_address_reject_code = 554
                """, masterCf: "smtp inet n - n - - smtpd\n  -o unknown_address_reject_code=550\nrelay unix - - n - - smtp\n")).Fixes[0].Command);

    [Fact]
    public void Networks_are_narrowed_at_each_service_that_has_its_own() =>
        Assert.Equal(
            "postconf -P 'smtp/inet/mynetworks=127.0.0.0/8,[::1]/128' && postconf -P 'submission/inet/mynetworks=127.0.0.0/8,[::1]/128' && postfix reload",
            Assert.Single(All("REL001", Backup + "relay_domains = example.com\n",
                masterCf: "smtp inet n - n - - smtpd\n  -o mynetworks=0.0.0.0/0\nsubmission inet n - n - - smtpd\n  -o mynetworks=0.0.0.0/0\n")).Fixes[0].Command);

    [Theory]
    [InlineData("", "postconf -e 'smtpd_recipient_restrictions = check_recipient_access inline:{club.example=reject_unverified_recipient,example.com=reject_unverified_recipient}, permit_mynetworks, reject_rbl_client dnsbl.partner.example, reject_unauth_destination, reject_unverified_recipient' && postfix reload")]
    [InlineData("  -o smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination,reject_unverified_recipient\n",
        "postconf -P 'smtp/inet/smtpd_recipient_restrictions=check_recipient_access,inline:{club.example=reject_unverified_recipient,example.com=reject_unverified_recipient},permit_mynetworks,reject_unauth_destination,reject_unverified_recipient' && postfix reload")]
    public void All_relayed_domains_are_verified_before_trust_and_the_rest_of_the_list_stays(string overrides, string command) =>
        Assert.Equal(command, Assert.Single(All("REL002", Backup + """
            mynetworks = 127.0.0.0/8 192.0.2.0/28
            relay_domains = club.example, example.com
            smtpd_recipient_restrictions = permit_mynetworks, reject_rbl_client dnsbl.partner.example, reject_unauth_destination, reject_unverified_recipient
            """, masterCf: $"smtp inet n - n - - smtpd\n{overrides}relay unix - - n - - smtp\n")).Fixes[1].Command);

    /// <summary>450 first, for each service that gets to verify: also where it has an answer of its own.</summary>
    [Theory]
    [InlineData("", "smtp inet n - n - - smtpd\n  -o unverified_recipient_reject_code=550\n", " && postconf -P 'smtp/inet/unverified_recipient_reject_code=450'")]
    [InlineData("", "smtp inet n - n - - smtpd\n", "")]
    [InlineData("unverified_recipient_reject_code = 550\n", "smtp inet n - n - - smtpd\n198.51.100.26:smtp inet n - n - - smtpd\n  -o unverified_recipient_reject_code=554\n",
        " && postconf -e 'unverified_recipient_reject_code = 450' && postconf -P '198.51.100.26:smtp/inet/unverified_recipient_reject_code=450'")]
    [InlineData("unverified_recipient_reject_code = 550\n", "smtp inet n - n - - smtpd\n  -o unverified_recipient_reject_code=450\n", "")]
    public void Unknown_users_are_answered_450_at_first_by_each_service(string lines, string masterCf, string command) =>
        Assert.Equal($"postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient'{command} && postfix reload",
            Assert.Single(All("BKS008", Backup + "relay_domains = example.com\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n" + lines,
                masterCf: masterCf + "relay unix - - n - - smtp\n")).Fixes[1].Command);

    [Fact]
    public void A_list_of_mailboxes_is_written_where_this_host_has_its_tables() =>
        Assert.Equal(
            "test -s /srv/postfix/mailboxes && postmap lmdb:/srv/postfix/mailboxes && postconf -e 'virtual_mailbox_maps = lmdb:/srv/postfix/mailboxes' && postfix reload",
            Assert.Single(All("BKS010",
                Backup + "relay_domains =\nvirtual_mailbox_domains = club.example\ndefault_database_type = lmdb\nconfig_directory = /srv/postfix\n")).Fixes[0].Command);

    /// <summary>By default each of the actions is <c>$reject_tempfail_action</c>, and smtpd names the first that it reads.</summary>
    [Fact]
    public void The_setting_is_blamed_that_the_named_one_is_made_of()
    {
        const string log =
            "Nov 22 10:00:01 mx2 postfix/smtpd[101]: fatal: bad configuration: unknown_helo_hostname_tempfail_action = permit\n";
        var found = Assert.Single(All("VRF006", Backup + "relay_domains = example.com\nreject_tempfail_action = permit\n", log));
        Assert.Equal("reject_tempfail_action", found.Subject);
        Assert.Equal("postconf -X reject_tempfail_action && postfix reload", found.Fixes[0].Command);
    }
}
