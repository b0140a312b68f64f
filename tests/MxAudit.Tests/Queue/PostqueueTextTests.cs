using System.Text;
using MxAudit.Input;
using MxAudit.Queue;

namespace MxAudit.Tests.Queue;

public class PostqueueTextTests
{
    internal const string Short = """
        -Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
        0ECECB24356#     293 Sun Nov 22 15:32:30  joe@partner.example
                           (connect to mx7.example.com[192.0.2.9]:25: No route to host)
                                                 anna@example.com
                                                 otto@example.com
        (host mx.example.net[192.0.2.22] said: 450 4.2.0 <m3@example.net>: Recipient address rejected: Greylisted (see the page) (in reply to RCPT TO command))
                                                 m3@example.net
                                                               (reason unavailable)
                                                 new@example.net

        A9C5CB2434B!     298 Sun Nov  1 15:32:29  MAILER-DAEMON
                                                 "odd (one) "@example.com

        1A2B3C4D5E6F7*# 123456789 Sat Feb 29 00:00:00  "a b"@partner.example
                                                 jürgen@example.com

        -- 120563 Kbytes in 3 Requests.

        """;

    private static QueueSnapshot Read(string text) => QueueListing.Of(Encoding.UTF8.GetBytes(text), "queue.txt");

    private static QueueSnapshot Dated(string text, int year = 2026) =>
        Read(text).DatedBy(ListingClock.At(new(year, 11, 22, 16, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc));

    [Fact]
    public void Messages_have_their_marks_and_recipients_the_reason_above_them()
    {
        var queue = Read(Short);
        Assert.Equal([("0ECECB24356", QueueName.Deferred, true, 293L, 2L), ("A9C5CB2434B", QueueName.Hold, false, 298, 11),
            ("1A2B3C4D5E6F7", QueueName.Active, true, 123456789, 14)],
            queue.Messages.Select(message => (message.QueueId, message.Queue, message.ForcedExpire, message.Size, message.Line)));
        Assert.Equal(["joe@partner.example", "", "\"a b\"@partner.example"], queue.Messages.Select(message => message.Sender));
        var first = queue.Messages[0].Recipients;
        Assert.Equal(["anna@example.com", "otto@example.com", "m3@example.net", "new@example.net"], first.Select(one => one.Address));
        Assert.Equal(first[0].Reason, first[1].Reason);
        Assert.EndsWith("Greylisted (see the page) (in reply to RCPT TO command)", first[2].Reason);
        Assert.Equal(("", WaitKind.None), (first[3].Reason, first[3].Kind));
        Assert.Equal("\"odd (one) \"@example.com", queue.Messages[1].Recipients.Single().Address);
        Assert.Equal("jürgen@example.com", queue.Messages[2].Recipients.Single().Address);
        Assert.Null(queue.Note);
    }

    [Theory]
    [InlineData("Mail queue is empty\n")]
    [InlineData("postqueue: warning: Mail system is down -- accessing queue directly (Connection refused)\nMail queue is empty\r\n")]
    [InlineData("-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n-- 0 Kbytes in 0 Requests.\n")]
    public void An_empty_queue_has_no_messages(string text)
    {
        Assert.Empty(Read(text).Messages);
        Assert.Null(Read(text).Note);
    }

    [Fact]
    public void A_listing_copied_with_the_prompt_of_a_shell_and_without_its_blanks_is_read()
    {
        var queue = Read("""
            [root@mx2 ~]# postqueue -p
            postqueue: warning: Mail system is down -- accessing queue directly
            -Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------
            0ECECB24356 573 Sun Nov 22 15:32:30 joe@partner.example
            (connect to mx7.example.com[192.0.2.9]:25: No route to host)
            anna@example.com
            otto@example.com

            -- 1 Kbytes in 1 Request.
            [root@mx2 ~]#
            """);
        Assert.Equal(["anna@example.com", "otto@example.com"], queue.Messages.Single().Recipients.Select(one => one.Address));
        Assert.All(queue.Messages.Single().Recipients, one => Assert.StartsWith("connect to ", one.Reason));
        Assert.Null(queue.Note);
        // no heading: it may be anything
        Assert.Throws<InputException>(() => Read("$ postqueue -p\n0ECECB24356 573 Sun Nov 22 15:32:30 joe@partner.example\n"));
    }

    [Fact]
    public void Years_are_the_latest_that_the_weekday_and_the_clock_allow()
    {
        static DateTimeOffset? ArrivalOf(string time, DateTimeOffset now) =>
            Read($"0ECECB24356     293 {time}  joe@partner.example\n")
                .DatedBy(ListingClock.At(now, ListingClock.ZoneOf(TimeSpan.FromHours(1)))).Messages[0].Arrival;
        var newYear = new DateTimeOffset(2027, 1, 3, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(new(2026, 12, 31, 22, 30, 0, TimeSpan.Zero), ArrivalOf("Thu Dec 31 23:30:00", newYear));
        Assert.Equal(new(2026, 12, 31, 23, 30, 0, TimeSpan.Zero), ArrivalOf("Fri Jan  1 00:30:00", newYear));
        Assert.Equal(new(2027, 1, 3, 19, 0, 0, TimeSpan.Zero), ArrivalOf("Sun Jan  3 20:00:00", newYear)); // the other clock is ahead
        Assert.Equal(new(2024, 2, 29, 11, 0, 0, TimeSpan.Zero), ArrivalOf("Thu Feb 29 12:00:00", newYear));
        Assert.Equal(new(2026, 6, 1, 11, 0, 0, TimeSpan.Zero), ArrivalOf("Mon Jun  1 12:00:00", newYear));
    }

    [Fact]
    public void A_long_queue_id_knows_the_moment_whatever_the_zone()
    {
        const string text = """
            ----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------
            4jXZnv3JHLzFf7X        391 Sun Nov 22 22:20:43 k@victim.example
                                                           alice@example.com

            -- 0 Kbytes in 1 Request.
            """;
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 16, 50, 43, TimeSpan.Zero), Dated(text, 2031).Messages[0].Arrival); // listed at +05:30
    }

    [Fact]
    public void A_listing_without_its_last_line_may_be_cut_and_says_so() =>
        Assert.Contains("may be cut", Read(Short[..Short.IndexOf("\n\nA9C5", StringComparison.Ordinal)]).Note);

    [Theory]
    [InlineData("0ECECB24356     293 Sun Nov 22 15:32:30  joe@partner.example\n0ECECB24357     twelve Sun\n", "line 2, column 17: ", "a number", "twelve Sun")]
    [InlineData("0ECECB24356     293 Sun Nov 22 25:32:30  joe@partner.example\n", "line 1, column 32: ", "an hour", "25")]
    [InlineData("0ECECB24356     293 Sun Nov 22 15:32:30  joe@partner.example\n (connect to mx\n", "line 2, column 16: ",
        "the end of the reason", "the end of the line")]
    [InlineData("               anna@example.com\n", "line 1, column 1: ", "beginning is missing", "")]
    [InlineData("Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed\n", "line 1, column 1: ", "no queue listing", "postqueue -j or postqueue -p")]
    [InlineData("\nmailq: fatal: Queue report unavailable - mail system is down\n", "queue.txt", "complaint", "mail system is down")]
    public void What_is_no_listing_is_refused_and_the_place_is_told(string text, string place, string expected, string found)
    {
        string message = Assert.Throws<InputException>(() => Read(text)).Message;
        Assert.Contains(place, message);
        Assert.Contains(expected, message);
        Assert.Contains(found, message);
    }
}
