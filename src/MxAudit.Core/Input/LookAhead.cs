namespace MxAudit.Input;

/// <summary>A stream whose next bytes can be looked at before they are read: standard input can not be wound back.</summary>
internal sealed class LookAhead(Stream stream) : ForwardStream
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;
    private long _offsetOfBuffer;

    /// <summary>Bytes handed out so far.</summary>
    public override long Position { get => _offsetOfBuffer + _start; set => throw new NotSupportedException(); }

    public bool AtEnd => Peek(1).IsEmpty;

    /// <summary>The next bytes, fewer than asked for only before the end.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _start < count) Fill(count);
        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Leaves out bytes that were looked at.</summary>
    public void Pass(int count) => _start += Math.Min(count, _end - _start);

    public override int Read(Span<byte> into)
    {
        if (_start == _end) Fill(1);
        int length = Math.Min(into.Length, _end - _start);
        _buffer.AsSpan(_start, length).CopyTo(into);
        _start += length;
        return length;
    }

    public override int ReadByte()
    {
        if (_start == _end) Fill(1);
        return _start == _end ? -1 : _buffer[_start++];
    }

    private void Fill(int wanted)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _offsetOfBuffer += _start;
        _end -= _start;
        _start = 0;
        while (_end < wanted)
        {
            int read = stream.Read(_buffer.AsSpan(_end));
            if (read == 0) return;
            _end += read;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }
}
