namespace MxAudit.Input;

/// <summary>
/// For decoders that would take the end of the file for more bits, and make text of them. They are never asked to read on where a file may end.
/// </summary>
internal sealed class EndIsAnError(LookAhead bytes) : ForwardStream
{
    /// <summary>Decoders wrap what is thrown at them; this tells whether it was the end.</summary>
    public bool WasMet { get; private set; }

    public override int Read(Span<byte> into) => into.IsEmpty ? 0 : bytes.Read(into) is > 0 and var read ? read : throw End();

    public override int ReadByte() => bytes.ReadByte() is >= 0 and var next ? next : throw End();

    public override long Position { get => bytes.Position; set => throw new NotSupportedException(); }

    private EndOfStreamException End()
    {
        WasMet = true;
        return new EndOfStreamException();
    }
}
