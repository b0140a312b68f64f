using MxAudit.Config;

namespace MxAudit.Tests.Mail;

/// <summary>One recipient becomes several, or several become one address: aliases, copies, redirections, filters that split.</summary>
public class CopyTests
{
    private const string Alice = "alice@example.com", Bob = "bob@example.net", Lab = "lab@mx2.fallback.example", Filter = "127.0.0.1[127.0.0.1]:10024",
        Local = "localhost[127.0.0.1]";

    [Fact]
    public void Two_aliases_of_one_address_are_two_recipients()
    {
        using var audit = new Letters()
            .Arrives("A00001", recipients: 3)
            .Sent("A00001", Alice, original: "one@example.com")
            .Sent("A00001", Alice, original: "both@example.com")
            .Sent("A00001", Alice)
            .Audited();
        Assert.Equal(["", "both@example.com", "one@example.com"], audit.Mail.Recipients.Select(one => one.OriginalAddress).Order());
        Assert.Equal(3, audit.Mail.Totals.RecipientsDelivered);
    }

    [Fact]
    public void Two_aliases_of_one_address_have_their_own_ends()
    {
        var log = new Letters().Arrives("A00001", recipients: 2).Tried("A00001", Alice, "deferred", "451 later", original: "one@example.com")
            .Tried("A00001", Alice, "deferred", "451 later", original: "both@example.com")
            .After(300).Sent("A00001", Alice, original: "one@example.com").Tried("A00001", Alice, "deferred", "451 later", original: "both@example.com");
        Assert.Equal("A00001 alice@example.com Delivered; A00001 alice@example.com Deferred", log.Outcomes);
    }

    [Fact]
    public void What_is_forwarded_for_one_recipient_is_not_what_another_was_sent()
    {
        var log = new Letters().Arrives("A00001", messageId: "m", recipients: 2).MessageId("B00001", "m").Active("B00001")
            .Tried("A00001", Lab, "sent", "forwarded as B00001", "local", daemon: "local").Sent("A00001", Alice).Removed("A00001")
            .Bounced("B00001", Alice).Removed("B00001");
        Assert.Equal("A00001 alice@example.com Bounced; A00001 alice@example.com Delivered", LifeTests.Sorted(log.Outcomes));
    }

    [Fact]
    public void A_recipient_that_waits_is_not_the_one_that_another_was_forwarded_to()
    {
        var log = new Letters().Arrives("A00001", messageId: "m", recipients: 2).MessageId("B00001", "m").Active("B00001")
            .Tried("A00001", Lab, "sent", "forwarded as B00001", "local", daemon: "local").Deferred("A00001", Alice).Sent("B00001", Alice).Removed("B00001");
        Assert.Equal("A00001 alice@example.com Deferred; A00001 alice@example.com Delivered", LifeTests.Sorted(log.Outcomes));
    }

    /// <summary>The filter hands back one message for each recipient; its reply names the last.</summary>
    [Theory]
    [InlineData(", orig_queue_id=A00001, orig_client=unknown"), InlineData("")]
    public void A_filter_that_splits_a_message(string forwarded)
    {
        var log = new Letters().Arrives("A00001", messageId: "m", recipients: 3)
            .Arrives("B00001", Local + forwarded, messageId: "m").Arrives("B00002", Local, messageId: "m").Arrives("B00003", Local, messageId: "m")
            .Sent("A00001", Alice, "B00003", Filter).Sent("A00001", "carol@example.com", "B00003", Filter).Sent("A00001", Bob, "B00003", Filter)
            .Sent("B00001", Alice).Bounced("B00002", "carol@example.com").Sent("B00003", Bob);
        Assert.Equal("A00001 alice@example.com Delivered; A00001 bob@example.net Delivered; A00001 carol@example.com Bounced", LifeTests.Sorted(log.Outcomes));
        Assert.StartsWith("accepted 1 ", log.Sums);
        Assert.Equal("", log.Loops);
        Assert.All(log.Trust.Split("; "), trust => Assert.EndsWith(" No", trust));
    }

    /// <summary>Mail that sendmail(1) submits is given a Message-ID.</summary>
    [Fact]
    public void A_pipe_hands_back_mail_that_had_no_message_id()
    {
        var log = new Letters().Arrives("A00001", messageId: "").Arrives("A00002", messageId: "").After(1)
            .Submitted("B00001", "joe@partner.example")
            .Tried("A00001", Alice, "sent", "delivered via scan service", "scan", daemon: "pipe", delay: 1.5)
            .Removed("A00001")
            .Submitted("B00002", "joe@partner.example")
            .Tried("A00002", Bob, "sent", "delivered via scan service", "scan", daemon: "pipe", delay: 1.5)
            .Removed("A00002")
            .Sent("B00002", Bob).Bounced("B00001", Alice).Notice("C00001").Links("B00001", "C00001").Removed("B00001").Sent("C00001", "joe@partner.example");
        Assert.Equal("A00001 alice@example.com Bounced; A00002 bob@example.net Delivered", LifeTests.Sorted(log.Outcomes));
        Assert.Equal("accepted 2 delivered 1 bounced 1 expired 0 deferred 0 rejects 0 strangers 1", log.Sums);
    }

    [Fact]
    public void Mail_of_the_same_sender_that_came_before_or_later_is_not_what_the_pipe_handed_back()
    {
        var log = new Letters().Submitted("B00001", "joe@partner.example").Sent("B00001", Alice).After(5).Arrives("A00001", messageId: "")
            .Tried("A00001", Alice, "sent", "delivered via scan service", "scan", daemon: "pipe").Removed("A00001").After(5)
            .Submitted("B00002", "joe@partner.example").Sent("B00002", Alice);
        Assert.StartsWith("accepted 3 ", log.Sums);
    }

    [Fact]
    public void A_copy_that_the_filter_made_later_is_mail_of_its_own()
    {
        var log = new Letters().Arrives("A00001", messageId: "m").Arrives("B00001", Local, messageId: "m").Sent("A00001", Alice, "B00001", Filter)
            .Sent("B00001", "other@example.com")
            .After(60).Arrives("B00002", Local, messageId: "m").Sent("B00002", Alice);
        Assert.StartsWith("accepted 2 ", log.Sums);
    }

    private static string[] ThirdParty(Letters log, string mainCf = "")
    {
        var config = PostfixConfig.OfText(
            "compatibility_level = 3.6\nrelay_domains = example.com\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n" + mainCf, null,
            new Dictionary<string, string>());
        using var result = Audit.OfText(log.ToString(), config: config);
        return [.. result.Findings.Where(finding => finding.Rule.Id == "REL005").Select(finding => finding.Message)];
    }

    private static Letters Copied(Letters log) =>
        log.Sent("A00001", Alice)
            .Tried("A00001", "archive@partner.example", "sent", "250 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp")
            .Removed("A00001");

    [Fact]
    public void A_blind_copy_is_not_relaying() =>
        Assert.Empty(ThirdParty(Copied(new Letters().Arrives("A00001", recipients: 2)), "always_bcc = archive@partner.example\n"));

    [Fact]
    public void A_copy_of_local_mail_is_not_relaying() =>
        Assert.Empty(ThirdParty(new Letters()
            .Arrives("A00001", recipients: 2)
            .Tried("A00001", "admin@partner.example", "sent", "250 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp", original: Lab)
            .Tried("A00001", "archive@partner.example", "sent", "250 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp")));

    [Fact]
    public void A_redirection_is_not_relaying()
    {
        const string redirect =
            "RCPT from mail.partner.example[203.0.113.44]: <joe@partner.example>: Sender address triggers REDIRECT admin@partner.example; from=<joe@partner.example> to=<alice@example.com> proto=ESMTP helo=<h>";
        static Letters Away(Letters log) =>
            log.Tried("A00001", "admin@partner.example", "sent", "250 Ok", "mail.partner.example[203.0.113.44]:25", daemon: "smtp");
        Assert.NotEmpty(ThirdParty(Away(new Letters().Arrives("A00001"))));
        Assert.Empty(ThirdParty(Away(new Letters().Line("smtpd: NOQUEUE: redirect: " + redirect).Arrives("A00001"))));
        Assert.Empty(ThirdParty(Away(new Letters().Client("A00001").Line("smtpd: A00001: redirect: " + redirect).MessageId("A00001", "m").Active("A00001"))));
        Assert.NotEmpty(ThirdParty(Away(new Letters().Line("smtpd: NOQUEUE: redirect: " + redirect).Arrives("B00001").Arrives("A00001"))));
    }

    [Fact]
    public void A_milter_gives_local_mail_no_reply()
    {
        var log = new Letters().Line("pickup: A00001: uid=0 from=<root>").MessageId("A00001", "m")
            .Line("cleanup: A00001: milter-reject: END-OF-MESSAGE from localhost[127.0.0.1]: 4.7.1 Service unavailable - try again later; from=<root@mx2.fallback.example> to=<alice@example.com>")
            .Client("A00002")
            .MessageId("A00002", "n")
            .Line("cleanup: A00002: milter-reject: END-OF-MESSAGE from mail.partner.example[203.0.113.44]: 5.7.1 Spam; from=<joe@partner.example> to=<alice@example.com> proto=ESMTP helo=<h>");
        Assert.Contains(" rejects 1 ", log.Sums);
        Assert.StartsWith("accepted 0 ", log.Sums);
    }
}
