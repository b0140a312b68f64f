namespace MxAudit.Tests.Mail;

/// <summary>One accepted mail, several lives: content filters and forwarding.</summary>
public class FilterTests
{
    private const string U = "u@example.com", V = "v@example.com", Amavis = "127.0.0.1[127.0.0.1]:10024", Local = "localhost[127.0.0.1]";

    private static string Sorted(string told) => LifeTests.Sorted(told);

    [Fact]
    public void A_filter_with_xforward()
    {
        var log = new Letters()
            .Arrives("A00001", messageId: "m")
            .Arrives("B00001", Local + ", orig_queue_id=A00001, orig_client=" + Letters.Stranger, messageId: "m")
            .Sent("A00001", U, "B00001", Amavis).Removed("A00001").Bounced("B00001", U);
        Assert.Equal("A00001 u@example.com Bounced", log.Outcomes);
        Assert.Equal("A00001 No; B00001 No", log.Trust);
        Assert.StartsWith("accepted 1 delivered 0 bounced 1 ", log.Sums);
    }

    [Fact]
    public void A_filter_without_xforward()
    {
        var log = new Letters().Arrives("A00001", messageId: "m", recipients: 2).Arrives("B00001", Local, messageId: "m", recipients: 2)
            .Sent("A00001", U, "B00001", Amavis).Sent("A00001", V, "B00001", Amavis).Removed("A00001").Bounced("B00001", U).Sent("B00001", V).Removed("B00001");
        Assert.Equal("A00001 u@example.com Bounced; A00001 v@example.com Delivered", log.Outcomes);
        Assert.Equal("A00001 No; B00001 No", log.Trust);
    }

    /// <summary>Its reply names the last; a Message-ID that it wrote anew does not tell, orig_queue_id does.</summary>
    [Fact]
    public void A_filter_that_hands_back_one_message_for_each_recipient_and_gives_them_new_Message_IDs()
    {
        const string w = "w@example.com", said = ", orig_queue_id=A00001, orig_client=" + Letters.Stranger;
        var log = new Letters()
            .Arrives("A00001", messageId: "m", recipients: 3)
            .Arrives("B00001", Local + said, messageId: "new1").Arrives("B00002", Local + said, messageId: "new2").Arrives("B00003", Local + said, messageId: "new3")
            .Sent("A00001", U, "B00003", Amavis).Sent("A00001", V, "B00003", Amavis).Sent("A00001", w, "B00003", Amavis).Removed("A00001")
            .Sent("B00001", U).Removed("B00001").Bounced("B00002", V).Sent("B00003", w).Removed("B00003");
        Assert.Equal("A00001 u@example.com Delivered; A00001 v@example.com Bounced; A00001 w@example.com Delivered", Sorted(log.Outcomes));
        Assert.StartsWith("accepted 1 delivered 2 bounced 1 ", log.Sums);
    }

    [Fact]
    public void A_filter_that_hands_back_others_and_keeps_one()
    {
        const string said = ", orig_queue_id=A00001, orig_client=" + Letters.Stranger;
        var log = new Letters()
            .Arrives("A00001", messageId: "m", recipients: 2)
            .Arrives("B00001", Local + said, messageId: "new1")
            .Sent("A00001", U, "B00001", Amavis).Sent("A00001", V, "B00001", Amavis).Removed("A00001").Sent("B00001", V).Removed("B00001");
        Assert.Equal("A00001 u@example.com Filtered; A00001 v@example.com Delivered", Sorted(log.Outcomes));
    }

    [Fact]
    public void A_filter_whose_mail_is_gone_before_its_reply_is_logged()
    {
        var log = new Letters()
            .Arrives("A00001", messageId: "m")
            .Arrives("B00001", Local, messageId: "m")
            .Sent("B00001", U)
            .Removed("B00001")
            .Sent("A00001", U, "B00001", Amavis)
            .Removed("A00001");
        Assert.Equal("A00001 u@example.com Delivered", log.Outcomes);
    }

    /// <summary>An alias of this host is resolved before the filter, or behind it: what the client asked for is known either way.</summary>
    [Theory]
    [InlineData("staff@example.com", null)]
    [InlineData(null, "staff@example.com")]
    public void What_the_client_asked_for_stays_known(string? before, string? behind)
    {
        using var audit = new Letters().Arrives("A00001", messageId: "m").Arrives("B00001", Local, messageId: "m")
            .Sent("A00001", before is null ? behind! : U, "B00001", Amavis, before).Removed("A00001").Sent("B00001", U, original: behind).Removed("B00001").Audited();
        var recipient = Assert.Single(audit.Mail.Recipients);
        Assert.Equal((U, "staff@example.com"), (recipient.Address, recipient.OriginalAddress));
    }

    [Fact]
    public void What_a_filter_keeps_is_filtered()
    {
        var log = new Letters().Arrives("A00001", messageId: "m").Arrives("B00001", Local, messageId: "m").Sent("A00001", U, "B00001", Amavis).Removed("A00001")
            .Sent("B00001", U).Removed("B00001")
            .Arrives("A00002").Tried("A00002", V, "sent", "250 2.7.0 Ok, discarded, id=17-03 - spam", Amavis, daemon: "smtp-amavis/smtp").Removed("A00002");
        Assert.Equal("A00001 u@example.com Delivered; A00002 v@example.com Filtered", log.Outcomes);
    }

    [Theory]
    [InlineData("250 2.7.0 Ok, discarded, id=17-03 - spam", Amavis, "Filtered")]
    [InlineData("250 2.7.1 Ok, discarded, UBE, id=17-03", Amavis, "Filtered")]
    [InlineData("250 2.5.0 Ok, id=17-03, DISCARD(bounce.suppressed)", Amavis, "Filtered")]
    [InlineData("250 2.7.0 Ok, discarded, id=17-03 - spam", "/run/amavis/lmtp[/run/amavis/lmtp]", "Filtered")]
    [InlineData("250 2.7.0 Ok, discarded, id=17-03 - spam", Letters.Primary, "Delivered")] // what the primary does with it is its own
    [InlineData("250 2.7.0 BLOCKED (3802E45DFA503808B06)", "127.0.0.1[127.0.0.1]:10023", "Filtered")] // Proxmox Mail Gateway
    [InlineData("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok", Amavis, "Delivered")]
    public void What_a_filter_says_that_it_throws_away_is_not_delivered(string said, string relay, string outcome) =>
        Assert.Equal("A00001 u@example.com " + outcome,
            new Letters().Arrives("A00001").Tried("A00001", U, "sent", said, relay, daemon: "lmtp").Removed("A00001").Outcomes);

    [Fact]
    public void What_local_throws_away_is_discarded()
    {
        var log = new Letters().Arrives("A00001").Bounced("A00001", U).Notice("B00001").Line("bounce: A00001: sender non-delivery notification: B00001")
            .Tried("B00001", "postmaster@mx2.fallback.example", "sent", "discarded", "local", daemon: "local").Removed("B00001")
            .Arrives("A00002").Tried("A00002", "mailer-daemon@mx2.fallback.example", "sent", "discarded", "local", daemon: "local").Removed("A00002");
        Assert.Equal("A00001 u@example.com Bounced; A00002 mailer-daemon@mx2.fallback.example Discarded", log.Outcomes);
        using var audit = log.Audited();
        Assert.Equal(MxAudit.Mail.NoticeFate.Undeliverable, Assert.Single(audit.Mail.Notices).Fate);
    }

    [Fact]
    public void A_filter_behind_a_socket_that_names_no_id()
    {
        const string socket = "mx2.fallback.example[/run/dspam/dspam.sock]", again = "m1@partner.example";
        var log = new Letters().Arrives("A00001", messageId: again, recipients: 2)
            .Arrives("A00002", "localhost[127.0.0.1]", messageId: again)
            .Tried("A00001", "v@example.com", "sent", "250 2.6.0 <v@example.com> Message accepted for delivery", socket, daemon: "lmtp")
            .Arrives("A00003", "localhost[127.0.0.1]", messageId: again)
            .Tried("A00001", U, "sent", "250 2.6.0 <u@example.com> Message accepted for delivery", socket, daemon: "lmtp")
            .Removed("A00001")
            .Bounced("A00002", "v@example.com").Removed("A00002").Sent("A00003", U).Removed("A00003");
        Assert.Equal("A00001 u@example.com Delivered; A00001 v@example.com Bounced", string.Join("; ", log.Outcomes.Split("; ").Order()));
        Assert.Equal("A00001 No; A00002 No; A00003 No", log.Trust);
        Assert.StartsWith("accepted 1 delivered 1 bounced 1 ", log.Sums);
    }

    [Fact]
    public void A_filter_on_another_host_that_hands_back_later()
    {
        const string filter = "filter.example.com[192.0.2.77]:10026";
        var log = new Letters().Arrives("A00001", messageId: "m").Tried("A00001", U, "sent", "250 Ok, will be looked at", filter).Removed("A00001")
            .After(30).Arrives("B00001", "filter.example.com[192.0.2.77]", messageId: "m").Bounced("B00001", U);
        Assert.Equal("A00001 u@example.com Bounced", log.Outcomes);
        Assert.Equal("A00001 No; B00001 No", log.Trust);
        Assert.StartsWith("accepted 1 ", log.Sums);
    }

    [Fact]
    public void A_filter_behind_a_pipe_that_calls_sendmail()
    {
        var log = new Letters().Arrives("A00001", messageId: "m", recipients: 2).After(1)
            .Submitted("B00001", "joe@partner.example", "m")
            .Tried("A00001", U, "sent", "delivered via spamfilter service", "spamfilter", daemon: "pipe", delay: 1.5)
            .Tried("A00001", V, "sent", "delivered via spamfilter service", "spamfilter", daemon: "pipe", delay: 1.5).Removed("A00001")
            .Bounced("B00001", U).Sent("B00001", V).Notice("C00001").Links("B00001", "C00001").Removed("B00001")
            .Sent("C00001", "joe@partner.example").Removed("C00001");
        Assert.Equal("A00001 u@example.com Bounced; A00001 v@example.com Delivered", Sorted(log.Outcomes));
        Assert.Equal("A00001 No; B00001 No", log.Trust);
        Assert.Equal("NonDelivery C00001 about B00001 Delivered Yes", log.Notices);
        Assert.Equal("accepted 1 delivered 1 bounced 1 expired 0 deferred 0 rejects 0 strangers 1", log.Sums);
    }

    [Fact]
    public void What_a_pipe_keeps_is_filtered_where_other_mail_came_back_from_it()
    {
        var log = new Letters()
            .Arrives("A00001", messageId: "m")
            .Submitted("B00001", "joe@partner.example", "m")
            .Tried("A00001", U, "sent", "delivered via spamfilter service", "spamfilter", daemon: "pipe")
            .Sent("B00001", U)
            .Arrives("A00002").Tried("A00002", V, "sent", "delivered via spamfilter service", "spamfilter", daemon: "pipe");
        Assert.Equal("A00001 u@example.com Delivered; A00002 v@example.com Filtered", log.Outcomes);
    }

    [Theory]
    [InlineData("joe@partner.example", "another", "u@example.com")] // another Message-ID: an auto-reply
    [InlineData("u@example.com", "m", "u@example.com")] // another sender
    [InlineData("joe@partner.example", "m", "w@example.com")] // another recipient: a mailing list
    public void Mail_that_a_pipe_made_anew_is_mail_of_its_own(string from, string messageId, string to)
    {
        var log = new Letters()
            .Arrives("A00001", messageId: "m")
            .Submitted("B00001", from, messageId)
            .Tried("A00001", U, "sent", "delivered via list service", "list", daemon: "pipe")
            .Sent("B00001", to);
        Assert.StartsWith("accepted 2 delivered 2 ", log.Sums);
        Assert.Equal("A00001 No; B00001 Yes", log.Trust);
    }

    [Fact]
    public void Mail_handed_in_long_before_or_after_the_pipe_ran_is_mail_of_its_own()
    {
        Assert.StartsWith("accepted 2 ",
            new Letters()
                .Submitted("B00001", "joe@partner.example", "m")
                .Sent("B00001", U)
                .After(60)
                .Arrives("A00001", messageId: "m")
                .Tried("A00001", U, "sent", "delivered via box service", "box", daemon: "pipe").Sums);
        Assert.StartsWith("accepted 2 ",
            new Letters()
                .Arrives("A00001", messageId: "m")
                .Tried("A00001", U, "sent", "delivered via box service", "box", daemon: "pipe")
                .After(60)
                .Submitted("B00001", "joe@partner.example", "m")
                .Sent("B00001", U).Sums);
    }

    [Fact]
    public void Forwarded_to_one()
    {
        var log = new Letters()
            .Arrives("A00001")
            .MessageId("B00001", "A00001@partner.example")
            .Active("B00001")
            .Tried("A00001", "root@mx2.fallback.example", "sent", "forwarded as B00001", "local", daemon: "local")
            .Removed("A00001")
            .Bounced("B00001", U);
        Assert.Equal("A00001 u@example.com Bounced", log.Outcomes);
        Assert.Equal("A00001 No; B00001 No", log.Trust);
    }

    [Fact]
    public void Forwarded_to_several()
    {
        var log = new Letters().Arrives("A00001", recipients: 2).MessageId("B00001", "A00001@partner.example").Active("B00001", recipients: 2)
            .Tried("A00001", "staff@mx2.fallback.example", "sent", "forwarded as B00001", "local", daemon: "local").Sent("A00001", "w@example.com")
            .Removed("A00001").Bounced("B00001", U).Sent("B00001", V);
        Assert.Equal("A00001 u@example.com Bounced; A00001 v@example.com Delivered; A00001 w@example.com Delivered", Sorted(log.Outcomes));
        using var audit = log.Audited();
        Assert.Equal(2, audit.Mail.Recipients.Count(one => one.OriginalAddress == "staff@mx2.fallback.example"));
    }

    [Fact]
    public void Recipients_that_exist_only_behind_the_filter_are_told_once()
    {
        var log = new Letters().Arrives("A00001", recipients: 2, messageId: "m").Arrives("B00001", Local, messageId: "m", recipients: 3)
            .Sent("A00001", U, "B00001", Amavis).Sent("A00001", V, "B00001", Amavis).Sent("B00001", "u1@example.com").Sent("B00001", "v1@example.com")
            .Sent("B00001", "archive@example.com");
        Assert.Equal("A00001 archive@example.com Delivered; A00001 u1@example.com Delivered; A00001 v1@example.com Delivered", Sorted(log.Outcomes));
    }

    [Fact]
    public void Two_instances_on_one_host()
    {
        var log = new Letters(instance: "postfix").Arrives("A00001", messageId: "m").On("mx2", "postfix-out").Arrives("B00001", Local, messageId: "m").On("mx2")
            .Sent("A00001", U, "B00001", "127.0.0.1[127.0.0.1]:10025").Removed("A00001")
            .On("mx2", "postfix-out").Bounced("B00001", U);
        Assert.Equal("A00001 u@example.com Bounced", log.Outcomes);
        Assert.Equal("A00001 No; B00001 No", log.Trust);
        Assert.Equal("", log.Loops);
    }

    [Fact]
    public void A_log_that_begins_while_the_filter_has_the_mail()
    {
        var log = new Letters().Arrives("B00001", Local, messageId: "m").Sent("A00001", U, "B00001", Amavis).Removed("A00001").Bounced("B00001", U);
        Assert.Equal("A00001 u@example.com Bounced", log.Outcomes);
        Assert.Equal("A00001 Unknown; B00001 Unknown", Sorted(log.Trust));
    }

    [Fact]
    public void A_hundred_mails_that_could_be_the_one_handed_back_cost_little_more_than_one()
    {
        AuditOf("news{0}@partner.example").Dispose(); // compiles what both need
        double one = Effort.InMegabytes(() => AuditOf("news{0}@partner.example").Dispose());
        double hundred = Effort.InMegabytes(() => AuditOf("news@partner.example").Dispose());
        Assert.True(hundred < 5 * one, $"{hundred:0} against {one:0}");
    }

    /// <summary>A filter that writes other recipients: none of a hundred messages is the one that came back.</summary>
    private static AuditResult AuditOf(string sender)
    {
        const int Mails = 100, Recipients = 40;
        var log = new Letters();
        string From(int mail) => string.Format(System.Globalization.CultureInfo.InvariantCulture, sender, mail);
        for (int mail = 0; mail < Mails; mail++) log.Arrives($"A{mail:D5}", from: From(mail), messageId: "");
        log.After(10);
        for (int mail = 0; mail < Mails; mail++) log.Submitted($"B{mail:D5}", From(mail));
        for (int mail = 0; mail < Mails; mail++)
            for (int to = 0; to < Recipients; to++)
                log.Tried($"A{mail:D5}", $"u{to}@example.com", "sent", "delivered via filter service", "filter", daemon: "pipe", delay: 60);
        for (int mail = 0; mail < Mails; mail++)
            for (int to = 0; to < Recipients; to++) log.Sent($"B{mail:D5}", $"v{to}@example.com");
        return log.Audited();
    }
}
