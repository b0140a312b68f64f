using MxAudit.Config;

namespace MxAudit.Tests.Rules;

/// <summary>Mistakes of configurations that people have put where all can read them.</summary>
public class PublishedMistakesTests
{
    private static AuditedHost Audited(string lines, string? masterCf = null, string? log = null, string? dns = null) =>
        new(FallbackHost.MainCf + lines, log, masterCf, dns);

    /// <summary>smtpd of 3.7.11 said: <c>bad boolean configuration</c>, <c>bad numerical configuration</c>, <c>bad time value</c>, or nothing.</summary>
    [Theory]
    [InlineData("broken_sasl_auth_clients = yes[/I]", "Critical HYG008 smtpd")]
    [InlineData("disable_vrfy_command = yes # no spies", "Critical HYG008 smtpd")]
    [InlineData("smtpd_hard_error_limit = 20 errors", "Critical HYG008 smtpd")]
    [InlineData("smtpd_hard_error_limit = ${stress?1}${stress:5}", "")]
    [InlineData("smtputf8_enable = off", "Critical HYG008 smtpd")]
    [InlineData("smtp_data_xfer_timeout = 1800   # default: 180s", "High HYG002 smtp_data_xfer_timeout")] // smtp ends, and no mail leaves
    [InlineData("smtp_data_xfer_timeout = 1800s   # default: 180s", "")] // what is behind the unit is not looked at
    [InlineData("lmtp_data_xfer_timeout = 30 minutes", "High HYG002 lmtp_data_xfer_timeout")]
    [InlineData("postscreen_greet_wait = 3s # short", "")] // no postscreen is in the stock master.cf
    [InlineData("readme_directory = /usr/share/doc/postfix", "")]
    [InlineData("milter_protocol = 6", "")]
    [InlineData("smtp_tls_loglevel = 1 # summary", "")]
    public void A_value_of_the_wrong_kind_ends_the_program_that_reads_it(string line, string expected) =>
        Assert.Equal(expected, Audited(line + "\n").Told("HYG002 HYG008"));

    /// <summary><c>fatal: dictionary mail_dict: macro processing error</c>: the <c>$</c> of a pattern in main.cf is written twice.</summary>
    [Theory]
    [InlineData("relay_recipient_maps = pcre:{{/^(anna|bob)@example\\.com$/ OK}}", "Critical HYG008 smtpd",
        "postconf -e 'relay_recipient_maps = pcre:{{/^(anna|bob)@example\\.com$$/ OK}}' && postfix reload")]
    [InlineData("virtual_alias_domains = ${relayhost", "Critical HYG008 smtpd", "")] // taking it out would lose the domains
    [InlineData("relay_recipient_maps = pcre:{{/^(anna|bob)@example\\.com$$/ OK}}", "", "")]
    public void A_dollar_that_begins_no_macro_keeps_smtpd_from_running(string line, string expected, string command)
    {
        var audit = Audited(line + "\n");
        Assert.Equal(expected, audit.Told("HYG002 HYG008"));
        Assert.Equal(command, audit.Findings.FirstOrDefault(finding => finding.Rule.Id == "HYG008")?.Fixes[0].Command ?? "");
    }

    [Theory]
    [InlineData("smtp inet n - n - 1 postscreen\n  -o soft_bounce=yes\nsmtpd pass - - n - - smtpd\n", "")]
    [InlineData("smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n  -o soft_bounce=yes\n", "Medium HYG004 soft_bounce")]
    public void Postscreen_alone_may_have_refused_clients_try_again(string masterCf, string expected) =>
        Assert.Equal(expected, Audited("", masterCf).Told("HYG004"));

    /// <summary>Mail-in-a-Box hands all mail to a filter on the host itself.</summary>
    [Theory]
    [InlineData("lmtp:[127.0.0.1]:10025", "Low BKS006 delay_warning_time")]
    [InlineData("lmtp:inet:localhost:24", "Low BKS006 delay_warning_time")]
    [InlineData("lmtp:inet:imap.example.com:24", "Medium BKS006 delay_warning_time")]
    public void What_stays_on_this_host_waits_for_no_other(string transport, string expected) =>
        Assert.Equal(expected, Audited($"relay_domains =\ndelay_warning_time = 3h\nvirtual_transport = {transport}\n").Told("BKS006"));

    /// <summary>Proxmox Mail Gateway sets mynetworks for the service behind postscreen, to its own address.</summary>
    [Theory]
    [InlineData("192.0.2.7", "Low REL002 mynetworks")]
    [InlineData("192.0.2.0/28", "Medium REL002 mynetworks")]
    public void Who_is_trusted_is_changed_where_it_is_set_and_may_be_this_host(string trusted, string expected)
    {
        var audit = Audited("", $"smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n  -o mynetworks=127.0.0.0/8,{trusted}\n");
        Assert.Equal(expected, audit.Told("REL002"));
        Assert.Equal("postconf -P 'smtpd/pass/mynetworks=127.0.0.0/8,[::1]/128' && postfix reload",
            audit.Only("REL002").Fixes[0].Command);
    }

    [Fact]
    public void A_single_fix_does_not_begin_with_then() =>
        Assert.Equal(["Turn the old defaults off."],
            new AuditedHost(FallbackHost.MainCf.Replace("compatibility_level = 3.6\n", "")).Only("HYG001").Fixes.Select(fix => fix.Why));

    private const string Refused = """
        Nov 22 10:00:01 mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 554 5.7.1 <mail.partner.example[203.0.113.44]>: Client host rejected: Access denied; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>
        """;

    /// <summary>An image that was made to send, told to relay for a domain: bokysan/docker-postfix, issue 261.</summary>
    [Theory]
    [InlineData("smtpd_client_restrictions = permit_mynetworks,reject", "Medium RLY001 example.com",
        "postconf -e 'smtpd_client_restrictions = permit_mynetworks, reject_unauth_destination' && postfix reload")]
    [InlineData("smtpd_relay_restrictions = reject", "Medium RLY001 example.com",
        "postconf -e 'smtpd_relay_restrictions = reject_unauth_destination' && postfix reload")]
    [InlineData("smtpd_client_restrictions = permit_mynetworks, check_client_access inline:{203.0.113.7=OK}, reject", "", "")] // a filter may deliver
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, permit_auth_destination, reject", "", "")]
    public void A_fallback_that_refuses_every_stranger_is_none(string line, string expected, string command)
    {
        var audit = Audited(line + "\n", FallbackHost.MasterCf, Refused);
        Assert.Equal(expected, audit.Told("RLY001"));
        Assert.Equal(command, audit.Findings.FirstOrDefault(finding => finding.Rule.Id == "RLY001")?.Fixes[0].Command ?? "");
    }

    [Fact]
    public void A_comment_in_a_command_sets_nothing()
    {
        var audit = new AuditedHost(FallbackHost.MainCf.Replace("compatibility_level = 3.6\n", "").Replace("relay_domains = example.com\n", "")
                .Replace("$myhostname, localhost", "$myhostname, localhost, example.net"));
        Assert.Contains(audit.Findings, finding => finding.Rule.Id == "HYG001");
        Assert.Contains(audit.Findings, finding => finding.Rule.Id == "RLY010" && finding.Fixes[0].Command.StartsWith("postconf -e 'relay_domains = "));
        Assert.Empty(MxAudit.Rules.RivalFixes.In(audit.Findings));
    }

    /// <summary>The key of a customer of these lists is in their names.</summary>
    [Theory]
    [InlineData("reject_rbl_client abcdefghij0123456789abcdef.zen.dq.spamhaus.net", "reject_rbl_client (not shown).zen.dq.spamhaus.net")]
    [InlineData("reject_rhsbl_helo 0123456789abcdef0123456789abcdef.dblack.mail.abusix.zone", "reject_rhsbl_helo (not shown).dblack.mail.abusix.zone")]
    [InlineData("reject_rbl_client zen.spamhaus.org", "reject_rbl_client zen.spamhaus.org")]
    public void Keys_of_block_lists_are_not_shown(string restriction, string shown) => Assert.Equal(shown, Redaction.OfText(restriction));

    private const string Keyed = "abcdefghij0123456789abcdef.zen.dq.spamhaus.net";

    /// <summary>Nor in lines of the log, and what they name.</summary>
    [Fact]
    public void Keys_in_the_log_are_not_shown()
    {
        using var audit = Audited("", log: string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"Nov 22 10:00:0{i} mx2 postfix/smtpd[101]: warning: 7.113.0.203.{Keyed}: RBL lookup error: Host or domain name not found. Name service error for name=7.113.0.203.{Keyed} type=A: Host not found, try again\n"))).Audited();
        Assert.Equal(0, audit.Findings.Count(finding => (finding.Subject + finding.Message).Contains("abcdefghij")));
        Assert.Contains("(not shown).zen.dq.spamhaus.net: RBL lookup error", audit.Locate(new MxAudit.Input.LinePosition(0)).Text);
    }

    /// <summary>A command with the key would show it, but what is to be done is no secret.</summary>
    [Fact]
    public void A_fix_stays_where_its_command_would_show_a_key()
    {
        var open = Audited($"smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client {Keyed}\n");
        Assert.Contains(new MxAudit.Rules.Fix("Or ask the primary about every new recipient before accepting: put reject_unverified_recipient behind reject_unauth_destination in smtpd_recipient_restrictions. Unknown users are answered 450 at first; VRF005 tells when to make it 550."),
            open.Only("BKS008").Fixes);
        var trusting = Audited(
            $"mynetworks = 127.0.0.0/8 192.0.2.0/28\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client {Keyed}, reject_unverified_recipient\n");
        Assert.Contains(trusting.Only("REL002").Fixes, fix => fix.Why.StartsWith("Or verify") && fix.Command.Length == 0);
    }
}
