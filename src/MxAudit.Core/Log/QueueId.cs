using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace MxAudit.Log;

/// <summary>A queue id of Postfix, short (hexadecimal, reused) or long (with its arrival time in it), as its bytes.</summary>
/// <remarks>
/// Short: five digits of microseconds and the inode, upper-case hexadecimal, six characters or more. Long: six or more characters
/// of seconds in base 52, four of microseconds, <c>z</c>, inode in base 51 (src/global/mail_queue.h, safe_ultostr.c). Up to 24 bytes fit; longer words are no ids.
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
        if (text.Length >= Loaded) return ReadAtOnce(ref MemoryMarshal.GetReference(text), out id);
        Span<byte> padded = stackalloc byte[Loaded]; // "QID: removed" is shorter than what is loaded at once
        padded.Clear();
        text.CopyTo(padded);
        return ReadAtOnce(ref MemoryMarshal.GetReference(padded), out id);
    }

    private const int Loaded = 32;

    public static bool TryParse(ReadOnlySpan<byte> text, out QueueId id) => Read(text, out id) is var length && length > 0 && length == text.Length;

    /// <summary>Sixteen bytes compared at once: 50 instructions instead of 250, byte by byte. No member is a vector: see docs/performance.md.</summary>
    private static int ReadAtOnce(ref byte first, out QueueId id)
    {
        id = default;
        var head = Vector128.LoadUnsafe(ref first);
        uint hexadecimal = HexadecimalIn(head);
        int length = BitOperations.TrailingZeroCount(~hexadecimal);
        if (length is < 6 or > 15 || Unsafe.Add(ref first, length) != ':')
        {
            var tail = Vector128.LoadUnsafe(ref first, 16);
            uint letters = LettersIn(head) | (LettersIn(tail) << 16), digits = DigitsIn(head) | (DigitsIn(tail) << 16);
            length = BitOperations.TrailingZeroCount(~(letters | digits));
            if (length is < 6 or > LongestId) return 0;
            uint mask = (1u << length) - 1;
            if ((~(hexadecimal | (HexadecimalIn(tail) << 16)) & mask) != 0)
            {
                if (((VowelsIn(head) | (VowelsIn(tail) << 16)) & mask) != 0) return 0;
                var z = Vector128.Create((byte)'z');
                int separator = 31 - BitOperations.LeadingZeroCount((Vector128.Equals(head, z).ExtractMostSignificantBits() | (Vector128.Equals(tail, z).ExtractMostSignificantBits() << 16)) & mask);
                if (separator < 10 || separator >= length - 1) return 0;
            }
        }
        ulong a = Unsafe.ReadUnaligned<ulong>(ref first), b = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 8)), c = 0;
        if (length < 8) (a, b) = (a & Low(length), 0);
        else if (length < 16) b &= Low(length - 8);
        else c = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 16)) & Low(length - 16);
        id = new QueueId(a, b, c);
        return length;
    }

    private static uint DigitsIn(Vector128<byte> bytes) => InRange(bytes, (byte)'0', 9);

    private static uint HexadecimalIn(Vector128<byte> bytes) => InRange(bytes, (byte)'0', 9) | InRange(bytes, (byte)'A', 5);

    private static uint LettersIn(Vector128<byte> bytes) => InRange(bytes | Vector128.Create((byte)0x20), (byte)'a', 25);

    private static uint InRange(Vector128<byte> bytes, byte from, byte span)
    {
        var above = bytes - Vector128.Create(from);
        return Vector128.Equals(Vector128.Min(above, Vector128.Create(span)), above).ExtractMostSignificantBits();
    }

    private static uint VowelsIn(Vector128<byte> bytes)
    {
        var folded = bytes | Vector128.Create((byte)0x20);
        return (Vector128.Equals(folded, Vector128.Create((byte)'a')) | Vector128.Equals(folded, Vector128.Create((byte)'e')) | Vector128.Equals(folded, Vector128.Create((byte)'i'))
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
