using SharpCompress.Compressors.Xz;

namespace MxAudit.Input;

/// <summary>All xz streams of a file one after the other, with the padding of zeros that may stand between them; the library reads only the first.</summary>
internal sealed class XzStreams(LookAhead bytes) : ForwardStream
{
    private XZStream? _stream = new(bytes);

    public override int Read(Span<byte> into)
    {
        if (into.IsEmpty) return 0;
        while (_stream is not null)
        {
            int read = _stream.Read(into);
            if (read > 0) return read;
            while (bytes.Peek(4).SequenceEqual("\0\0\0\0"u8)) bytes.Pass(4);
            _stream = bytes.AtEnd ? null : new XZStream(bytes);
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) bytes.Dispose();
        base.Dispose(disposing);
    }
}
