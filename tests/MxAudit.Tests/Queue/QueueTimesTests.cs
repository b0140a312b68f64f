using MxAudit.Queue;

namespace MxAudit.Tests.Queue;

public class QueueTimesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 300)]
    [InlineData(300, 300)]
    [InlineData(1000, 1000)]
    [InlineData(4000, 4000)]
    [InlineData(90000, 4000)]
    public void A_message_waits_as_long_again_as_it_is_old_within_limits(int age, int wait) =>
        Assert.Equal(Noon.AddSeconds(age + wait), QueueTimes.Defaults.NextRetry(Noon, Noon.AddSeconds(age)));

    [Fact]
    public void Lifetimes_are_by_sender_and_held_mail_has_none()
    {
        var times = new QueueTimes { BounceQueueLifetime = TimeSpan.FromDays(1) };
        var message = new QueuedMessage { QueueId = "1A2B3C4D01", Queue = QueueName.Deferred, Arrival = Noon, Sender = "bea@partner.example" };
        Assert.Equal(Noon.AddDays(5), times.ExpiryOf(message));
        Assert.Equal(Noon.AddDays(1), times.ExpiryOf(message with { Sender = "" }));
        Assert.Null(times.ExpiryOf(message with { Queue = QueueName.Hold }));
        Assert.Null(times.ExpiryOf(message with { Arrival = null }));
        Assert.True(QueueTimes.Defaults.Assumed);
    }
}
