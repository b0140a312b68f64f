using System.Text;
using MxAudit.Input;

namespace MxAudit.Tests.Input;

public sealed class LineReaderTests
{
    private static List<(string Text, long Offset, bool WasCut)> Read(byte[] bytes, int atOnce = int.MaxValue, long offset = 0)
    {
        using var reader = new LineReader(new TestLogs.Trickle(bytes, atOnce), offset);
        List<(string, long, bool)> lines = [];
        while (reader.TryRead(out var line)) lines.Add((Encoding.UTF8.GetString(line.Bytes), line.Offset, line.WasCut));
        return lines;
    }

    [Fact]
    public void An_empty_text_has_no_lines() => Assert.Empty(Read([]));

    [Fact]
    public void Both_kinds_of_line_ends_are_taken_off() =>
        Assert.Equal([("one", 0, false), ("two", 5, false), ("", 9, false), ("", 10, false), ("five", 12, false)],
            Read("one\r\ntwo\n\n\r\nfive\n"u8.ToArray()));

    [Theory]
    [InlineData(1), InlineData(int.MaxValue)]
    public void Blanks_before_a_line_end_are_taken_off_with_it(int atOnce) =>
        Assert.Equal([("one", 0, false), ("", 6, false), (" two", 9, false), ("a\t", 17, false), ("", 20, false), ("six", 22, false)],
            Read("one  \n  \n two \r\r\na\t\n \nsix "u8.ToArray(), atOnce));

    [Fact]
    public void The_last_line_may_lack_its_end() => Assert.Equal([("one", 0, false), ("two", 4, false)], Read("one\ntwo"u8.ToArray()));

    [Fact]
    public void A_NUL_is_a_byte_like_any_other() => Assert.Equal([("\0\0a\0b", 0, false)], Read("\0\0a\0b\n"u8.ToArray()));

    [Fact]
    public void Offsets_begin_where_the_caller_says() => Assert.Equal([("one", 100, false), ("two", 104, false)], Read("one\ntwo\n"u8.ToArray(), offset: 100));

    [Theory]
    [InlineData(1), InlineData(7), InlineData(4096), InlineData(int.MaxValue)]
    public void Lines_are_the_same_however_little_comes_at_once(int atOnce)
    {
        string text = TestLogs.Lines(0, atOnce < 4096 ? 300 : 12_000); // the larger is over a megabyte: several refills
        var lines = Read(TestLogs.Bytes(text), atOnce);
        Assert.Equal(text, string.Concat(lines.Select(line => line.Text + "\n")));
        Assert.All(lines, line => Assert.Equal(text.Substring((int)line.Offset, line.Text.Length), line.Text));
    }

    [Theory]
    [InlineData(1000), InlineData(int.MaxValue)]
    public void A_line_that_is_too_long_is_cut_and_the_next_is_whole(int atOnce)
    {
        foreach (int length in (int[])[LineReader.LongestLine + 1, 300_000, 1_000_000])
        {
            var lines = Read(TestLogs.Bytes("before\n" + new string('x', length) + "\nafter\n"), atOnce);
            Assert.Equal(3, lines.Count);
            Assert.Equal((new string('x', LineReader.LongestLine), 7, true), lines[1]);
            Assert.Equal(("after", 7L + length + 1, false), lines[2]);
        }
    }

    [Fact]
    public void A_line_of_exactly_the_longest_length_is_not_cut()
    {
        string longest = new('x', LineReader.LongestLine);
        Assert.Equal([(longest, 0, false), ("after", longest.Length + 1L, false)], Read(TestLogs.Bytes(longest + "\nafter\n")));
        Assert.Equal([(longest, 0, false)], Read(TestLogs.Bytes(longest)));
    }

    [Fact]
    public void Cut_lines_are_counted()
    {
        using var reader = new LineReader(new MemoryStream(TestLogs.Bytes(new string('x', 70_000) + "\nshort\n" + new string('y', 700_000))));
        int lines = 0;
        while (reader.TryRead(out _)) lines++;
        Assert.Equal((3, 2L), (lines, reader.LinesCut));
    }
}
