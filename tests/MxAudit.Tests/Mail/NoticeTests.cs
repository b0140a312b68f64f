using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>Mail that Postfix wrote about mail, and probes.</summary>
public class NoticeTests
{
    private const string U = "u@example.com", V = "v@example.com", Joe = "joe@partner.example", Bouncer = "double-bounce@mx2.fallback.example";

    [Fact]
    public void The_link_line_may_come_before_or_after_the_notices_own_lines()
    {
        string[] told = [.. new[]
        {
            new Letters().Arrives("A00001").Bounced("A00001", U).Notice("B00001").Links("A00001", "B00001").Removed("A00001")
                .Sent("B00001", Joe).Removed("B00001"),
            new Letters().Arrives("A00001").Bounced("A00001", U).Links("A00001", "B00001").Notice("B00001").Removed("A00001")
                .Sent("B00001", Joe).Removed("B00001"),
            new Letters().Arrives("A00001").Bounced("A00001", U).MessageId("B00001", "20261122120000.B00001@mx2.fallback.example").Links("A00001", "B00001")
                .Active("B00001", "").Removed("A00001").Sent("B00001", Joe).Removed("B00001"),
            new Letters().Arrives("A00001").Bounced("A00001", U).Notice("B00001").Sent("B00001", Joe).Removed("B00001")
                .Links("A00001", "B00001").Removed("A00001"),
        }.Select(log => $"{log.Notices} | {log.Sums} | {log.Ends}")];
        Assert.All(told, one => Assert.Equal(told[0], one));
        Assert.StartsWith(
            "NonDelivery B00001 about A00001 Delivered Yes | accepted 1 delivered 0 bounced 1 expired 0 deferred 0 rejects 0 strangers 1", told[0]);
    }

    [Fact]
    public void A_cancelled_notice_is_none()
    {
        var log = new Letters()
            .Arrives("A00001")
            .Bounced("A00001", U)
            .Links("A00001", "B00001")
            .MessageId("B00001", "20261122120000.B00001@mx2.fallback.example")
            .Line("cleanup: B00001: removed (canceled)")
            .Removed("A00001");
        Assert.Equal("", log.Notices);
        Assert.Equal("A00001 Mail Removed; B00001 Notice Canceled", log.Ends);
        using var audit = log.Audited();
        Assert.Null(audit.Mail.Recipients[0].NonDeliveryNotice);
    }

    [Fact]
    public void A_report_of_success_is_no_backscatter()
    {
        var log = new Letters().Arrives("A00001").Sent("A00001", U).Notice("B00001").Links("A00001", "B00001", "sender delivery status").Removed("A00001")
            .Sent("B00001", Joe).Removed("B00001");
        Assert.Equal("DeliveryStatus B00001 about A00001 Delivered No", log.Notices);
        Assert.EndsWith("strangers 0", log.Sums);
    }

    [Fact]
    public void Delay_notices_and_copies_for_the_postmaster()
    {
        var log = new Letters().Arrives("A00001").Deferred("A00001", U).Notice("B00001").Links("A00001", "B00001", "sender delay").Notice("B00002", Bouncer)
            .Links("A00001", "B00002", "postmaster delay")
            .Deferred("B00001", Joe).Sent("B00002", "postmaster@mx2.fallback.example").Removed("B00002");
        Assert.Equal("Delay B00001 about A00001 Deferred Yes; Postmaster B00002 about A00001 Delivered No", log.Notices);
        Assert.EndsWith("strangers 1", log.Sums);
    }

    [Fact]
    public void A_notice_that_bounces_is_told_to_the_postmaster_only()
    {
        var log = new Letters().Arrives("A00001").Bounced("A00001", U).Notice("B00001").Links("A00001", "B00001").Removed("A00001").Bounced("B00001", Joe)
            .Notice("C00001", Bouncer).Links("B00001", "C00001", "postmaster non-delivery").Removed("B00001")
            .Sent("C00001", "postmaster@mx2.fallback.example").Removed("C00001");
        Assert.Equal("NonDelivery B00001 about A00001 Undeliverable Yes; Postmaster C00001 about B00001 Delivered No", log.Notices);
        Assert.StartsWith("accepted 1 delivered 0 bounced 1 ", log.Sums);
    }

    [Fact]
    public void A_policy_notice_has_no_link_and_is_no_mail()
    {
        var log = new Letters().Notice("B00001", Bouncer).Sent("B00001", "postmaster@mx2.fallback.example").Removed("B00001");
        Assert.Equal("Postmaster B00001 about ? Delivered No", log.Notices);
        Assert.StartsWith("accepted 0 delivered 0 ", log.Sums);
    }

    [Fact]
    public void Mail_to_double_bounce_is_discarded_by_qmgr()
    {
        var log = new Letters()
            .Arrives("A00001")
            .Tried("A00001", Bouncer, "sent", "undeliverable postmaster notification discarded", "none", daemon: "qmgr")
            .Removed("A00001");
        Assert.Equal($"A00001 {Bouncer} Discarded", log.Outcomes);
    }

    [Fact]
    public void Recipients_that_fail_at_different_times_have_notices_of_their_own()
    {
        var log = new Letters().Arrives("A00001", recipients: 3).Bounced("A00001", U).Deferred("A00001", V).Deferred("A00001", "w@example.com").Notice("B00001")
            .Links("A00001", "B00001").Sent("B00001", Joe).Removed("B00001")
            .After(300).Bounced("A00001", V).Deferred("A00001", "w@example.com").Notice("B00002").Links("A00001", "B00002").Deferred("B00002", Joe)
            .After(300).Line("qmgr: A00001: from=<joe@partner.example>, status=expired, returned to sender").Notice("B00003").Links("A00001", "B00003")
            .Removed("A00001").Bounced("B00003", Joe).Removed("B00003");
        using var audit = log.Audited();
        Assert.Equal(["u@example.com B00001 Delivered", "v@example.com B00002 Deferred", "w@example.com B00003 Undeliverable"],
            audit.Mail.Recipients.Select(one => $"{one.Address} {one.NonDeliveryNotice?.Itself.QueueId} {one.NonDeliveryNotice?.Fate}").Order());
    }

    [Fact]
    public void With_verp_each_recipient_has_a_notice_of_its_own()
    {
        var log = new Letters().Arrives("A00001", from: "list@partner.example", recipients: 2).Bounced("A00001", U).Bounced("A00001", V)
            .Notice("B00001").Links("A00001", "B00001").Notice("B00002").Links("A00001", "B00002").Removed("A00001")
            .Sent("B00001", "list+v=example.com@partner.example").Bounced("B00002", "list+u=example.com@partner.example");
        using var audit = log.Audited();
        Assert.Equal(["u@example.com B00002", "v@example.com B00001"],
            audit.Mail.Recipients.Select(one => $"{one.Address} {one.NonDeliveryNotice?.Itself.QueueId}").Order());
        Assert.Equal(2, audit.Mail.Totals.NoticesToStrangers);
    }

    [Fact]
    public void A_notice_reports_the_expired_too()
    {
        using var audit = new Letters().Arrives("A00001", recipients: 2).Bounced("A00001", U).Deferred("A00001", V)
            .Line("qmgr: A00001: from=<joe@partner.example>, status=expired, returned to sender").Notice("B00001").Links("A00001", "B00001").Audited();
        var reported = new List<int>();
        audit.Mail.Notices[0].AddReportedRows(reported);
        Assert.Equal([U, V], reported.Select(row => new Attempt(audit.Mail, row).Recipient).Order());
    }

    [Fact]
    public void A_notice_of_an_authenticated_or_local_sender_is_no_backscatter()
    {
        foreach (var log in new[]
        {
            new Letters().Arrives("A00001", Letters.Stranger + ", sasl_method=PLAIN, sasl_username=joe"),
            new Letters().Submitted("A00001"),
        })
            Assert.Equal("NonDelivery B00001 about A00001 Delivered No",
                log.Bounced("A00001", U).Notice("B00001").Links("A00001", "B00001").Removed("A00001").Sent("B00001", Joe).Removed("B00001").Notices);
    }

    [Theory]
    [InlineData("deliverable", "", "Deliverable"), InlineData("undeliverable", "5.1.1", "Undeliverable"), InlineData("undeliverable", "4.4.1", "Unknown")]
    [InlineData("undeliverable-but-not-cached", "5.1.1", "Undeliverable"), InlineData("undeliverable-but-not-cached", "4.4.1", "Unknown")]
    public void Results_of_probes(string status, string dsn, string result)
    {
        foreach (string sender in new[] { Bouncer, "double-bounce2SH7@mx2.fallback.example", "", "postmaster@mx2.fallback.example" })
        {
            var log = new Letters()
                .MessageId("A00001", "20261122120000.A00001@mx2.fallback.example")
                .Active("A00001", sender, 236)
                .Probed("A00001", U, status, dsn)
                .Removed("A00001");
            Assert.Equal($"A00001 u@example.com {result}", log.Probes);
            Assert.StartsWith("accepted 0 delivered 0 bounced 0 expired 0 deferred 0", log.Sums);
            Assert.Equal("", log.Outcomes + log.Notices);
            using var audit = log.Audited();
            Assert.Equal(status.EndsWith("not-cached", StringComparison.Ordinal) ? 1 : 0, audit.Mail.Totals.Probes.NotCached);
        }
    }

    [Fact]
    public void What_sendmail_bv_asked_is_in_no_total()
    {
        var log = new Letters().Submitted("A00001").Probed("A00001", U).Notice("B00001").Links("A00001", "B00001", "sender delivery status").Removed("A00001")
            .Sent("B00001", "root@mx2.fallback.example").Removed("B00001");
        Assert.Equal("", log.Probes + log.Outcomes);
        Assert.StartsWith("accepted 0 ", log.Sums);
        Assert.Equal("A00001 Probe Removed; B00001 Notice Removed", log.Ends);
    }

    /// <summary>Its uid= stands in the log of yesterday. The report tells: verify(8) gets none.</summary>
    [Theory]
    [InlineData("deliverable", "")]
    [InlineData("undeliverable", "5.1.1")]
    public void Nor_is_it_where_its_beginning_is_not_in_the_log(string status, string dsn)
    {
        var log = new Letters()
            .Active("A00001", "root@mx2.fallback.example", 274, recipients: 2)
            .Active("A00002", Bouncer, 236)
            .Probed("A00001", U, status, dsn)
            .Probed("A00002", U)
            .Probed("A00001", Joe, status, dsn)
            .Notice("B00001")
            .Links("A00001", "B00001", "sender delivery status")
            .Removed("A00001")
            .Removed("A00002");
        Assert.Equal("A00002 u@example.com Deliverable", log.Probes);
        Assert.StartsWith("accepted 0 delivered 0 bounced 0 ", log.Sums);
        Assert.Equal("", log.Outcomes);
    }

    [Fact]
    public void A_probe_that_took_over_the_id_of_a_session_given_up_is_a_probe()
    {
        var log = new Letters()
            .Client("A00001")
            .MessageId("A00001", "20261122120000.A00001@mx2.fallback.example")
            .Active("A00001", Bouncer, 236)
            .Probed("A00001", U)
            .Removed("A00001");
        Assert.Equal("A00001 u@example.com Deliverable", log.Probes);
        Assert.StartsWith("accepted 0 ", log.Sums);
    }

    [Fact]
    public void A_notice_that_took_over_the_id_of_a_session_given_up_is_a_notice()
    {
        var log = new Letters().Client("B00001").Arrives("A00001").Bounced("A00001", U).Notice("B00001").Links("A00001", "B00001").Removed("A00001")
            .Sent("B00001", Joe).Removed("B00001");
        Assert.Equal("NonDelivery B00001 about A00001 Delivered Yes", log.Notices);
        Assert.StartsWith("accepted 1 delivered 0 ", log.Sums);
    }

    [Fact]
    public void A_stranger_who_calls_himself_double_bounce_is_a_stranger_with_mail()
    {
        var log = new Letters().Arrives("A00001", from: "double-bounce@partner.example").Sent("A00001", U).Removed("A00001");
        Assert.StartsWith("accepted 1 delivered 1 ", log.Sums);
        Assert.Equal("A00001 No", log.Trust);
    }

    [Fact]
    public void A_notice_that_is_discarded_here_reaches_nobody()
    {
        var log = new Letters().Arrives("A00001").Bounced("A00001", "u@example.com").Notice("C00001").Links("A00001", "C00001").Removed("A00001")
            .Tried("C00001", "joe@partner.example", "sent", "partner.example", "none", daemon: "discard").Removed("C00001");
        Assert.Equal("NonDelivery C00001 about A00001 Undeliverable Yes", log.Notices);
    }

    /// <summary>With <c>owner-list</c>, mail for <c>list</c> is forwarded in the name of the owner, who is told what can not be delivered.</summary>
    [Theory]
    [InlineData("owner-list@mx2.fallback.example", "No"), InlineData("joe@partner.example", "Yes")]
    public void A_notice_to_the_owner_of_a_list_is_no_backscatter(string sender, string stranger)
    {
        var log = new Letters().Arrives("A00001", messageId: "m").MessageId("B00001", "m").Active("B00001", sender)
            .Tried("A00001", "list@mx2.fallback.example", "sent", "forwarded as B00001", "local", daemon: "local").Removed("A00001")
            .Bounced("B00001", "u@example.com").Notice("C00001").Links("B00001", "C00001").Removed("B00001").Sent("C00001", sender).Removed("C00001");
        Assert.Equal("NonDelivery C00001 about B00001 Delivered " + stranger, log.Notices);
    }

    /// <summary>The program behind <c>list</c> fails: local(8) tells <c>owner-list</c>. A stranger may call himself so.</summary>
    [Theory]
    [InlineData("joe@partner.example", "owner-list@mx2.fallback.example", "No"), InlineData("owner-list@partner.example", "owner-list@partner.example", "Yes"),
        InlineData("joe@partner.example", "joe@partner.example", "Yes")]
    public void A_notice_to_the_owner_of_an_alias_that_fails_is_no_backscatter(string sender, string to, string stranger)
    {
        foreach (string? aliased in new[] { null, "alice@example.com" })
        {
            var log = new Letters()
                .Arrives("A00001", from: sender)
                .Tried("A00001", "list@mx2.fallback.example", "bounced", "Command died with status 1: \"/bin/false\"", "local", daemon: "local")
                .Notice("C00001").Links("A00001", "C00001").Removed("A00001")
                .Sent("C00001", aliased ?? to, original: aliased is null ? null : to).Removed("C00001");
            Assert.Equal("NonDelivery C00001 about A00001 Delivered " + stranger, log.Notices);
        }
    }

    /// <summary>Lists elsewhere send their mail as <c>owner-list</c>, too.</summary>
    [Fact]
    public void Who_owns_a_list_is_not_told_where_the_log_begins_behind_the_sender()
    {
        var log = new Letters()
            .Bounced("A00001", "u@example.com")
            .Notice("C00001")
            .Links("A00001", "C00001")
            .Removed("A00001")
            .Sent("C00001", "owner-list@lists.partner.example")
            .Removed("C00001");
        Assert.Equal("NonDelivery C00001 about A00001 Delivered Unknown", log.Notices);
    }
}
