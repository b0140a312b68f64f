using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace MxAudit.Log;

/// <summary>A queue id of Postfix, short (hexadecimal, reused) or long (with its arrival time in it), as its bytes.</summary>
/// <remarks>
/// Short: five digits of microseconds and the inode, upper-case hexadecimal, six characters or more. Long: six or more characters
/// of seconds in base 52, four of microseconds, <c>z</c>, inode in base 51 (src/global/mail_queue.h,
/// safe_ultostr.c). Up to 24 bytes fit; longer words are no ids.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct QueueId(ulong A, ulong B, ulong C)
{
    public const int LongestId = 24;
    private const string LongAlphabet = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

    public bool IsNone => A == 0;

    /// <summary>Reads the id at the beginning of <paramref name="text"/>.</summary>
    /// <returns>Its length, or 0 when the text does not begin with an id.</returns>
    public static int Read(ReadOnlySpan<byte> text, out QueueId id)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        if (text.Length >= Loaded) return ReadAtOnce(ref first, out id);
        if (text.Length > 8)
        {
            var head = text.Length >= 16 ? Vector128.LoadUnsafe(ref first) : HeadOf(ref first, text.Length);
            int length = BitOperations.TrailingZeroCount(~WordIn(head));
            if (length < 16) return ReadShort(head, length, out id);
        }
        Span<byte> padded = stackalloc byte[Loaded];
        padded.Clear();
        text.CopyTo(padded);
        return ReadAtOnce(ref MemoryMarshal.GetReference(padded), out id);
    }

    private const int Loaded = 32;

    /// <summary>A text of 9 to 15 bytes, and zeros behind it.</summary>
    private static Vector128<byte> HeadOf(ref byte first, int length) =>
        Vector128.Create(Unsafe.ReadUnaligned<ulong>(ref first), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8)) >> ((16 - length) * 8))
            .AsByte();

    public static bool TryParse(ReadOnlySpan<byte> text, out QueueId id) => Read(text, out id) is var length && length > 0 && length == text.Length;

    /// <summary>Reads the id that a colon ends, as at the beginning of a line about a message: most other lines have no colon where an id could end.</summary>
    public static int ReadUpToColon(ReadOnlySpan<byte> text, out QueueId id)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        if (text.Length >= 16)
        {
            var head = Vector128.LoadUnsafe(ref first);
            uint near = ColonsIn(head);
            if (near != 0) return ReadShort(head, BitOperations.TrailingZeroCount(near), out id);
        }
        if (text.Length < Loaded)
        {
            int read = Read(text, out id);
            return read < text.Length && text[read] == ':' ? read : 0;
        }
        uint colons = ColonsIn(Vector128.LoadUnsafe(ref first, 16));
        return colons == 0 ? None(out id) : ReadLong(ref first, 16 + BitOperations.TrailingZeroCount(colons), out id);
    }

    /// <summary>The letters and digits at the beginning, as many as there are.</summary>
    private static int ReadAtOnce(ref byte first, out QueueId id)
    {
        var head = Vector128.LoadUnsafe(ref first);
        int length = BitOperations.TrailingZeroCount(~WordIn(head));
        if (length < 16) return ReadShort(head, length, out id);
        return ReadLong(ref first, 16 + BitOperations.TrailingZeroCount(~WordIn(Vector128.LoadUnsafe(ref first, 16))), out id);
    }

    /// <summary>An id of up to 15 bytes: sixteen bytes compared at once. No member is a vector: see docs/performance.md.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadShort(Vector128<byte> head, int length, out QueueId id)
    {
        uint mask = (1u << length) - 1;
        if (length < 6 || ((~HexadecimalIn(head) & mask) != 0 && !IsLong(mask & ~WordIn(head), mask & VowelsIn(head), mask & SeparatorsIn(head), length)))
            return None(out id);
        ulong a = head.AsUInt64().ToScalar(), b = head.AsUInt64().GetElement(1);
        id = length < 8 ? new QueueId(a & Low(length), 0, 0) : new QueueId(a, b & Low(length - 8), 0);
        return length;
    }

    private static int ReadLong(ref byte first, int length, out QueueId id)
    {
        if (length > LongestId) return None(out id);
        Vector128<byte> head = Vector128.LoadUnsafe(ref first), tail = Vector128.LoadUnsafe(ref first, 16);
        uint mask = (1u << length) - 1;
        uint others = ~(HexadecimalIn(head) | (HexadecimalIn(tail) << 16)) & mask;
        if (others != 0 && !IsLong(mask & ~(WordIn(head) | (WordIn(tail) << 16)), mask & (VowelsIn(head) | (VowelsIn(tail) << 16)),
            mask & (SeparatorsIn(head) | (SeparatorsIn(tail) << 16)), length)) return None(out id);
        id = new QueueId(Unsafe.ReadUnaligned<ulong>(ref first), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 8)),
            Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 16)) & Low(length - 16));
        return length;
    }

    /// <summary>Letters and digits without a vowel, and a <c>z</c> behind ten of them, with something behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLong(uint others, uint vowels, uint separators, int length) =>
        (others | vowels) == 0 && separators >> 10 != 0 && 31 - BitOperations.LeadingZeroCount(separators) < length - 1;

    private static int None(out QueueId id)
    {
        id = default;
        return 0;
    }

    private static uint ColonsIn(Vector128<byte> bytes) => Vector128.Equals(bytes, Vector128.Create((byte)':')).ExtractMostSignificantBits();

    private static uint SeparatorsIn(Vector128<byte> bytes) => Vector128.Equals(bytes, Vector128.Create((byte)'z')).ExtractMostSignificantBits();

    private static uint HexadecimalIn(Vector128<byte> bytes) => (InRange(bytes, (byte)'0', 9) | InRange(bytes, (byte)'A', 5)).ExtractMostSignificantBits();

    /// <summary>Digits and letters.</summary>
    private static uint WordIn(Vector128<byte> bytes) =>
        (InRange(bytes, (byte)'0', 9) | InRange(bytes | Vector128.Create((byte)0x20), (byte)'a', 25)).ExtractMostSignificantBits();

    private static Vector128<byte> InRange(Vector128<byte> bytes, byte from, byte span)
    {
        var above = bytes - Vector128.Create(from);
        return Vector128.Equals(Vector128.Min(above, Vector128.Create(span)), above);
    }

    private static uint VowelsIn(Vector128<byte> bytes)
    {
        var folded = bytes | Vector128.Create((byte)0x20);
        return (Vector128.Equals(folded, Vector128.Create((byte)'a'))
            | Vector128.Equals(folded, Vector128.Create((byte)'e'))
            | Vector128.Equals(folded, Vector128.Create((byte)'i'))
            | Vector128.Equals(folded, Vector128.Create((byte)'o')) | Vector128.Equals(folded, Vector128.Create((byte)'u'))).ExtractMostSignificantBits();
    }

    /// <summary>A mask of so many low bytes, 0 to 8.</summary>
    private static ulong Low(int bytes) => bytes == 8 ? ulong.MaxValue : (1UL << (bytes * 8)) - 1;

    /// <summary>When the message arrived, in milliseconds since 1970 UTC: only long ids know.</summary>
    public long? ArrivalMilliseconds
    {
        get
        {
            string text = ToString();
            int separator = text.LastIndexOf('z');
            if (separator < 10) return null;
            long seconds = 0, microseconds = 0;
            for (int i = 0; i < separator; i++)
            {
                int digit = LongAlphabet.IndexOf(text[i], StringComparison.Ordinal);
                if (digit < 0) return null;
                if (i < separator - 4) seconds = seconds * 52 + digit; else microseconds = microseconds * 52 + digit;
                if (seconds > 1L << 40) return null;
            }
            return seconds * 1000 + microseconds / 1000;
        }
    }

    public override string ToString()
    {
        Span<ulong> words = [A, B, C];
        var bytes = MemoryMarshal.AsBytes(words);
        int length = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(length < 0 ? bytes : bytes[..length]);
    }
}
