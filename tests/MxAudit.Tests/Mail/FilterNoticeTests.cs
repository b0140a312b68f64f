using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>A content filter that takes mail and writes to the sender itself, as amavis does with D_BOUNCE.</summary>
public class FilterNoticeTests
{
    private const string U = "u@example.com", V = "v@example.com", Amavis = "127.0.0.1[127.0.0.1]:10024", Local = "localhost[127.0.0.1]";
    private const string Returned = "250 2.5.0 Ok, id=17-03, BOUNCE", Forger = "forged@victim.example";

    private static Letters Took(string client = Local, string said = Returned, string relay = Amavis) => new Letters()
        .Arrives("A00001", from: Forger, recipients: 2).After(1)
        .Arrives("B00001", client, from: "", messageId: "SS17@mx2.fallback.example")
        .Tried("A00001", U, "sent", said, relay, daemon: "amavis/smtp", delay: 2).Tried("A00001", V, "sent", said, relay, daemon: "amavis/smtp", delay: 2)
        .Removed("A00001").Sent("B00001", Forger, relay: "mail.victim.example[203.0.113.80]:25").Removed("B00001");

    [Fact]
    public void What_it_returns_has_bounced_and_its_notice_is_one()
    {
        var log = Took();
        Assert.Equal("A00001 u@example.com Bounced; A00001 v@example.com Bounced", log.Outcomes);
        Assert.Equal("NonDelivery B00001 about A00001 Delivered Yes", log.Notices);
        Assert.Equal("A00001 Mail Removed; B00001 Notice Removed", log.Ends);
        Assert.Equal("accepted 1 delivered 0 bounced 2 expired 0 deferred 0 rejects 0 strangers 1", log.Sums);
        using var audit = log.Audited();
        Assert.All(audit.Mail.Bounces, bounced => Assert.Equal((ReasonClass.Content, "B00001"), (bounced.ReasonClass, bounced.NonDeliveryNotice?.Itself.QueueId)));
        Assert.Contains(audit.Findings, finding => finding is { Rule.Id: "BKS005", Subject: Amavis });
        Assert.Contains(audit.Findings, finding => finding is { Rule.Id: "BKS001", Subject: "example.com" });
    }

    [Theory]
    [InlineData("250 2.5.0 Ok <u@example.com>, DSN was sent (554 5.7.0 Reject, id=17-03 - spam)", Amavis, true)] // by LMTP
    [InlineData("250 2.5.0 Ok <u@example.com>, DSN suppressed (554 5.7.0 Reject, id=17-03 - spam)", Amavis, false)]
    [InlineData(Returned, "filter.example.com[192.0.2.77]:10024", true)]
    [InlineData(Returned, Letters.Primary, false)] // what the primary does with it is its own
    public void Only_what_a_filter_says_that_it_returned(string said, string relay, bool isReturned)
    {
        string client = relay == Amavis ? Local : relay[..relay.LastIndexOf(':')];
        Assert.Equal(isReturned ? "NonDelivery B00001 about A00001 Delivered Yes" : "", Took(client, said, relay).Notices);
    }

    /// <summary>A list, or somebody's answering machine, that writes to the same address with an empty sender.</summary>
    [Theory]
    [InlineData(Letters.Stranger)]
    [InlineData("filter.example.com[192.0.2.77]")]
    public void What_comes_from_elsewhere_is_none_of_its_notices(string client) => Assert.Equal("", Took(client).Notices);

    [Fact]
    public void Each_of_two_mails_of_one_sender_has_its_own_notice()
    {
        var log = new Letters().Arrives("A00001", from: Forger).Arrives("A00002", from: Forger).After(1)
            .Arrives("B00001", Local, from: "").Tried("A00001", U, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 1.1).After(5)
            .Arrives("B00002", Local, from: "").Tried("A00002", U, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 6.2)
            .Sent("B00001", Forger).Sent("B00002", Forger);
        Assert.Equal("NonDelivery B00001 about A00001 Delivered Yes; NonDelivery B00002 about A00002 Delivered Yes", log.Notices);
    }

    /// <summary>To a user who wants it all the same it was let through.</summary>
    [Fact]
    public void What_is_returned_to_some_goes_on_to_the_others()
    {
        const string said = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as C00001, but 1 BOUNCE";
        var log = new Letters().Arrives("A00001", from: Forger, messageId: "m", recipients: 2).After(1)
            .Arrives("C00001", Local, from: Forger, messageId: "m").Arrives("B00001", Local, from: "")
            .Tried("A00001", U, "sent", said, Amavis, daemon: "amavis/smtp", delay: 2).Tried("A00001", V, "sent", said, Amavis, daemon: "amavis/smtp", delay: 2)
            .Removed("A00001").Sent("C00001", U).Removed("C00001").Sent("B00001", Forger).Removed("B00001");
        Assert.Equal("A00001 u@example.com Delivered; A00001 v@example.com Bounced", LifeTests.Sorted(log.Outcomes));
        Assert.Equal("NonDelivery B00001 about A00001 Delivered Yes", log.Notices);
    }

    private static Letters ReturnedOne(params string[] behind)
    {
        const string said = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as C00001, but 1 BOUNCE";
        var log = new Letters().Arrives("A00001", from: Forger, messageId: "m", recipients: 3).After(1)
            .Arrives("C00001", Local, from: Forger, messageId: "m", recipients: 2).Arrives("B00001", Local, from: "");
        foreach (string to in (string[])[U, V, "w@example.com"]) log.Tried("A00001", to, "sent", said, Amavis, daemon: "amavis/smtp", delay: 2);
        log.Removed("A00001");
        foreach (string to in behind) log.Sent("C00001", to);
        return log.Sent("B00001", Forger).Removed("B00001");
    }

    /// <summary>One was returned, and two are not among those that went on: one that was not tried yet, or that the filter calls something else.</summary>
    [Theory]
    [InlineData("A00001 u@example.com Delivered; A00001 w@example.com Delivered; A00001 v@example.com Bounced", U, "w@example.com")]
    [InlineData("A00001 u@example.com Delivered; A00001 v@example.com Filtered; A00001 w@example.com Filtered", U)]
    [InlineData("A00001 u@example.com Delivered; A00001 w+spam@example.com Delivered", U, "w+spam@example.com")]
    public void Who_went_on_has_not_bounced(string outcomes, params string[] behind)
    {
        var log = ReturnedOne(behind);
        Assert.Equal(LifeTests.Sorted(outcomes), LifeTests.Sorted(log.Outcomes));
        Assert.Equal("NonDelivery B00001 about A00001 Delivered Yes", log.Notices);
    }

    [Fact]
    public void Nobody_has_bounced_whose_mail_was_handed_back_and_waits() => Assert.DoesNotContain("Bounced", ReturnedOne().Outcomes);

    /// <summary>The reply names what was handed back, whatever its Message-ID became.</summary>
    [Fact]
    public void Who_wrote_what_was_handed_back_for_some_is_known_by_the_id()
    {
        const string said = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as C00001, but 1 BOUNCE";
        var log = new Letters().Arrives("A00001", from: Forger, messageId: "m").Arrives("C00001", Local, from: Forger, messageId: "another")
            .Tried("A00001", U, "sent", said, Amavis).Tried("A00001", V, "sent", said, Amavis).Bounced("C00001", U);
        Assert.Equal("A00001 No; C00001 No", log.Trust);
        Assert.StartsWith("accepted 1 ", log.Sums);
    }

    [Fact]
    public void Each_of_two_transactions_of_one_mail_has_its_own_notice()
    {
        var log = new Letters().Arrives("A00001", from: Forger, recipients: 2).After(1).Arrives("B00001", Local, from: "").Arrives("B00002", Local, from: "")
            .Tried("A00001", U, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 1.1).Tried("A00001", V, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 1.1)
            .Removed("A00001").Sent("B00001", Forger).Sent("B00002", Forger);
        Assert.EndsWith("strangers 2", log.Sums);
        using var audit = log.Audited();
        Assert.Equal(["B00001", "B00002"], audit.Mail.Bounces.Select(bounced => bounced.NonDeliveryNotice?.Itself.QueueId).Order());
    }

    /// <summary>The filter was down for an hour: somebody's answering machine wrote while the mail waited here.</summary>
    [Fact]
    public void What_was_written_before_the_filter_had_the_mail_is_none_of_its_notices()
    {
        const string answer = "B00001";
        var log = new Letters().Arrives("A00001", from: Forger).Tried("A00001", U, "deferred", "connect to 127.0.0.1[127.0.0.1]:10024: Connection refused", "none", daemon: "amavis/smtp")
            .After(600).Arrives(answer, Local, from: "").Sent(answer, Forger).Removed(answer).After(3000)
            .Line($"amavis/smtp: A00001: to=<{U}>, relay={Amavis}, delay=3600, delays=3599/0.1/0/0.9, dsn=2.5.0, status=sent ({Returned})").Removed("A00001");
        Assert.Equal("", log.Notices);
        Assert.Equal("A00001 u@example.com Bounced", LifeTests.Sorted(log.Outcomes)[..28]);
    }

    /// <summary>The same words from a next hop on another port, where amavis is what takes the mail.</summary>
    [Fact]
    public void A_next_hop_that_never_handed_anything_back_returns_nothing_for_this_host() => Assert.Equal("A00001 u@example.com Delivered", new Letters()
        .Arrives("A00001", from: Forger).Tried("A00001", U, "sent", Returned, "mx1.example.com[192.0.2.10]:2525").Removed("A00001").Outcomes);

    [Fact]
    public void Forty_thousand_recipients_cost_little_more_than_ten_thousand()
    {
        static double EffortOf(int recipients)
        {
            var log = new Letters().Arrives("A00001", from: Forger, messageId: "m", recipients: recipients);
            for (int i = 0; i < recipients; i++) log.Tried("A00001", $"u{i}@example.com", "sent",
                "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as C00001, but 1 BOUNCE", Amavis, daemon: "amavis/smtp", delay: 2);
            string text = log.ToString();
            return Effort.InMegabytes(() => Audit.OfText(text).Dispose());
        }
        EffortOf(100);
        Assert.True(EffortOf(40_000) < 10 * EffortOf(10_000)); // a walk through all for each would take sixteen times as long
    }

    [Theory]
    [InlineData("service unavailable. Command output: is spamd running?", "Other")]
    [InlineData("service unavailable. Command output: /usr/local/bin/filter.sh: line 14: /var/spool/spam: Permission denied", "Other")]
    [InlineData("Command died with status 127: \"/usr/local/bin/filter.sh\". Command output: /usr/local/bin/filter.sh: line 14: /usr/bin/spamc: No such file or directory ", "Other")]
    [InlineData("service unavailable. Command output: Message content rejected ", "Content")]
    [InlineData("service unavailable. Command output: This is SPAM", "Content")]
    [InlineData("service unavailable. Command output: cannot write", "Other")]
    public void A_filter_behind_a_pipe_that_refuses(string said, string reason)
    {
        var log = new Letters()
            .Arrives("A00001", messageId: "m").Submitted("B00001", "joe@partner.example", "m")
            .Tried("A00001", U, "sent", "delivered via filter service", "filter", daemon: "pipe").Removed("A00001").Sent("B00001", U).Removed("B00001")
            .Arrives("A00002").Tried("A00002", U, "bounced", said, "filter", "5.3.0", "pipe").Notice("C00001").Links("A00002", "C00001").Removed("A00002");
        using var audit = log.Audited();
        Assert.Equal(reason, audit.Mail.Bounces.Single().ReasonClass.ToString());
        Assert.Equal(reason == "Content" ? ["filter"] : [], audit.Findings.Where(finding => finding.Rule.Id == "BKS005").Select(finding => finding.Subject));
    }

    [Fact]
    public void A_circle_through_the_filter_ends_with_a_notice_to_the_stranger_who_wrote()
    {
        var log = new Letters();
        for (int i = 1; i <= 4; i++) log.After(1).Arrives($"A0000{i}", i == 1 ? Letters.Stranger : Local, messageId: "m");
        for (int i = 1; i <= 3; i++) log.Sent($"A0000{i}", U, $"A0000{i + 1}", Amavis).Removed($"A0000{i}");
        log.Tried("A00004", U, "bounced", "host 127.0.0.1[127.0.0.1] said: 554 5.4.0 Error: too many hops (in reply to end of DATA command)", Amavis)
            .Notice("C00001").Links("A00004", "C00001").Removed("A00004");
        Assert.EndsWith(" Yes", log.Notices);
        Assert.EndsWith("strangers 1", log.Sums);
    }

    /// <summary>Two of its processes write at the same time: the first to write is the first to reply.</summary>
    [Fact]
    public void Notices_that_were_written_before_either_reply_belong_to_the_mails_in_their_order()
    {
        var log = new Letters().Arrives("A00001", from: Forger).Arrives("A00002", from: Forger).After(1)
            .Arrives("B00001", Local, from: "").Arrives("B00002", Local, from: "")
            .Tried("A00002", V, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 2).Tried("A00001", U, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 2)
            .Sent("B00001", Forger).Sent("B00002", Forger);
        Assert.Equal("NonDelivery B00001 about A00002 Delivered Yes; NonDelivery B00002 about A00001 Delivered Yes", log.Notices);
    }

    /// <summary>A mail that came to the filter behind the first notice has not written that one, in whatever order they are replied to.</summary>
    [Fact]
    public void None_is_taken_for_one_that_was_written_before_the_filter_had_the_mail()
    {
        var log = new Letters().Arrives("A00001", from: Forger).After(1).Arrives("B00001", Local, from: "").After(30)
            .Arrives("A00002", from: Forger).After(1).Arrives("B00002", Local, from: "")
            .Tried("A00002", V, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 1).Tried("A00001", U, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 33)
            .Sent("B00001", Forger).Sent("B00002", Forger);
        Assert.Equal("NonDelivery B00002 about A00002 Delivered Yes; NonDelivery B00001 about A00001 Delivered Yes", log.Notices);
    }

    /// <summary>However long the filter had it: the notice is the last that it writes before it replies.</summary>
    [Theory]
    [InlineData(200, "NonDelivery B00001 about A00001 Delivered Yes")]
    [InlineData(2000, "")]
    public void What_was_written_long_before_the_reply_is_none_of_its_notices(double seconds, string notices) =>
        Assert.Equal(notices, new Letters().Arrives("A00001", from: Forger).After(1).Arrives("B00001", Local, from: "").After(seconds)
            .Tried("A00001", U, "sent", Returned, Amavis, daemon: "amavis/smtp", delay: 3600).Sent("B00001", Forger).Notices);
}
