namespace MxAudit.Tests.Mail;

/// <summary>postsuper with ALL names no message; the number, and what comes later, tell.</summary>
public class HeldByAllTests
{
    private const string U = "u@example.com", V = "v@example.com";

    private static Letters Two() => new Letters().Arrives("A00001").Deferred("A00001", U).Arrives("A00002").Deferred("A00002", V);

    [Theory]
    [InlineData(2, "A00001 u@example.com Held; A00002 v@example.com Held")]
    [InlineData(3, "A00001 u@example.com Deferred; A00002 v@example.com Deferred")] // nobody can tell
    public void Held_by_all_names_nobody_but_the_number_fits(int number, string outcomes) =>
        Assert.Equal(outcomes, Two().Line($"postsuper: Placed on hold: {number} messages").Outcomes);

    [Fact]
    public void What_is_taken_up_again_was_released()
    {
        Letters Held() => Two().Line("postsuper: Placed on hold: 2 messages").After(60);
        Assert.Equal("A00001 u@example.com Held; A00002 v@example.com Deferred", Held().Active("A00002").Deferred("A00002", V).Outcomes);
        Assert.Equal("A00001 u@example.com Deferred; A00002 v@example.com Deferred", Held().Line("postsuper: Released from hold: 2 messages").Outcomes);
        Assert.Equal("A00001 u@example.com Held; A00002 v@example.com Deferred",
            Held().Postsuper("A00002", "released from hold").Line("postsuper: Released from hold: 1 message").Outcomes);
        Assert.Equal("A00001 u@example.com Held; A00002 v@example.com Held",
            Two().Postsuper("A00001", "placed on hold").Line("postsuper: Placed on hold: 1 message").Line("postsuper: Placed on hold: 1 message").Outcomes);
    }

    [Fact]
    public void Requeued_by_all_is_told_by_what_it_became() =>
        Assert.Equal("A00001 u@example.com Delivered; A00002 v@example.com Deferred", Two().Line("postsuper: Requeued: 2 messages").After(1)
            .Submitted("B00001", "joe@partner.example", requeued: "A00001").Sent("B00001", U).Removed("B00001")
            .Submitted("B00002", "joe@partner.example", requeued: "A00002").Deferred("B00002", V).Outcomes);
}
