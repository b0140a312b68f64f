using MxAudit.Input;

namespace MxAudit.Tests.Input;

public sealed class OverlapTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<LogSource> _sources = [];
    private readonly List<string> _notes = [];

    public void Dispose()
    {
        _sources.ForEach(source => source.Dispose());
        _folder.Dispose();
    }

    private void Add(string name, byte[] bytes) => _sources.Add(LogSource.OfFile(name, _folder.Write(name, bytes)));

    private void Add(string name, string text) => Add(name, TestLogs.Bytes(text));

    /// <summary>Everything that is read, in order, and which sources are left.</summary>
    private (string Text, string Names) Read()
    {
        var kept = Overlap.LeaveOut(_sources, (_, _) => true, _notes);
        foreach (var source in kept)
        {
            string whole = TestLogs.ReadAll(source.Open());
            Assert.Equal(whole[..(int)source.Skip].Count(c => c == '\n'), source.LinesSkipped);
        }
        return (string.Concat(kept.Select(source => TestLogs.ReadAll(source.OpenAfterSkip()))), string.Join(' ', kept.Select(source => source.Name)));
    }

    [Theory]
    [InlineData(3), InlineData(20_000)]
    public void A_copy_is_read_once_even_when_it_is_compressed(int lines)
    {
        string text = TestLogs.Lines(0, lines);
        Add("mail.log.1", text);
        Add("mail.log.1.gz", TestLogs.Gzip(TestLogs.Bytes(text)));
        Assert.Equal((text, "mail.log.1"), Read());
        Assert.Equal(["mail.log.1.gz lies within mail.log.1 and was left out."], _notes);
    }

    [Fact]
    public void Of_two_copies_the_one_that_is_quicker_to_read_is_kept()
    {
        Add("mail.log.1.gz", TestLogs.Gzip(TestLogs.Bytes(TestLogs.Lines(0, 100))));
        Add("mail.log.1", TestLogs.Lines(0, 100));
        Assert.Equal((TestLogs.Lines(0, 100), "mail.log.1"), Read());
    }

    [Theory]
    [InlineData(1), InlineData(20), InlineData(30_000)]
    public void The_beginning_that_is_another_ones_end_is_read_once(int common)
    {
        string text = TestLogs.Lines(0, 100_000);
        Add("mail.log.1", TestLogs.Lines(0, 60_000));
        Add("mail.log", TestLogs.Lines(60_000 - common, 40_000 + common));
        Assert.Equal((text, "mail.log.1 mail.log"), Read());
        Assert.Equal($"mail.log begins with {(common == 1 ? "the last line" : $"the last {common:N0} lines")} of mail.log.1; they are read once.",
            Assert.Single(_notes));
    }

    [Theory]
    [InlineData("copy log"), InlineData("log copy")]
    public void A_piece_from_the_middle_is_left_out_whatever_the_order(string order)
    {
        string text = TestLogs.Lines(0, 50_000);
        foreach (string name in order.Split(' ')) Add(name, name == "log" ? text : TestLogs.Lines(20_000, 5_000));
        Assert.Equal((text, "log"), Read());
    }

    [Fact]
    public void An_earlier_state_of_a_log_is_left_out_even_when_it_ends_within_a_line()
    {
        string text = TestLogs.Lines(0, 50_000);
        Add("saved", text[..1_234_567]);
        Add("mail.log", text);
        Assert.Equal((text, "mail.log"), Read());
    }

    [Fact]
    public void A_missing_line_end_does_not_hide_the_last_common_line()
    {
        Add("mail.log.1", TestLogs.Lines(0, 100).TrimEnd());
        Add("mail.log", TestLogs.Lines(90, 100));
        var (text, _) = Read();
        Assert.Equal(TestLogs.Lines(0, 100).TrimEnd() + TestLogs.Lines(100, 90), text);
    }

    [Fact]
    public void Equal_lines_within_one_file_and_between_files_stay()
    {
        const string repeated = "Nov 22 16:05:46 mx2 postfix/smtpd[123]: connect from unknown[192.0.2.7]\n";
        string first = repeated + repeated + TestLogs.Lines(0, 1000), second = repeated + TestLogs.Lines(2000, 1000) + repeated;
        Add("mail.log.1", first);
        Add("mail.log", second);
        Assert.Equal((first + second, "mail.log.1 mail.log"), Read());
        Assert.Empty(_notes);
    }

    [Fact]
    public void The_sample_is_found_across_the_borders_of_reads()
    {
        string text = TestLogs.Lines(0, 40_000);
        for (int common = 9_000; common < 30_000; common += 997)
        {
            Add($"first{common}", text);
            Add($"second{common}", TestLogs.Lines(40_000 - common, common + 10));
            var (read, _) = Read();
            Assert.Equal(TestLogs.Lines(0, 40_010), read);
            _sources.ForEach(source => source.Dispose());
            _sources.Clear();
        }
    }

    [Fact]
    public void Logs_in_which_every_line_is_the_same_are_never_emptied()
    {
        Add("a", string.Concat(Enumerable.Repeat("same\n", 100_000)));
        Add("b", string.Concat(Enumerable.Repeat("same\n", 100_001)));
        Assert.NotEmpty(Read().Text);
    }

    [Fact]
    public void Three_pieces_that_overlap_in_turn_give_the_whole()
    {
        Add("a", TestLogs.Gzip(TestLogs.Bytes(TestLogs.Lines(0, 1000))));
        Add("b", TestLogs.Lines(900, 1000));
        _sources.Add(LogSource.OfStream("-", () => new MemoryStream(TestLogs.Bytes(TestLogs.Lines(1700, 1000)))));
        Assert.Equal((TestLogs.Lines(0, 2700), "a b -"), Read());
    }

    [Fact]
    public void Nothing_is_compared_that_can_not_overlap()
    {
        Add("a", TestLogs.Lines(0, 10));
        Add("b", TestLogs.Lines(0, 10));
        Assert.Equal(2, Overlap.LeaveOut(_sources, (_, _) => false, _notes).Count);
    }

    [Fact]
    public void Empty_files_are_no_ones_copies()
    {
        Add("a", "");
        Add("b", TestLogs.Lines(0, 10));
        Add("c", "");
        Assert.Equal((TestLogs.Lines(0, 10), "a b c"), Read());
    }
}
