using MxAudit.Advice;
using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Advice;

/// <summary>What is said to small hosts, each with one fault or a few.</summary>
public class AdviceTests
{
    private const string QuietLog = "Nov 22 10:00:01 mx2 postfix/anvil[108]: statistics: max cache size 1 at Nov 22 09:56:41\n";

    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8 [::1]/128
        relay_domains = example.com, example.net

        """;

    private const string Recipe = Host + """
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient
        unverified_recipient_reject_reason = Address lookup failed
        address_verify_negative_cache = no
        unverified_recipient_reject_code = 550
        maximal_queue_lifetime = 21d

        """;

    private static HostAdvice Advise(string? main, string log = QuietLog, string? dns = null, string? master = null, params (string Name, string Text)[] tables)
    {
        var config = main is null ? null : PostfixConfig.OfText(main, master, tables.ToDictionary(table => table.Name, table => table.Text));
        using var audit = Audit.OfText(log, config: config, dns: dns);
        return HostAdvice.Of(audit.Evidence, audit.Findings);
    }

    private static string[] RulesOf(string main, string? dns = null) =>
        [.. new AuditedHost(main, QuietLog, dns: dns).Findings.Where(finding => finding.Severity >= Severity.Medium)
            .Select(finding => finding.Rule.Id).Distinct().Order(StringComparer.Ordinal)];

    private static ChecklistStep Step(HostAdvice advice, string id) => advice.Checklist.Single(step => step.Id == id);

    [Fact]
    public void The_recipe_as_written_defeats_its_own_550()
    {
        var advice = Advise(Recipe);
        Assert.Contains(
            "address_verify_negative_cache = no (main.cf:7) defeats this host's own unverified_recipient_reject_code = 550 (main.cf:8)", advice.First);
        Assert.Equal(StepVerdict.RecipeIsWrong, Step(advice, "G12").Verdict);
        Assert.Contains(Step(advice, "G12").Own, own => own.ToString() == "address_verify_negative_cache = no (main.cf:7)");
        Assert.StartsWith(
            "postconf -e 'address_verify_negative_cache = yes' 'address_verify_negative_refresh_time = 30m' 'unverified_recipient_reject_code = 450' && postfix reload",
            advice.Plan[0].Command);
        Assert.Equal(["VRF001"], advice.Plan[0].Rules);
        Assert.Contains(advice.Plan, step => step.Stage == Stage.Later && step.Command.Contains("'unverified_recipient_reject_code = 550'"));
        Assert.Equal("negative-cache-off", Assert.Single(advice.Outage.Rows, row => row.IsThisHost).Key);
    }

    [Fact]
    public void That_no_mail_is_accepted_at_all_is_said_first_of_all()
    {
        var advice = Advise(Recipe + "unverified_recipient_tempfail_action = permit\n");
        Assert.StartsWith("No mail is accepted at all: unverified_recipient_tempfail_action = permit (main.cf:10)", advice.First);
        Assert.Equal((Stage.Flow, "postconf -X unverified_recipient_tempfail_action && postfix reload"), (advice.Plan[0].Stage, advice.Plan[0].Command));
        Assert.Equal("tempfail-permit", Assert.Single(advice.Outage.Rows, row => row.IsThisHost).Key);
    }

    [Fact]
    public void Networks_are_narrowed_before_smtpd_runs_again()
    {
        var advice = Advise(Recipe.Replace("[::1]/128", "0.0.0.0/0 192.0.2.7") + "unverified_recipient_tempfail_action = permit\n");
        Assert.StartsWith("No mail is accepted at all", advice.First);
        Assert.Equal("postconf -e 'mynetworks = 127.0.0.0/8 192.0.2.7' && postfix reload", advice.Plan[0].Command);
        Assert.Equal(Stage.Flow, advice.Plan[1].Stage);
    }

    [Fact]
    public void Restriction_lists_are_edited_and_not_replaced()
    {
        var advice = Advise(Host
            + "smtpd_recipient_restrictions = permit_mynetworks reject_unauth_destination check_recipient_access inline:{x@example.com=REJECT} reject_rbl_client zen.example permit\n");
        Assert.Contains(
            "'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_recipient_access inline:{x@example.com=REJECT}, reject_rbl_client zen.example, reject_unknown_recipient_domain, reject_unverified_recipient, permit'",
            advice.Plan[0].Command);
    }

    [Fact]
    public void A_setting_of_master_cf_is_changed_there_and_without_blanks()
    {
        var advice = Advise(Host, master: "smtp inet n - y - - smtpd\n  -o smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination\n");
        Assert.Contains(
            "postconf -P 'smtp/inet/smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination,reject_unknown_recipient_domain,reject_unverified_recipient'",
            advice.Plan[0].Command);
    }

    /// <summary>What matters first is said once: the step has its reasons beside it.</summary>
    [Fact]
    public void The_first_word_is_the_first_step_and_one_sentence_of_why()
    {
        var advice = Advise(Recipe);
        Assert.StartsWith($"{advice.Plan[0].Title}. ", advice.First);
        Assert.EndsWith(": a bad result is forgotten before smtpd can see it.", advice.First);
        Assert.Contains(advice.First[(advice.Plan[0].Title.Length + 2)..], advice.Plan[0].Why);
    }

    [Fact]
    public void Another_instance_is_changed_by_its_name() =>
        Assert.StartsWith("postmulti -i postfix-backup -x postconf -e 'address_verify_negative_cache = yes'",
            Advise(Recipe + "multi_instance_name = postfix-backup\n").Plan[0].Command);

    /// <summary>What the rule about junk filters knows for one, the recipe's first step does too.</summary>
    [Theory]
    [InlineData("", StepVerdict.DoesNot)]
    [InlineData(
        "smtpd_restriction_classes = asked\nasked = check_policy_service unix:private/policy\nsmtpd_sender_restrictions = asked\n", StepVerdict.Follows)]
    [InlineData("smtpd_data_restrictions = check_policy_service unix:private/policy\n", StepVerdict.Follows)]
    [InlineData("header_checks = pcre:/etc/postfix/header_checks\n", StepVerdict.Follows)]
    public void A_filter_before_the_queue_is_one_wherever_it_is_called_from(string filter, StepVerdict verdict)
    {
        Assert.Equal(verdict, Step(Advise(Recipe + filter), "G1").Verdict);
        using var audit = Audit.OfText(QuietLog, config: PostfixConfig.OfText(Recipe + filter));
        Assert.Equal(verdict == StepVerdict.DoesNot, audit.Findings.Any(finding => finding.Rule.Id == "HYG007"));
    }

    [Fact]
    public void Quotes_in_a_value_reach_postconf_as_they_are()
    {
        var advice = Advise(Host + "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_client_access inline:{it's=OK}\n");
        Assert.Contains(Shell.Simple(advice.Plan[0].Command), words => words.Any(word => word.Contains("inline:{it's=OK}, reject_unknown_recipient_domain")));
    }

    [Fact]
    public void Entries_against_the_relayhost_go_into_the_table_in_use()
    {
        string main = Host + "relayhost = [smtp.isp.example]\ntransport_maps = lmdb:/etc/postfix/routes\n";
        var advice = Advise(main, tables: ("routes", "example.com relay\nexample.net :\n"));
        Assert.Equal(
            "sed -i.$(date +%Y%m%d-%H%M%S) -E 's/^example\\.net[[:space:]].*$/example.net relay:/I' /etc/postfix/routes && printf '%s\\n' '' '.example.net relay:' >> /etc/postfix/routes && postmap lmdb:/etc/postfix/routes && postfix reload",
            advice.Plan.Single(step => step.Stage == Stage.Routes).Command);
        Assert.Contains(advice.Plan, step => step.Stage == Stage.Refine && step.Command.Contains("'.example.com relay:'"));
    }

    [Fact]
    public void Domains_are_taken_out_and_put_in_by_steps_that_know_each_other()
    {
        const string dns = """
            {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": []}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": []}]},
             "example.net": {"status": "NXDOMAIN"},
             "forgotten.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.forgotten.example", "addresses": []}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": []}]}}
            """;
        string[] commands = [.. Advise(Recipe, dns: dns).Plan.Where(step => step.Stage == Stage.Domains).Select(step => step.Command)];
        Assert.Equal(
            ["postconf -e 'relay_domains = example.com' && postfix reload", "postconf -e 'relay_domains = example.com, forgotten.example' && postfix reload"],
            commands);
    }

    [Theory]
    [InlineData("mynetworks = 127.0.0.0/8 0.0.0.0/0", "REL001 VRF001")]
    [InlineData("unverified_recipient_defer_code = 250", "VRF002")]
    [InlineData("unverified_recipient_tempfail_action = permit", "VRF001 VRF006")]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination", "BKS008")]
    [InlineData("smtpd_recipient_restrictions = reject_unauth_destination, warn_if_reject reject_unverified_recipient", "BKS008")]
    [InlineData("unverified_recipient_reject_code = 250", "VRF004")]
    public void The_commands_mend_what_the_audit_found(string fault, string rules)
    {
        string name = fault.Split('=')[0];
        string main = string.Join('\n', Recipe.Split('\n').Where(line => !line.StartsWith(name, StringComparison.Ordinal))) + fault + "\n";
        string[] before = RulesOf(main);
        Assert.All(rules.Split(' '), rule => Assert.Contains(rule, before));
        var advice = Advise(main);
        Assert.Empty(RulesOf(Shell.Apply(main, advice.Plan.Where(step => step.Stage != Stage.Later).Select(step => step.Command))));
        var mended = Advise(Shell.Apply(main,
            advice.Plan.Where(step => step.Rules.Count == 0 || step.Stage != Stage.Later || step.Command.Contains("_code", StringComparison.Ordinal))
                .Where(step => !step.Command.StartsWith("test", StringComparison.Ordinal))
                .Select(step => step.Command)));
        Assert.DoesNotContain(mended.Plan, step => step.Stage != Stage.Later);
    }

    [Fact]
    public void A_host_that_is_as_it_should_be_needs_nothing()
    {
        const string good = Host + """
            smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
            relay_recipient_maps = inline:{anna@example.com=OK, bea@example.net=OK}
            maximal_queue_lifetime = 14d
            bounce_queue_lifetime = 1d
            enable_long_queue_ids = yes

            """;
        var advice = Advise(good);
        Assert.Empty(advice.Plan);
        Assert.Equal("There is nothing to change.", advice.First);
        Assert.Equal(["example.com", "example.net"], Assert.Single(advice.Outage.Rows, row => row.IsThisHost).Domains);
        Assert.Equal(StepVerdict.Follows, Assert.Single(advice.Checklist, step => step.Id == "G8").Verdict);
    }

    [Fact]
    public void Without_configuration_the_log_says_what_it_can()
    {
        const string log = """
            Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D5E: from=<double-bounce@mx2.fallback.example>, size=236, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx2 postfix/relay/smtp[104]: 1A2B3C4D5E: to=<ghost@example.com>, relay=mx1.example.com[192.0.2.10]:25, delay=0.02, delays=0/0.01/0/0.01, dsn=5.1.1, status=undeliverable-but-not-cached (host mx1.example.com[192.0.2.10] said: 550 5.1.1 unknown (in reply to RCPT TO command))

            """;
        var advice = Advise(null, log);
        Assert.Equal(18, advice.Checklist.Count);
        Assert.Equal(StepVerdict.RecipeIsWrong, Step(advice, "G12").Verdict);
        Assert.Equal(StepVerdict.NotKnown, Step(advice, "G17").Verdict);
        Assert.Contains("--config live", advice.Limits);
        Assert.Equal(["VRF001"], Assert.Single(advice.Plan).Rules);
    }

    [Fact]
    public void A_secret_is_in_no_command()
    {
        var advice = Advise(Host
            + "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_client_access ldap:{server_host=ldap.example, bind_pw=hunter2}\n");
        Assert.DoesNotContain(advice.Plan, step => $"{step.Command}{step.Why}{step.NotKnown}".Contains("hunter2"));
        Assert.DoesNotContain(advice.Checklist, step => step.Own.Any(own => own.Text.Contains("hunter2")));
    }

    [Theory]
    [InlineData("compatibility_level = 3.6\n", "mynetworks_style = host")]
    [InlineData("inet_interfaces = loopback-only\n", "inet_interfaces = loopback-only")]
    [InlineData("compatibility_level = 1\n", null)]
    public void Neighbours_are_no_matter_where_only_the_host_itself_is_trusted(string main, string? why)
    {
        var advice = Advise("myhostname = mx2.fallback.example\nrelay_domains = example.com\n" + main);
        Assert.Equal(why is null, advice.Plan.Any(step => step.Title == "Say who is trusted"));
        if (why is not null) Assert.Contains($"mynetworks trusts this host alone: {why}.", advice.AlreadyRight);
    }

    [Fact]
    public void A_domain_that_the_table_of_routes_keeps_here_stays()
    {
        const string main = Host
            + "mydestination = $myhostname, localhost, example.org\ntransport_maps = hash:/etc/postfix/transport\nrelay_domains = $transport_maps\n";
        Assert.DoesNotContain(Advise(main, tables: ("transport", "example.com relay:[mx1.example.com]\nexample.org local:\nlocalhost local:\n")).Plan,
            step => step.Rules.Contains("RLY002"));
        Assert.Contains(Advise(main, tables: ("transport", "example.com relay:[mx1.example.com]\nexample.org relay:[mx1.example.org]\n")).Plan,
            step => step.Rules.Contains("RLY002"));
    }

    [Theory]
    [InlineData("compatibility_level = 3.6\nmyhostname = mx2.fallback.example\n",
        "Name the domains that this host is to be a fallback for. This host is no fallback MX for anybody yet")]
    [InlineData(Host, "Ask the primary")]
    // which domains these are can not be seen; it holds for all
    [InlineData("compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = hash:/etc/postfix/gone\n", "Ask the primary")]
    public void A_host_that_backs_nobody_up_is_told_so_first(string main, string first) => Assert.StartsWith(first, Advise(main).First);

    [Fact]
    public void A_fault_of_many_domains_is_one_line_among_the_others()
    {
        using var audit = Audit.OfText(QuietLog, config: PostfixConfig.OfText(Host));
        var finding = audit.Findings.First(finding => finding.Rule.Id == "BKS008");
        var advice = HostAdvice.Of(audit.Evidence,
            audit.Findings) with { Others = [.. Enumerable.Range(1, 5).Select(i => finding with { Subject = $"d{i}.example" })] };
        Assert.EndsWith(": d1.example, d2.example, d3.example and 2 more", Assert.Single(advice.OtherFaults));
    }

    private static string Refused(int domain, int from) =>
        $"Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail{from}.partner.example[203.0.113.{from}]: 454 4.7.1 <anna@d{domain}.example>: Relay access denied; from=<bea{from}@partner.example> to=<anna@d{domain}.example> proto=ESMTP helo=<h>\n";

    /// <summary>What only refusals make likely is no reason to relay for it, and the host's own name is none at all.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void No_step_takes_mail_for_a_domain_that_is_only_guessed(int domains)
    {
        string log = string.Concat(from domain in Enumerable.Range(1, domains) from client in Enumerable.Range(1, 3) select Refused(domain, client));
        Assert.DoesNotContain(Advise("relay_domains = example.com\n", log).Plan, step => step.Title.StartsWith("Take mail for", StringComparison.Ordinal));
    }
}
