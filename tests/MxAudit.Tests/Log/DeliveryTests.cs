using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class DeliveryTests
{
    private static Said Smtp(string message) => ReadLines.Message("postfix/relay/smtp", message);

    [Fact]
    public void A_delivery_record_is_read_whole()
    {
        var said = Smtp("CA850B24145: to=<nosuch2@example.com>, orig_to=<alias@example.com>, relay=mx1.example.com[10.9.0.1]:25, conn_use=2, delay=6.1, delays=6/0/0.01/0.05, tls=may:none, dsn=5.1.1, status=bounced (host mx1.example.com[10.9.0.1] said: 550 5.1.1 <nosuch2@example.com>: User unknown (really) (in reply to RCPT TO command))");
        Assert.Equal(EventKind.Delivery, said.Kind);
        Assert.Equal(("CA850B24145", "nosuch2@example.com", "alias@example.com", "mx1.example.com[10.9.0.1]:25"),
            (said["queue_id"], said["to"], said["orig_to"], said["relay"]));
        Assert.Equal(("6.1", "5.1.1", "Bounced", ""), (said["delay"], said["dsn"], said["status"], said["uncertain"]));
        Assert.Equal(
            "host mx1.example.com[10.9.0.1] said: 550 5.1.1 <nosuch2@example.com>: User unknown (really) (in reply to RCPT TO command)", said["reason"]);
    }

    [Theory]
    [InlineData("250 2.0.0 Ok: queued as 4jXYFS5kMmz1j3cj", "4jXYFS5kMmz1j3cj")]
    [InlineData("250 2.0.0 Ok: 1234 bytes queued as 9BE3547AFE", "9BE3547AFE")]
    [InlineData("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 9BE3547AFE", "9BE3547AFE")]
    [InlineData("forwarded as 9BE3547AFE", "9BE3547AFE")]
    [InlineData("250 OK id=1abcDE-000001-XY", "")]
    [InlineData("250 queued as 9BE3547AFE on somehost", "")]
    public void The_next_queue_id_is_found(string reason, string id) =>
        Assert.Equal(id, Smtp($"CA850B24145: to=<a@example.com>, relay=x[1], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent ({reason})")["next_id"]);

    [Theory]
    [InlineData("sent", "Sent")]
    [InlineData("deferred", "Deferred")]
    [InlineData("bounced", "Bounced")]
    [InlineData("SOFTBOUNCE", "SoftBounce")]
    [InlineData("deliverable", "Deliverable")]
    [InlineData("undeliverable", "Undeliverable")]
    [InlineData("undeliverable-but-not-cached", "UndeliverableNotCached")]
    public void Each_status_is_known(string word, string status) =>
        Assert.Equal(status, Smtp($"4jXYFS5kMmz1j3cj: to=<a@example.com>, relay=none, delay=1, delays=0/0/0/1, dsn=4.1.1, status={word} (x)")["status"]);

    [Fact]
    public void Before_2_3_there_was_neither_delays_nor_dsn()
    {
        var said = Smtp("DD925BBE2: to=<to@example.net>, orig_to=<to-ext@example.net>, relay=mail.example.net[2001:db8::1], delay=2, status=sent (250 Ok: queued as 5221227246)");
        Assert.Equal((EventKind.Delivery, "Sent", "", "5221227246", "2"), (said.Kind, said["status"], said["dsn"], said["next_id"], said["delay"]));
    }

    [Theory]
    [InlineData("conn_use=2 delay=0.4, delays=0.1/0.1/0.1/0.1, ", "Delivery")]
    [InlineData("conn_use=2, delay=0.4, ", "Delivery")]
    [InlineData("conn_use=2 delays=0.1/0.1/0.1/0.1, ", "Unread")]
    [InlineData("conn_use=2  delay=0.4, ", "Unread")]
    [InlineData("conn_use=x delay=0.4, ", "Unread")]
    public void The_number_of_the_connection_may_lack_its_comma(string fields, string kind) =>
        Assert.Equal(kind,
            Smtp($"DD925BBE2: to=<a@example.net>, relay=mx.example.net[192.0.2.10]:25, {fields}dsn=2.0.0, status=sent (250 Ok)").Kind.ToString());

    [Theory]
    [InlineData("status=bounced optional text...", "Bounced", "optional text...")]
    [InlineData("status=sent, said the filter", "", "")]
    [InlineData("status=sent  twice blank", "Sent", " twice blank")]
    [InlineData("status=lost optional text", "", "")]
    public void A_known_status_needs_no_parentheses(string end, string status, string reason)
    {
        foreach (string addresses in new[]
        {
            "to=<a@example.net>",
            "to=<a@example.net>, orig_to=<a>",
            "to=<\"y>, relay=none, delay=1, status=sent x\"@example.net>",
        })
        {
            var said = Smtp($"DD925BBE2: {addresses}, relay=none, delay=0.1, delays=0.1/0/0/0, dsn=5.7.1, {end}");
            Assert.Equal((status, reason), (said["status"], said["reason"]));
            Assert.Equal(status.Length > 0 ? EventKind.Delivery : EventKind.Unread, said.Kind);
        }
    }

    [Fact]
    public void Blanks_behind_a_status_are_no_reason() =>
        Assert.Equal(("Sent", ""),
            (Smtp("DD925BBE2: to=<a@example.net>, relay=none, delay=1, dsn=2.0.0, status=sent   ") is var said ? said["status"] : "", said["reason"]));

    /// <summary>Before 3.5 a stranger's address could hold what looks like a record: one with parentheses behind it is the record.</summary>
    [Fact]
    public void A_record_with_parentheses_comes_first() =>
        Assert.Equal("Bounced",
            Smtp("DD925BBE2: to=<y>, relay=none, delay=1, status=sent x@example.net>, relay=none, delay=1, status=bounced (unknown user)")["status"]);

    [Fact]
    public void A_field_of_a_later_release_is_passed_over() =>
        Assert.Equal("4.4.1",
            Smtp("DD925BBE2: to=<a@example.net>, relay=none, delay=2, delays=1/1/0/0, tls=encrypt/!requiretls:nostarttls, new_field=a b(c), dsn=4.4.1, status=deferred (x)")["dsn"]);

    [Fact]
    public void A_quoted_recipient_can_not_write_the_rest_of_the_record()
    {
        var said = Smtp("0D37CB243A4: to=<\"y>, relay=none, delay=1, dsn=2.0.0, status=sent (ok)\"@example.com>, relay=mx1.example.com[10.9.0.1]:25, delay=0.06, delays=0/0.01/0.01/0.04, dsn=5.1.1, status=bounced (no)");
        Assert.Equal(("\"y>, relay=none, delay=1, dsn=2.0.0, status=sent (ok)\"@example.com", "mx1.example.com[10.9.0.1]:25", "Bounced"),
            (said["to"], said["relay"], said["status"]));
    }

    /// <summary>Cut at 2,000 bytes, or at 1,024 with the prefix: before the record, or within the quotes already.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\"@example.com>, relay=mx1.example.com[10.9.0.1]:25, delay=0.06, delays=0/0.01")]
    public void Of_a_line_that_was_cut_a_quoted_recipient_writes_no_record_either(string end)
    {
        string begin = "0D37CB243A4: to=<\"y>, relay=none, delay=1, dsn=2.0.0, status=sent (ok)";
        Assert.Equal(EventKind.Unread, Smtp(begin + new string('y', 1_000) + end).Kind);
        Assert.Equal(EventKind.Unread,
            ReadLines.Message("postfix/qmgr",
                "0D37CB243A4: from=<\"y>, size=1, nrcpt=1 (" + new string('y', 1_000) + (end.Length == 0 ? "" : "\"@example.com>, si")).Kind);
    }

    [Fact]
    public void A_quoted_recipient_with_escapes_ends_where_it_ends() =>
        Assert.Equal("\"a\\\">\\\\\"@example.com",
            Smtp("0D37CB243A4: to=<\"a\\\">\\\\\"@example.com>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)")["to"]);

    /// <summary>As Postfix 3.4 logs it.</summary>
    [Theory]
    [InlineData("relay=none@example.com")]
    [InlineData("relay=none, delay=1, x@example.com")]
    public void Without_quotes_an_address_can_not_bring_a_relay_or_a_delay_of_its_own(string end)
    {
        var said = Smtp($"1E985306463: to=<ghost x>, {end}>, relay=192.0.2.10[192.0.2.10]:25, delay=0.06, delays=0.01/0/0/0.04, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as C55B0EE76F)");
        Assert.Equal(($"ghost x>, {end}", "192.0.2.10[192.0.2.10]:25", "address without quotes"), (said["to"], said["relay"], said["uncertain"]));
    }

    [Fact]
    public void Without_quotes_an_address_ends_where_a_record_follows_and_is_not_certain()
    {
        var said = Smtp("0D37CB243A4: to=<y>, relay=none, status=sent (ok)@example.com>, relay=mx1.example.com[10.9.0.1]:25, delay=0.06, status=bounced (no)");
        Assert.Equal(("y>, relay=none, status=sent (ok)@example.com", "Bounced", "address without quotes"), (said["to"], said["status"], said["uncertain"]));
    }

    [Fact]
    public void A_line_that_was_cut_has_no_closing_parenthesis() =>
        Assert.Equal("host x said: 550 (no such",
            Smtp("DD925BBE2: to=<a@example.net>, relay=none, delay=2, delays=1/1/0/0, dsn=5.1.1, status=bounced (host x said: 550 (no such")["reason"]);

    [Theory]
    [InlineData("DD925BBE2: to=<56597@con")]
    [InlineData("DD925BBE2: to=<a@example.net>, relay=none, delay=2, dsn=5.1.1, status=unheard (x)")]
    [InlineData("DD925BBE2: to=<a@example.net>, delay=2, dsn=5.1.1, status=sent (x)")]
    [InlineData("DD925BBE2: to=<a@example.net>, relay=none, delay=2, dsn=9.1.1, status=sent (x)")]
    [InlineData("dd925bbe2: to=<a@example.net>, relay=none, delay=2, dsn=2.0.0, status=sent (x)")]
    [InlineData("relay=none, delay=2, dsn=2.0.0, status=sent (x)")]
    public void What_is_no_record_is_unread(string message) => Assert.Equal(EventKind.Unread, Smtp(message).Kind);

    [Fact]
    public void Smtpd_writes_no_delivery_record() =>
        Assert.Equal(EventKind.Unread,
            ReadLines.Message("postfix/smtpd", "DD925BBE2: to=<a@example.net>, relay=none, delay=2, delays=1/1/0/0, dsn=2.0.0, status=sent (x)").Kind);
}
