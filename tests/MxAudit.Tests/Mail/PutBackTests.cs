namespace MxAudit.Tests.Mail;

/// <summary>MailScanner holds all mail, and puts it back under another id.</summary>
public class PutBackTests
{
    private const string U = "u@example.com";

    private static Letters Held(Letters log, string id) =>
        log.Client(id)
            .Line($"cleanup: {id}: hold: header Received: from mail.partner.example (mail.partner.example [203.0.113.44])??by mx2.fallback.example (Postfix) with ESMTP id {id}??for <{U}>; Sun, 22 Nov 2026 12:00:00 +0000 (UTC) from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .MessageId(id, id + "@partner.example").Foreign("MailScanner[500]: New Batch: Scanning 1 messages, 1863 bytes");

    private static Letters PutBack(Letters log, string id, string other) => log.Foreign($"MailScanner[500]: Requeue: {id}.A1B2C to {other}");

    [Fact]
    public void It_is_one_mail_of_one_stranger()
    {
        var log = PutBack(Held(new Letters(), "A00001"), "A00001", "B00001").Active("B00001").Sent("B00001", U).Removed("B00001");
        Assert.Equal($"A00001 {U} Delivered", log.Outcomes);
        Assert.Equal("A00001 Mail Requeued; B00001 Mail Removed after A00001", log.Ends);
        Assert.Equal("A00001 No; B00001 No", log.Trust);
        Assert.StartsWith("accepted 1 delivered 1 ", log.Sums);
    }

    [Fact]
    public void The_queue_manager_may_be_quicker()
    {
        var log = PutBack(Held(new Letters(), "A00001").Active("B00001").Sent("B00001", U), "A00001", "B00001").Removed("B00001");
        Assert.Equal($"A00001 {U} Delivered", log.Outcomes);
        Assert.StartsWith("accepted 1 delivered 1 ", log.Sums);
    }

    [Fact]
    public void The_queue_manager_may_be_done_with_it()
    {
        var log = PutBack(Held(new Letters(), "A00001").Active("B00001").Sent("B00001", U).Removed("B00001"), "A00001", "B00001");
        Assert.Equal($"A00001 {U} Delivered", log.Outcomes);
        Assert.Equal("A00001 Mail Requeued; B00001 Mail Removed after A00001", log.Ends);
        Assert.StartsWith("accepted 1 delivered 1 ", log.Sums);
    }

    [Fact]
    public void An_id_that_was_done_with_long_before_was_of_other_mail()
    {
        var log = PutBack(Held(new Letters().Active("B00001").Sent("B00001", U).Removed("B00001").After(60), "A00001"), "A00001", "B00001")
            .Active("B00001")
            .Deferred("B00001", U);
        Assert.Equal("A00001 Mail Requeued; B00001 Mail Queued after A00001; B00001 Mail Removed", string.Join("; ", log.Ends.Split("; ").Order()));
    }

    [Fact]
    public void Mail_whose_new_id_another_message_has_taken_stays_held()
    {
        var log = PutBack(
            Held(new Letters().Arrives("C00001"), "A00001").Active("B00001").Sent("C00001", U, "B00001", "127.0.0.1[127.0.0.1]:10025").Removed("C00001"),
            "A00001", "B00001").Sent("B00001", U).Removed("B00001");
        Assert.Equal("A00001 Mail Held; B00001 Mail Removed after C00001; C00001 Mail Removed", string.Join("; ", log.Ends.Split("; ").Order()));
    }

    [Fact]
    public void What_bounces_behind_it_is_backscatter()
    {
        var log = PutBack(Held(new Letters(), "A00001"), "A00001", "B00001").Active("B00001").Bounced("B00001", U).Notice("C00001").Links("B00001", "C00001")
            .Removed("B00001").Sent("C00001", "joe@partner.example", relay: "mail.partner.example[203.0.113.44]:25").Removed("C00001");
        Assert.Equal($"A00001 {U} Bounced", log.Outcomes);
        Assert.Equal("NonDelivery C00001 about B00001 Delivered Yes", log.Notices);
        Assert.StartsWith("accepted 1 delivered 0 bounced 1 ", log.Sums);
        Assert.EndsWith("strangers 1", log.Sums);
    }

    [Fact]
    public void What_it_keeps_stays_held()
    {
        Assert.Equal($"A00001 {U} Held", Held(new Letters(), "A00001").Outcomes);
        // its beginning is not in the log
        Assert.Equal($"B00001 {U} Delivered", PutBack(new Letters(), "A00001", "B00001").Active("B00001").Sent("B00001", U).Outcomes);
    }

    [Fact]
    public void An_instance_that_is_called_otherwise_keeps_its_mail()
    {
        var log = PutBack(
            Held(new Letters("mx2", "postfix-in").On("mx2", "postfix-out").Arrives("D00001").Sent("D00001", U).Removed("D00001").On("mx2", "postfix-in"),
                "A00001"),
            "A00001", "B00001").Active("B00001").Sent("B00001", U).Removed("B00001");
        Assert.Equal($"A00001 {U} Delivered; D00001 {U} Delivered", string.Join("; ", log.Outcomes.Split("; ").Order()));
    }

    /// <summary>MailScanner's own line names no instance.</summary>
    [Fact]
    public void An_instance_that_is_asked_for_alone_keeps_its_mail_too()
    {
        string log = PutBack(Held(new Letters(instance: "postfix-b").Arrives("D00001").Sent("D00001", U).Removed("D00001").On("mx2", "postfix-a"), "A00001"),
            "A00001", "B00001").Active("B00001").Sent("B00001", U).Removed("B00001").ToString();
        using var audit = MxAudit.Audit.OfText(log, new AuditRequest { Instance = "postfix-a", Year = 2026 });
        Assert.Equal([$"A00001 {U} Delivered"], audit.Mail.Recipients.Select(one => $"{one.Message.QueueId} {one.Address} {one.Outcome}"));
        using var ofOther = MxAudit.Audit.OfText(log, new AuditRequest { Instance = "postfix-b", Year = 2026 });
        Assert.Equal(["D00001"], ofOther.Mail.Messages.Select(one => one.QueueId));
    }

    [Theory]
    [InlineData("postfix-a", 4)]
    [InlineData("postfix-b", 1)]
    public void A_line_that_is_repeated_is_of_the_instance_before_it(string instance, long rejects)
    {
        const string Refused =
            "smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 550 5.1.1 <u@example.com>: Recipient address rejected: User unknown; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<h>";
        string log = new Letters(instance: "postfix-b").Line(Refused).On("mx2", "postfix-a").Line(Refused).Foreign("last message repeated 3 times").ToString();
        using var audit = MxAudit.Audit.OfText(log, new AuditRequest { Instance = instance, Year = 2026 });
        Assert.Equal(rejects, audit.Mail.Totals.SmtpdRejects);
    }

    [Fact]
    public void Lines_are_lost_to_each_instance_of_a_host_and_to_no_other_host()
    {
        string log = new Letters(instance: "postfix-a").Arrives("A00001").On("mx3", "postfix-b").Arrives("B00001")
            .Foreign("rsyslogd: imuxsock lost 12 messages from pid 1 due to rate-limiting").On("mx3", "postfix-a").Arrives("C00001").ToString();
        using var audit = MxAudit.Audit.OfText(log, new AuditRequest { Host = "mx2", Instance = "postfix-a", Year = 2026 });
        Assert.False(audit.Mail.LinesWereLost);
        using var ofOther = MxAudit.Audit.OfText(log, new AuditRequest { Host = "mx3", Instance = "postfix-a", Year = 2026 });
        Assert.True(ofOther.Mail.LinesWereLost);
    }
}
