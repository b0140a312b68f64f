using System.Text;
using MxAudit.Log;

namespace MxAudit.Tests.Log;

/// <summary>What looks at many bytes at once must answer like what looks at one after the other.</summary>
public sealed class NearTests
{
    private const string Alphabet = "aZ09:: ,,>>\"<;\\.[]@zBD-";

    private static IEnumerable<byte[]> Texts()
    {
        var dice = new Random(20261122);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new byte[dice.Next(0, 70)];
            string letters = i % 2 == 0 ? Alphabet : "abcdefgh0123>";
            for (int at = 0; at < text.Length; at++) text[at] = (byte)letters[dice.Next(letters.Length)];
            yield return text;
        }
    }

    [Fact]
    public void It_finds_what_spans_find()
    {
        foreach (var text in Texts())
        {
            Assert.Equal(text.AsSpan().IndexOf((byte)','), Near.IndexOf(text, (byte)','));
            Assert.Equal(text.AsSpan().LastIndexOf((byte)' '), Near.LastIndexOf(text, (byte)' '));
            Assert.Equal(text.AsSpan().IndexOfAny((byte)'>', (byte)'"'), Near.IndexOfAny(text, (byte)'>', (byte)'"'));
            Assert.Equal(text.AsSpan().IndexOf(": "u8), Near.IndexOfPair(text, ": "u8));
        }
    }

    [Fact]
    public void A_plain_address_ends_at_the_first_bracket_and_needs_no_quotes()
    {
        int plain = 0;
        foreach (var text in Texts())
        {
            int end = Near.EndOfPlainAddress(text);
            if (end < 0) continue;
            plain++;
            Assert.Equal(text.AsSpan().IndexOf((byte)'>'), end);
            Assert.Equal(-1, text.AsSpan(0, end).IndexOfAny("\"<; \\"u8));
        }
        Assert.InRange(plain, 1_000, 20_000);
    }

    [Fact]
    public void An_id_before_a_colon_is_the_id_that_is_read_anyway()
    {
        var dice = new Random(7);
        int ids = 0;
        for (int i = 0; i < 50_000; i++)
        {
            string letters = (i % 3) switch { 0 => "0123456789ABCDEF", 1 => "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyzz", _ => "0189ABCFaegz: _" };
            var line = new StringBuilder();
            for (int length = dice.Next(3, 27); length > 0; length--) line.Append(letters[dice.Next(letters.Length)]);
            line.Append(i % 5 == 0 ? " " : ": ").Append("removed and more than that"[..dice.Next(0, 26)]);
            byte[] text = Encoding.ASCII.GetBytes(line.ToString());
            int expected = QueueId.Read(text, out var id);
            if (expected > 0 && (expected >= text.Length || text[expected] != ':')) expected = 0;
            Assert.Equal(expected, QueueId.ReadUpToColon(text, out var same));
            if (expected == 0) continue;
            ids++;
            Assert.Equal(id, same);
            Assert.Equal(Encoding.ASCII.GetString(text, 0, expected), same.ToString());
        }
        Assert.InRange(ids, 5_000, 40_000);
    }

    /// <summary>Short texts are read in pieces: with zeros behind them up to 32 bytes they are read at once.</summary>
    [Theory]
    [InlineData("0123456789ABCDEF01234567")]
    [InlineData("4g8Xk12QzJz9rZ1bcdfghjkl")]
    [InlineData("4BCDFGHJKLzMNPQRzSTVWXYZ")]
    public void Short_texts_are_read_as_padded_ones(string letters)
    {
        foreach (string end in new[] { "", ":", ")" })
            for (int length = 6; length <= 24; length++)
            {
                byte[] text = Encoding.ASCII.GetBytes(letters[..length] + end), padded = new byte[32];
                text.CopyTo(padded, 0);
                Assert.Equal((QueueId.Read(padded, out var expected), expected), (QueueId.Read(text, out var id), id));
                Assert.Equal(QueueId.ReadUpToColon(padded, out expected), QueueId.ReadUpToColon(text, out id));
                if (end == ":") Assert.Equal(expected, id);
            }
    }

    [Fact]
    public void Eight_digits_are_digits_and_nothing_else_is()
    {
        for (int value = 0; value < 256; value++)
            for (int at = 0; at < 8; at++)
            {
                ulong text = (0x3938_3736_3532_3130UL & ~(0xffUL << (at * 8))) | ((ulong)value << (at * 8));
                Assert.Equal(value is >= '0' and <= '9', Digits.AreAll(text));
            }
    }
}
