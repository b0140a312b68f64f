namespace MxAudit.Input;

/// <summary>
/// The log once more: the lines and line numbers that findings and exports point to. A compressed source is decompressed once more, as far
/// as somebody asks, and kept in memory.
/// </summary>
public sealed class LogText(IReadOnlyList<LogSource> sources) : IDisposable
{
    private readonly SourceText?[] _texts = new SourceText?[sources.Count];

    /// <summary>
    /// To be told about every 256 KB while the log is read, in the order of reading: a line begins here, and it has this number, 1 being
    /// the first of the whole text. Bytes that are skipped count (<see cref="LogSource.LinesSkipped"/>).
    /// </summary>
    public void Checkpoint(LinePosition beginningOfALine, long lineNumber) =>
        TextOf(beginningOfALine).Checkpoint(beginningOfALine.Offset, lineNumber);

    /// <summary>
    /// The line without its line end, as <see cref="LineReader"/> gave it. Valid until the next call; empty when the file has since been cut.
    /// </summary>
    public ReadOnlySpan<byte> LineAt(LinePosition position) => TextOf(position).LineAt(position.Offset);

    /// <summary>1 is the first line of the source; in compressed sources the line of the decompressed text.</summary>
    public long LineNumberAt(LinePosition position) => TextOf(position).LineNumberAt(position.Offset);

    private SourceText TextOf(LinePosition position) => _texts[position.Source] ??= new SourceText(sources[position.Source]);

    public void Dispose()
    {
        foreach (var text in _texts) text?.Dispose();
    }
}

/// <summary>One source of <see cref="LogText"/>.</summary>
internal sealed class SourceText(LogSource source) : IDisposable
{
    private const int SmallRead = 16 * 1024, LargestRead = LineReader.LongestLine + 2, CountingRead = 64 * 1024;

    private readonly List<(long Offset, long Number)> _checkpoints = [(0, 1)];
    private readonly byte[] _window = new byte[LargestRead];
    private TextAgain? _text;
    private byte[]? _counted;
    private long _windowOffset;
    private int _windowLength;
    private (long Offset, long Number) _lastAsked = (0, 1);

    public void Checkpoint(long offset, long number)
    {
        if (offset > _checkpoints[^1].Offset) _checkpoints.Add((offset, number));
    }

    public ReadOnlySpan<byte> LineAt(long offset)
    {
        for (int wanted = SmallRead; ; wanted = LargestRead)
        {
            var rest = Window(offset, atLeast: 1);
            int length = rest.IndexOf((byte)'\n');
            if (length < 0) // read on, the line's beginning first
            {
                rest = Window(offset, wanted);
                length = rest.IndexOf((byte)'\n');
                if (length < 0 && wanted < LargestRead && rest.Length >= wanted) continue;
            }
            if (length < 0) length = rest.Length;
            if (length > LineReader.LongestLine) return rest[..LineReader.LongestLine];
            return LineReader.WithoutBlanks(rest[..length]);
        }
    }

    /// <summary>The text from there on as far as it is at hand, read when that is less than what is wanted.</summary>
    private ReadOnlySpan<byte> Window(long offset, int atLeast)
    {
        long within = offset - _windowOffset;
        if (within < 0 || within + atLeast > _windowLength)
        {
            _windowOffset = offset;
            _windowLength = Text.ReadAt(offset, _window.AsSpan(0, Math.Max(atLeast, SmallRead)));
            within = 0;
        }
        return _window.AsSpan((int)within, _windowLength - (int)within);
    }

    public long LineNumberAt(long offset)
    {
        var (from, number) = NearestBefore(offset);
        _counted ??= new byte[CountingRead];
        while (from < offset)
        {
            int read = Text.ReadAt(from, _counted.AsSpan(0, (int)Math.Min(CountingRead, offset - from)));
            if (read == 0) break;
            number += _counted.AsSpan(0, read).Count((byte)'\n');
            from += read;
        }
        _lastAsked = (from, number);
        return number;
    }

    private (long Offset, long Number) NearestBefore(long offset)
    {
        int after = _checkpoints.BinarySearch((offset, long.MaxValue));
        var checkpoint = _checkpoints[~after - 1];
        return _lastAsked.Offset <= offset && _lastAsked.Offset > checkpoint.Offset ? _lastAsked : checkpoint;
    }

    private TextAgain Text => _text ??= source.OpenAgain();

    public void Dispose() => _text?.Dispose();
}
