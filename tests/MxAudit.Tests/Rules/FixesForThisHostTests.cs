using System.Text.RegularExpressions;
using MxAudit.Config;
using MxAudit.Rules;

namespace MxAudit.Tests.Rules;

/// <summary>What is recommended can be copied: it names this host's domains, and makes longer what should be longer.</summary>
public partial class FixesForThisHostTests
{
    private static Finding Found(string rule, string mainCf, string? dns = null)
    {
        var fires = AllRules.Find(rule)!.Manual.Fires;
        return new AuditedHost(mainCf, fires.Log, queue: fires.Queue, dns: dns).Only(rule);
    }

    private static string Host(string lifetime) =>
        $"compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = example.com\nmaximal_queue_lifetime = {lifetime}\n";

    [Theory]
    [InlineData("5d", "14d")]
    [InlineData("10d", "17d")]
    [InlineData("21d", "28d")]
    [InlineData("98d", "100d")]
    public void A_lifetime_that_shall_be_raised_is_never_lowered(string now, string longer)
    {
        foreach (string rule in new[] { "BKS007", "QUE003" })
            Assert.Contains(Found(rule, Host(now)).Fixes, fix => fix.Command == $"postconf -e 'maximal_queue_lifetime = {longer}' && postfix reload");
    }

    [Theory]
    [InlineData(null, "postconf relay_transport   # then set it to relay:[…] with the name of the primary")]
    [InlineData(
        """{"club.example": {"status": "NOERROR", "mx": [{"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}, {"preference": 10, "exchange": "mail.club.example", "addresses": ["203.0.113.44"]}]}}""",
        "postconf -e 'relay_transport = relay:[mail.club.example]' && postfix reload")]
    public void Mail_is_taken_from_the_relayhost_with_its_subdomains_and_led_to_this_host_s_primary(string? dns, string toPrimary)
    {
        const string config = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\nrelay_domains = club.example\nrelayhost = [smtp.isp.example]\n";
        var result = new AuditedHost(config, dns: dns);
        var fixes = result.Only("RLY006").Fixes;
        Assert.StartsWith("printf '%s\\n' '' 'club.example relay:' '.club.example relay:' >> /etc/postfix/transport_fallback && postmap", fixes[0].Command);
        Assert.Equal(toPrimary, fixes[1].Command);
    }

    [Fact]
    public void The_longest_lifetime_is_not_raised() =>
        Assert.DoesNotContain(Found("QUE003", Host("100d")).Fixes, fix => fix.Command.Contains("maximal_queue_lifetime", StringComparison.Ordinal));

    [Fact]
    public void The_queue_is_flushed_for_the_domain_that_waits()
    {
        string log = AllRules.Find("QUE003")!.Manual.Fires.Log!.Replace("anna@example.com", "anna@example.org", StringComparison.Ordinal);
        var result = new AuditedHost(Host("5d").Replace("example.com", "example.org", StringComparison.Ordinal), log);
        Assert.Contains(result.Only("QUE003").Fixes, fix => fix.Command == "postqueue -s example.org");
    }

    [Fact]
    public void Domains_that_DNS_is_asked_about_are_those_of_the_finding()
    {
        const string config =
            "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\ninet_interfaces = 198.51.100.25\nrelay_domains = moved.example, gone.example\n";
        const string dns =
            """{"moved.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mail.partner.example", "addresses": ["203.0.113.44"]}]}, "gone.example": {"status": "NXDOMAIN"}}""";
        var result = new AuditedHost(config, dns: dns);
        Assert.Equal("dig +short MX moved.example", result.Only("DNS001").Fixes[1].Command);
        Assert.Equal("dig MX gone.example +trace", result.Only("DNS005").Fixes[1].Command);
    }

    private const string Backup = "compatibility_level = 3.6\nmyhostname = mx2.fallback.example\ninet_interfaces = 198.51.100.25\nmynetworks = 127.0.0.0/8\n";

    private static Finding[] All(string rule, string mainCf, string? log = null, string? dns = null, string? masterCf = null) =>
        new AuditedHost(mainCf, log, masterCf, dns).All(rule);

    [Fact]
    public void What_is_in_two_lists_is_taken_out_of_one_by_one_command_and_nothing_else_is()
    {
        var found = All("RLY002",
            Backup + "mydomain = club.example\nmydestination = $myhostname, $mydomain, lists.partner.example, example.com\nrelay_domains = club.example, example.com\n");
        Assert.Equal(["club.example", "example.com"], found.Select(finding => finding.Subject).Order());
        Assert.All(found,
            finding => Assert.EndsWith(" && postconf -e 'mydestination = $myhostname, lists.partner.example' && postfix reload", finding.Fixes[0].Command));
    }

    [Fact]
    public void Two_domains_in_two_classes_do_not_undo_each_other_s_command()
    {
        var found = All("RLY003", Backup
            + "virtual_alias_domains = club.example, lists.partner.example, example.com\nvirtual_alias_maps =\nrelay_domains = club.example, example.com\n");
        Assert.Equal(2, found.Length);
        Assert.All(found,
            finding => Assert.Equal("postconf -e 'virtual_alias_domains = lists.partner.example' && postfix reload", Assert.Single(finding.Fixes).Command));
    }

    [Theory]
    [InlineData("example.com=x", "postconf -e 'virtual_alias_domains =' && postfix reload")]
    [InlineData("example.com=x, lists.partner.example=x, anna@lists.partner.example=anna",
        "postconf -e 'virtual_alias_domains = lists.partner.example' && postfix reload")]
    public void Other_domains_of_virtual_alias_maps_stay_alias_domains(string entries, string command) =>
        Assert.Equal(command, Assert.Single(
            Assert.Single(All("RLY003", $"{Backup}virtual_alias_maps = inline:{{ {entries} }}\nrelay_domains = example.com\n")).Fixes).Command);

    /// <summary>A process that did not find the file when it began never looks again.</summary>
    [Theory]
    [InlineData("hash", "is unavailable. open database /etc/postfix/users.db: No such file or directory", "postmap hash:/etc/postfix/users && postfix reload")]
    [InlineData("lmdb", "is unavailable. unsupported dictionary type: lmdb",
        "postmap hash:/etc/postfix/users && postconf -e 'relay_recipient_maps = hash:/etc/postfix/users' && postfix reload")]
    public void A_table_is_compiled_in_a_type_that_is_there_and_read_again(string type, string warning, string command) =>
        Assert.Equal(command, Assert.Single(All("RLY008", $"{Backup}relay_domains = example.com\nrelay_recipient_maps = {type}:/etc/postfix/users\n",
            $"Nov 22 10:00:01 mx2 postfix/smtpd[101]: error: unsupported dictionary type: {(type == "lmdb" ? type : "mysql")}\nNov 22 10:00:02 mx2 postfix/smtpd[101]: warning: {type}:/etc/postfix/users {warning}\n"),
            finding => finding.Subject.StartsWith(type, StringComparison.Ordinal)).Fixes[0].Command);

    [Fact]
    public void A_list_that_a_table_makes_is_shown_and_not_written() =>
        Assert.Equal("postconf mydestination   # then set it again without example.com",
            Assert.Single(All("RLY002", Backup + "mydestination = $myhostname, inline:{ example.com=x }\nrelay_domains = example.com\n")).Fixes[0].Command);

    [Fact]
    public void An_open_service_is_closed_where_its_list_is_set() =>
        Assert.StartsWith("postconf -P 'smtp/inet/smtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject_unauth_destination'",
            Assert.Single(All("REL003", Backup + "relay_domains = example.com\n",
                masterCf: "smtp inet n - n - - smtpd\n  -o smtpd_relay_restrictions=check_client_access,static:OK,reject_unauth_destination\nrelay unix - - n - - smtp\n")).Fixes[^1].Command);

    /// <summary>postconf: fatal: -Pe does not accept whitespace in parameter value.</summary>
    [Theory]
    [InlineData("smtpd_sender_restrictions=check_client_access,hash:/etc/postfix/friends,reject_unverified_sender",
        "postconf -P 'smtp/inet/smtpd_sender_restrictions=check_client_access,hash:/etc/postfix/friends' && postfix reload")]
    [InlineData("{ smtpd_sender_restrictions = check_client_access inline:{ a.example=OK, b.example=OK }, reject_unverified_sender }", "")]
    public void A_value_for_one_service_has_no_blanks(string setting, string command) =>
        Assert.Equal(command,
            Assert.Single(All("VRF015", Backup + "relay_domains = example.com\n",
                masterCf: $"smtp inet n - n - - smtpd\n  -o {setting}\nrelay unix - - n - - smtp\n")).Fixes[0].Command);

    [Theory]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, check_client_access cidr:/etc/postfix/friends, defer_unauth_destination\n",
        "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, check_client_access cidr:/etc/postfix/friends, reject_unauth_destination' && postfix reload")]
    [InlineData("smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_domains_reject_code = 450\n",
        "postconf -X relay_domains_reject_code && postfix reload")]
    public void Relaying_is_refused_for_good_where_it_is_decided(string lists, string command) =>
        Assert.Equal(command,
            Assert.Single(All("RLY011", Backup + "relay_domains = example.com\n" + lists, AllRules.Find("RLY011")!.Manual.Fires.Log)).Fixes[0].Command);

    /// <summary>permit_mx_backup lets pass mail for this host's own domains, too.</summary>
    [Theory]
    [InlineData("permit_mynetworks, permit_mx_backup, reject", "permit_mynetworks, permit_auth_destination, reject")]
    [InlineData("permit_mynetworks, permit_mx_backup, reject_unauth_destination, reject", "permit_mynetworks, reject_unauth_destination, reject")]
    public void Without_permit_mx_backup_the_domains_of_this_host_are_still_let_pass(string list, string left) =>
        Assert.Equal($"postconf -e 'smtpd_relay_restrictions = {left}' && postfix reload",
            Assert.Single(All("REL004", $"{Backup}relay_domains = example.com\nsmtpd_relay_restrictions = {list}\n")).Fixes[0].Command);

    /// <summary>In relay_domains its mail would bounce as a loop.</summary>
    [Fact]
    public void A_domain_whose_best_MX_is_this_host_is_not_added_to_relay_domains()
    {
        const string dns =
            """{"club.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}, "lists.partner.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mail.partner.example", "addresses": ["203.0.113.44"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""";
        var found = All("RLY001", Backup + "relay_domains = example.com\n", dns: dns).ToDictionary(finding => finding.Subject, finding => finding.Fixes[0].Command);
        Assert.Equal("dig +short MX club.example", found["club.example"]);
        Assert.Equal("postconf -e 'relay_domains = example.com, lists.partner.example' && postfix reload", found["lists.partner.example"]);
        Assert.Contains("club.example",
            Assert.Single(All("RLY001", Backup + "relay_domains = example.com\nrelayhost = [smtp.isp.example]\n", dns: dns), finding => finding.Subject == "club.example")
                .Fixes[0].Command);
    }

    [Fact]
    public void A_release_that_knows_no_level_with_a_dot_is_given_none()
    {
        const string host = "mail_version = 3.4.14\nmyhostname = mx2.fallback.example\nrelay_domains = example.com\n";
        Assert.Equal("postconf -e 'compatibility_level = 2' && postfix reload", Assert.Single(All("HYG001", host)).Fixes[^1].Command);
        Assert.Equal("postconf -e 'compatibility_level = 3.6' && postfix reload",
            Assert.Single(All("HYG001", host.Replace("3.4.14", "3.7.11"))).Fixes[^1].Command);
    }

    [Fact]
    public void The_primary_is_named_as_DNS_has_it_or_not_at_all()
    {
        const string config = Backup + "relay_domains = club.example\ntransport_maps = inline:{ club.example=relay:club.example:2525 }\n";
        const string dns =
            """{"club.example": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mail.host.example", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}""";
        Assert.EndsWith("club.example  relay:[mail.host.example]", Assert.Single(All("LUP004", config, dns: dns)).Fixes[1].Command);
        Assert.EndsWith("club.example  relay:[PRIMARY]", Assert.Single(All("LUP004", config)).Fixes[1].Command);
    }

    [Fact]
    public void A_host_that_DNS_does_not_know_is_given_the_name_that_its_address_has_there()
    {
        const string dns =
            """{"mx2.fallback.example": {"status": "NXDOMAIN"}, "example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "backup.example.net", "addresses": ["198.51.100.25"]}]}}""";
        Assert.Equal("postconf -e 'myhostname = backup.example.net' && postfix reload",
            Assert.Single(All("DNS003", Backup + "relay_domains = example.com\n", dns: dns)).Fixes[0].Command);
    }

    /// <summary>Strangers write domains into the log: a shell must read them as words.</summary>
    [Fact]
    public void A_domain_of_a_stranger_is_no_program()
    {
        const string hostile = "a|reboot'`id`.";
        string waiting = AllRules.Find("QUE004")!.Manual.Fires.Log!.Replace("@example.com", $"@{hostile}example.com");
        string refused = string.Join('\n', Enumerable.Range(1, 4).Select(i =>
            $"Nov 22 10:00:0{i} mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.host{i}.example[203.0.113.{i}]: 554 5.7.1 <u@{hostile}example.net>: Relay access denied; from=<s{i}@host{i}.example> to=<u@{hostile}example.net> proto=ESMTP helo=<mail.host{i}.example>"));
        foreach (var (rule, log) in new[] { ("QUE004", waiting), ("RLY001", refused) })
        {
            string[] commands = [.. All(rule, Backup + "relay_domains = example.com\n", log).SelectMany(finding => finding.Fixes).Select(fix => fix.Command)];
            Assert.Contains(commands, command => command.Contains("reboot"));
            foreach (string command in commands) Assert.DoesNotContain("reboot", Quoted().Replace(command.Split('#')[0], ""));
        }
    }

    /// <summary>A word between quotes, and a quote behind a backslash.</summary>
    [GeneratedRegex(@"'[^']*'|\\'")]
    private static partial Regex Quoted();

    public static TheoryData<string> Ids => [.. AllRules.InOrder.Select(rule => rule.Manual.Id)];

    /// <summary>The names and addresses of manuals are somebody else's: who copies a command must not set them here.</summary>
    [Theory, MemberData(nameof(Ids))]
    public void A_fix_names_no_domain_that_only_the_manual_has(string rule)
    {
        using var result = ExamplesTest.Of(Elsewhere(AllRules.Find(rule)!.Manual.Fires));
        var findings = result.Findings.Where(finding => finding.Rule.Id == rule).ToArray();
        Assert.NotEmpty(findings);
        foreach (string command in findings.SelectMany(finding => finding.Fixes).Select(fix => fix.Command))
            Assert.DoesNotMatch(@"example|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.", command);
    }

    /// <summary>postconf alone would change the first instance of the host.</summary>
    [Theory, MemberData(nameof(Ids))]
    public void A_fix_is_for_the_instance_that_was_audited(string rule)
    {
        var fires = AllRules.Find(rule)!.Manual.Fires;
        using var result = ExamplesTest.Of(fires with
        {
            Config = $"{fires.Config ?? "myhostname = mx2.fallback.example"}\nmulti_instance_name = postfix-out\n",
        });
        foreach (string command in result.Findings.SelectMany(finding => finding.Fixes).Select(fix => fix.Command))
            Assert.DoesNotMatch(
                @"(?<!-x )\b(postconf|postqueue|postsuper|postcat) |\bpostfix (reload|stop|start|check)|/etc/postfix/relay_recipients", command);
    }

    [Theory]
    [InlineData("postconf -e 'soft_bounce = no' && postfix reload",
        "postmulti -i postfix-out -x postconf -e 'soft_bounce = no' && postmulti -i postfix-out -p reload")]
    [InlineData("postqueue -j | jq -r .queue_id | postsuper -h -",
        "postmulti -i postfix-out -x postqueue -j | jq -r .queue_id | postmulti -i postfix-out -x postsuper -h -")]
    [InlineData("postfix stop && postfix start", "postmulti -i postfix-out -p stop && postmulti -i postfix-out -p start")]
    [InlineData("dig +short A $(postconf -hx myhostname)", "dig +short A $(postmulti -i postfix-out -x postconf -hx myhostname)")]
    [InlineData("postmulti -i postfix-out -x postconf -e 'a = b' && postmulti -i postfix-out -p reload",
        "postmulti -i postfix-out -x postconf -e 'a = b' && postmulti -i postfix-out -p reload")]
    [InlineData("postmap hash:/etc/postfix/transport", "postmap hash:/etc/postfix/transport")]
    [InlineData("ls /var/lib/postfix reload.postconf", "ls /var/lib/postfix reload.postconf")]
    public void A_command_for_one_of_several_instances_names_it(string command, string named)
    {
        Assert.Equal(named, InstanceCommands.Named(command, PostfixConfig.OfText("multi_instance_name = postfix-out\n")));
        Assert.Equal(command, InstanceCommands.Named(command, PostfixConfig.OfText("")));
    }

    [Theory]
    [InlineData("LUP007", "mxaudit trace '<a1@partner.example>'")]
    [InlineData("QUE009", "postcat $(postconf -h queue_directory)/corrupt/12F471B0853")]
    public void A_message_that_is_to_be_looked_at_is_named(string rule, string command)
    {
        using var result = ExamplesTest.Of(AllRules.Find(rule)!.Manual.Fires);
        Assert.Contains(command, result.Only(rule).Fixes.Select(fix => fix.Command));
    }

    private static Example Elsewhere(Example example) =>
        new() { Log = Moved(example.Log), Queue = Moved(example.Queue), Config = Moved(example.Config), Dns = Moved(example.Dns) };

    private static string? Moved(string? text) => text?.Replace("192.0.2.", "10.1.2.").Replace("198.51.100.", "10.1.3.").Replace("203.0.113.", "9.9.9.")
        .Replace("example.com", "com.test").Replace("example.net", "net.test").Replace("example.org", "org.test").Replace(".example", ".sample.test");
}
