using MxAudit.Rules;

namespace MxAudit.Tests.Mail;

/// <summary>A filter before the queue hands mail over as a client of its own, often without a word about whose it is. smtpd knows.</summary>
public class FilterInFrontTests
{
    private const string U = "u@example.com", Local = "localhost[127.0.0.1]";

    private static Letters Through(string client, string said = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as A00001", string from = "joe@partner.example") =>
        new Letters().Line($"smtpd[7]: connect from {Letters.Stranger}").Line($"smtpd[7]: NOQUEUE: client={client}")
            .Arrives("A00001", Local)
            .Line($"smtpd[7]: proxy-accept: END-OF-MESSAGE: {said}; from=<{from}> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .Line($"smtpd[7]: disconnect from {Letters.Stranger} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");

    [Fact]
    public void Its_notices_go_to_strangers()
    {
        var log = Through(Letters.Stranger).Bounced("A00001", U).Notice("B00001").Links("A00001", "B00001").Removed("A00001");
        Assert.Equal("A00001 No", log.Trust);
        Assert.EndsWith("strangers 1", log.Sums);
        using var audit = log.Audited();
        Assert.Equal(Letters.Stranger, audit.Mail.Messages[0].Client);
        Assert.Contains(audit.Findings, finding => finding.Rule.Id == "BKS001");
    }

    [Fact]
    public void Mail_that_is_gone_before_the_reply_is_logged_is_named_too()
    {
        var log = new Letters().Line($"smtpd[7]: NOQUEUE: client={Letters.Stranger}").Arrives("A00001", Local).Sent("A00001", U).Removed("A00001")
            .Line($"smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as A00001; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<h>");
        Assert.Equal("A00001 No", log.Trust);
    }

    [Fact]
    public void Who_has_logged_in_is_no_stranger() =>
        Assert.Equal("A00001 Yes", Through(Letters.Stranger + ", sasl_method=PLAIN, sasl_username=joe").Sent("A00001", U).Trust);

    /// <summary>What the filter says stands before what the client wrote, who can not name another's mail.</summary>
    [Theory]
    [InlineData("250 2.5.0 Ok, id=17-03", "\"queued as A00001\"@partner.example")]
    [InlineData("250 2.5.0 Ok, id=17-03", "\"; from=<queued as A00001\"@partner.example")]
    [InlineData("250 2.0.0 Ok: queued as A00001x", "joe@partner.example")]
    public void A_client_can_not_name_mail_of_others(string said, string from) =>
        Assert.Equal("A00001 Yes", Through(Letters.Stranger, said, from).Sent("A00001", U).Trust);

    [Fact]
    public void Mail_of_the_host_itself_stays_so() => Assert.Equal("A00002 Yes", new Letters()
        .Line($"smtpd[7]: NOQUEUE: client={Letters.Stranger}").Arrives("A00002", Local).Sent("A00002", U).Trust);

    /// <summary>A filter on another host names an id of its own, and an id of this host may be the same.</summary>
    [Theory]
    [InlineData(Local, false)]
    [InlineData("app.fallback.example[127.0.0.1], sasl_method=PLAIN, sasl_username=bea", false)]
    [InlineData("app.fallback.example[127.0.0.1], sasl_method=PLAIN, sasl_username=bea", true)]
    public void Mail_that_the_filter_can_not_have_brought_stays_whose_it_is(string client, bool later)
    {
        var log = new Letters();
        if (!later) log.Arrives("A00001", client);
        log.Line($"smtpd[7]: NOQUEUE: client={Letters.Stranger}");
        if (later) log.Arrives("A00001", client);
        log.Line($"smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as A00001; from=<joe@partner.example> to=<{U}> proto=ESMTP helo=<h>")
            .Sent("A00001", U);
        Assert.Equal("A00001 Yes", log.Trust);
    }

    private const string Forger = "forged@victim.example", Returned = "250 2.5.0 Ok, id=17-03, BOUNCE";

    private static Letters Returns(string client = Letters.Stranger, string said = Returned, string filter = Local, string to = Forger) =>
        new Letters().Line($"smtpd[7]: connect from {Letters.Stranger}").Line($"smtpd[7]: NOQUEUE: client={client}")
            .Arrives("B00001", filter, from: "", messageId: "SS17@mx2.fallback.example")
            .Line($"smtpd[7]: proxy-accept: END-OF-MESSAGE: {said}; from=<{Forger}> to=<{U}> proto=ESMTP helo=<mail.partner.example>")
            .Sent("B00001", to, relay: "mail.victim.example[203.0.113.80]:25").Removed("B00001");

    /// <summary>The client is told 250, and the mail has no id here: nothing is left of it but the filter's reply and its notice.</summary>
    [Fact]
    public void What_it_writes_to_the_sender_is_a_notice()
    {
        var log = Returns();
        Assert.Equal("NonDelivery B00001 about ? Delivered Yes", log.Notices);
        Assert.Equal("accepted 0 delivered 0 bounced 0 expired 0 deferred 0 rejects 0 strangers 1", log.Sums);
        using var audit = log.Audited();
        var found = audit.Only("BKS001");
        Assert.Equal(("smtpd_proxy_filter", Severity.High, 1L), (found.Subject, found.Severity, found.Count));
        Assert.Equal(new long[] { 3, 6 }, found.Proofs.Select(proof => audit.Locate(proof.Line!.Value).Line));
    }

    [Fact]
    public void Some_of_its_recipients_may_have_got_it() =>
        Assert.Contains("NonDelivery B00001 about ? Delivered Yes", Returns(said: "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as A00001, but 1 BOUNCE").Notices);

    [Fact]
    public void Who_is_trusted_is_written_to_as_well_and_is_no_stranger()
    {
        Assert.Equal("NonDelivery B00001 about ? Delivered No", Returns("office.fallback.example[10.0.0.5]").Notices);
        Assert.Equal("NonDelivery B00001 about ? Delivered No", Returns(Letters.Stranger + ", sasl_method=PLAIN, sasl_username=joe").Notices);
    }

    [Theory]
    [InlineData(Returned, Letters.Stranger, Forger)]
    [InlineData(Returned, Local, "another@victim.example")]
    [InlineData("250 2.7.0 Ok, discarded, id=17-03 - spam", Local, Forger)]
    [InlineData("250 2.0.0 Ok: queued as BOUNCE", Local, Forger)]
    public void Other_mail_with_an_empty_sender_is_none_of_its_notices(string said, string filter, string to) =>
        Assert.Equal("", Returns(said: said, filter: filter, to: to).Notices);

    [Fact]
    public void What_came_before_the_session_or_behind_the_reply_is_none_either()
    {
        var before = new Letters().Arrives("B00001", Local, from: "").Line($"smtpd[7]: NOQUEUE: client={Letters.Stranger}")
            .Line($"smtpd[7]: proxy-accept: END-OF-MESSAGE: {Returned}; from=<{Forger}> to=<{U}> proto=ESMTP helo=<h>").Sent("B00001", Forger);
        var behind = new Letters().Line($"smtpd[7]: NOQUEUE: client={Letters.Stranger}")
            .Line($"smtpd[7]: proxy-accept: END-OF-MESSAGE: {Returned}; from=<{Forger}> to=<{U}> proto=ESMTP helo=<h>").Arrives("B00001", Local, from: "")
            .Sent("B00001", Forger);
        Assert.Equal("", before.Notices);
        Assert.Equal("", behind.Notices);
    }

    /// <summary>Of a log that has lost lines, one session may seem to have brought it all.</summary>
    [Fact]
    public void Very_many_to_one_sender_are_not_gone_through_for_each()
    {
        const int notices = 30_000;
        var log = new Letters().Line($"smtpd[7]: connect from {Letters.Stranger}").Line($"smtpd[7]: NOQUEUE: client={Letters.Stranger}");
        for (int i = 0; i < notices; i++) log.Arrives($"B{i:D5}", Local, from: "").Sent($"B{i:D5}", Forger).Removed($"B{i:D5}");
        for (int i = 0; i < notices; i++)
            log.Line($"smtpd[7]: proxy-accept: END-OF-MESSAGE: {Returned}; from=<{Forger}> to=<{U}> proto=ESMTP helo=<h>");
        var text = log.ToString();
        double megabytes = Effort.InMegabytes(() => Audit.OfText(text).Dispose(), MostWork);
        Assert.True(megabytes <= MostWork, $"It took as long as {megabytes:0} MB of noise.");
    }

    private const double MostWork = 400;
}
