namespace MxAudit.Tests.Mail;

/// <summary>The queue was moved to another disk while mail waited: its files have other names since, and no line says which.</summary>
public class RenamedTests
{
    private const string U = "u@example.com", V = "v@example.com";

    private static Letters Moved(Letters log, int messages = 2) =>
        log.After(60).Line($"postsuper: Renamed to match inode number: {messages} message{(messages == 1 ? "" : "s")}")
            .Line("postsuper: warning: QUEUE FILE NAMES WERE CHANGED TO MATCH INODE NUMBERS");

    private static Letters Two() =>
        new Letters().Arrives("C7807B2230A", recipients: 2).Sent("C7807B2230A", V).Deferred("C7807B2230A", U).Client("CA078B220F4")
            .MessageId("CA078B220F4", "b@partner.example").Active("CA078B220F4", size: 700).Deferred("CA078B220F4", V);

    [Fact]
    public void A_message_under_another_name_is_the_one_that_came_at_the_same_moment()
    {
        var log = Moved(Two())
            .Active("C7807B22332", recipients: 2)
            .Sent("C7807B22332", U)
            .Removed("C7807B22332")
            .Active("CA078B22331", size: 700)
            .Deferred("CA078B22331", V);
        Assert.Equal("C7807B2230A u@example.com Delivered; C7807B2230A v@example.com Delivered; CA078B220F4 v@example.com Deferred",
            LifeTests.Sorted(log.Outcomes));
        Assert.Equal("C7807B2230A No; C7807B22332 No; CA078B220F4 No; CA078B22331 No", LifeTests.Sorted(log.Trust));
        Assert.StartsWith("accepted 2 delivered 2 bounced 0 expired 0 deferred 1 ", log.Sums);
    }

    [Fact]
    public void Mail_that_waits_held_is_found_when_it_is_released()
    {
        var log = Moved(Two().Postsuper("CA078B220F4", "placed on hold"))
            .Line("postsuper: Released from hold: 1 message")
            .Active("CA078B22331", size: 700)
            .Sent("CA078B22331", V)
            .Removed("CA078B22331");
        Assert.Contains("CA078B220F4 v@example.com Delivered", log.Outcomes);
    }

    [Fact]
    public void Nothing_is_taken_for_it_that_has_another_size_or_another_moment_or_was_not_renamed()
    {
        string other = Moved(Two()).Active("C7807B22332", size: 501).Sent("C7807B22332", V).Outcomes;
        Assert.Contains("C7807B22332 v@example.com Delivered", other);
        Assert.Contains("C7807B2230A u@example.com Deferred", other);
        Assert.Contains("C7817B22332 v@example.com Delivered", Moved(Two()).Active("C7817B22332").Sent("C7817B22332", V).Outcomes);
        Assert.Contains("C7807B22332 v@example.com Delivered", Two().After(60).Active("C7807B22332").Sent("C7807B22332", V).Outcomes);
        Assert.Contains("C7807B22332 v@example.com Delivered",
            Moved(Two().After(9).Sent("C7807B2230A", U).Removed("C7807B2230A")).Active("C7807B22332").Sent("C7807B22332", V).Outcomes);
    }

    [Fact]
    public void Mail_with_a_long_id_keeps_its_name()
    {
        var log = Moved(Two().Arrives("4jdBBF3QJ5z1j0LJ").Deferred("4jdBBF3QJ5z1j0LJ", U))
            .Active("4jdBBF3QJ5z1j0LJ")
            .Sent("4jdBBF3QJ5z1j0LJ", U)
            .Removed("4jdBBF3QJ5z1j0LJ");
        Assert.Contains("4jdBBF3QJ5z1j0LJ u@example.com Delivered", log.Outcomes);
    }

    /// <summary>Recorded: myhostname was changed while the primary was away. Postfix starts, and qmgr begins with what waits.</summary>
    [Fact]
    public void A_host_that_gets_another_name_keeps_its_queue()
    {
        var log = new Letters().Arrives("A00001").Deferred("A00001", U).On("backup").Active("A00001").Sent("A00001", U).Removed("A00001");
        Assert.Equal($"A00001 {U} Delivered", log.Outcomes);
        Assert.Equal("A00001 No", log.Trust);
        Assert.StartsWith("accepted 1 delivered 1 bounced 0 expired 0 deferred 0 ", log.Sums);
        // another message of another host
        log = new Letters().Arrives("A00001").Deferred("A00001", U).On("mx3").Active("A00001", size: 501).Sent("A00001", U).Removed("A00001");
        Assert.Equal($"A00001 {U} Deferred; A00001 {U} Delivered", log.Outcomes);
        log = new Letters().Arrives("A00001").Sent("A00001", U).Removed("A00001").On("mx3").Active("A00001").Deferred("A00001", U);
        Assert.Equal($"A00001 {U} Delivered; A00001 {U} Deferred", log.Outcomes);
    }
}
