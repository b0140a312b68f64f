using System.Text;
using MxAudit.Mail;

namespace MxAudit.Tests.Mail;

/// <summary>One pass finds what a look for each word finds.</summary>
public class WordTreeTests
{
    private static readonly string[] Known = ["ab", "abc", "bca", " hops", "too many hops", "aaab", "c\"a", "#5", "no", "nobody"];

    private static int MarksIn(ReadOnlySpan<byte> text)
    {
        var tree = new WordTree();
        for (int i = 0; i < Known.Length; i++) tree.Add(Encoding.ASCII.GetBytes(Known[i]), 1 << i);
        return tree.MarksIn(text);
    }

    [Fact]
    public void Texts_of_few_letters_hold_what_a_look_for_each_word_finds()
    {
        var dice = new Random(1);
        int found = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] text = [.. dice.GetItems("aabbbccn o\"#5"u8.ToArray(), dice.Next(12))];
            int expected = 0;
            for (int i = 0; i < Known.Length; i++)
                if (text.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Known[i])) >= 0) expected |= 1 << i;
            Assert.Equal(expected, MarksIn(text));
            found |= expected;
        }
        Assert.Equal(0b1_1110_0111, found); // all but the words with letters that were not thrown
    }

    [Theory]
    [InlineData("there were too many hops", 0b1_1000)]
    [InlineData("nobody", 0b11_0000_0000)]
    [InlineData("nobod", 0b1_0000_0000)]
    [InlineData("a", 0)]
    [InlineData("", 0)]
    public void A_word_is_found_where_it_begins_within_another(string text, int marks) => Assert.Equal(marks, MarksIn(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_letter_beyond_ascii_is_none_of_ascii() => Assert.Equal(0, MarksIn([(byte)('a' | 0x80), (byte)'b', (byte)'a', (byte)('b' | 0x80)]));
}
