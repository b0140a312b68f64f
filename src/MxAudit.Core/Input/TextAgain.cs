using Microsoft.Win32.SafeHandles;

namespace MxAudit.Input;

/// <summary>The text of one source, read at any place.</summary>
internal abstract class TextAgain : IDisposable
{
    /// <summary>Fills <paramref name="into"/>; gives fewer bytes only where the text ends.</summary>
    public abstract int ReadAt(long offset, Span<byte> into);

    public abstract void Dispose();
}

/// <summary>A file whose bytes are the text. The handle belongs to the source: the file is followed through renames.</summary>
internal sealed class PlainFile(LogSource source) : TextAgain
{
    /// <summary>Once the text has moved into a compressed copy.</summary>
    private DecodedAgain? _decoded;

    public override int ReadAt(long offset, Span<byte> into) =>
        source.IsPlain ? ReadAt(source.File!, offset, into) : (_decoded ??= new DecodedAgain(source.Open)).ReadAt(offset, into);

    public static int ReadAt(SafeFileHandle file, long offset, Span<byte> into)
    {
        int given = 0;
        while (given < into.Length && RandomAccess.Read(file, into[given..], offset + given) is > 0 and var read) given += read;
        return given;
    }

    public override void Dispose() => _decoded?.Dispose();
}

/// <summary>
/// Text that can only be decoded from its beginning. The last 2 to 4 MB stay at hand; going back further starts again,
/// and who goes back often gets the whole text kept in memory, compressed.
/// </summary>
internal sealed class DecodedAgain(Func<Stream> open) : TextAgain
{
    private const int WindowSize = 4 << 20, RestartsAllowed = 3;

    private readonly byte[] _window = new byte[WindowSize];
    private Stream? _stream;
    private Spool? _spool;
    private long _offsetOfWindow;
    private int _length, _restarts;
    private bool _atEnd;

    public override int ReadAt(long offset, Span<byte> into)
    {
        if (offset < _offsetOfWindow && _spool is null) Restart();
        if (_spool is not null) return _spool.ReadAt(offset, into);
        if (into.Length > WindowSize / 2) return ReadInPieces(offset, into);
        while (offset + into.Length > _offsetOfWindow + _length && !_atEnd) Advance();
        long within = offset - _offsetOfWindow;
        if (within >= _length) return 0;
        int given = (int)Math.Min(into.Length, _length - within);
        _window.AsSpan((int)within, given).CopyTo(into);
        return given;
    }

    private int ReadInPieces(long offset, Span<byte> into)
    {
        int given = 0;
        while (given < into.Length)
        {
            int piece = Math.Min(WindowSize / 2, into.Length - given);
            int read = ReadAt(offset + given, into.Slice(given, piece));
            given += read;
            if (read < piece) break;
        }
        return given;
    }

    private void Advance()
    {
        _stream ??= open();
        if (_length == WindowSize)
        {
            _window.AsSpan(WindowSize / 2).CopyTo(_window);
            _offsetOfWindow += WindowSize / 2;
            _length = WindowSize / 2;
        }
        int read = _stream.Read(_window.AsSpan(_length));
        _length += read;
        _atEnd = read == 0;
    }

    private void Restart()
    {
        _stream?.Dispose();
        _stream = null;
        _offsetOfWindow = _length = 0;
        _atEnd = false;
        if (++_restarts > RestartsAllowed) _spool = new Spool(open);
    }

    public override void Dispose()
    {
        _stream?.Dispose();
        _spool?.Dispose();
    }
}
