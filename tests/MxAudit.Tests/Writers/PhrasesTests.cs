using MxAudit.Writers;

namespace MxAudit.Tests.Writers;

public class PhrasesTests
{
    [Theory]
    [InlineData(0, "line", "0 lines")]
    [InlineData(1, "line", "1 line")]
    [InlineData(1234, "reply", "1,234 replies")]
    public void Counts_agree_with_their_noun(long number, string noun, string phrase) => Assert.Equal(phrase, Phrases.Count(number, noun));

    [Theory]
    [InlineData(0.5, "less than a second")]
    [InlineData(61, "1 minute, 1 second")]
    [InlineData(90_000, "1 day, 1 hour")]
    [InlineData(40 * 86_400, "40 days")]
    public void Ages_have_two_units(double seconds, string phrase) => Assert.Equal(phrase, Phrases.Age(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("", "")]
    [InlineData("log", "log")]
    [InlineData("log queue", "log and queue")]
    [InlineData("log queue dns", "log, queue and dns")]
    public void Lists_end_in_and(string words, string phrase) => Assert.Equal(phrase, Phrases.List(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData(999_999, 7, "999,999")]
    [InlineData(1_234_567, 7, "1234567")]
    public void A_number_leaves_its_separators_out_where_the_column_is_narrow(long number, int width, string shown) =>
        Assert.Equal(shown, Phrases.Number(number, width));
}
