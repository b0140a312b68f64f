using MxAudit.Queue;

namespace MxAudit.Tests.Queue;

public class AgeMatrixTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static QueuedMessage Message(string sender, int minutes, QueueName queue, params string[] recipients) => new()
    {
        QueueId = $"{sender}{minutes}", Queue = queue, Arrival = Noon.AddMinutes(-minutes), Sender = sender,
        Recipients = [.. recipients.Select(address => new QueuedRecipient(address))],
    };

    private static readonly QueueSnapshot Queue = QueueSnapshot.Of("queue",
    [
        Message("", 0, QueueName.Active, "a@example.com", "b@EXAMPLE.COM", "c@b.example"),
        Message("", 1280, QueueName.Deferred, "d@example.com"),
        Message("bea@partner.example", 2561, QueueName.Deferred, "e@a.example", "root"),
        Message("bea@partner.example", 5, QueueName.Hold, "f@example.com"),
    ]);

    [Theory]
    [InlineData(-3, 0)]
    [InlineData(4.99, 0)]
    [InlineData(5, 1)]
    [InlineData(9.99, 1)]
    [InlineData(10, 2)]
    [InlineData(640, 8)]
    [InlineData(1279, 8)]
    [InlineData(1280, 9)]
    [InlineData(100000, 9)]
    public void Columns_are_those_of_qshape(double minutes, int column) => Assert.Equal(column, AgeMatrix.ColumnOf(TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void A_column_ends_where_the_next_begins_and_says_so()
    {
        Assert.All(AgeMatrix.Ends.Index(), end =>
        {
            Assert.Equal(end.Index, AgeMatrix.ColumnOf(end.Item - TimeSpan.FromSeconds(1)));
            Assert.Equal(end.Index + 1, AgeMatrix.ColumnOf(end.Item));
        });
        Assert.Equal("<5 <10 <20 <40 <80 <160 <320 <640 <1280 >1280",
            string.Join(' ', Enumerable.Range(0, AgeMatrix.Ends.Count + 1).Select(AgeMatrix.Heading)));
    }

    [Fact]
    public void Recipients_are_counted_by_domain_the_most_first_then_the_shorter_name()
    {
        var matrix = AgeMatrix.OfRecipients(Queue, Noon);
        Assert.Equal([("example.com", 3), ("a.example", 1), ("b.example", 1), ("(no domain)", 1)], matrix.Rows.Select(row => (row.Name, row.Total)));
        Assert.Equal(10, matrix.Shown);
        Assert.Equal((6, 3, 3), (matrix.Total.Total, matrix.Total.ByAge[0], matrix.Total.ByAge[9]));
    }
}
