using MxAudit.Rules;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Rules;

/// <summary>A policy server or a milter is down: smtpd runs, and takes no mail.</summary>
public class SilentServerTests
{
    private static Letters Refusing(Letters log, int times)
    {
        for (int i = 0; i < times; i++)
            log.Line("smtpd: warning: problem talking to server 127.0.0.1:10023: Connection refused")
                .Line("smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 451 4.3.5 <anna@example.com>: Recipient address rejected: Server configuration problem; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<h>");
        return log;
    }

    private static Severity? Found(Letters log) => new AuditedHost(log: log).All("HYG002").SingleOrDefault()?.Severity;

    [Fact]
    public void Nothing_was_accepted_since() =>
        Assert.Equal(Severity.High, Found(Refusing(new Letters().Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001"), 5)));

    [Fact]
    public void It_answers_again() => Assert.Null(Found(Refusing(new Letters(), 20).Arrives("A00001").Sent("A00001", "anna@example.com")));

    [Fact]
    public void What_was_short_before_does_not_hide_what_lasts()
    {
        var log = Refusing(new Letters(), 2).After(60).Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001").After(3600);
        Assert.Equal(Severity.High, Found(Refusing(log, 5)));
        Assert.Null(Found(Refusing(Refusing(new Letters(), 4).After(60).Arrives("A00001").Sent("A00001", "anna@example.com").After(3600), 4)));
    }

    /// <summary>A content filter brings back what was let in before: the policy server is as silent as it was.</summary>
    [Theory]
    [InlineData("localhost[127.0.0.1]")]
    [InlineData("filter.fallback.example[10.0.0.7], orig_queue_id=A00001, orig_client=mail.partner.example[203.0.113.44]")]
    public void Older_mail_that_a_filter_hands_back_tells_nothing(string client)
    {
        var log = new Letters().Arrives("A00001", messageId: "m1@partner.example").After(60);
        Refusing(log, 4).Arrives("B00001", client, messageId: "m1@partner.example").Sent("A00001", "anna@example.com", "B00001", "127.0.0.1[127.0.0.1]:10024")
            .Removed("A00001");
        Assert.Equal(Severity.High, Found(Refusing(log, 4)));
    }

    /// <summary>It comes from the filter, and yet a client's mail was let in: what lasts began after it.</summary>
    [Fact]
    public void What_a_filter_before_the_queue_took_tells_that_the_server_answered()
    {
        var log = Refusing(new Letters(), 2).After(60).Line("smtpd[7]: NOQUEUE: client=" + Letters.Stranger)
            .Arrives("A00001", "localhost[127.0.0.1]")
            .Line("smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as A00001; from=<joe@partner.example> to=<anna@example.com> proto=ESMTP helo=<h>")
            .Sent("A00001", "anna@example.com").Removed("A00001").After(3600);
        Assert.Equal(Severity.High, Found(Refusing(log, 5)));
        Assert.Null(Found(log.Arrives("A00002").Sent("A00002", "anna@example.com")));
    }

    [Fact]
    public void Each_host_has_servers_of_its_own()
    {
        var log = Refusing(new Letters(), 4).On("mx3").Arrives("A00001").Sent("A00001", "anna@example.com").Removed("A00001").On("mx2");
        Refusing(log, 4).On("mx3").Arrives("A00002").Sent("A00002", "anna@example.com").Removed("A00002");
        var audit = new AuditedHost(log: log);
        var found = audit.Only("HYG002");
        Assert.Equal((Severity.High, 8L, "127.0.0.1:10023 does not answer mx2, and no mail was accepted there since."),
            (found.Severity, found.Count, found.Message));
    }

    /// <summary>smtpd logs no refusal then: the client is answered 451, and that is all.</summary>
    [Fact]
    public void A_filter_before_the_queue_does_not_answer()
    {
        var log = new Letters();
        for (int i = 0; i < 5; i++)
            log.Line("smtpd: connect from mail.partner.example[203.0.113.44]")
                .Line("smtpd: warning: connect to proxy filter 127.0.0.1:10024: Connection refused")
                .Line("smtpd: disconnect from mail.partner.example[203.0.113.44] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4");
        var audit = new AuditedHost(log: log);
        var found = audit.Only("HYG002");
        Assert.Equal(("127.0.0.1:10024", Severity.High), (found.Subject, found.Severity));
        Assert.Equal("(postconf -n; postconf -P) | grep -F '127.0.0.1:10024'", found.Fixes.Single().Command);
    }

    [Fact]
    public void A_restart_is_shorter() => Assert.Null(Found(Refusing(new Letters(), 4)));

    [Fact]
    public void Mail_passes_where_the_default_action_says_so()
    {
        var log = new Letters();
        for (int i = 0; i < 9; i++)
            log.Line("smtpd: warning: connect to Milter service inet:127.0.0.1:11332: Connection refused")
                .Arrives($"A0000{i}")
                .Sent($"A0000{i}", "anna@example.com")
                .Removed($"A0000{i}");
        Assert.Null(Found(log));
    }

    private const string Skipped = "smtpd_milters = inet:127.0.0.1:11332\nmilter_default_action = accept\n";

    private static Letters WithoutMilter(int times)
    {
        var log = new Letters();
        for (int i = 0; i < times; i++)
            log.Line("smtpd: warning: connect to Milter service inet:127.0.0.1:11332: Connection refused").Arrives($"A0000{i}").After(20);
        return log;
    }

    private static string FoundWith(string settings, Letters log) =>
        new AuditedHost(FallbackHost.MainCf + settings, log, "smtp inet n - n - - smtpd\n").Told("HYG002");

    [Theory]
    [InlineData(Skipped)]
    [InlineData("smtpd_milters = { inet:127.0.0.1:11332, connect_timeout = 3s, default_action = accept }\n")]
    public void A_milter_is_skipped_up_to_the_end(string settings) => Assert.Equal("Low HYG002 inet:127.0.0.1:11332", FoundWith(settings, WithoutMilter(9)));

    [Fact]
    public void Where_it_is_skipped_smtpd_refuses_nothing()
    {
        var log = new Letters();
        for (int i = 0; i < 9; i++) log.Line("smtpd: warning: connect to Milter service inet:127.0.0.1:11332: Connection refused");
        Assert.Equal("Low HYG002 inet:127.0.0.1:11332", FoundWith(Skipped, log));
        Assert.Equal("High HYG002 inet:127.0.0.1:11332", FoundWith("smtpd_milters = inet:127.0.0.1:11332\n", log));
    }

    [Fact]
    public void A_milter_that_answers_again_or_that_is_none_of_this_host_tells_nothing()
    {
        Assert.Equal("", FoundWith(Skipped, WithoutMilter(9).After(400).Arrives("B00001")));
        Assert.Equal("", FoundWith(Skipped, WithoutMilter(4)));
        Assert.Equal("", FoundWith("smtpd_milters = inet:127.0.0.1:8891\nmilter_default_action = accept\n", WithoutMilter(9)));
        Assert.Equal("", FoundWith("smtpd_milters = { inet:127.0.0.1:11332, default_action = tempfail }\nmilter_default_action = accept\n", WithoutMilter(9)));
    }
}
