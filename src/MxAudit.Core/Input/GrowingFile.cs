namespace MxAudit.Input;

/// <summary>One open log that may grow, or be cut.</summary>
internal sealed class GrowingFile
{
    /// <summary>By so many bytes a text is known again: a line of a log has its time in it.</summary>
    private const int BeginningLength = 512;

    private byte[] _beginning = [];
    private long _seen, _beginsAt;

    public GrowingFile(LogSource source)
    {
        Source = source;
        Identity = OpenFile.IdentityOf(source.File!);
        source.End = 0;
    }

    public LogSource Source { get; }
    public FileIdentity? Identity { get; private set; }

    /// <summary>
    /// Whether there are new whole lines; readers of the source stop behind them from now on. The beginning of a line that does not go on
    /// until the next look counts as a line.
    /// </summary>
    public bool Grew()
    {
        if (!Source.IsPlain) return false; // a compressed copy is complete
        long length = RandomAccess.GetLength(Source.File!);
        if (length == _seen && length == Source.End) return false;
        long end = length == _seen ? length : Math.Max(Source.End, BehindLastLine(length));
        _seen = length;
        if (end == Source.End) return false;
        Source.End = end;
        if (_beginning.Length < BeginningLength) Remember();
        return true;
    }

    /// <summary>The file is shorter than it was, or begins with other bytes.</summary>
    public bool WasCut()
    {
        if (!Source.IsPlain) return false;
        if (RandomAccess.GetLength(Source.File!) < _seen) return true;
        Span<byte> now = stackalloc byte[BeginningLength];
        now = now[.._beginning.Length];
        return PlainFile.ReadAt(Source.File!, _beginsAt, now) < now.Length || !now.SequenceEqual(_beginning);
    }

    /// <summary>Whether the other text begins with all that was seen of this one, as far as its beginning and its length tell.</summary>
    public bool IsBeginningOf(LogSource other)
    {
        using var text = other.OpenAgain();
        Span<byte> there = stackalloc byte[BeginningLength];
        there = there[.._beginning.Length];
        if (text.ReadAt(_beginsAt, there) < there.Length || !there.SequenceEqual(_beginning)) return false;
        return Source.End == 0 || text.ReadAt(Source.End - 1, there[..Math.Min(1, there.Length)]) > 0;
    }

    /// <summary>The text of the source is in the copy; null: nowhere.</summary>
    public void MoveTo(LogSource? copy)
    {
        Source.MoveTo(copy);
        Identity = copy is null ? null : OpenFile.IdentityOf(copy.File!);
        _seen = 0;
        if (copy is { IsPlain: true }) Source.End = 0;
    }

    private void Remember()
    {
        _beginsAt = Source.CountLeadingNuls();
        byte[] beginning = new byte[Math.Clamp(Source.End - _beginsAt, 0, BeginningLength)];
        _beginning = beginning[..PlainFile.ReadAt(Source.File!, _beginsAt, beginning)];
    }

    private long BehindLastLine(long length)
    {
        byte[] tail = new byte[Math.Min(length, LineReader.LongestLine)];
        int read = PlainFile.ReadAt(Source.File!, length - tail.Length, tail);
        int end = tail.AsSpan(0, read).LastIndexOf((byte)'\n');
        return end < 0 ? length : length - tail.Length + end + 1;
    }
}
