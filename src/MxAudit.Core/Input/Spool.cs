using ZstdSharp;

namespace MxAudit.Input;

/// <summary>
/// Text that can be read only from its beginning, or only once: kept in memory while it is read, compressed, so that any place is found again.
/// Postfix logs shrink to about a twelfth, so 1 GB costs some 85 MB.
/// </summary>
internal sealed class Spool(Func<Stream> open) : TextAgain
{
    private const int BlockSize = 256 << 10;

    private readonly List<byte[]> _blocks = [];
    private readonly byte[] _current = new byte[BlockSize];
    private readonly Compressor _compressor = new(level: 1);
    private readonly Decompressor _decompressor = new();
    private Stream? _stream;
    private int _currentLength;
    private bool _atEnd;
    private byte[]? _unpacked;
    private int _unpackedBlock = -1;

    public override int ReadAt(long offset, Span<byte> into)
    {
        int given = 0;
        while (given < into.Length)
        {
            int read = ReadSome(offset + given, into[given..]);
            if (read == 0) break;
            given += read;
        }
        return given;
    }

    /// <summary>At least one byte, unless the text has ended: a pipe is not waited for longer than necessary.</summary>
    public int ReadSome(long offset, Span<byte> into)
    {
        while (offset >= Held && !_atEnd) Pull();
        if (offset >= Held || into.IsEmpty) return 0;
        int block = (int)(offset / BlockSize), within = (int)(offset % BlockSize);
        var bytes = block == _blocks.Count ? _current.AsSpan(0, _currentLength) : Unpack(block);
        int length = Math.Min(into.Length, bytes.Length - within);
        bytes.Slice(within, length).CopyTo(into);
        return length;
    }

    private long Held => (long)_blocks.Count * BlockSize + _currentLength;

    private void Pull()
    {
        _stream ??= open();
        if (_currentLength == BlockSize)
        {
            _blocks.Add(_compressor.Wrap(_current).ToArray());
            _currentLength = 0;
        }
        int read = _stream.Read(_current.AsSpan(_currentLength));
        _currentLength += read;
        _atEnd = read == 0;
    }

    private Span<byte> Unpack(int block)
    {
        _unpacked ??= new byte[BlockSize];
        if (_unpackedBlock != block) _decompressor.Unwrap(_blocks[block], _unpacked);
        _unpackedBlock = block;
        return _unpacked;
    }

    public override void Dispose()
    {
        _stream?.Dispose();
        _compressor.Dispose();
        _decompressor.Dispose();
    }
}
