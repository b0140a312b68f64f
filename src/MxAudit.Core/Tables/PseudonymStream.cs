using System.Text;

namespace MxAudit.Tables;

/// <summary>Whatever is written as text goes on with pseudonyms, line by line: a format need not know of them, and can forget none.</summary>
/// <remarks>To be disposed: the last line may have no end. The stream behind it stays open.</remarks>
public sealed class PseudonymStream(Stream behind, Pseudonyms pseudonyms) : Stream
{
    private readonly MemoryStream _line = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var bytes = buffer;
        for (int end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            _line.Write(bytes[..(end + 1)]);
            bytes = bytes[(end + 1)..];
            Pass();
        }
        _line.Write(bytes);
    }

    private void Pass()
    {
        behind.Write(Encoding.UTF8.GetBytes(pseudonyms.InText(Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length))));
        _line.SetLength(0);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _line.Length > 0) Pass();
        base.Dispose(disposing);
    }

    public override void Flush() => behind.Flush();
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override bool CanWrite => true;
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
