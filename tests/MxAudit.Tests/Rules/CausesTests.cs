using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A symptom names the cause that was really found, and what to do about it fits the host.</summary>
public class CausesTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        alias_maps = hash:/etc/aliases
        relay_domains = example.com

        """;

    private const string Verified =
        "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient\nunverified_recipient_reject_code = 550\n";

    private static Letters Ghost(string to = "ghost@example.com", string? original = null,
        string reason = "host mx1.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command)", string dsn = "5.1.1") =>
        new Letters()
            .Arrives("1A2B3C4D01")
            .Tried("1A2B3C4D01", to, "bounced", reason, dsn: dsn, original: original)
            .Links("1A2B3C4D01", "1A2B3C4D02")
            .Notice("1A2B3C4D02")
            .Removed("1A2B3C4D01");

    private static IReadOnlyList<Finding> Found(string mainCf, Letters? letters = null, string? masterCf = null, params (string Name, string Text)[] tables) =>
        new AuditedHost(Host + mainCf, letters ?? Ghost(), masterCf, tables: tables).Findings;

    private static Fix FirstFix(string rule, string mainCf, Letters? letters = null, params (string Name, string Text)[] tables) =>
        Found(mainCf, letters, tables: tables).First(finding => finding.Rule.Id == rule).Fixes[0];

    [Theory]
    [InlineData("", "The cause is BKS008")]
    [InlineData("relay_recipient_maps = inline:{ @example.com=x }\n", "The cause is BKS009")]
    [InlineData("relay_recipient_maps = inline:{ ghost@example.com=x }\n", "The cause is BKS014")]
    [InlineData(Verified + "unverified_recipient_defer_code = 250\n", "The cause is VRF003")]
    [InlineData(Verified + "unverified_recipient_defer_code = 250\naddress_verify_negative_cache = no\n", "The cause is VRF002")]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, warn_if_reject reject_unverified_recipient\n",
        "The cause is VRF017")]
    [InlineData(Verified, "This host refuses unknown users of example.com by now. What was accepted came before that, or the good answer")]
    [InlineData("relay_recipient_maps = inline:{ anna@example.com=x }\n",
        "This host refuses unknown users of example.com by now. What was accepted came before that, or the list had users")]
    public void Notices_to_strangers_and_their_rate_name_why_unknown_users_got_in(string mainCf, string cause)
    {
        Assert.StartsWith(cause, FirstFix("BKS001", mainCf).Why);
        Assert.StartsWith(cause, FirstFix("BKS002", mainCf).Why);
    }

    [Fact]
    public void Of_several_causes_none_is_the_cause()
    {
        var both = Ghost()
            .Arrives("1A2B3C4D03")
            .Tried("1A2B3C4D03", "anna@example.com", "bounced",
                "host mx1.example.com[192.0.2.10] said: 550 5.7.1 Spam message rejected (in reply to end of DATA command)", dsn: "5.7.1")
            .Links("1A2B3C4D03", "1A2B3C4D04").Notice("1A2B3C4D04");
        var fixes = Found("", both).First(finding => finding.Rule.Id == "BKS002").Fixes;
        Assert.Equal(["One cause is BKS008", "One cause is BKS005"],
            fixes.Where(fix => fix.Why.Contains(" cause is ", StringComparison.Ordinal)).Select(fix => fix.Why[..19]));
    }

    [Theory]
    [InlineData("198.51.100.25")]
    [InlineData("2001:db8::25")]
    public void A_loop_names_the_address_that_this_host_does_not_know(string address)
    {
        var loop = new Letters().Line($"relay/smtp: warning: host mx2.fallback.example[{address}]:25 greeted me with my own hostname mx2.fallback.example")
            .Arrives("1A2B3C4D01").Tried("1A2B3C4D01", "anna@example.com", "bounced", "mail for example.com loops back to myself",
                relay: $"mx2.fallback.example[{address}]:25", dsn: "5.4.6")
            .Arrives("1A2B3C4D02")
            .Tried("1A2B3C4D02", "bert@example.com", "bounced",
                "host mx3.fallback.example[198.51.100.26] said: 554 5.4.0 Error: too many hops (in reply to end of DATA command)",
                relay: "mx3.fallback.example[198.51.100.26]:25", dsn: "5.4.0");
        var found = Found("", loop);
        Assert.Equal("Mail for example.com loops back to this host: 1 recipient bounced.", found.Single(finding => finding.Rule.Id == "LUP001").Message);
        foreach (string rule in (string[])["LUP001", "LUP007"])
            Assert.StartsWith("The cause is LUP003, own-address-unknown.", found.Single(finding => finding.Rule.Id == rule).Fixes[0].Why);
    }

    [Fact]
    public void Content_that_the_primary_refuses_has_nothing_to_do_with_unknown_users()
    {
        var refused = Ghost("anna@example.com", null,
            "host mx1.example.com[192.0.2.10] said: 550 5.7.1 Spam message rejected (in reply to end of DATA command)", "5.7.1");
        Assert.StartsWith("The cause is BKS005", FirstFix("BKS001", Verified, refused).Why);
        Assert.StartsWith("The cause is BKS005", FirstFix("BKS002", Verified, refused).Why);
    }

    [Fact]
    public void Forwarded_mail_is_mended_where_it_is_forwarded()
    {
        const string virtually = "virtual_alias_domains = club.example\nvirtual_alias_maps = hash:/etc/postfix/virtual\n";
        var fix = FirstFix("BKS001", Verified + virtually, Ghost("nobody@victim.example", "team@club.example"),
            ("virtual", "team@club.example nobody@victim.example\n"));
        Assert.StartsWith("team@club.example is forwarded to nobody@victim.example", fix.Why);
        Assert.Equal("grep -nF 'team@club.example' '/etc/postfix/virtual'", fix.Command);
    }

    [Fact]
    public void A_list_of_users_is_recommended_in_the_type_that_the_host_uses() =>
        Assert.Equal("test -s /etc/postfix/relay_recipients && postmap hash:/etc/postfix/relay_recipients && postconf -e 'relay_recipient_maps = hash:/etc/postfix/relay_recipients' && postfix reload",
            FirstFix("BKS008", "").Command);

    [Fact]
    public void The_restriction_list_is_edited_and_not_replaced()
    {
        var fix = Found("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_client_access cidr:/etc/postfix/bad, permit\n",
            tables: ("bad", "192.0.2.66 REJECT\n")).First(finding => finding.Rule.Id == "BKS008").Fixes[1];
        Assert.StartsWith(
            "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_client_access cidr:/etc/postfix/bad, reject_unknown_recipient_domain, reject_unverified_recipient, permit'",
            fix.Command);
    }

    [Fact]
    public void A_service_with_a_list_of_its_own_is_told_there()
    {
        const string master =
            "smtp inet n - n - - smtpd\n  -o smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination\nrelay unix - - n - - smtp\n";
        var fix = Found("", masterCf: master).First(finding => finding.Rule.Id == "BKS008").Fixes[1];
        Assert.StartsWith(
            "postconf -P 'smtp/inet/smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination,reject_unknown_recipient_domain,reject_unverified_recipient' && postfix reload",
            fix.Command);
    }

    [Fact]
    public void A_list_that_smtpd_does_not_look_at_is_no_list_that_lets_all_pass()
    {
        const string master =
            "smtp inet n - n - - smtpd\n  -o receive_override_options=no_unknown_recipient_checks,no_address_mappings\nrelay unix - - n - - smtp\n";
        var finding = Found("relay_recipient_maps = inline:{ anna@example.com=x }\n", masterCf: master).First(finding => finding.Rule.Id == "BKS008");
        Assert.Contains("receive_override_options has no_unknown_recipient_checks", finding.Message);
        Assert.Equal("postconf -P 'smtp/inet/receive_override_options=no_address_mappings' && postfix reload", finding.Fixes[0].Command);
    }

    [Fact]
    public void What_stands_for_every_user_is_told_once_and_bounces_make_it_worse()
    {
        const string everybody = "relay_recipient_maps = inline:{ @example.com=x }\n";
        Assert.DoesNotContain(Found(everybody), finding => finding.Rule.Id == "BKS008");
        Assert.Equal(Severity.Critical, Found(everybody).Single(finding => finding.Rule.Id == "BKS009").Severity);
        Assert.Equal(Severity.High,
            Found(everybody, new Letters().Arrives("1A2B3C4D01").Sent("1A2B3C4D01", "anna@example.com"))
                .Single(finding => finding.Rule.Id == "BKS009").Severity);
    }

    [Fact]
    public void What_was_delivered_here_says_nothing_about_the_primarys_list()
    {
        var here = new Letters()
            .Arrives("1A2B3C4D01")
            .Tried("1A2B3C4D01", "ghost@example.com", "bounced", "unknown user: \"ghost\"", relay: "local", daemon: "local")
            .Links("1A2B3C4D01", "1A2B3C4D02")
            .Notice("1A2B3C4D02");
        var found = Found("relay_recipient_maps = inline:{ ghost@example.com=x }\nbest_mx_transport = local\n", here);
        Assert.DoesNotContain(found, finding => finding.Rule.Id == "BKS014");
        Assert.StartsWith("The cause is LUP006", found.First(finding => finding.Rule.Id == "BKS001").Fixes[0].Why);
    }

    [Theory]
    [InlineData("550 5.1.1 <ghost@example.com>: Recipient address rejected: no such user", false)]
    [InlineData("550 5.7.1 <ghost@example.com>: Recipient address rejected: SPF fail", true)]
    public void A_policy_service_that_refuses_unknown_users_is_the_validation(string reply, bool isReported)
    {
        var refused = new Letters()
            .Line($"smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: {reply}; from=<x@victim.example> to=<ghost@example.com> proto=ESMTP helo=<x>");
        var found = Found("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_policy_service inet:127.0.0.1:10040\n", refused);
        Assert.Equal(isReported, found.Any(finding => finding.Rule.Id == "BKS008"));
    }

    [Theory]
    [InlineData("defer_unauth_destination", 1)]
    [InlineData("reject_unauth_destination", 2)]
    public void A_forgotten_domain_is_deferred_meanwhile_only_where_it_is_refused_now(string last, int fixes)
    {
        var result = new AuditedHost($"{Host}inet_interfaces = 198.51.100.25\nsmtpd_relay_restrictions = permit_mynetworks, {last}\n",
            dns: """{"example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""");
        var forgotten = result.Only("RLY001");
        Assert.Equal(fixes, forgotten.Fixes.Count);
        if (fixes == 2)
            Assert.Equal("postconf -e 'smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination' && postfix reload", forgotten.Fixes[1].Command);
    }

    [Fact]
    public void A_default_is_not_written_into_a_command()
    {
        var result = new AuditedHost(
            FallbackHost.Name + "smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination\n", dns: "{}");
        Assert.DoesNotContain(result.Findings.SelectMany(finding => finding.Fixes), fix => fix.Command.Contains("compatibility_level} <"));
    }

    [Theory]
    [InlineData("soft_bounce = yes\n", "HYG004")]
    [InlineData("address_verify_negative_cache = no\n" + Verified, "VRF001")]
    [InlineData("unverified_recipient_tempfail_action = permit\n" + Verified, "VRF006")]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, warn_if_reject reject_unverified_recipient\n", "VRF017")]
    [InlineData("delay_warning_time = 4h\n", "BKS006")]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination\n", "REL004")]
    [InlineData("relay_transport = relais\n", "RLY007")]
    [InlineData("virtual_alias_domains = example.com\n", "RLY003")]
    public void Configuration_alone_proves_it(string mainCf, string rule) =>
        Assert.NotEmpty(new AuditedHost(Host + mainCf, masterCf: FallbackHost.MasterCf).All(rule));

    [Theory]
    [InlineData("550 5.1.1 no such user here", false)]
    [InlineData("550 5.7.1 not from you", true)]
    public void A_milter_that_refuses_unknown_users_is_the_validation(string reply, bool isReported)
    {
        var refused = new Letters()
            .Line($"smtpd: NOQUEUE: milter-reject: RCPT from unknown[203.0.113.66]: {reply}; from=<joe@partner.example> to=<ghost@example.com> proto=ESMTP helo=<h>");
        var found = Found("smtpd_milters = inet:127.0.0.1:8892\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n", refused);
        Assert.Equal(isReported, found.Any(finding => finding.Rule.Id == "BKS008"));
    }

    [Theory]
    [InlineData("2", Severity.Low)]
    [InlineData("0", Severity.Medium)]
    [InlineData("0\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination", Severity.Low)]
    public void The_one_old_default_that_level_2_leaves_is_a_small_thing(string level, Severity severity)
    {
        const string used =
            "smtpd: using backwards-compatible default setting smtpd_relay_before_recipient_restrictions=no to reject recipient \"ghost@example.com\" from client \"unknown[203.0.113.60]\"";
        var result = new AuditedHost(Host.Replace("= 3.6", "= " + level) + Verified, new Letters().Line(used));
        Assert.Equal(severity,
            result.Findings.Single(finding => finding.Rule.Id == "HYG001" && finding.Subject.StartsWith("smtpd_relay", StringComparison.Ordinal)).Severity);
    }

    [Fact]
    public void Probes_of_senders_do_not_hide_what_was_sent_back_to_them()
    {
        var letters = new Letters()
            .MessageId("A00001", "p")
            .Active("A00001", "double-bounce@mx2.fallback.example")
            .Tried("A00001", "joe@partner.example", "deliverable", "250 2.1.5 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp")
            .Removed("A00001");
        var result = new AuditedHost(log: letters + Ghost().ToString());
        Assert.Contains(result.Findings, finding => finding.Rule.Id == "BKS001");
    }

    /// <summary>Outdated users of many domains: each notice asks for the cause, and each domain has one.</summary>
    [Fact]
    public void Many_domains_cost_as_much_as_their_number()
    {
        double some = WorkFor(1000), eightfold = WorkFor(8000);
        Assert.InRange(eightfold / some, 0, 20); // 64 where each asks all
    }

    private static double WorkFor(int domains)
    {
        var found = Enumerable.Range(0, domains).Select(number => new Finding
        {
            Rule = AllRules.Find("BKS014")!.Manual, Severity = Severity.Medium, Confidence = Confidence.Proven, Subject = $"d{number}.example",
            Message = "", Count = 1, Proofs = [new Proof(EvidenceKinds.Config, null, "", "")], Fixes = [new Fix("", "")],
        }).ToArray();
        return Effort.InMegabytes(() =>
        {
            var about = new FoundAbout(found);
            for (int i = 0; i < domains; i++) Assert.Same(found[i], about.First($"user.d{i}.example", "mx1.example.com[192.0.2.10]:25"));
        });
    }
}
