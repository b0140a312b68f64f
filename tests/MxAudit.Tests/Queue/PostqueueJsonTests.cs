using System.Text;
using MxAudit.Input;
using MxAudit.Queue;

namespace MxAudit.Tests.Queue;

public class PostqueueJsonTests
{
    internal const string Waiting =
        """{"queue_name": "deferred", "queue_id": "1A2B3C4D01", "arrival_time": 1795366265, "message_size": 381, "forced_expire": false, "sender": "bea@partner.example", "recipients": [{"address": "anna@example.com", "delay_reason": "connect to mx1.example.com[192.0.2.10]:25: Connection refused"}]}""";

    private static QueueSnapshot Read(string text) => QueueListing.Of(Encoding.UTF8.GetBytes(text), "queue.json");

    [Fact]
    public void A_message_is_read_with_all_it_says()
    {
        var message = Assert.Single(Read(Waiting + "\n").Messages);
        Assert.Equal(("1A2B3C4D01", QueueName.Deferred, 381L, false, "bea@partner.example", 1L),
            (message.QueueId, message.Queue, message.Size, message.ForcedExpire, message.Sender, message.Line));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795366265), message.Arrival);
        Assert.Equal(
            new QueuedRecipient("anna@example.com") { Kind = WaitKind.Delayed, Reason = "connect to mx1.example.com[192.0.2.10]:25: Connection refused" },
            Assert.Single(message.Recipients));
        Assert.Equal("example.com", message.Recipients[0].Domain);
    }

    [Fact]
    public void Postfix_3_1_has_no_forced_expire_and_3_11_tells_original_addresses_and_bounces()
    {
        var old = Read("""{"queue_name": "hold", "queue_id": "1A2B3C4D01", "arrival_time": 1, "message_size": 2, "sender": "MAILER-DAEMON", "recipients": [{"address": "anna@example.com"}]}""").Messages[0];
        Assert.True(old.HasNullSender);
        Assert.Equal((QueueName.Hold, WaitKind.None), (old.Queue, old.Recipients[0].Kind));
        var recent = Read("""{"queue_name": "deferred", "queue_id": "1A2B3C4D01", "arrival_time": 1, "message_size": 2, "forced_expire": true, "sender": "", "recipients": [{"orig_address": "info@example.com", "address": "anna@example.com", "bounce_reason": "gone"}, {"orig_address": "", "address": "otto@example.com", "other_reason": "odd"}]}""").Messages[0];
        Assert.True(recent is { ForcedExpire: true, HasNullSender: true });
        Assert.Equal([("info@example.com", WaitKind.Bounced), ("", WaitKind.Other)], recent.Recipients.Select(one => (one.OriginalAddress, one.Kind)));
    }

    [Fact]
    public void Members_that_are_not_known_are_skipped_whatever_they_hold()
    {
        var message = Read("""{"new": {"queue_id": "X"}, "queue_id": "1A2B3C4D01", "queue_name": "elsewhere", "arrival_time": "soon", "message_size": 1.5, "tags": [1, [2], {}], "recipients": [7, {"address": "anna@example.com", "tries": [3]}]}""").Messages[0];
        Assert.Equal(("1A2B3C4D01", QueueName.Unknown, (DateTimeOffset?)null), (message.QueueId, message.Queue, message.Arrival));
        Assert.Equal("anna@example.com", Assert.Single(message.Recipients).Address);
    }

    [Fact]
    public void A_message_that_moves_while_it_is_listed_counts_once_where_it_was_seen_last()
    {
        var queue = Read(Waiting.Replace("deferred", "active") + "\n" + Waiting.Replace("4D01", "4D02") + "\n" + Waiting + "\n");
        Assert.Equal(["1A2B3C4D01", "1A2B3C4D02"], queue.Messages.Select(message => message.QueueId));
        Assert.Equal(QueueName.Deferred, queue.Messages[0].Queue);
        Assert.Equal((2, 762L), (queue.RecipientCount, queue.Bytes));
        Assert.Equal([(QueueName.Deferred, 2)], queue.ByQueue);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("\ufeff")]
    [InlineData("postqueue: warning: Mail system is down -- accessing queue directly (Connection refused)\n")]
    public void Nothing_is_an_empty_queue(string text) => Assert.Empty(Read(text).Messages);

    [Theory]
    [InlineData("[\n@,\n@\n]")]
    [InlineData("postqueue: warning: Mail system is down -- accessing queue directly (Connection refused)\n@\r\n@")]
    public void It_does_not_matter_how_it_was_saved(string shape)
    {
        string text = shape.Replace("@", Waiting.Replace("}]}", "}\n]}"));
        Assert.Equal([2L, 4],
            Read(text.Remove(text.LastIndexOf("4D01", StringComparison.Ordinal), 4)
                .Insert(text.LastIndexOf("4D01", StringComparison.Ordinal), "4D02")).Messages.Select(message => message.Line));
    }

    [Theory]
    [InlineData("{\"queue_id\": \"1A2B3C4D01\", ", "line 1", "ends in the middle")]
    [InlineData("{\"queue_id\": \"1A2B3C4D01\"}\n{\"queue_id\": oops}\n", "line 2, column 14", "not JSON")]
    [InlineData("{\"queue_id\": \"1A2B3C4D01\"}\n  {\"id\": 1}\n", "line 2, column 3", "no message")]
    [InlineData("{\"queue_id\": \"1A2B3C4D01\"}\n7\n", "line 2, column 1", "no message")]
    [InlineData("Nov 22 10:00:01 mx2 postfix/qmgr[103]: 1A2B3C4D01: removed\n", "queue.json", "postqueue -j")]
    [InlineData("postqueue: fatal: Queue report unavailable - mail system is down\n", "queue.json", "mail system is down")]
    public void What_is_no_listing_is_refused_and_the_place_is_told(string text, string place, string fault)
    {
        string message = Assert.Throws<InputException>(() => Read(text)).Message;
        Assert.Contains(place, message);
        Assert.Contains(fault, message);
    }

    [Fact]
    public void What_could_steer_a_terminal_is_shown_and_bytes_that_are_no_text_do_no_harm()
    {
        var recipient = Read("""{"queue_id": "1A2B3C4D01", "recipients": [{"address": "a\u001b[2Jb@example.com", "delay_reason": "half \ud800 a pair"}]}""").Messages[0].Recipients[0];
        Assert.Equal("a\\x1B[2Jb@example.com", recipient.Address);
        byte[] text = Encoding.Latin1.GetBytes("{\"queue_id\": \"1A2B3C4D01\", \"sender\": \"b\u00e9a@partner.example\"}");
        Assert.Equal("b\ufffda@partner.example", QueueListing.Of(text, "queue.json").Messages[0].Sender);
    }
}
