namespace MxAudit.Input;

/// <summary>What an audit is at.</summary>
public enum ReadingPhase { Opening, Reading, Following, Judging, Done }

/// <summary>How far an audit is. One thread tells it, for every buffer that it reads; any other may look.</summary>
public sealed class ReadingProgress
{
    private int _phase;
    private long _bytes, _lines, _bytesInAll = -1;

    public ReadingPhase Phase
    {
        get => (ReadingPhase)Volatile.Read(ref _phase);
        internal set => Volatile.Write(ref _phase, (int)value);
    }

    /// <summary>Bytes of the files as they are, compressed or not; of other sources bytes of text.</summary>
    public long Bytes => Volatile.Read(ref _bytes);
    public long Lines => Volatile.Read(ref _lines);

    /// <summary>Null where a source does not tell its length.</summary>
    public long? BytesInAll
    {
        get => Volatile.Read(ref _bytesInAll) is >= 0 and var all ? all : null;
        internal set => Volatile.Write(ref _bytesInAll, value ?? -1);
    }

    /// <summary>From 0 to 1 of the bytes; null where they are not known.</summary>
    public double? Share => BytesInAll is { } all ? all == 0 ? 1 : Math.Min(1, (double)Bytes / all) : null;

    internal void Begin(IReadOnlyList<LogSource> sources)
    {
        BytesInAll = sources.All(source => source.FileLength is not null) ? sources.Sum(source => source.FileLength) : null;
        Tell(0, 0);
        Phase = ReadingPhase.Reading;
    }

    internal void Tell(long bytes, long lines)
    {
        Volatile.Write(ref _bytes, bytes);
        Volatile.Write(ref _lines, lines);
    }
}
