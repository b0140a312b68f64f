using MxAudit.Input;

namespace MxAudit.Tests.Input;

public sealed class CompressionTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private static readonly string Text = TestLogs.Lines(0, 9_000);
    private static readonly string First = TestLogs.Lines(0, 5_000), Second = TestLogs.Lines(5_000, 4_000);

    /// <summary><c>printf 'one\ntwo\n' | xz; printf 'three\n' | xz</c>, with four bytes of padding between them.</summary>
    private static readonly byte[] TwoXzStreams = [.. Convert.FromBase64String(OneTwoXz), 0, 0, 0, 0, .. Convert.FromBase64String(ThreeXz)];
    private const string OneTwoXz = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAHb25lCnR3bwoAUauer1d1cEkAASAIuxnZux+2830BAAAAAARZWg==";
    private const string ThreeXz = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFdGhyZWUKAAAALOfhsoKxk2UAAR4GwS+kHR+2830BAAAAAARZWg==";

    public void Dispose() => _folder.Dispose();

    private static byte[] Compress(string how, string text) => how switch
    {
        "gz" => TestLogs.Gzip(TestLogs.Bytes(text)),
        "zst" => TestLogs.Zstandard(TestLogs.Bytes(text)),
        "bz2" => TestLogs.Bzip2(TestLogs.Bytes(text)),
        _ => throw new ArgumentException(how),
    };

    private (string Text, string? Incomplete) Read(byte[] bytes)
    {
        using var source = LogSource.OfFile("mail.log.2", _folder.Write("mail.log.2", bytes));
        Assert.True(source.IsCompressed);
        return (TestLogs.ReadAll(source.Open()), source.Incomplete);
    }

    [Theory]
    [InlineData("gz"), InlineData("zst"), InlineData("bz2")]
    public void Compression_is_known_by_content_and_not_by_name(string how) => Assert.Equal((Text, null), Read(Compress(how, Text)));

    [Theory]
    [InlineData("gz"), InlineData("zst"), InlineData("bz2")]
    public void All_members_of_a_file_are_read(string how) =>
        Assert.Equal((Text, null), Read([.. Compress(how, First), .. Compress(how, Second)]));

    [Fact]
    public void All_streams_of_an_xz_file_are_read() => Assert.Equal(("one\ntwo\nthree\n", null), Read(TwoXzStreams));

    [Theory]
    [InlineData("gz", "a gzip member"), InlineData("zst", "a zst frame"), InlineData("bz2", "a bzip2 stream")]
    public void Of_a_file_that_was_cut_off_the_rest_is_used_and_the_loss_is_told(string how, string what)
    {
        byte[] whole = [.. Compress(how, First), .. Compress(how, Second)];
        foreach (double part in (double[])[0.97, 0.8])
        {
            var (text, incomplete) = Read(whole[..(int)(whole.Length * part)]);
            Assert.StartsWith(text, Text, StringComparison.Ordinal);
            Assert.True(text.Length >= First.Length - 1);
            Assert.Equal($"mail.log.2 ends in the middle of {what}; {text.Count(c => c == '\n'):N0} lines were read.", incomplete);
        }
    }

    [Fact]
    public void A_gzip_file_is_incomplete_wherever_it_is_cut_but_between_members()
    {
        byte[] first = Compress("gz", "one\ntwo\n"), whole = [.. first, .. Compress("gz", "three\n")];
        for (int length = 6; length < whole.Length; length++)
        {
            var (text, incomplete) = Read(whole[..length]);
            Assert.StartsWith(text, "one\ntwo\nthree\n", StringComparison.Ordinal);
            Assert.Equal(length == first.Length, incomplete is null);
        }
        Assert.Equal(("one\ntwo\nthree\n", null), Read(whole));
    }

    [Fact]
    public void An_xz_file_is_incomplete_where_it_is_cut()
    {
        byte[] first = Convert.FromBase64String(OneTwoXz);
        for (int length = 6; length < first.Length; length++)
        {
            var (text, incomplete) = Read(first[..length]);
            Assert.StartsWith(text, "one\ntwo\n", StringComparison.Ordinal);
            Assert.StartsWith("mail.log.2 ends in the middle of an xz stream; ", incomplete);
        }
    }

    [Theory]
    [InlineData("gz"), InlineData("zst"), InlineData("bz2")]
    public void What_follows_the_last_member_and_is_something_else_is_told(string how)
    {
        foreach (string junk in (string[])["?", "this is not compressed", new string('x', 100_000)])
        {
            var (text, incomplete) = Read([.. Compress(how, Text), .. TestLogs.Bytes(junk)]);
            Assert.Equal(Text.TrimEnd(), text.TrimEnd()); // of bzip2 the last line end may be missing
            Assert.NotNull(incomplete);
        }
    }

    [Theory]
    [InlineData("gz"), InlineData("zst"), InlineData("bz2")]
    public void Damage_in_the_middle_is_told_and_never_thrown(string how)
    {
        byte[] whole = Compress(how, Text);
        var random = new Random(1);
        for (int i = 0; i < 6; i++)
        {
            byte[] damaged = [.. whole];
            for (int j = 0; j < 40; j++) damaged[whole.Length / 2 + j] = (byte)random.Next(256);
            Assert.Contains("mail.log.2", Read(damaged).Incomplete ?? "");
        }
    }

    [Fact]
    public void A_compressed_file_on_standard_input_is_decompressed()
    {
        using var source = LogSource.OfStream("-", () => new TestLogs.Trickle(Compress("gz", Text), 100));
        Assert.Equal(Text, TestLogs.ReadAll(source.Open()));
        Assert.Equal((true, false), (source.IsCompressed, source.CanReopen));
    }

    [Fact]
    public void What_another_source_holds_is_skipped_in_every_kind_of_source()
    {
        using var plain = LogSource.OfFile("plain", _folder.Write("plain", Text));
        using var gzip = LogSource.OfFile("gzip", _folder.Write("gzip", Compress("gz", Text)));
        using var input = LogSource.OfStream("-", () => new MemoryStream(TestLogs.Bytes(Text)));
        foreach (var source in (LogSource[])[plain, gzip, input])
        {
            source.Skip = First.Length;
            Assert.Equal(Second, TestLogs.ReadAll(source.OpenAfterSkip()));
            Assert.Equal(Text, TestLogs.ReadAll(source.Open()));
        }
    }

    [Fact]
    public void A_file_that_is_renamed_after_it_was_found_is_still_the_one_that_is_read()
    {
        string path = _folder.Write("mail.log", First);
        using var source = LogSource.OfFile(path, path);
        File.Move(path, path + ".1");
        _folder.Write("mail.log", Second);
        Assert.Equal(First, TestLogs.ReadAll(source.Open()));
        Assert.Equal(First.Length, source.Length);
    }
}
