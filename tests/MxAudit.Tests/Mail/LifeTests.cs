namespace MxAudit.Tests.Mail;

/// <summary>Lives of queue ids: reuse, postsuper, requeueing, holding, discarding.</summary>
public class LifeTests
{
    private const string U = "u@example.com", V = "v@example.com";

    [Fact]
    public void A_short_id_used_again_after_removed_is_another_message()
    {
        var log = new Letters().Arrives("A00001").Sent("A00001", U).Removed("A00001").After(60).Arrives("A00001").Deferred("A00001", V);
        Assert.Equal("A00001 u@example.com Delivered; A00001 v@example.com Deferred", log.Outcomes);
        Assert.Equal("A00001 Mail Removed; A00001 Mail Queued", log.Ends);
    }

    [Fact]
    public void A_short_id_used_again_without_removed_is_another_message()
    {
        var log = new Letters().Arrives("A00001").Sent("A00001", U).After(60).Arrives("A00001").Bounced("A00001", U);
        Assert.Equal("A00001 u@example.com Delivered; A00001 u@example.com Bounced", log.Outcomes);
        Assert.Equal("A00001 Mail Unknown; A00001 Mail Unknown", log.Ends);
    }

    [Fact]
    public void A_message_of_which_one_recipient_waits_is_still_queued()
    {
        foreach (var (waits, done) in new[] { (U, V), (V, U) })
        {
            var log = new Letters().Arrives("A00001", recipients: 2).Sent("A00001", done).Deferred("A00001", waits);
            Assert.Equal("A00001 Mail Queued", log.Ends);
            log = new Letters().Arrives("A00001", recipients: 2).Deferred("A00001", waits).Sent("A00001", done);
            Assert.Equal("A00001 Mail Queued", log.Ends);
        }
    }

    [Fact]
    public void An_id_refused_at_end_of_data_and_used_again_by_a_probe_is_two_lives()
    {
        var log = new Letters().Client("A00001").MessageId("A00001", "x@partner.example")
            .Line("cleanup: A00001: milter-reject: END-OF-MESSAGE from mail.partner.example[203.0.113.44]: 5.7.1 Command rejected; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>")
            .After(1).MessageId("A00001", "20261122120001.A00001@mx2.fallback.example").Active("A00001", "double-bounce@mx2.fallback.example", 240)
            .Probed("A00001", U).Removed("A00001");
        Assert.Equal("A00001 u@example.com Deliverable", log.Probes);
        Assert.Equal("accepted 0 delivered 0 bounced 0 expired 0 deferred 0 rejects 1 strangers 0", log.Sums);
        using var audit = log.Audited();
        Assert.Equal(["<x@partner.example>", "<20261122120001.A00001@mx2.fallback.example>"], audit.Mail.Messages.Select(one => one.MessageId));
    }

    [Fact]
    public void Requeued_after_syslog_name_was_changed_is_one_message() => Assert.Equal("A00001 u@example.com Delivered",
        new Letters()
            .Arrives("A00001")
            .Deferred("A00001", U)
            .On("mx2", "gate")
            .Postsuper("A00001", "requeued")
            .Submitted("B00001", "joe@partner.example", requeued: "A00001")
            .Sent("B00001", U).Outcomes);

    [Fact]
    public void The_sender_of_a_held_message_is_known_from_the_line_that_holds_it()
    {
        using var audit = new Letters().Client("A00001").MessageId("A00001", "x@partner.example")
            .Line("cleanup: A00001: hold: header Subject: junk from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>")
            .Audited();
        Assert.Equal("joe@partner.example", audit.Mail.Messages.Single().Sender);
    }

    [Fact]
    public void Held_and_released()
    {
        var log = new Letters().Arrives("A00001").Deferred("A00001", U).Postsuper("A00001", "placed on hold");
        Assert.Equal("A00001 u@example.com Held", log.Outcomes);
        Assert.Equal("A00001 Mail Held", log.Ends);
        Assert.Equal("A00001 u@example.com Deferred", log.Postsuper("A00001", "released from hold").Outcomes);
    }

    [Fact]
    public void Expired_by_hand()
    {
        var log = new Letters().Arrives("A00001").Deferred("A00001", U).Postsuper("A00001", "expired").Active("A00001")
            .Line("qmgr: A00001: from=<joe@partner.example>, status=force-expired, returned to sender")
            .Notice("B00001").Links("A00001", "B00001").Removed("A00001").Sent("B00001", "joe@partner.example").Removed("B00001");
        Assert.Equal("A00001 u@example.com Expired", log.Outcomes);
        Assert.Equal("NonDelivery B00001 about A00001 Delivered Yes", log.Notices);
    }

    [Fact]
    public void Expired_mail_of_the_null_sender_is_expired_and_nobody_is_told()
    {
        var log = new Letters()
            .Arrives("A00001", from: "")
            .Deferred("A00001", U)
            .Line("qmgr: A00001: from=<>, status=expired, returned to sender")
            .Removed("A00001");
        Assert.Equal("A00001 u@example.com Expired", log.Outcomes);
        Assert.Equal("", log.Notices);
    }

    [Fact]
    public void Requeued_twice_is_one_message_and_keeps_its_client()
    {
        var log = new Letters().Arrives("A00001", recipients: 2).Sent("A00001", V).Deferred("A00001", U).Postsuper("A00001", "requeued").After(1)
            .Submitted("A00002", "joe@partner.example", requeued: "A00001").Deferred("A00002", U).Postsuper("A00002", "requeued").After(1)
            .Submitted("A00003", "joe@partner.example", requeued: "A00002").Sent("A00003", U).Removed("A00003");
        Assert.Equal("A00001 u@example.com Delivered; A00001 v@example.com Delivered", Sorted(log.Outcomes));
        Assert.Equal("A00001 Mail Requeued; A00002 Mail Requeued after A00001; A00003 Mail Removed after A00002", log.Ends);
        Assert.Equal("A00001 No; A00002 No; A00003 No", log.Trust);
        Assert.Equal("accepted 1 delivered 2 bounced 0 expired 0 deferred 0 rejects 0 strangers 0", log.Sums);
    }

    [Theory, InlineData("deleted", "Deleted"), InlineData("held", "Held"), InlineData("", "Deferred")]
    public void What_became_of_the_requeued_message_before_it_was_tried_decides(string what, string outcome)
    {
        var log = new Letters()
            .Arrives("A00001")
            .Deferred("A00001", U)
            .Postsuper("A00001", "requeued")
            .After(1)
            .Submitted("A00002", "joe@partner.example", requeued: "A00001");
        if (what == "deleted") log.Removed("A00002", "postsuper");
        if (what == "held") log.Postsuper("A00002", "placed on hold");
        Assert.Equal($"A00001 u@example.com {outcome}", log.Outcomes);
    }

    [Fact]
    public void A_requeued_message_whose_beginning_is_not_in_the_log_is_of_nobody_known() =>
        Assert.Equal("A00002 Unknown", new Letters().Submitted("A00002", "joe@partner.example", requeued: "A00001").Sent("A00002", U).Trust);

    [Fact]
    public void Hold_at_rcpt_before_the_id_is_made_belongs_to_the_next_message_of_the_session()
    {
        const string hold =
            "smtpd: NOQUEUE: hold: RCPT from mail.partner.example[203.0.113.44]: <u@example.com>: Recipient address triggers HOLD action; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>";
        var log = new Letters()
            .Line("smtpd: connect from mail.partner.example[203.0.113.44]")
            .Line(hold)
            .Client("A00001")
            .MessageId("A00001", "x@partner.example")
            .Arrives("A00002")
            .Sent("A00002", V);
        Assert.Equal("A00001 u@example.com Held; A00002 v@example.com Delivered", log.Outcomes);
        Assert.Equal("accepted 2 delivered 1 bounced 0 expired 0 deferred 0 rejects 0 strangers 0", log.Sums);
        Assert.Equal("A00001 u@example.com Delivered; A00002 v@example.com Delivered",
            log.After(9).Postsuper("A00001", "released from hold").Active("A00001").Sent("A00001", U).Removed("A00001").Outcomes);
        var next = new Letters().Line("smtpd: connect from mail.partner.example[203.0.113.44]").Line(hold)
            .Line("smtpd: disconnect from mail.partner.example[203.0.113.44] ehlo=1 mail=1 rcpt=1 quit=1 commands=4")
            .Line("smtpd: connect from mail.partner.example[203.0.113.44]").Client("A00001").MessageId("A00001", "x@partner.example");
        Assert.Equal("", next.Outcomes);
    }

    [Fact]
    public void Discard_at_rcpt_takes_the_message()
    {
        var log = new Letters().Line("smtpd: connect from mail.partner.example[203.0.113.44]")
            .Line("smtpd: NOQUEUE: discard: RCPT from mail.partner.example[203.0.113.44]: <u@example.com>: Recipient address triggers DISCARD action; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>")
            .Client("A00001").MessageId("A00001", "x@partner.example");
        Assert.Equal("A00001 u@example.com Discarded", log.Outcomes);
        Assert.Equal("A00001 Mail Discarded", log.Ends);
    }

    [Theory]
    [InlineData(
        "cleanup: A00001: discard: header Subject: junk from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>",
        "Discarded",
        1)]
    [InlineData(
        "cleanup: A00001: hold: header Subject: junk from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>",
        "Held",
        1)]
    [InlineData(
        "cleanup: A00001: milter-discard: END-OF-MESSAGE from mail.partner.example[203.0.113.44]: milter triggers DISCARD action; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>",
        "Discarded",
        1)]
    [InlineData(
        "cleanup: A00001: milter-hold: END-OF-MESSAGE from mail.partner.example[203.0.113.44]: milter triggers HOLD action; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>",
        "Held",
        1)]
    [InlineData(
        "cleanup: A00001: reject: header Subject: junk from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>: 5.7.1 message content rejected",
        "",
        0)]
    [InlineData(
        "cleanup: A00001: milter-reject: END-OF-MESSAGE from mail.partner.example[203.0.113.44]: 5.7.1 Command rejected; from=<joe@partner.example> to=<u@example.com> proto=ESMTP helo=<mail.partner.example>",
        "",
        0)]
    public void What_cleanup_did_to_a_message_decides(string line, string outcome, int accepted)
    {
        var log = new Letters().Client("A00001").MessageId("A00001", "x@partner.example").Line(line);
        Assert.Equal(outcome.Length == 0 ? "" : $"A00001 u@example.com {outcome}", log.Outcomes);
        Assert.StartsWith($"accepted {accepted} ", log.Sums);
        Assert.Contains($"rejects {1 - accepted} ", log.Sums);
    }

    [Fact]
    public void The_discard_transport_discards() =>
        Assert.Equal("A00001 u@example.com Discarded",
            new Letters().Arrives("A00001").Tried("A00001", U, "sent", "example.com", "none", daemon: "discard").Outcomes);

    [Fact]
    public void An_alias_is_told_with_what_the_client_asked_for()
    {
        using var audit = new Letters().Arrives("A00001").Sent("A00001", U, original: "postmaster@example.com").Audited();
        Assert.Equal("u@example.com postmaster@example.com", $"{audit.Mail.Recipients[0].Address} {audit.Mail.Recipients[0].OriginalAddress}");
    }

    [Fact]
    public void A_log_that_begins_in_the_middle_of_a_life_knows_no_client()
    {
        var log = new Letters().Active("A00001").Bounced("A00001", U).Notice("B00001").Links("A00001", "B00001").Removed("A00001")
            .Sent("B00001", "joe@partner.example").Removed("B00001");
        Assert.Equal("A00001 Unknown", log.Trust);
        Assert.Equal("NonDelivery B00001 about A00001 Delivered Unknown", log.Notices);
        Assert.Equal("accepted 0 delivered 0 bounced 1 expired 0 deferred 0 rejects 0 strangers 0", log.Sums);
    }

    [Fact]
    public void One_id_on_two_hosts_is_two_messages()
    {
        var log = new Letters().Arrives("A00001").On("mx3").Arrives("A00001", "mail.partner.example[203.0.113.45]").On("mx2").Sent("A00001", U)
            .Removed("A00001").On("mx3").Bounced("A00001", U);
        Assert.Equal("A00001 u@example.com Delivered; A00001 u@example.com Bounced", log.Outcomes);
    }

    [Fact]
    public void A_session_that_was_given_up_before_its_mail_was_taken_is_no_message()
    {
        var log = new Letters()
            .Client("A00001")
            .Client("A00001", "mail.partner.example[203.0.113.45]")
            .MessageId("A00001", "x@partner.example")
            .Active("A00001")
            .Sent("A00001", U);
        Assert.StartsWith("accepted 1 delivered 1 ", log.Sums);
    }

    [Fact]
    public void Repeated_replies_count()
    {
        const string reject =
            "NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 550 5.1.1 <x@example.com>: Recipient address rejected: User unknown in relay recipient table; from=<a@bank.example> to=<x@example.com> proto=SMTP helo=<x>";
        Assert.Contains("rejects 10 ", new Letters().Line("smtpd: " + reject).Line($"smtpd: message repeated 9 times: [ {reject}]").Sums);
        Assert.Contains("rejects 4 ", new Letters().Line("smtpd: " + reject).Foreign("last message repeated 3 times").Sums);
        Assert.Contains("rejects 1 ",
            new Letters().Line("smtpd: " + reject).Foreign("sshd[77]: Connection closed by 203.0.113.66").Foreign("last message repeated 3 times").Sums);
    }

    [Theory]
    [InlineData("localhost[127.0.0.1]", "Yes"), InlineData("localhost[::ffff:127.0.0.1]", "Yes"), InlineData("localhost[::1]", "Yes"),
        InlineData("pc[10.1.2.3]", "Yes"), InlineData("pc[172.31.2.3]", "Yes")]
    [InlineData("pc[172.32.2.3]", "No"), InlineData("pc[192.168.2.3]", "Yes"), InlineData("pc[fd00::3]", "Yes"), InlineData("pc[fe80::3%eth0]", "Yes"),
        InlineData("unknown[2001:db8::66]", "No")]
    [InlineData("unknown[203.0.113.66]", "No"), InlineData("unknown[203.0.113.66]:34567", "No"), InlineData("unknown[unknown]", "No"),
        InlineData("unknown[::ffff:203.0.113.66]", "No")]
    [InlineData("unknown[203.0.113.66], sasl_method=PLAIN, sasl_username=joe", "Yes")]
    [InlineData("localhost[127.0.0.1], orig_queue_id=B00001, orig_client=unknown[203.0.113.66]", "No"),
        InlineData("localhost[127.0.0.1], orig_client=pc[10.1.2.3]", "Yes")]
    public void Who_is_trusted(string client, string trusted) => Assert.Equal($"A00001 {trusted}", new Letters().Arrives("A00001", client).Trust);

    [Fact]
    public void Mail_of_a_local_user_is_trusted() => Assert.Equal("A00001 Yes", new Letters().Submitted("A00001").Trust);

    internal static string Sorted(string told) => string.Join("; ", told.Split("; ").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("smtpd: connect from mail.partner.example[203.0.113.44]")]
    public void A_refusal_before_the_first_recipient_tells_the_HELO_name_from_the_first_line_of_a_log_on(string first)
    {
        var log = new Letters();
        if (first.Length > 0) log.Line(first);
        using var audit = log
            .Line("smtpd: NOQUEUE: reject: RCPT from mail.partner.example[203.0.113.44]: 550 5.1.1 <x@example.com>: Recipient address rejected: User unknown; from=<joe@partner.example> to=<x@example.com> proto=ESMTP helo=<h.partner.example>")
            .Arrives("A00001").Audited();
        Assert.Equal("h.partner.example", audit.Mail.Messages.Single().Helo);
    }
}
