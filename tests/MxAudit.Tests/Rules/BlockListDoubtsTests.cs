using MxAudit.Config;
using MxAudit.Rules;
using MxAudit.Tables;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>Where an error of a block list is less than it looks, and what must not get into a command.</summary>
public class BlockListDoubtsTests
{
    private const string OpenResolver = "Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.53/";

    private static string Refusal(int i, string said = OpenResolver, string list = "zen.spamhaus.org", string? what = null) =>
        $"smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.{i}]: 554 5.7.1 Service unavailable; {what ?? $"Client host [203.0.113.{i}]"} blocked using {list}; {said}; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<h>";

    private static Letters Refusing(int times, string said = OpenResolver, string list = "zen.spamhaus.org", string? what = null)
    {
        var log = new Letters();
        for (int i = 1; i <= times; i++) log.Line(Refusal(i, said, list, what));
        return log;
    }

    private static Finding? Found(Letters log, string? more = null, string? masterCf = null) =>
        new AuditedHost(more is null ? null : Host + more, log, masterCf).All("HYG009").FirstOrDefault();

    private const string Host = """
        compatibility_level = 3.6
        myhostname = mx2.fallback.example
        mynetworks = 127.0.0.0/8
        relay_domains = example.com
        unverified_recipient_reject_code = 550

        """,
        Postscreen = """
        smtp inet n - n - 1 postscreen
        smtpd pass - - n - - smtpd
        dnsblog unix - - n - 0 dnsblog
        relay unix - - n - - smtp

        """;

    private static string Asking(string list) =>
        $"smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_rbl_client {list}, reject_unverified_recipient\n";

    [Theory]
    [InlineData("Sender address [\"x blocked using $(reboot); Error: x\"@spam.example]")]
    [InlineData("Sender address [\"x] blocked using other.example; Error: x\"@spam.example]")]
    [InlineData("Helo command [x blocked using other.example; Error: x]")]
    public void What_a_stranger_calls_himself_is_no_list(string what) =>
        Assert.Null(Found(Refusing(12, "https://www.spamhaus.org/query/domain/spam.example", "dbl.spamhaus.org", what)));

    [Theory]
    [InlineData("$(reboot)")]
    [InlineData("-x")]
    [InlineData("a b")]
    public void What_is_no_name_gets_into_no_command(string list)
    {
        Assert.Null(Found(Refusing(12, list: list)));
        Assert.Null(Found(new Letters().Line($"dnsblog: addr 203.0.113.1 listed by domain {list} as 127.255.255.254")));
    }

    [Fact]
    public void A_filter_does_not_help_against_a_list_that_was_given_up()
    {
        var found = Found(Refusing(20, "List shut down", "bl.example"), Asking("bl.example=127.0.0.2"))!;
        Assert.Equal((Severity.Critical, "postconf -e 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient' && postfix reload"),
            (found.Severity, found.Fixes[0].Command));
    }

    [Theory]
    [InlineData("", Severity.Low)]
    [InlineData("smtpd_client_restrictions = check_client_access inline:{ {203.0.113.1 = reject_rbl_client zen.spamhaus.org} }\n", Severity.Critical)]
    public void The_list_was_taken_out(string more, Severity severity) => Assert.Equal(severity, Found(Refusing(20), more)?.Severity);

    [Theory]
    [InlineData("dbl.spamhaus.org", "=127.0.1.[2..99]")]
    [InlineData("zen.spamhaus.org", "=127.0.0.[2..11]")]
    [InlineData("zrd.dq.example", null)]
    [InlineData("KEY.zrd.dq.spamhaus.net", "=127.0.2.[2..24]")]
    [InlineData("dbl.other.example", null)]
    public void Only_answers_that_are_known_are_written(string list, string? answers)
    {
        string command = Found(Refusing(3, "Query refused", list), Asking(list))!.Fixes[0].Command;
        if (answers is null) Assert.Equal("postconf smtpd_client_restrictions smtpd_recipient_restrictions postscreen_dnsbl_sites", command);
        else Assert.Contains($"reject_rbl_client {list}{answers},", command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dbl.spamhaus.org", "cat /etc/resolv.conf; dig +short dbltest.com.dbl.spamhaus.org")]
    [InlineData("names.example", "cat /etc/resolv.conf")]
    public void Lists_of_domains_have_other_test_entries(string list, string command)
    {
        Assert.Equal(command, Found(Refusing(3, list: list, what: "Sender address [joe@partner.example]"))!.Fixes[1].Command);
        Assert.Equal(command, Found(Refusing(3, list: list), $"smtpd_sender_restrictions = reject_rhsbl_sender {list}\n")!.Fixes[1].Command);
    }

    private static Letters Mail(Letters log, string id) => log.Arrives(id).Sent(id, "anna@example.com").Removed(id);

    /// <summary>Each hour one query too many.</summary>
    [Fact]
    public void Mail_that_comes_in_between_makes_it_medium()
    {
        var log = new Letters();
        for (int i = 1; i <= 12; i++) Mail(log, $"A000{i:00}").After(60).Line(Refusal(i)).After(60);
        var found = Found(log)!;
        Assert.Equal(Severity.Medium, found.Severity);
        Assert.Contains("12 refusals, whoever the client was. 1 refusal came since mail of strangers was accepted last.", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_refusal_long_before_does_not_hide_the_outage()
    {
        var log = Mail(new Letters().Line(Refusal(1)).After(60), "A00001").After(60);
        for (int i = 2; i <= 12; i++) log.Line(Refusal(i));
        Assert.Equal(Severity.Critical, Found(log)?.Severity);
    }

    private const string Error = "dnsblog: addr 203.0.113.99 listed by domain zen.spamhaus.org as 127.255.255.255";

    private static Letters Listed(Letters log, int i, string answer) => log.Line($"dnsblog: addr 203.0.113.{i} listed by domain zen.spamhaus.org as {answer}");

    private static Letters RefusedByPostscreen(Letters log, int i, string list = "zen.spamhaus.org") =>
        log.Line($"postscreen: NOQUEUE: reject: RCPT from [203.0.113.{i}]:4711: 550 5.7.1 Service unavailable; client [203.0.113.{i}] blocked using {list}; from=<joe@partner.example>, to=<anna@example.com>, proto=ESMTP, helo=<h>");

    [Fact]
    public void Listings_between_two_errors_are_listings()
    {
        var log = new Letters().Line(Error).After(60);
        for (int i = 1; i <= 22; i++) RefusedByPostscreen(Listed(log, i, "127.0.0.4"), i);
        var found = Found(log.Line(Error))!;
        Assert.Equal((Severity.Low, 1L), (found.Severity, found.Count));
    }

    /// <summary>It names each recipient, and is looked up once.</summary>
    [Fact]
    public void All_refusals_of_a_client_with_an_error_count()
    {
        var log = Listed(new Letters(), 1, "127.255.255.254");
        for (int i = 0; i < 4; i++) RefusedByPostscreen(log, 1);
        RefusedByPostscreen(Listed(log, 2, "127.0.0.4"), 2);
        var found = Found(log)!;
        Assert.Equal((Severity.High, 4L), (found.Severity, found.Count));
    }

    /// <summary>The list serves this host again.</summary>
    [Fact]
    public void A_listing_of_the_same_client_on_another_day_is_one()
    {
        var log = RefusedByPostscreen(Listed(new Letters(), 1, "127.255.255.254"), 1).After(3600);
        for (int i = 0; i < 9; i++) RefusedByPostscreen(Listed(log, 1, "127.0.0.4"), 1);
        Assert.Equal(1L, Found(log)?.Count);
    }

    [Fact]
    public void A_name_with_a_key_is_shown_without_it_by_postscreen()
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            RefusedByPostscreen(log.Line($"dnsblog: addr 203.0.113.{i} listed by domain KEY.zen.dq.spamhaus.net as 127.255.255.254"), i);
        Assert.Equal((Severity.High, "KEY.zen.dq.spamhaus.net"), (Found(log)!.Severity, Found(log)!.Subject));
    }

    [Fact]
    public void Repeats_of_an_answer_are_answers()
    {
        var found = Found(new Letters().Line(Error).Line($"dnsblog: message repeated 12 times: [ {Error["dnsblog: ".Length..]}]"))!;
        Assert.Equal(Severity.Low, found.Severity);
        Assert.Contains("No client was refused by this list so", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeats_of_a_refusal_are_refusals()
    {
        var audit = new AuditedHost(log: Refusing(1).ToString().TrimEnd() + "\nNov 22 16:59:00 mx2 last message repeated 40 times\n");
        var found = audit.Only("HYG009");
        Assert.Equal((Severity.Critical, 41L), (found.Severity, found.Count));
    }

    /// <summary>What Postfix 3.7 logs: with drop, nothing but the rank tells of the refusal.</summary>
    [Theory]
    [InlineData("drop", Severity.High, "3 refusals, whoever the client was")]
    [InlineData("enforce", Severity.Low, "Postscreen counts it as a listing. No client was refused")]
    [InlineData("ignore", Severity.Low, "(127.255.255.*). No client was refused")]
    public void What_postscreen_does_for_a_listing(string action, Severity severity, string words)
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++) Ranked(Listed(log, i, "127.255.255.254"), i, 2);
        var found = Found(log, $"postscreen_dnsbl_sites = zen.spamhaus.org*2\npostscreen_dnsbl_action = {action}\n", Postscreen)!;
        Assert.Equal(severity, found.Severity);
        Assert.Contains(words, found.Message, StringComparison.Ordinal);
    }

    private static Letters Ranked(Letters log, int i, int rank) =>
        log.Line($"postscreen: DNSBL rank {rank} for [203.0.113.{i}]:4711").Line($"postscreen: DISCONNECT [203.0.113.{i}]:4711");

    /// <summary>Other lists would have had the client dropped, too; or two lists of one house have the same trouble with this host.</summary>
    [Theory]
    [InlineData(2, "bl.example", "127.0.0.2", 0)]
    [InlineData(4, "bl.example", "127.0.0.2", 3)]
    [InlineData(2, "sbl.spamhaus.org", "127.255.255.254", 3)]
    public void Dropped_for_an_error_is_who_would_have_passed_without_it(int threshold, string list, string answer, int dropped)
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            Ranked(Listed(log, i, "127.255.255.254").Line($"dnsblog: addr 203.0.113.{i} listed by domain {list} as {answer}"), i, 4);
        var found = Found(log, $"postscreen_dnsbl_sites = zen.spamhaus.org*2, sbl.spamhaus.org*2, bl.example*2\npostscreen_dnsbl_threshold = {threshold}\npostscreen_dnsbl_action = drop\n", Postscreen)!;
        Assert.Equal((dropped == 0 ? Severity.Low : Severity.High, Math.Max(dropped, 1)), (found.Severity, (int)found.Count));
    }

    /// <summary>The configuration is of today, and the replies tell that nobody was dropped then.</summary>
    [Fact]
    public void Who_got_a_reply_was_not_dropped()
    {
        var log = new Letters();
        for (int i = 1; i <= 3; i++)
            RefusedByPostscreen(Listed(log, i, "127.255.255.254").Line($"postscreen: DNSBL rank 2 for [203.0.113.{i}]:4711"), i);
        Assert.Equal(3L, Found(log, "postscreen_dnsbl_sites = zen.spamhaus.org*2\npostscreen_dnsbl_action = drop\n", Postscreen)?.Count);
    }

    [Fact]
    public void Answers_that_are_named_count_for_nothing()
    {
        string words = Found(new Letters().Line(Error), "postscreen_dnsbl_sites = zen.spamhaus.org=127.0.0.[2..11]*2\npostscreen_dnsbl_action = enforce\n", Postscreen)!.Message;
        Assert.DoesNotContain("Postscreen counts", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enforce", true, "Info HYG009 zen.spamhaus.org")]
    [InlineData("enforce", false, "")]
    [InlineData("ignore", true, "")]
    public void Sites_that_refuse_nobody_are_no_risk(string action, bool hasPostscreen, string expected)
    {
        string master = hasPostscreen ? Postscreen : FallbackHost.MasterCf;
        var audit = new AuditedHost($"{Host}postscreen_dnsbl_sites = zen.spamhaus.org*2\npostscreen_dnsbl_action = {action}\n", masterCf: master);
        Assert.Equal(expected, audit.Told("HYG009"));
    }

    /// <summary>The service on 2525 asks no list: what the macro is for the others must not get into main.cf, which counts for it, too.</summary>
    [Fact]
    public void A_macro_that_another_service_has_set_for_itself_stays()
    {
        const string lists = "rbls = reject_rbl_client zen.spamhaus.org\nsmtpd_client_restrictions = permit_mynetworks, $rbls\n",
            smtp = FallbackHost.MasterCf;
        Assert.StartsWith("postconf -e", Found(Refusing(20), lists, smtp)!.Fixes[0].Command, StringComparison.Ordinal);
        Assert.StartsWith("postconf smtpd_client_restrictions", Found(Refusing(20), lists, $"{smtp}2525 inet n - n - - smtpd\n  -o rbls=\n")!.Fixes[0].Command,
            StringComparison.Ordinal);
    }

    /// <summary>What one sends to others when asking for help.</summary>
    [Fact]
    public void No_fix_and_no_table_shows_the_key_of_a_customer()
    {
        const string key = "abcdefghijklmnopqrstuvwx", list = key + ".zen.dq.spamhaus.net";
        using var audit = Audit.OfText(Refusing(3, list: list).ToString(), config: PostfixConfig.OfText(Host + Asking(list)));
        var found = audit.Only("HYG009");
        Assert.DoesNotContain(found.Fixes, fix => (fix.Why + fix.Command).Contains(key, StringComparison.Ordinal));
        Assert.Contains("Write =127.0.0.[2..11] behind the name of the list", found.Fixes[0].Why, StringComparison.Ordinal);
        var reason = Assert.Single(RejectsTable.Definition.Columns, column => column.Name == "reason");
        Assert.All(audit.Mail.Rejects, reject => Assert.DoesNotContain(key, reason.Cell(new RejectLine(reject)).ToString(), StringComparison.Ordinal));
    }
}
