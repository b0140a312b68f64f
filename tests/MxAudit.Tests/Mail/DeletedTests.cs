namespace MxAudit.Tests.Mail;

/// <summary>What <c>postsuper -d</c> took out of the queue: it names one message, or tells how many there were.</summary>
public class DeletedTests
{
    private const string U = "u@example.com", V = "v@example.com";

    [Fact]
    public void Deleted_by_name() =>
        Assert.Equal("A00001 u@example.com Deleted",
            new Letters().Arrives("A00001").Deferred("A00001", U).Removed("A00001", "postsuper").Line("postsuper: Deleted: 1 message").Outcomes);

    [Theory]
    [InlineData("postsuper: A00001: removed")]
    [InlineData("postsuper: Deleted: 1 message")]
    public void An_agent_that_had_it_in_hand_when_it_was_deleted_tells_of_it_later(string deleted)
    {
        Letters Deleted() => new Letters().Arrives("A00001").Deferred("A00001", U).Line(deleted);
        Assert.Equal("A00001 u@example.com Deleted", Deleted().Deferred("A00001", U).Outcomes);
        Assert.Equal("A00001 u@example.com Delivered", Deleted().Sent("A00001", U).Outcomes);
        // another message
        Assert.Equal("A00001 u@example.com Deleted; A00001 u@example.com Deferred", Deleted().Arrives("A00001").Deferred("A00001", U).Outcomes);
    }

    [Fact]
    public void Deleted_by_all_names_nobody_but_the_number_fits()
    {
        var log = new Letters().Arrives("A00001").Deferred("A00001", U).Arrives("A00002").Sent("A00002", U).Removed("A00002")
            .Arrives("A00003").Deferred("A00003", V)
            .After(60).Line("postsuper: Deleted: 2 messages");
        Assert.Equal("A00001 u@example.com Deleted; A00002 u@example.com Delivered; A00003 v@example.com Deleted", log.Outcomes);
        Assert.Equal("A00001 Mail Deleted; A00002 Mail Removed; A00003 Mail Deleted", log.Ends);
        log.After(60).Arrives("A00001").Sent("A00001", V);
        Assert.Equal(
            "A00001 u@example.com Deleted; A00002 u@example.com Delivered; A00003 v@example.com Deleted; A00001 v@example.com Delivered", log.Outcomes);
    }

    [Theory]
    [InlineData(2, "A00001 u@example.com Held; A00002 u@example.com Deleted; A00003 v@example.com Deleted")] // -d ALL deferred
    [InlineData(1, "A00001 u@example.com Deleted; A00002 u@example.com Deferred; A00003 v@example.com Deferred")] // -d ALL hold
    [InlineData(3, "A00001 u@example.com Deleted; A00002 u@example.com Deleted; A00003 v@example.com Deleted")]
    public void Deleted_by_all_of_one_queue_are_the_held_or_the_others(int number, string outcomes) =>
        Assert.Equal(outcomes,
            new Letters().Arrives("A00001").Deferred("A00001", U).Arrives("A00002").Deferred("A00002", U).Arrives("A00003").Deferred("A00003", V)
                .Postsuper("A00001", "placed on hold").Line($"postsuper: Deleted: {number} message{(number == 1 ? "" : "s")}").Outcomes);

    [Fact]
    public void Deleted_by_all_stays_open_where_the_number_does_not_fit() =>
        Assert.Equal("A00001 u@example.com Deferred; A00003 v@example.com Deferred",
            new Letters().Arrives("A00001").Deferred("A00001", U).Arrives("A00003").Deferred("A00003", V).Line("postsuper: Deleted: 1 message").Outcomes);

    [Fact]
    public void Deleted_by_all_does_not_count_what_cleanup_bounced()
    {
        var log = new Letters()
            .Client("A00001")
            .Line("cleanup: A00001: to=<u@example.com>, relay=none, delay=0.1, delays=0.1/0/0/0, dsn=5.4.0, status=bounced (too many hops)")
            .Arrives("A00002").Deferred("A00002", V).Line("postsuper: Deleted: 1 message");
        Assert.Equal("A00001 u@example.com Bounced; A00002 v@example.com Deleted", log.Outcomes);
    }

    [Fact]
    public void Deleted_by_all_counts_what_was_tried_before_the_log_begins() =>
        Assert.Equal("A00001 u@example.com Deleted", new Letters().Deferred("A00001", U).Line("postsuper: Deleted: 1 message").Outcomes);
}
