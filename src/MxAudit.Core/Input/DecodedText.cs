namespace MxAudit.Input;

/// <summary>The text that a decoder gives, up to where the file is cut off or damaged. That is told once, as a sentence; it is not thrown.</summary>
internal sealed class DecodedText(Stream decoder, string name, Compression compression, Action<string> tellIncomplete) : ForwardStream
{
    // This decoder fills what it is given before it returns, and loses it when it meets damage: small pieces lose less.
    private readonly int _longestRead = compression is Compression.Xz ? 4096 : int.MaxValue;
    private long _lines;
    private bool _atEnd;

    public override int Read(Span<byte> into)
    {
        if (_atEnd || into.IsEmpty) return 0;
        if (into.Length > _longestRead) into = into[.._longestRead];
        int read = 0;
        // The decoders throw whatever comes to them on damaged input, IndexOutOfRangeException included.
        try { read = decoder.Read(into); }
        catch (Exception damage) when (damage is not (OutOfMemoryException or InputException)) { tellIncomplete(Sentence(damage)); }
        _atEnd = read == 0;
        if (compression is not Compression.None) _lines += into[..read].Count((byte)'\n');
        return read;
    }

    private string Sentence(Exception damage) => (compression, damage) switch
    {
        (Compression.None, _) => $"{name} can not be read to its end ({damage.Message.TrimEnd('.')}).",
        (_, EndOfStreamException) => $"{name} ends in the middle of {Compressions.Unit(compression)}; {Lines} read.",
        (_, IOException) => $"{name} can not be read to its end ({damage.Message.TrimEnd('.')}); {Lines} read.",
        (Compression.Gzip, InvalidDataException { Message: var what }) when what.Contains("followed", StringComparison.Ordinal) =>
            $"{name} goes on behind its last gzip member with something that is not gzip; {Lines} read.",
        _ => $"{name} is damaged within {Compressions.Unit(compression)}; {Lines} read.",
    };

    private string Lines => _lines == 1 ? "1 line was" : $"{_lines:N0} lines were";

    protected override void Dispose(bool disposing)
    {
        if (disposing) decoder.Dispose();
        base.Dispose(disposing);
    }
}
