namespace MxAudit.Tests.Mail;

/// <summary>What a content filter handed back, in a log that does not have its beginning.</summary>
public class NamedAheadTests
{
    private const string U = "u@example.com", V = "v@example.com", Amavis = "127.0.0.1[127.0.0.1]:10024";

    /// <summary>It came back before the log begins; or somebody kept the lines of deliveries alone.</summary>
    [Fact]
    public void What_a_filter_handed_back_is_known_by_its_reply_where_its_beginning_is_not_in_the_log()
    {
        var log = new Letters()
            .Sent("A00001", U, "B00001", Amavis)
            .Sent("A00001", V, "B00001", Amavis)
            .Sent("A00002", U, "B00002", Amavis)
            .Removed("A00001")
            .Active("B00001", recipients: 2)
            .Sent("B00001", U)
            .Bounced("B00001", V)
            .Removed("B00001")
            .Deferred("B00002", U);
        Assert.Equal("A00001 u@example.com Delivered; A00001 v@example.com Bounced; A00002 u@example.com Deferred", LifeTests.Sorted(log.Outcomes));
        Assert.StartsWith("accepted 0 delivered 1 bounced 1 expired 0 deferred 1", log.Sums);
    }

    [Theory]
    [InlineData("127.0.0.1[127.0.0.1]:10024", "mx2", 0, 1)]
    [InlineData("mx1.example.com[192.0.2.10]:25", "mx2", 0, 2)] // that host's id
    [InlineData("127.0.0.1[127.0.0.1]:10024", "mx3", 0, 2)]
    [InlineData("127.0.0.1[127.0.0.1]:10024", "mx2", 7200, 2)] // the id was used again
    public void Another_message_that_has_the_id_which_a_reply_named_is_no_part_of_it(string relay, string host, double later, int mails) =>
        Assert.Equal(mails, new Letters().Sent("A00001", U, "B00001", relay).After(later).On(host).Sent("B00001", U).Outcomes.Split(';').Length);
}
