using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class UnnamedTests
{
    [Theory]
    [InlineData("smtp",
        "to=<anna@example.com>, relay=mx1.example.com[192.0.2.10]:25, conn_use=2, delay=1.2, delays=0.8/0/0.1/0.3, dsn=2.0.0, status=sent (250 2.0.0 Ok)")]
    [InlineData("error",
        "to=<anna@example.com>, relay=none, delay=165276, delays=165276/0.1/0/0.1, dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to mx1.example.com[192.0.2.10]:25: Connection timed out)")]
    [InlineData("local", "to=<anna@example.com>, relay=local, delay=3.1, delays=1.8/0.9/0/0.4, dsn=2.0.0, status=sent (forwarded as 4jXYFS5kMmz1j3cj)")]
    [InlineData("qmgr", "from=<bea@partner.example>, size=11445, nrcpt=1 (queue active)")]
    [InlineData("qmgr", "from=<bea@partner.example>, status=expired, returned to sender")]
    [InlineData("qmgr", "removed")]
    [InlineData("smtpd", "client=mail.partner.example[203.0.113.44]")]
    [InlineData("cleanup", "message-id=<m-1@partner.example>")]
    [InlineData("pickup", "uid=1206 from=<system>")]
    [InlineData("bounce", "sender non-delivery notification: 4jXYFS5kMmz1j3cj")]
    public void A_line_that_names_no_message_is_known_for_what_it_is(string program, string message)
    {
        var said = ReadLines.Message("postfix/" + program, message);
        Assert.Equal((EventKind.Remark, "WithoutQueueId", ""), (said.Kind, said["remark"], said["queue_id"]));
    }

    [Theory]
    [InlineData("smtp", "to=<anna@example.com>")]
    [InlineData("smtp", "to=<anna@example.com>, relay=none, status=deferred (x)")]
    [InlineData("smtpd", "to=<anna@example.com>, relay=none, delay=1, status=deferred (x)")]
    [InlineData("smtp", "from=<bea@partner.example>, size=11445, nrcpt=1 (queue active)")]
    [InlineData("qmgr", "from=<bea@partner.example>, and more")]
    [InlineData("qmgr", "removed all of it")]
    [InlineData("cleanup", "message-id=whatever")]
    [InlineData("qmgr", "12: from=<bea@partner.example>, size=25302, nrcpt=2 (queue active)")]
    [InlineData("bounce", "sender non-delivery notification: of yesterday")]
    public void What_only_looks_like_it_stays_unread(string program, string message) =>
        Assert.Equal(EventKind.Unread, ReadLines.Message("postfix/" + program, message).Kind);
}
