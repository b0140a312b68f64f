using SharpCompress.Compressors.Xz;

namespace MxAudit.Input;

/// <summary>All xz streams of a file one after the other, with the padding of zeros that may stand between them; the library reads only the first.</summary>
internal sealed class XzStreams : ForwardStream
{
    private readonly LookAhead _bytes;
    private readonly EndIsAnError _untilTheEnd;
    private XZStream? _stream;

    public XzStreams(LookAhead bytes)
    {
        _bytes = bytes;
        _untilTheEnd = new EndIsAnError(bytes);
        _stream = new XZStream(_untilTheEnd);
    }

    public override int Read(Span<byte> into)
    {
        if (into.IsEmpty) return 0;
        try
        {
            while (_stream is not null)
            {
                int read = _stream.Read(into);
                if (read > 0) return read;
                while (_bytes.Peek(4).SequenceEqual("\0\0\0\0"u8)) _bytes.Pass(4);
                _stream = _bytes.AtEnd ? null : new XZStream(_untilTheEnd);
            }
            return 0;
        }
        catch (Exception) when (_untilTheEnd.WasMet || _bytes.AtEnd) { throw new EndOfStreamException(); }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _bytes.Dispose();
        base.Dispose(disposing);
    }
}
