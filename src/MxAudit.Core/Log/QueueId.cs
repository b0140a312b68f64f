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
        if (Vector256.IsHardwareAccelerated && text.Length >= 32) return ReadAtOnce(text, out id);
        int most = Math.Min(text.Length, LongestId + 1), length = 0;
        uint seen = 0;
        while (length < most)
        {
            uint kind = Kinds[text[length]];
            if (kind == 0) break;
            seen |= kind;
            length++;
        }
        if (length < 6 || length > LongestId || ((seen & NotHexadecimal) != 0 && !IsLong(text[..length], seen)))
        {
            id = default;
            return 0;
        }
        id = FromBytes(text[..length]);
        return length;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out QueueId id) => Read(text, out id) is var length && length > 0 && length == text.Length;

    /// <summary>The same with 32 bytes compared at once: 40 instructions instead of 250. No member is a vector: see docs/performance.md.</summary>
    private static int ReadAtOnce(ReadOnlySpan<byte> text, out QueueId id)
    {
        id = default;
        ref byte first = ref MemoryMarshal.GetReference(text);
        var bytes = Vector256.LoadUnsafe(ref first);
        var digits = Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)9));
        uint hexadecimal = (digits | Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'A'), Vector256.Create((byte)5))).ExtractMostSignificantBits();
        int length = BitOperations.TrailingZeroCount(~hexadecimal);
        if (length < 6 || Unsafe.Add(ref first, length) != ':')
        {
            var folded = bytes | Vector256.Create((byte)0x20);
            uint letters = Vector256.LessThanOrEqual(folded - Vector256.Create((byte)'a'), Vector256.Create((byte)25)).ExtractMostSignificantBits();
            uint inId = digits.ExtractMostSignificantBits() | letters;
            length = BitOperations.TrailingZeroCount(~inId);
            if (length is < 6 or > LongestId) return 0;
            uint mask = (1u << length) - 1;
            if ((~hexadecimal & mask) != 0)
            {
                var vowels = Vector256.Equals(folded, Vector256.Create((byte)'a')) | Vector256.Equals(folded, Vector256.Create((byte)'e')) | Vector256.Equals(folded, Vector256.Create((byte)'i'))
                    | Vector256.Equals(folded, Vector256.Create((byte)'o')) | Vector256.Equals(folded, Vector256.Create((byte)'u'));
                if ((vowels.ExtractMostSignificantBits() & mask) != 0) return 0;
                int separator = 31 - BitOperations.LeadingZeroCount(Vector256.Equals(bytes, Vector256.Create((byte)'z')).ExtractMostSignificantBits() & mask);
                if (separator < 10 || separator >= length - 1) return 0;
            }
        }
        if (length > LongestId) return 0;
        ulong a = Unsafe.ReadUnaligned<ulong>(ref first), b = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 8)), c = 0;
        if (length < 8) (a, b) = (a & Low(length), 0);
        else if (length < 16) b &= Low(length - 8);
        else c = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 16)) & Low(length - 16);
        id = new QueueId(a, b, c);
        return length;
    }

    /// <summary>A mask of so many low bytes, 0 to 8.</summary>
    private static ulong Low(int bytes) => bytes == 8 ? ulong.MaxValue : (1UL << (bytes * 8)) - 1;

    private static QueueId FromBytes(ReadOnlySpan<byte> text)
    {
        Span<ulong> words = stackalloc ulong[3];
        words.Clear();
        text.CopyTo(MemoryMarshal.AsBytes(words));
        return new QueueId(words[0], words[1], words[2]);
    }

    private static bool IsLong(ReadOnlySpan<byte> text, uint seen)
    {
        if ((seen & Vowel) != 0) return false;
        int separator = text.LastIndexOf((byte)'z');
        return separator >= 10 && separator < text.Length - 1;
    }

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

    private const byte Hexadecimal = 1, NotHexadecimal = 2, Vowel = 4;

    /// <summary>0 for bytes that no id has; else whether the byte is an upper-case hexadecimal digit.</summary>
    private static readonly byte[] Kinds = MakeKinds();

    private static byte[] MakeKinds()
    {
        var kinds = new byte[256];
        foreach (char c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") kinds[c] = NotHexadecimal;
        foreach (char c in "0123456789ABCDEF") kinds[c] = Hexadecimal;
        foreach (char c in "AEIOUaeiou") kinds[c] |= Vowel; // long ids have none
        return kinds;
    }
}
