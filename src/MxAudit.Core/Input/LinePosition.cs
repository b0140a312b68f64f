namespace MxAudit.Input;

/// <summary>Where a line begins: the source it is in and the byte offset in that source's text, after decompression.</summary>
/// <remarks>One number of 64 bits, so that millions of rows can point into the log. Sorts by source, then by offset.</remarks>
public readonly record struct LinePosition(ulong Packed) : IComparable<LinePosition>
{
    private const int OffsetBits = 48;

    public LinePosition(int source, long offset) : this(((ulong)source << OffsetBits) | (ulong)offset) { }

    /// <summary>The index of the source in reading order.</summary>
    public int Source => (int)(Packed >> OffsetBits);

    /// <summary>Bytes from the beginning of the source's text.</summary>
    public long Offset => (long)(Packed & ((1UL << OffsetBits) - 1));

    public int CompareTo(LinePosition other) => Packed.CompareTo(other.Packed);
}
