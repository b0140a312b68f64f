using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace MxAudit.Input;

/// <summary>All bzip2 streams of a file. What the good blocks hold, up to 900 kB of text each, is kept when the next one is cut off or damaged.</summary>
internal sealed class Bzip2Streams : ForwardStream
{
    private readonly LookAhead _bytes;
    private readonly EndIsAnError _untilTheEnd;
    private BZip2Stream? _stream;
    private Exception? _damage;
    private bool _begun;

    public Bzip2Streams(LookAhead bytes)
    {
        _bytes = bytes;
        _untilTheEnd = new EndIsAnError(bytes);
    }

    /// <summary>
    /// Byte by byte: a longer read that meets damage keeps to itself what it had read. The decoder works so anyway,
    /// and is one byte ahead: that byte, a line end, is lost.
    /// </summary>
    public override int Read(Span<byte> into)
    {
        if (_damage is not null) throw _damage;
        int read = 0;
        try
        {
            if (!_begun) Next();
            while (read < into.Length && _stream is not null)
            {
                int next = _stream.ReadByte();
                if (next < 0) Next();
                else into[read++] = (byte)next;
            }
        }
        catch (Exception damage)
        {
            _damage = _untilTheEnd.WasMet ? new EndOfStreamException() : damage;
            if (read == 0) throw _damage;
        }
        return read;
    }

    private void Next()
    {
        _begun = true;
        _stream?.Dispose();
        _stream = _bytes.AtEnd ? null : BZip2Stream.Create(_untilTheEnd, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) { _stream?.Dispose(); _bytes.Dispose(); }
        base.Dispose(disposing);
    }
}
