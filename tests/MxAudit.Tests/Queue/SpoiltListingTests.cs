using System.Text;
using MxAudit.Input;
using MxAudit.Queue;

namespace MxAudit.Tests.Queue;

public class SpoiltListingTests
{
    private static readonly string Json = PostqueueJsonTests.Waiting + "\n" + PostqueueJsonTests.Waiting.Replace("4D01", "4D02") + "\n";

    [Theory]
    [InlineData("queue.json", 20_000)]
    [InlineData("queue.txt", 3_000)]
    public void Cut_and_flipped_listings_are_read_or_refused_never_worse(string name, int times)
    {
        byte[] whole = Encoding.UTF8.GetBytes(name == "queue.json" ? Json : PostqueueTextTests.Short);
        var dice = new Random(7);
        for (int i = 0; i < times; i++)
        {
            byte[] text = whole[..(i % 2 == 0 ? whole.Length : dice.Next(whole.Length))];
            for (int flips = dice.Next(4); flips > 0 && text.Length > 0; flips--) text[dice.Next(text.Length)] = (byte)dice.Next(256);
            try { _ = QueueListing.Of(text, name).DatedBy(ListingClock.At(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc)).RecipientCount; }
            catch (InputException) { }
        }
    }
}
