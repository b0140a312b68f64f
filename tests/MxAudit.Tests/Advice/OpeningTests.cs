using MxAudit.Advice;
using MxAudit.Config;

namespace MxAudit.Tests.Advice;

/// <summary>Steps that let mail in again which lists refuse: to everybody, or for the error of a block list.</summary>
public class OpeningTests
{
    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8 [::1]/128
        inet_interfaces = 198.51.100.25, 127.0.0.1
        relay_domains = example.com, example.net

        """,
        Master = "smtp inet n - n - - smtpd\nrelay unix - - n - - smtp\n";

    private const string NamedOnce = """
        {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
        """,
        Named = """
        {"example.com": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.com", "addresses": ["192.0.2.10"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]},
         "example.net": {"status": "NOERROR", "mx": [{"preference": 10, "exchange": "mx1.example.net", "addresses": ["192.0.2.11"]}, {"preference": 20, "exchange": "mx2.fallback.example", "addresses": ["198.51.100.25"]}]}}
        """;

    private static HostAdvice Advise(string? main, string log, string? dns = null)
    {
        using var audit = Audit.OfText(log, config: main is null ? null : PostfixConfig.OfText(Host + main, Master), dns: dns);
        return HostAdvice.Of(audit.Evidence, audit.Findings);
    }

    private const string QuietLog = "Nov 22 10:00:01 mx2 postfix/anvil[108]: statistics: max cache size 1 at Nov 22 09:56:41\n",
        Closed = "smtpd_recipient_restrictions = permit_mynetworks, reject\n";

    /// <summary>The finding is called after the list, and that is no domain to relay for.</summary>
    [Theory]
    [InlineData(Closed, Named)]
    [InlineData(Closed, null)]
    [InlineData(Closed + "relay_domains = example.com\n", NamedOnce)]
    public void Closed_doors_are_opened_and_relay_domains_stays(string main, string? dns)
    {
        var plan = Advise(main, QuietLog, dns).Plan;
        var step = Assert.Single(plan, step => step.Rules.Contains("RLY001"));
        Assert.Equal((Stage.Flow, "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, reject_unverified_recipient' && postfix reload"),
            (step.Stage, step.Command));
        Assert.Equal(dns is null, step.NotKnown.Contains("If only chosen clients are to deliver here", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, other => other.Command.Contains("relay_domains", StringComparison.Ordinal));
    }

    private static string Refusing(string list, string said) => string.Concat(Enumerable.Range(1, 5).Select(i =>
        $"Nov 22 10:00:0{i} mx2 postfix/smtpd[101]: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.{i}]: 554 5.7.1 Service unavailable; Client host [203.0.113.{i}] blocked using {list}; {said}; from=<bea@partner.example> to=<anna@example.com> proto=ESMTP helo=<mail.partner.example>\n"));

    private static readonly string BothRefuse = Refusing("zen.spamhaus.org", "Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/") + Refusing("bl.example", "List shut down");

    private const string Asking = "permit_mynetworks, reject_unauth_destination, reject_rbl_client bl.example, reject_rbl_client zen.spamhaus.org";

    /// <summary>One list is taken out, the other stays, and verification is added to what is left.</summary>
    [Theory]
    [InlineData("smtpd_recipient_restrictions = " + Asking + "\n")]
    [InlineData("rbls = reject_rbl_client bl.example, reject_rbl_client zen.spamhaus.org\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, $rbls\n")]
    public void Steps_that_change_one_list_know_each_other(string main)
    {
        var advice = Advise(main, BothRefuse);
        string[] commands = [.. advice.Plan.Where(step => step.Command.Contains("smtpd_recipient_restrictions", StringComparison.Ordinal)).Select(step => step.Command)];
        Assert.Equal("postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client zen.spamhaus.org=127.0.0.[2..11]' && postfix reload",
            commands[0]);
        Assert.StartsWith("postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client zen.spamhaus.org=127.0.0.[2..11], reject_unknown_recipient_domain, reject_unverified_recipient'",
            commands[1], StringComparison.Ordinal);
        Assert.Equal(Stage.Flow, Assert.Single(advice.Plan, step => step.Rules.Contains("HYG009")).Stage);
        Assert.DoesNotContain(advice.Others, finding => finding.Rule.Id == "HYG009");
    }

    [Theory]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client names.example\n", "names.example", "Query refused")]
    [InlineData("smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client abcdefghijklmnopqrstuvwx.zen.dq.spamhaus.net\n", "abcdefghijklmnopqrstuvwx.zen.dq.spamhaus.net", "Query refused")]
    public void What_can_not_be_said_is_left_to_the_administrator(string main, string list, string said)
    {
        var step = Assert.Single(Advise(main, Refusing(list, said)).Plan, step => step.Rules.Contains("HYG009"));
        Assert.Equal("", step.Command);
        Assert.StartsWith("Not every place can be changed by a command", step.NotKnown, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_configuration_the_log_names_the_list() =>
        Assert.Equal(["Let bl.example refuse nobody for an error", "Let zen.spamhaus.org refuse nobody for an error"],
            Advise(null, BothRefuse).Plan.Where(step => step.Rules.Contains("HYG009")).Select(step => step.Title).Order(StringComparer.Ordinal));
}
