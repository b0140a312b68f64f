using System.Text;
using MxAudit.Input;

namespace MxAudit.Tests.Input;

public sealed class LogTextTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static readonly string Text = TestLogs.Lines(0, 60_000) + new string('x', 100_000) + "\r\n" + TestLogs.Lines(60_000, 500)
        + "carriage return\r\nlast";
    private static readonly byte[] Bytes = TestLogs.Bytes(Text);

    public void Dispose() => _folder.Dispose();

    private LogSource[] Sources() =>
    [
        LogSource.OfFile("plain", _folder.Write("plain", Bytes)),
        LogSource.OfFile("gzip", _folder.Write("gzip", TestLogs.Gzip(Bytes))),
        LogSource.OfStream("-", () => new TestLogs.Trickle(Bytes, 30_000)),
    ];

    /// <summary>Reads as the audit does: every line once, with a checkpoint now and then.</summary>
    private static List<(LinePosition Position, string Text)> ReadOnce(LogSource[] sources, LogText text, int bytesBetweenCheckpoints)
    {
        List<(LinePosition, string)> lines = [];
        for (int i = 0; i < sources.Length; i++)
        {
            using var stream = sources[i].Open();
            using var reader = new LineReader(stream);
            long number = 0, nextCheckpoint = 0;
            while (reader.TryRead(out var line))
            {
                number++;
                var position = new LinePosition(i, line.Offset);
                if (line.Offset >= nextCheckpoint)
                {
                    text.Checkpoint(position, number);
                    nextCheckpoint = line.Offset + bytesBetweenCheckpoints;
                }
                lines.Add((position, Encoding.UTF8.GetString(line.Bytes)));
            }
        }
        return lines;
    }

    [Theory]
    [InlineData(256 * 1024), InlineData(int.MaxValue)]
    public void Every_line_is_found_again_with_its_number(int bytesBetweenCheckpoints)
    {
        var sources = Sources();
        using var text = new LogText(sources);
        var lines = ReadOnce(sources, text, bytesBetweenCheckpoints);
        long number = 0;
        int source = 0;
        foreach (var (position, line) in lines)
        {
            if (position.Source != source) (source, number) = (position.Source, 0);
            Assert.Equal(++number, text.LineNumberAt(position));
            Assert.True(text.LineAt(position).SequenceEqual(Encoding.UTF8.GetBytes(line)), $"line {number} of {sources[source].Name}");
        }
        Assert.Equal(3, lines.Count(line => line.Text == "last"));
        Assert.Equal(3, lines.Count(line => line.Text == "carriage return"));
        Assert.Equal(3, lines.Count(line => line.Text.Length == LineReader.LongestLine));
        Array.ForEach(sources, one => one.Dispose());
    }

    [Fact]
    public void Lines_are_found_in_any_order()
    {
        var sources = Sources();
        using var text = new LogText(sources);
        var lines = ReadOnce(sources, text, 256 * 1024);
        var random = new Random(1);
        int inOneSource = lines.Count / 3;
        for (int i = 0; i < 300; i++)
        {
            int at = random.Next(lines.Count);
            Assert.Equal(at % inOneSource + 1, text.LineNumberAt(lines[at].Position));
            Assert.Equal(lines[at].Text, Encoding.UTF8.GetString(text.LineAt(lines[at].Position)));
        }
        Array.ForEach(sources, one => one.Dispose());
    }

    [Fact]
    public void Going_back_in_a_compressed_file_does_not_decompress_it_again()
    {
        byte[] manyMegabytes = [.. Bytes, .. Bytes, .. Bytes];
        using var source = LogSource.OfFile("gzip", _folder.Write("gzip", TestLogs.Gzip(manyMegabytes)));
        using var text = new LogText([source]);
        Assert.Equal("last"u8, text.LineAt(new LinePosition(0, manyMegabytes.Length - 4)));
        Assert.Equal(source.FileLength, source.FileBytesRead);
        Assert.Equal(Bytes.AsSpan(0, Bytes.AsSpan().IndexOf((byte)'\n')), text.LineAt(new LinePosition(0, 0)));
        Assert.Equal(source.FileLength, source.FileBytesRead);
    }

    [Fact]
    public void A_line_is_empty_when_the_file_was_cut_meanwhile()
    {
        string path = _folder.Write("mail.log", Bytes);
        using var source = LogSource.OfFile(path, path);
        using var text = new LogText([source]);
        File.WriteAllText(path, "");
        Assert.True(text.LineAt(new LinePosition(0, 4000)).IsEmpty);
    }

    [Fact]
    public void Standard_input_can_be_opened_again_even_before_it_was_read_to_its_end()
    {
        using var source = LogSource.OfStream("-", () => new TestLogs.Trickle(Bytes, 1000));
        using (var begun = source.Open()) begun.ReadExactly(new byte[1_500_000]);
        Assert.Equal(Text, TestLogs.ReadAll(source.Open()));
        Assert.Equal(Text, TestLogs.ReadAll(source.Open()));
    }
}
