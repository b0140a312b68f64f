using Microsoft.Win32.SafeHandles;

namespace MxAudit.Input;

/// <summary>One stretch of log text: a file, standard input or the journal. Lines are numbered and found again by their place in this text.</summary>
public sealed class LogSource : IDisposable
{
    private readonly Spool? _spool;
    private readonly IDisposable? _origin;
    private SafeFileHandle? _file;
    private bool _isPlain;
    private long _fileBytesRead;

    private LogSource(string name, string path, SafeFileHandle file)
    {
        (Name, Path, _file) = (name, path, file);
        FileTime = new DateTimeOffset(System.IO.File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
        Span<byte> beginning = stackalloc byte[JournalExport.LongestSign];
        beginning = beginning[..PlainFile.ReadAt(file, 0, beginning)];
        NotRead = Compressions.NotRead(beginning);
        IsCompressed = Compressions.Of(beginning) is not Compression.None;
        _isPlain = !IsCompressed && !JournalExport.BeginsWith(beginning);
    }

    private LogSource(string name, Func<Stream> openOnce, IDisposable? origin)
    {
        Name = name;
        _origin = origin;
        _spool = new Spool(() => Decode(openOnce()));
    }

    /// <summary>As the user named it, or found it in a folder; <c>-</c> for standard input, <c>journal</c> or <c>journal:UNIT</c>.</summary>
    public string Name { get; internal set; }

    /// <summary>Null for standard input and the journal.</summary>
    public string? Path { get; }

    /// <summary>When the file was last written to.</summary>
    public DateTimeOffset? FileTime { get; }

    /// <summary>A file. Of anything else the text is kept in memory while it is read, so that it too can be opened again.</summary>
    public bool CanReopen => _spool is null;

    /// <summary>Of standard input it is known only after the first read.</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>Bytes at the beginning of the text that another source holds too: to be read there, not here.</summary>
    public long Skip { get; set; }

    /// <summary>Line ends within the first <see cref="Skip"/> bytes.</summary>
    public long LinesSkipped { get; set; }

    /// <summary>A sentence that says what was lost; known after the text has been read to its end.</summary>
    public string? Incomplete { get; internal set; }

    /// <summary>Bytes of text where that is known without reading it, else null. A live log grows.</summary>
    public long? Length => _isPlain ? FileLength : null;

    /// <summary>Bytes of the file as it is, compressed or not; null when it is no file.</summary>
    public long? FileLength => _file is null ? null : Math.Min(RandomAccess.GetLength(_file), End);

    /// <summary>How many of <see cref="FileLength"/> the last reader has had so far. May be asked from any thread.</summary>
    public long FileBytesRead => Volatile.Read(ref _fileBytesRead);

    /// <summary>Where readers stop in a log that is written to: the line behind it is not whole yet.</summary>
    internal long End { get; set; } = long.MaxValue;

    /// <summary>Null when it is no file.</summary>
    internal SafeFileHandle? File => _file;
    internal bool IsPlain => _isPlain;

    internal (string What, string Remedy)? NotRead { get; }

    /// <summary>The file stays open until the source is disposed of: a rotation in between changes names, not what is read.</summary>
    /// <exception cref="IOException"/> <exception cref="UnauthorizedAccessException"/>
    public static LogSource OfFile(string name, string path) =>
        new(name, path, System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan));

    /// <summary>Something that can be read only once. <paramref name="origin"/> is disposed of with the source.</summary>
    public static LogSource OfStream(string name, Func<Stream> openOnce, IDisposable? origin = null) => new(name, openOnce, origin);

    /// <summary>
    /// The text stands elsewhere from now on, since its own file was cut: in a copy, which belongs to this source then, or nowhere (null).
    /// Places in the text stay good, also for those who read it just now.
    /// </summary>
    internal void MoveTo(LogSource? copy)
    {
        // The handle of before is not closed here: somebody may be reading from it.
        (_file, _isPlain, IsCompressed, Name, End) = copy is null
            ? (System.IO.File.OpenHandle("/dev/null"), true, false, Name, 0)
            : (copy._file, copy._isPlain, copy.IsCompressed, copy.Name, long.MaxValue);
    }

    /// <summary>The text from its first byte, decompressed; journal records are already lines.</summary>
    public Stream Open() => OpenAt(0);

    /// <summary>The text from <see cref="Skip"/> on. Give the reader of lines the same offset.</summary>
    public Stream OpenAfterSkip() => OpenAt(Skip);

    /// <summary>The text at any place. Keeps buffers of its own; the source must outlive it.</summary>
    internal TextAgain OpenAgain() =>
        _isPlain ? new PlainFile(this) : _spool is null ? new Spool(Open) : new Kept(_spool);

    private Stream OpenAt(long offset)
    {
        if (_spool is not null) return new Spooled(_spool, offset);
        Stream bytes = new FileBytes(this, _isPlain ? offset : 0);
        if (_isPlain) return new DecodedText(bytes, Name, Compression.None, TellIncomplete);
        var text = Decode(bytes);
        var skipped = new byte[64 * 1024];
        while (offset > 0 && text.Read(skipped, 0, (int)Math.Min(offset, skipped.Length)) is > 0 and var read) offset -= read;
        return text;
    }

    /// <summary>What the bytes are is seen from the bytes: first the compression, then, within it, the journal's export format.</summary>
    private Stream Decode(Stream bytes)
    {
        var input = new LookAhead(bytes);
        var compression = Compressions.Of(input.Peek(Compressions.MagicLength));
        IsCompressed = compression is not Compression.None;
        var text = new DecodedText(new LateDecoder(() => Compressions.Open(compression, input)), Name, compression, TellIncomplete);
        var lookAhead = new LookAhead(text);
        return JournalExport.BeginsWith(lookAhead.Peek(JournalExport.LongestSign))
            ? new JournalExport(lookAhead, () => TellIncomplete($"{Name} ends in the middle of a journal record."))
            : lookAhead;
    }

    /// <summary>
    /// NULs at the very beginning: a log that was truncated under a writer who kept its place (copytruncate) begins with as many as it had bytes before.
    /// </summary>
    internal long CountLeadingNuls()
    {
        if (!_isPlain) return 0;
        using var text = new PlainFile(this);
        var buffer = new byte[64 * 1024];
        for (long count = 0; ; count += buffer.Length)
        {
            int length = text.ReadAt(count, buffer);
            int found = buffer.AsSpan(0, length).IndexOfAnyExcept((byte)0);
            if (found >= 0) return count + found;
            if (length < buffer.Length) return count + length;
        }
    }

    /// <summary>Whether the first kilobyte holds what no log has. NULs at the very beginning are what copytruncate can leave behind.</summary>
    internal bool LooksBinary()
    {
        var beginning = new byte[1024];
        using var text = Open();
        int length = text.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        return beginning.AsSpan(0, length).TrimStart((byte)0).ContainsAnyInRange((byte)0, (byte)6);
    }

    private void TellIncomplete(string sentence) => Incomplete ??= sentence;

    public void Dispose()
    {
        _spool?.Dispose();
        _origin?.Dispose();
        _file?.Dispose();
    }

    /// <summary>Reads go straight into the reader's own buffer.</summary>
    private sealed class FileBytes(LogSource source, long offset) : ForwardStream
    {
        public override int Read(Span<byte> into)
        {
            if (into.Length > source.End - offset) into = into[..(int)Math.Max(0, source.End - offset)];
            int read = RandomAccess.Read(source._file!, into, offset);
            offset += read;
            Volatile.Write(ref source._fileBytesRead, offset);
            return read;
        }
    }

    private sealed class Spooled(Spool spool, long offset) : ForwardStream
    {
        public override int Read(Span<byte> into)
        {
            int read = spool.ReadSome(offset, into);
            offset += read;
            return read;
        }
    }

    private sealed class Kept(Spool spool) : TextAgain
    {
        public override int ReadAt(long offset, Span<byte> into) => spool.ReadAt(offset, into);

        public override void Dispose() { } // the spool is the source's
    }

    /// <summary>Some decoders read, and throw, when they are made; that belongs into the first read.</summary>
    private sealed class LateDecoder(Func<Stream> open) : ForwardStream
    {
        private Stream? _decoder;

        public override int Read(Span<byte> into) => (_decoder ??= open()).Read(into);

        protected override void Dispose(bool disposing)
        {
            if (disposing) _decoder?.Dispose();
            base.Dispose(disposing);
        }
    }
}
