using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MxAudit.Mail.Storage;

/// <summary>A seeded hash: strangers choose addresses and names, and must not be able to make them collide.</summary>
/// <remarks>
/// The NH family (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, 1999): words times secret words, summed. Two texts collide with a chance of 2^-32 whatever
/// they are, and a word of eight bytes costs one multiplication of 32 bits.
/// </remarks>
internal sealed class Seeded
{
    private const int WordsPerBlock = 64;

    private readonly ulong[] _keys = new ulong[WordsPerBlock + 6];

    public Seeded(ulong seed)
    {
        for (int i = 0; i < _keys.Length; i++) // SplitMix64
        {
            seed += 0x9e3779b97f4a7c15;
            ulong z = seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            _keys[i] = z ^ (z >> 31);
        }
    }

    /// <summary>With a seed that nobody knows. Random asks the system; RandomNumberGenerator would load OpenSSL, 13 million instructions.</summary>
    public static Seeded Anew() => new((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue));

    /// <summary>The upper half is the better one.</summary>
    public ulong Hash(ReadOnlySpan<byte> text)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        ref ulong keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        int length = text.Length;
        ulong hash = (ulong)length * Unsafe.Add(ref keys, WordsPerBlock);
        if (length < 8) return hash + Times(Short(ref first, length), keys);
        if (length < 16) return hash + Times(WordAt(ref first, 0), keys) + Times(WordAt(ref first, length - 8), Unsafe.Add(ref keys, 1));
        var last = TwoTimes(ref Unsafe.Add(ref first, length - 16), ref Unsafe.Add(ref keys, WordsPerBlock + 4));
        return length <= 32 ? hash + Sum(TwoTimes(ref first, ref keys) + last) : HashLong(ref first, length, hash, last);
    }

    private ulong HashLong(ref byte first, int length, ulong hash, Vector128<ulong> last)
    {
        ref ulong keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        int key = 0;
        for (int at = 0; at + 16 < length; at += 16)
        {
            last += TwoTimes(ref Unsafe.Add(ref first, at), ref Unsafe.Add(ref keys, key));
            if ((key += 2) < WordsPerBlock) continue;
            key = 0;
            hash += Sum(last);
            last = default;
            hash = Times(hash ^ (hash >> 29), Unsafe.Add(ref keys, WordsPerBlock + 1)) + hash * (Unsafe.Add(ref keys, WordsPerBlock + 2) | 1);
        }
        return hash + Sum(last);
    }

    private static ulong Sum(Vector128<ulong> two) => two.ToScalar() + Vector128.Shuffle(two, Vector128.Create(1UL, 1UL)).ToScalar();

    /// <summary>Two words by two secret words: one multiplication where the processor has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> TwoTimes(ref byte text, ref ulong keys)
    {
        if (!Sse2.IsSupported) return Vector128.Create(Times(WordAt(ref text, 0), keys), Times(WordAt(ref text, 8), Unsafe.Add(ref keys, 1)));
        var sums = Unsafe.ReadUnaligned<Vector128<uint>>(ref text) + Vector128.LoadUnsafe(ref keys).AsUInt32();
        return Sse2.Multiply(sums, Vector128.ShiftRightLogical(sums.AsUInt64(), 32).AsUInt32());
    }

    private static ulong WordAt(ref byte text, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, at));

    /// <summary>Of a queue id and its origin: ids are made by Postfix, so two multiplications are enough.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(ulong a, ulong b, ulong c, ushort origin)
    {
        ref ulong keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        ulong hash = (a ^ keys) * (Unsafe.Add(ref keys, 1) | 1);
        hash = ((hash ^ (hash >> 32)) + b + (c << 8) + origin) * (Unsafe.Add(ref keys, 2) | 1);
        return (uint)(hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Times(ulong word, ulong key) => (ulong)(uint)((uint)word + (uint)key) * (uint)((uint)(word >> 32) + (uint)(key >> 32));

    private static ulong Short(ref byte first, int length)
    {
        if (length >= 4) return Unsafe.ReadUnaligned<uint>(ref first) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, length - 4)) << 32);
        return length == 0 ? 0 : first | ((ulong)Unsafe.Add(ref first, length >> 1) << 8) | ((ulong)Unsafe.Add(ref first, length - 1) << 40);
    }
}
