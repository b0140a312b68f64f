using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace MxAudit.Input;

/// <summary>All bzip2 streams of a file. What the good blocks hold, up to 900 kB of text each, is kept when the next one is cut off or damaged.</summary>
internal sealed class Bzip2Streams : ForwardStream
{
    private readonly LookAhead _bytes;
    private readonly NoLess _untilTheEnd;
    private BZip2Stream? _stream;
    private Exception? _damage;

    public Bzip2Streams(LookAhead bytes)
    {
        _bytes = bytes;
        _untilTheEnd = new NoLess(bytes);
        Next();
    }

    /// <summary>Byte by byte: a longer read that meets damage keeps to itself what it had read. The decoder works so anyway, and is one byte ahead: that byte, a line end, is lost.</summary>
    public override int Read(Span<byte> into)
    {
        if (_damage is not null) throw _damage;
        int read = 0;
        try
        {
            while (read < into.Length && _stream is not null)
            {
                int next = _stream.ReadByte();
                if (next < 0) Next();
                else into[read++] = (byte)next;
            }
        }
        catch (Exception damage) when (read > 0) { _damage = damage; }
        return read;
    }

    private void Next()
    {
        _stream?.Dispose();
        _stream = _bytes.AtEnd ? null : BZip2Stream.Create(_untilTheEnd, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) { _stream?.Dispose(); _bytes.Dispose(); }
        base.Dispose(disposing);
    }

    /// <summary>The decoder would take the end of the file for bits and make text of them.</summary>
    private sealed class NoLess(LookAhead bytes) : ForwardStream
    {
        public override int Read(Span<byte> into) => bytes.Read(into) is > 0 and var read ? read : throw new EndOfStreamException();

        public override int ReadByte() => bytes.ReadByte() is >= 0 and var next ? next : throw new EndOfStreamException();
    }
}
