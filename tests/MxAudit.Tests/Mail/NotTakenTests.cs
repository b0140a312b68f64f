namespace MxAudit.Tests.Mail;

/// <summary>
/// Mail that was begun and not taken, though an action had decided already what becomes of it. MailScanner has every message held by its first header.
/// </summary>
public class NotTakenTests
{
    private const string U = "u@example.com";
    private const string Nobody = "accepted 0 delivered 0 bounced 0 expired 0 deferred 0 rejects 0 strangers 0";

    private static Letters Held(string id, string action = "hold") => new Letters().Client(id)
        .Line($"cleanup: {id}: {action}: header Received: from mail.partner.example (mail.partner.example [203.0.113.44])??by mx2.fallback.example (Postfix) with ESMTP id {id}??for <{U}>; Sun, 22 Nov 2026 12:00:00 +0000 (UTC) from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
        .MessageId(id, id + "@partner.example");

    [Theory]
    [InlineData("smtpd: lost connection after DATA (5124 bytes) from mail.partner.example[203.0.113.44]")]
    [InlineData("smtpd: timeout after DATA (5127 bytes) from mail.partner.example[203.0.113.44]")]
    [InlineData("smtpd: lost connection after BDAT (3000 bytes) from mail.partner.example[203.0.113.44]")]
    [InlineData("smtpd: A00001: lost connection after DATA (5124 bytes) from mail.partner.example[203.0.113.44]")]
    [InlineData("cleanup: A00001: removed (canceled)")]
    [InlineData("cleanup: warning: A00001: queue file size limit exceeded")]
    public void What_was_held_by_a_header_is_not_there_when_its_end_never_came(string end)
    {
        Assert.Equal($"A00001 {U} Held", Held("A00001").Outcomes);
        foreach (string action in new[] { "hold", "discard" })
        {
            Assert.Equal("", Held("A00001", action).Line(end).Outcomes);
            Assert.Equal(Nobody, Held("A00001", action).Line(end).Sums);
            Assert.DoesNotContain("A00001 Mail Held", Held("A00001", action).Line(end).Ends);
        }
    }

    [Fact]
    public void Cleanup_may_tell_of_it_later_than_smtpd()
    {
        var log = new Letters().Client("A00001").Line("smtpd: lost connection after DATA (14 bytes) from mail.partner.example[203.0.113.44]")
            .Line($"cleanup: A00001: hold: header Subject: x from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .MessageId("A00001", "a@partner.example");
        Assert.Equal("", log.Outcomes);
        Assert.Equal(Nobody, log.Sums);
    }

    [Fact]
    public void What_the_session_or_another_one_handed_over_before_was_taken()
    {
        var log = Held("A00001").Client("A00002").Line("smtpd: lost connection after DATA (14 bytes) from mail.partner.example[203.0.113.44]");
        Assert.Equal($"A00001 {U} Held", log.Outcomes);
        log = Held("A00001")
            .Line("smtpd[7]: lost connection after DATA (14 bytes) from mail.partner.example[203.0.113.44]")
            .Line("smtpd: lost connection after END-OF-MESSAGE from mail.partner.example[203.0.113.44]");
        Assert.Equal($"A00001 {U} Held", log.Outcomes);
    }

    [Fact]
    public void What_the_body_check_refused_is_not_held()
    {
        var log = Held("A00001")
            .Line($"cleanup: A00001: reject: body BAD from mail.partner.example[203.0.113.44]; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>: 5.7.1 body");
        Assert.Equal("", log.Outcomes);
        Assert.Equal("accepted 0 delivered 0 bounced 0 expired 0 deferred 0 rejects 1 strangers 0", log.Sums);
    }

    [Theory]
    [InlineData("ehlo=1 mail=1 rcpt=1 quit=1 commands=4", 0)]
    [InlineData("ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4", 0)]
    [InlineData("ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5", 1)]
    [InlineData("ehlo=1 mail=1 rcpt=1 bdat=2 quit=1 commands=6", 1)]
    [InlineData("", 1)] // before 3.0
    public void Who_asks_and_goes_leaves_nothing_to_discard(string statistics, int accepted)
    {
        var log = new Letters().Line("smtpd: connect from mail.partner.example[203.0.113.44]")
            .Line($"smtpd: NOQUEUE: discard: RCPT from mail.partner.example[203.0.113.44]: <{U}>: Recipient address triggers DISCARD action; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .Client("A00001").Line(("smtpd: disconnect from mail.partner.example[203.0.113.44] " + statistics).TrimEnd());
        Assert.Equal(accepted == 0 ? "" : $"A00001 {U} Discarded", log.Outcomes);
        Assert.StartsWith($"accepted {accepted} ", log.Sums);
    }

    /// <summary>Recorded: RCPT to an address that is discarded, RSET, and mail to another one.</summary>
    [Theory]
    [InlineData("ehlo=1 mail=2 rcpt=2 data=1 rset=1 quit=1 commands=8", 1)]
    [InlineData("ehlo=1 mail=2 rcpt=2 data=1/2 rset=1 quit=1 commands=8/9", 1)]
    [InlineData("ehlo=1 mail=2 rcpt=2 data=2 quit=1 commands=8", 2)]
    [InlineData("ehlo=1 mail=2 rcpt=2 data=11 quit=1 commands=8", 2)]
    public void Of_two_messages_the_one_whose_end_came_was_taken(string statistics, int accepted)
    {
        var log = new Letters().Line("smtpd: connect from mail.partner.example[203.0.113.44]")
            .Line($"smtpd: NOQUEUE: discard: RCPT from mail.partner.example[203.0.113.44]: <{U}>: Recipient address not wanted; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .Client("A00001").Arrives("A00002").Line("smtpd: disconnect from mail.partner.example[203.0.113.44] " + statistics)
            .Sent("A00002", "anna@example.com").Removed("A00002");
        Assert.Equal((accepted == 2 ? $"A00001 {U} Discarded; " : "") + "A00002 anna@example.com Delivered", log.Outcomes);
        Assert.StartsWith($"accepted {accepted} delivered 1 ", log.Sums);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("discard")]
    public void What_no_qmgr_names_has_the_sender_that_the_session_named(string action)
    {
        using var audit = new Letters()
            .Line($"smtpd: NOQUEUE: {action}: RCPT from mail.partner.example[203.0.113.44]: <{U}>: Recipient address look; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .Client("A00001").MessageId("A00001", "a@partner.example").Audited();
        Assert.Equal("joe@partner.example", audit.Mail.Messages.Single().Sender);
    }

    [Fact]
    public void Who_asks_and_goes_leaves_nothing_to_hold()
    {
        var log = new Letters().Line("smtpd: connect from mail.partner.example[203.0.113.44]")
            .Line($"smtpd: NOQUEUE: hold: RCPT from mail.partner.example[203.0.113.44]: <{U}>: Recipient address triggers HOLD action; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .Client("A00001").Line("smtpd: disconnect from mail.partner.example[203.0.113.44] ehlo=1 mail=1 rcpt=1 quit=1 commands=4");
        Assert.Equal("", log.Outcomes);
        Assert.Equal(Nobody, log.Sums);
        Assert.Equal("A00001 Mail Unknown", log.Ends);
    }

    [Fact]
    public void What_never_came_is_not_among_all_that_postsuper_deletes()
    {
        var log = Held("A00001")
            .Line($"smtpd: NOQUEUE: hold: RCPT from mail.partner.example[203.0.113.44]: <{U}>: Recipient address triggers HOLD action; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .Client("A00002")
            .Line("smtpd: disconnect from mail.partner.example[203.0.113.44] ehlo=1 mail=2 rcpt=2 data=1 quit=1 commands=7")
            .Line("postsuper: Deleted: 1 message");
        Assert.Equal($"A00001 {U} Deleted", log.Outcomes);
        Assert.Equal("A00001 Mail Deleted; A00002 Mail Unknown", log.Ends);
    }
}
