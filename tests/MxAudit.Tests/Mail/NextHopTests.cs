using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>Outages of next hops, and loops.</summary>
public class NextHopTests
{
    private const string U = "u@example.com", Four = Letters.Primary, Six = "mx1.example.com[2001:db8::10]:25", Second = "mx3.fallback.example[198.51.100.26]";

    private static Letters Three(Letters log) => log.Arrives("A00001").Deferred("A00001", U).Arrives("A00002").Suspended("A00002", U);

    [Fact]
    public void An_outage_lasts_from_the_first_failure_to_the_first_answer()
    {
        var log = Three(new Letters()).Arrives("A00003").Suspended("A00003", U).At("13:00:00").Sent("A00001", U);
        Assert.Equal($"{Four} 12:00:00-13:00:00 3", log.Outages);
        Assert.Equal($"{Four} 12:00:00-13:00:00 3", Three(new Letters()).Arrives("A00003").Suspended("A00003", U).At("13:00:00").Bounced("A00001", U).Outages);
    }

    [Fact]
    public void An_outage_without_an_answer_lasts()
    {
        using var audit = Three(new Letters()).Audited();
        Assert.NotNull(audit.Mail.NextHops.Single().DownSince);
        Assert.Equal(2, audit.Mail.NextHops.Single().Waiting.Count);
    }

    [Fact]
    public void What_was_suspended_before_the_answer_and_logged_behind_it_is_no_new_outage()
    {
        var log = Three(new Letters()).At("13:00:00").Sent("A00001", U).Suspended("A00002", U).Suspended("A00003", U);
        Assert.Equal($"{Four} 12:00:00-13:00:00 2", log.Outages);
    }

    [Fact]
    public void A_log_that_begins_in_an_outage_knows_it_by_suspended_lines() =>
        Assert.Equal($"{Four} 12:00:00-12:00:10 2", new Letters().Suspended("A00001", U).Suspended("A00002", U).At("12:00:10").Sent("A00001", U).Outages);

    [Fact]
    public void Where_mail_goes_to_one_address_of_a_host_the_other_is_not_waited_for()
    {
        var log = new Letters().Arrives("A00001").Deferred("A00001", U, Four).Arrives("A00002").Deferred("A00002", U, Six).Arrives("A00003")
            .Deferred("A00003", U, Six).At("13:00:00").Sent("A00001", U, relay: Four).Sent("A00002", U, relay: Four).Sent("A00003", U, relay: Four);
        using var audit = log.Audited();
        Assert.All(audit.Mail.NextHops, hop => Assert.Null(hop.DownSince));
        Assert.Equal($"{Six} 12:00:00-13:00:00 2", log.Outages);
    }

    [Fact]
    public void One_failure_on_the_way_is_no_outage() =>
        Assert.Equal("", new Letters().Arrives("A00001").Deferred("A00001", U).After(300).Sent("A00001", U).Outages);

    [Fact]
    public void A_reply_4xx_is_an_answer() =>
        Assert.Equal("",
            new Letters()
                .Arrives("A00001")
                .Tried("A00001", U, "deferred", "host mx1.example.com[192.0.2.10] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)", dsn: "4.7.1")
                .After(300)
                .Tried("A00001", U, "deferred",
                    "host mx1.example.com[192.0.2.10] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)", dsn: "4.7.1").Outages);

    [Fact]
    public void A_host_that_refuses_to_talk_is_away()
    {
        const string busy = "host mx1.example.com[192.0.2.10] refused to talk to me: 421 4.3.2 Service not available, closing transmission channel";
        var log = new Letters().Arrives("A00001").Deferred("A00001", U).Arrives("A00002").Tried("A00002", U, "deferred", busy, dsn: "4.3.2").At("12:05:00")
            .Tried("A00001", U, "deferred", busy, dsn: "4.3.2").At("13:00:00").Sent("A00001", U);
        Assert.Equal($"{Four} 12:00:00-13:00:00 3", log.Outages);
        Assert.Equal("", new Letters().Arrives("A00001").Tried("A00001", U, "deferred", busy, dsn: "4.3.2").After(300).Sent("A00001", U).Outages);
    }

    [Fact]
    public void Mail_that_goes_to_and_fro_between_two_backups_is_a_loop()
    {
        var log = new Letters().Arrives("A00001", messageId: "m").Sent("A00001", U, "B00001", Second + ":25").Removed("A00001")
            .After(1).Arrives("A00002", Second, messageId: "m").Sent("A00002", U, "B00002", Second + ":25").Removed("A00002")
            .After(1).Arrives("A00003", Second, messageId: "m").Sent("A00003", U, "B00003", Second + ":25").Removed("A00003");
        Assert.Equal($"example.com A00001+A00002+A00003 {Second}", log.Loops);
        Assert.StartsWith("accepted 3 delivered 3 ", log.Sums);
    }

    [Theory, InlineData(":25"), InlineData(":2526")]
    public void Mail_that_comes_straight_back_is_a_loop_on_any_port(string port)
    {
        const string nat = "mx2.fallback.example[198.51.100.25]";
        var log = new Letters();
        for (int hop = 1; hop < 5; hop++)
        {
            log.After(1).Arrives($"A0000{hop}", hop == 1 ? Letters.Stranger : nat, messageId: "m");
            if (hop > 1) log.Sent($"A0000{hop - 1}", U, $"A0000{hop}", nat + port).Removed($"A0000{hop - 1}");
        }
        log.Bounced("A00004", U);
        Assert.Equal($"example.com A00001+A00002+A00003+A00004 {nat}", log.Loops);
    }

    [Fact]
    public void Copies_of_a_mailing_list_are_no_loop()
    {
        var log = new Letters();
        for (int copy = 1; copy < 6; copy++)
            log.After(1)
                .Arrives($"A0000{copy}", "lists.partner.example[203.0.113.45]", messageId: "m")
                .Sent($"A0000{copy}", copy % 2 == 0 ? U : $"u{copy}@example.com")
                .Removed($"A0000{copy}");
        Assert.Equal("", log.Loops);
    }

    [Fact]
    public void A_primary_that_sends_its_mail_out_through_the_backup_is_no_loop()
    {
        var log = new Letters().Arrives("A00000").Sent("A00000", U).Removed("A00000");
        for (int copy = 1; copy < 6; copy++)
            log.After(1)
                .Arrives($"A0000{copy}", "mx1.example.com[192.0.2.10]", from: U, messageId: "m")
                .Sent($"A0000{copy}", $"someone{copy}@partner.example", relay: "mail.partner.example[203.0.113.44]:25")
                .Removed($"A0000{copy}");
        Assert.Equal("", log.Loops);
    }

    [Fact]
    public void Mail_without_a_message_id_is_not_one_message_because_of_that()
    {
        var log = new Letters().Arrives("A00000", messageId: "notice").Sent("A00000", "joe@partner.example", relay: Letters.Stranger + ":25").Removed("A00000");
        for (int mail = 1; mail < 6; mail++) log.After(1).Arrives($"A0000{mail}", messageId: "").Sent($"A0000{mail}", U).Removed($"A0000{mail}");
        Assert.Equal("", log.Loops);
    }

    [Fact]
    public void A_refusal_that_soft_bounce_made_temporary_keeps_its_reason()
    {
        using var audit = new Letters()
            .Arrives("A00001")
            .Tried("A00001", U, "SOFTBOUNCE",
                "host mx1.example.com[192.0.2.10] said: 550 5.1.1 <u@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command)",
                dsn: "4.1.1")
            .Audited();
        Assert.Equal(ReasonClass.UserUnknown, audit.Mail.Recipients.Single().ReasonClass);
    }

    [Fact]
    public void A_content_filter_is_no_loop_and_is_known_as_one()
    {
        var log = new Letters();
        for (int mail = 1; mail < 4; mail++)
            log.After(1)
                .Arrives($"A0000{mail}", messageId: "m")
                .Arrives($"B0000{mail}", "localhost[127.0.0.1]", messageId: "m")
                .Sent($"A0000{mail}", U, $"B0000{mail}", "127.0.0.1[127.0.0.1]:10024")
                .Removed($"A0000{mail}")
                .Sent($"B0000{mail}", U)
                .Removed($"B0000{mail}");
        Assert.Equal("", log.Loops);
        using var audit = log.Audited();
        Assert.True(audit.Mail.NextHops.Single(hop => hop.Port == "10024").IsContentFilter);
        Assert.Equal(3, audit.Mail.Totals.RecipientsDelivered);
    }

    [Fact]
    public void A_recipient_that_is_written_like_the_relay_has_no_domain_and_the_relay_stays_a_hop()
    {
        using var audit = new Letters().Arrives("A00001").Sent("A00001", Four, relay: Four).Arrives("A00002").Sent("A00002", U, relay: Four).Audited();
        Assert.Equal([("", Four), ("example.com", Four)], audit.Mail.Recipients.Select(one => (one.Domain, one.NextHop?.Name)));
        Assert.Equal(Four, Assert.Single(audit.Mail.NextHops).Name);
    }

    [Theory]
    [InlineData("mx.example.org[private/dovecot-lmtp]", "mx.example.org[private/dovecot-lmtp]")]
    [InlineData("mx.example.org[/run/dovecot/lmtp]", "mx.example.org[/run/dovecot/lmtp]")]
    [InlineData("mx1.example.com[192.0.2.10]", "mx1.example.com[192.0.2.10]:25")]
    public void A_socket_of_the_host_has_no_port(string relay, string name)
    {
        using var audit = new Letters().Arrives("A00001").Sent("A00001", U, relay: relay).Audited();
        Assert.Equal(name, Assert.Single(audit.Mail.NextHops).Name);
    }

    [Fact]
    public void A_domain_is_one_however_it_is_written()
    {
        using var audit = new Letters().Arrives("A00001").Sent("A00001", U).Arrives("A00002").Sent("A00002", "v@Example.COM")
            .Arrives("A00003").Sent("A00003", "u@\u00e9t\u00e9.example").Arrives("A00004").Sent("A00004", "u@\u00c9t\u00c9.example").Audited();
        Assert.Equal([("example.com", 2), ("\u00e9t\u00e9.example", 2)], audit.Mail.Domains.Select(domain => (domain.Name, domain.Accepted)));
    }
}
