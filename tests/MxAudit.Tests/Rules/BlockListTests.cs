using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A block list that does not serve this host, or nobody any more: Postfix takes its answers for listings.</summary>
public class BlockListTests
{
    private const string OpenResolver = "Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/";

    private static Letters Refusing(int times, string said = OpenResolver, string list = "zen.spamhaus.org", Letters? log = null)
    {
        log ??= new Letters();
        for (int i = 0; i < times; i++)
            log.Line($"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.{i + 1}]: 554 5.7.1 Service unavailable; Client host [203.0.113.{i + 1}] blocked using {list}; {said}; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<h>");
        return log;
    }

    private static Finding? Found(Letters log, string? config = null, string? masterCf = null)
    {
        using var audit = config is null ? log.Audited() : Audit.OfText(log.ToString(), config: PostfixConfig.OfText(config, masterCf));
        Assert.Equal(0, audit.Log.UnreadLines);
        return audit.Findings.FirstOrDefault(finding => finding.Rule.Id == "HYG009");
    }

    [Theory]
    [InlineData(1, Severity.Medium)]
    [InlineData(3, Severity.High)]
    [InlineData(10, Severity.Critical)]
    public void Nothing_was_accepted_since(int times, Severity severity)
    {
        var found = Found(Refusing(times))!;
        Assert.Equal((severity, "zen.spamhaus.org", times), (found.Severity, found.Subject, (int)found.Count));
        Assert.Contains("(Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/)", found.Message, StringComparison.Ordinal);
        Assert.Contains("No mail of strangers was accepted since.", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://www.spamhaus.org/query/ip/203.0.113.1")]
    [InlineData("Dynamic IP Addresses See: http://www.sorbs.example/lookup.shtml?203.0.113.1")]
    [InlineData("Client host is an open resolver, see https://bl.example/203.0.113.1")]
    [InlineData("Blocked - see https://www.spamcop.example/bl.shtml?203.0.113.1")]
    public void A_listing_is_about_the_client(string said) => Assert.Null(Found(Refusing(20, said)));

    [Theory]
    [InlineData("Query Refused. See http://uribl.example/refused.shtml for more information [Your DNS IP: 198.51.100.53]")]
    [InlineData("List shut down. See: http://www.list.example/")]
    [InlineData("Error: rate limited; https://www.spamhaus.org/returnc/vol/198.51.100.53")]
    public void Other_words_for_it(string said) => Assert.Equal(Severity.Critical, Found(Refusing(20, said, "bl.example"))?.Severity);

    [Fact]
    public void Mail_was_accepted_later() =>
        Assert.Equal(Severity.Medium, Found(Refusing(20).Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001"))?.Severity);

    /// <summary>For them nothing is looked up.</summary>
    [Fact]
    public void Mail_of_trusted_clients_ends_nothing() =>
        Assert.Equal(Severity.Critical, Found(Refusing(20).Arrives("A00001", "laptop[10.0.0.7]").Sent("A00001", "anna@example.com").Removed("A00001"))?.Severity);

    [Fact]
    public void Mail_that_another_host_took_ends_nothing() =>
        Assert.Equal(Severity.Critical, Found(Refusing(20).On("mx3").Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001"))?.Severity);

    [Fact]
    public void What_only_warns_refuses_nobody() =>
        Assert.Null(Found(new Letters().Line($"smtpd: NOQUEUE: reject_warning: RCPT from mail.partner.example[203.0.113.1]: 554 5.7.1 Service unavailable; Client host [203.0.113.1] blocked using zen.spamhaus.org; {OpenResolver}; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<h>")));

    /// <summary>A sender writes what he likes into his address.</summary>
    [Fact]
    public void An_address_with_these_words_is_no_answer_of_a_list() =>
        Assert.Null(Found(new Letters().Line("smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.1]: 554 5.7.1 <\" blocked using x; Error: y\"@example.com>: Relay access denied; from=<\" blocked using x; Error: y\"@partner.example> to=<\" blocked using x; Error: y\"@example.com> proto=ESMTP helo=<h>")));

    private const string Postscreen = "postscreen: NOQUEUE: reject: RCPT from [203.0.113.1]:4711: 550 5.7.1 Service unavailable; client [203.0.113.1] blocked using zen.spamhaus.org; from=<joe@partner.example>, to=<anna@example.com>, proto=ESMTP, helo=<h>";

    [Fact]
    public void Postscreen_says_nothing_of_the_error_and_dnsblog_does()
    {
        var log = new Letters();
        for (int i = 0; i < 10; i++) log.Line("dnsblog: addr 203.0.113.1 listed by domain zen.spamhaus.org as 127.255.255.254").Line(Postscreen);
        var found = Found(log)!;
        Assert.Equal((Severity.Critical, 10L), (found.Severity, found.Count));
        Assert.Contains("127.255.255.*", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_refused_nobody_is_low() =>
        Assert.Equal(Severity.Low, Found(new Letters().Line("dnsblog: addr 203.0.113.1 listed by domain zen.spamhaus.org as 127.255.255.254"))?.Severity);

    [Fact]
    public void A_listing_of_postscreen_is_none() =>
        Assert.Null(Found(new Letters().Line("dnsblog: addr 203.0.113.1 listed by domain zen.spamhaus.org as 127.0.0.2").Line(Postscreen)));

    private const string Config = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client zen.spamhaus.org, reject_rhsbl_sender dbl.spamhaus.org, reject_rbl_client bl.example, reject_unverified_recipient
        postscreen_dnsbl_sites = zen.spamhaus.org*3, bl.example*2, list.dnswl.example*-2
        unverified_recipient_reject_code = 550

        """;

    [Fact]
    public void Every_place_is_told_which_answers_count()
    {
        var found = Found(Refusing(20), Config)!;
        Assert.Equal("postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client zen.spamhaus.org=127.0.0.[2..11], reject_rhsbl_sender dbl.spamhaus.org, reject_rbl_client bl.example, reject_unverified_recipient' 'postscreen_dnsbl_sites = zen.spamhaus.org=127.0.0.[2..11]*3, bl.example*2, list.dnswl.example*-2' && postfix reload",
            found.Fixes[0].Command);
        Assert.EndsWith("dig +short 2.0.0.127.zen.spamhaus.org", found.Fixes[1].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_was_given_up_is_taken_out()
    {
        var found = Found(Refusing(20, "List shut down. See: http://www.list.example/", "bl.example"), Config)!;
        Assert.Equal("postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client zen.spamhaus.org, reject_rhsbl_sender dbl.spamhaus.org, reject_unverified_recipient' 'postscreen_dnsbl_sites = zen.spamhaus.org*3, list.dnswl.example*-2' && postfix reload",
            Assert.Single(found.Fixes).Command);
    }

    [Fact]
    public void The_configuration_is_right_by_now() =>
        Assert.Equal(Severity.Low,
            Found(Refusing(20), Config.Replace("zen.spamhaus.org", "zen.spamhaus.org=127.0.0.[2..11]", StringComparison.Ordinal))?.Severity);

    [Fact]
    public void A_list_that_one_service_has_is_changed_in_master_cf() =>
        Assert.Equal("postconf -P 'smtp/inet/smtpd_client_restrictions=permit_mynetworks,reject_rbl_client,zen.spamhaus.org=127.0.0.[2..11]' && postfix reload",
            Found(Refusing(20), FallbackHost.MainCf,
                "smtp inet n - n - - smtpd\n  -o smtpd_client_restrictions=permit_mynetworks,reject_rbl_client,zen.spamhaus.org\nrelay unix - - n - - smtp\n")!.Fixes[0].Command);

    /// <summary>It may refuse everybody tomorrow, and does not today.</summary>
    [Fact]
    public void Without_refusals_a_list_whose_errors_count_is_info() =>
        Assert.Equal("Info HYG009 dbl.spamhaus.org, Info HYG009 zen.spamhaus.org", new AuditedHost(Config).Told("HYG009"));
}
