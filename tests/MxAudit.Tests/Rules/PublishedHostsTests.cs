using MxAudit.Advice;
using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>What people have in their main.cf, and what was said about it once.</summary>
public class PublishedHostsTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mydestination = $myhostname, localhost
        mynetworks = 127.0.0.0/8
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination

        """;

    private static AuditResult Audited(string mainCf, params (string Name, string Text)[] tables) =>
        Audit.OfText(null, config: PostfixConfig.OfText(mainCf, null, tables.ToDictionary(table => table.Name, table => table.Text)));

    private static Finding Found(string rule, string subject, string mainCf, params (string Name, string Text)[] tables) =>
        Assert.Single(new AuditedHost(mainCf, tables: tables).All(rule), finding => finding.Subject == subject);

    private static string Told(string rules, string mainCf, params (string Name, string Text)[] tables) => new AuditedHost(mainCf, tables: tables).Told(rules);

    [Theory]
    [InlineData("", "High BKS008 relay_domains")]
    [InlineData("relayhost = [smart.partner.example]", "High BKS008 relay_domains, High RLY006 relay_domains")]
    [InlineData("relayhost = [smart.partner.example]\ntransport_maps = mysql:/etc/postfix/routes.cf", "High BKS008 relay_domains")] // it may have them all
    [InlineData("relay_recipient_maps = mysql:/etc/postfix/users.cf", "")]
    // it may be the domain of the table
    [InlineData("smtpd_recipient_restrictions = check_recipient_access inline:{ example.com=reject_unverified_recipient }", "")]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient", "")]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\naddress_verify_negative_cache = no",
        "High VRF001 address_verify_negative_cache")]
    [InlineData(
        "smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\naddress_verify_negative_cache = no\nunverified_recipient_defer_code = 250",
        "Critical VRF002 unverified_recipient_defer_code")]
    [InlineData("virtual_mailbox_domains = mysql:/etc/postfix/domains.cf", "")] // that class comes first
    public void What_holds_for_any_domain_holds_for_those_of_a_table_that_can_not_be_read(string lines, string told) =>
        Assert.Equal(told, Told("BKS008 RLY006 VRF001 VRF002", Host + "relay_domains = mysql:/etc/postfix/domains.cf\n" + lines));

    [Fact]
    public void Another_table_that_can_not_be_read_is_no_relayed_domain() =>
        Assert.Equal("",
            Told("BKS008 RLY006 VRF001 VRF002", Host + "virtual_mailbox_domains = mysql:/etc/postfix/domains.cf\nrelayhost = [smart.partner.example]\n"));

    [Fact]
    public void Rules_that_need_the_names_of_a_table_are_not_evaluated_without_them()
    {
        using var read = Audited(Host + "relay_domains = example.com\n");
        using var unread = Audited(Host + "relay_domains = mysql:/etc/postfix/domains.cf\n");
        Assert.DoesNotContain(read.NotEvaluated, one => one.Rule.Id == "RLY005");
        Assert.Contains(unread.NotEvaluated, one => one.Rule.Id == "RLY005" && one.Needs == EvidenceKinds.Config);
        Assert.DoesNotContain(unread.NotEvaluated, one => one.Rule.Id == "BKS008");
    }

    private const string Inheriting = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        mydestination = $myhostname, example.com, localhost
        relay_domains = $mydestination, example.org
        relay_recipient_maps = hash:/etc/postfix/recipients
        transport_maps = hash:/etc/postfix/transport

        """;

    [Theory]
    [InlineData("example.com smtp:[mx1.example.com]", "", "Critical RLY002 example.com")]
    [InlineData("example.org smtp:[mx1.example.org]", "anna@example.com x", "Critical RLY002 example.com")]
    [InlineData("example.org smtp:[mx1.example.org]", "anna@example.org x", "")] // then it is this host's own
    [InlineData("example.com smtp:[127.0.0.1]:10026", "anna@example.org x", "")] // a filter
    [InlineData("example.com lmtp:unix:private/dovecot-lmtp", "anna@example.org x", "")]
    public void A_domain_that_relay_domains_inherits_is_meant_to_be_relayed_where_its_way_or_its_users_say_so(string transport,
        string recipients, string told) =>
        Assert.Equal(told, Told("RLY002", Inheriting, ("transport", transport + "\n"), ("recipients", recipients + "\n")));

    [Fact]
    public void A_domain_that_is_taken_out_of_mydestination_stays_in_relay_domains()
    {
        var fix = Found("RLY002", "example.com", Inheriting, ("transport", "example.com smtp:[mx1.example.com]\n"),
            ("recipients", "anna@example.com x\n")).Fixes[0];
        Assert.Equal(
            "postconf -e 'relay_domains = $mydestination, example.org, example.com' && postconf -e 'mydestination = $myhostname, localhost' && postfix reload",
            fix.Command);
    }

    [Fact]
    public void A_domain_that_will_be_relayed_has_its_unknown_users_refused()
    {
        string command = Found("RLY002", "example.com", Host.Replace("localhost", "example.com") + "relay_domains = example.com\n").Fixes[0].Command;
        Assert.StartsWith(
            "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient' && ",
            command);
        Assert.EndsWith(" && postconf -e 'mydestination = $myhostname' && postfix reload", command);
    }

    [Theory]
    [InlineData("regexp:/var/lib/mailman/postfix_lmtp", "")]
    [InlineData("proxy:unix:passwd.byname", "Critical RLY002 lists.example.com")]
    public void Mailman_has_its_lists_delivered_by_their_names(string users, string told)
    {
        string host = Host.Replace("mx2.fallback.example", "lists.example.com")
            + "transport_maps = regexp:/var/lib/mailman/postfix_lmtp\nrelay_domains = regexp:/var/lib/mailman/postfix_domains\n";
        Assert.Equal(told, Told("RLY002", host + $"local_recipient_maps = {users}\n",
            ("postfix_lmtp", "/^talk(-owner)?@lists\\.example\\.com$/ lmtp:[192.0.2.8]:8024\n"),
            ("postfix_domains", "/^lists\\.example\\.com$/ lists.example.com\n")));
    }

    [Fact]
    public void Users_of_another_host_are_not_the_accounts_of_this_one()
    {
        const string lines = "local_recipient_maps =\nmydestination = $myhostname, example.com\n";
        Assert.Equal("postconf -X local_recipient_maps && postfix reload", Found("BKS010", "local_recipient_maps", Host + lines).Fixes[0].Command);
        var fixes = Found("BKS010", "local_recipient_maps", Host + lines + "local_transport = smtp:[mx1.example.com]\n").Fixes;
        Assert.DoesNotContain(fixes, fix => fix.Command.Contains("postconf -X", StringComparison.Ordinal));
        Assert.StartsWith(
            "test -s /etc/postfix/local_recipients && postmap hash:/etc/postfix/local_recipients && postconf -e 'local_recipient_maps = hash:/etc/postfix/local_recipients'", fixes[0].Command);
    }

    [Theory]
    [InlineData("trasnport_maps = hash:/etc/postfix/transport", "Medium HYG002 trasnport_maps")]
    [InlineData("relay_recipients_maps = hash:/etc/postfix/recipients", "Medium HYG002 relay_recipients_maps")]
    [InlineData("relay_host = [smart.partner.example]", "Medium HYG002 relay_host")]
    [InlineData("office_words = anything", "Low HYG002 office_words")]
    [InlineData("relay_host = example.com\nmydomain = $relay_host", "")] // somebody's own name
    [InlineData("relay_destination_concurrency_limit = 5\npolicy-spf_time_limit = 3600", "")]
    [InlineData("smtpd_restriction_classes = relay_host\nrelay_host = permit_mynetworks, reject", "")]
    [InlineData("alias_maps = ldap:accounts\naccounts_server_host = ldap.partner.example", "")]
    [InlineData("smtp_tls_security_level = may\nlmtp_tls_security_level = may\ntlsproxy_tls_cert_file = /x\nsmtpd_forbid_bare_newline = yes", "")]
    public void A_name_that_is_no_parameter_is_told(string lines, string told) => Assert.Equal(told, Told("HYG002", Host + lines));

    [Fact]
    public void A_misspelt_name_is_corrected()
    {
        Assert.Equal("postconf -e 'transport_maps = hash:/etc/postfix/transport' && postconf -X 'trasnport_maps' && postfix reload",
            Found("HYG002", "trasnport_maps", Host + "trasnport_maps = hash:/etc/postfix/transport\n").Fixes[0].Command);
        Assert.Equal("postconf -X 'relay_host'", Found("HYG002", "relay_host", Host + "relay_host = \"smart.partner.example\"\n").Fixes[0].Command);
        Assert.Equal("postconf -X 'trasnport_maps'", // which of both is right is not known
            Found("HYG002", "trasnport_maps",
                Host + "trasnport_maps = hash:/etc/postfix/transport\ntransport_maps = hash:/etc/postfix/routes\n").Fixes[0].Command);
    }

    /// <summary>The exit status of smtpd, and of smtp, of 3.7.11.</summary>
    [Theory]
    [InlineData("inet_protocols = ipv4 # only", "Critical HYG008 smtpd")]
    [InlineData("inet_protocols = IPv4", "Critical HYG008 smtpd")]
    [InlineData("inet_protocols = ipv4, ipv6", "")]
    [InlineData("myorigin = fallback.example # me", "Critical HYG008 smtpd")]
    [InlineData("mail_owner = postfix # him", "Critical HYG008 smtpd")]
    [InlineData("smtp_tls_security_level = may   # Try TLS", "High HYG002 smtp_tls_security_level")]
    [InlineData("smtpd_tls_security_level = may # x", "Critical HYG008 smtpd")]
    [InlineData("smtpd_banner = $myhostname ESMTP # 1", "")]
    public void A_comment_behind_a_value_is_part_of_it(string line, string told) => Assert.Equal(told, Told("HYG002 HYG008", Host + line));

    [Fact]
    public void A_level_and_a_name_with_a_comment_are_corrected() =>
        Assert.Equal(["postconf -e 'compatibility_level = 3.6'", "postconf -e 'myhostname = mx2.fallback.example'", "postfix reload"],
            Found("HYG008", "smtpd", Host.Replace("3.6", "3.6 # new").Replace("mx2.fallback.example", "mx2.fallback.example # me")).Fixes[0].Command
                .Split(" && ")
                .Order());

    [Fact]
    public void All_that_keeps_smtpd_from_running_is_told_and_cured_at_once()
    {
        const string main =
            "compatibility_level = 3.6\nsmtpd_relay_restrictions = permit\nmessage_size_limit = 52428800  # 50 MB\nsmtpd_recipient_limit_x = 1\nsoft_bounce = perhaps\n";
        var finding = Found("HYG008", "smtpd", main);
        Assert.Contains("no working reject_unauth_destination. message_size_limit = 52428800  # 50 MB is not a number", finding.Message);
        Assert.Contains("soft_bounce = perhaps is not yes or no", finding.Message);
        Assert.Equal(
            "postconf -e 'message_size_limit = 52428800' && postconf -X soft_bounce && postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination' && postfix reload",
            finding.Fixes[0].Command);
        using var audit = Audited(main);
        Assert.StartsWith("postconf -e 'message_size_limit = 52428800' && postconf -X soft_bounce && postconf -e 'smtpd_relay_restrictions = ",
            Assert.Single(HostAdvice.Of(audit.Evidence, audit.Findings).Plan, step => step.Rules.Contains("HYG008")).Command);
    }

    [Fact]
    public void Lines_that_only_want_a_blank_in_front_get_one() =>
        Assert.Equal("sed -i '3s/^/  /;4s/^/  /;5s/^/# /' /etc/postfix/main.cf && postfix reload",
            Found("HYG008", "smtpd",
                "compatibility_level = 3.6\nsmtpd_relay_restrictions =\npermit_mynetworks,\nreject_unauth_destination\nsomething else\n").Fixes[0].Command);

    [Theory]
    [InlineData(
        "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\nsmtpd_recipient_restrictions = permit_mx_backup, reject_unauth_destination",
        false)]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination", true)]
    public void The_plan_is_about_permit_mx_backup_where_it_is_reached(string lists, bool isPlanned)
    {
        using var audit = Audited("compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nmynetworks = 127.0.0.0/8\nrelay_domains = example.com\n"
            + lists);
        Assert.Equal(isPlanned, HostAdvice.Of(audit.Evidence, audit.Findings).Plan.Any(step => step.Rules.Contains("REL004")));
    }

    [Fact]
    public void The_plan_takes_verification_out_of_every_list_that_comes_too_early()
    {
        using var audit = Audited(Host
            + "relay_domains = example.com\nsmtpd_client_restrictions = permit_mynetworks, reject_unverified_recipient\nsmtpd_sender_restrictions = reject_unverified_recipient\n");
        Assert.Equal(
            "postconf -e 'smtpd_client_restrictions = permit_mynetworks' 'smtpd_sender_restrictions =' 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient' && postfix reload",
            Assert.Single(HostAdvice.Of(audit.Evidence, audit.Findings).Plan, step => step.Rules.Contains("VRF014")).Command);
    }

    [Theory]
    [InlineData("check_sender_access inline:{ partner.example=OK }, reject", "Medium BKS008 example.com")]
    [InlineData("check_sender_access inline:{ partner.example=REJECT }", "High BKS008 example.com")]
    [InlineData("check_sender_access inline:{ partner.example=DUNNO }, reject", "")]
    public void Senders_that_are_let_in_by_their_names_can_be_forged(string list, string told) =>
        Assert.Equal(told, Told("BKS008", Host + $"relay_domains = example.com\nsmtpd_sender_restrictions = permit_mynetworks, {list}\n"));

    [Fact]
    public void Mail_is_not_kept_for_weeks_where_anybody_s_is_taken()
    {
        Assert.Contains("= 7d'",
            Found("QUE001", "maximal_queue_lifetime", Host + "relay_domains = example.com\nmaximal_queue_lifetime = 3d\n").Fixes[0].Command);
        Assert.Contains("= 14d'", Found("QUE001", "maximal_queue_lifetime", Host + "maximal_queue_lifetime = 3d\n").Fixes[0].Command);
    }
}
