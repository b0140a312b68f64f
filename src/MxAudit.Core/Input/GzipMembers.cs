using System.IO.Compression;

namespace MxAudit.Input;

/// <summary>
/// Decompresses every member of a gzip file and throws <see cref="InvalidDataException"/> when the last one is cut off
/// (<see cref="EndOfStreamException"/>) or followed by something else, which <see cref="GZipStream"/> alone passes over in silence.
/// </summary>
/// <remarks>
/// A small member of our own is put behind the file. Whatever comes out after its first byte went in must be its text,
/// or the file's last member was not whole. A cut exactly between two members can not be noticed by anybody.
/// </remarks>
internal sealed class GzipMembers : ForwardStream
{
    private static readonly byte[] LastText = [0, 1, .. "end of the gzip file"u8, 1, 0];
    private static readonly byte[] LastMember = Compress(LastText);

    private readonly WithLastMember _bytes;
    private readonly GZipStream _text;
    private bool _atEnd;

    public GzipMembers(Stream bytes)
    {
        _bytes = new WithLastMember(bytes);
        _text = new GZipStream(_bytes, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> into)
    {
        if (_atEnd || into.IsEmpty) return 0;
        int read;
        try { read = _text.Read(into); }
        catch (InvalidDataException) when (_bytes.LastMemberBegan) { throw CutOff(); }
        if (!_bytes.LastMemberBegan)
            return read > 0 ? read : throw new InvalidDataException("the last gzip member is followed by something that is not gzip");
        _atEnd = true;
        CheckThatOnlyTheLastTextFollows(into[..read]);
        return 0;
    }

    private void CheckThatOnlyTheLastTextFollows(ReadOnlySpan<byte> begun)
    {
        using var rest = new MemoryStream();
        rest.Write(begun);
        try { _text.CopyTo(rest); }
        catch (InvalidDataException) { throw CutOff(); }
        if (!rest.GetBuffer().AsSpan(0, (int)rest.Length).SequenceEqual(LastText)) throw CutOff();
    }

    private static EndOfStreamException CutOff() => new("the last gzip member is not whole");

    private static byte[] Compress(byte[] text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(text);
        return bytes.ToArray();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _text.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>One read never mixes bytes of the file with bytes of the last member: that is what makes the check exact.</summary>
    private sealed class WithLastMember(Stream bytes) : ForwardStream
    {
        private int _given;

        public bool LastMemberBegan { get; private set; }

        public override int Read(Span<byte> into)
        {
            if (!LastMemberBegan && bytes.Read(into) is > 0 and var read) return read;
            LastMemberBegan = true;
            int length = Math.Min(into.Length, LastMember.Length - _given);
            LastMember.AsSpan(_given, length).CopyTo(into);
            _given += length;
            return length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) bytes.Dispose();
            base.Dispose(disposing);
        }
    }
}
