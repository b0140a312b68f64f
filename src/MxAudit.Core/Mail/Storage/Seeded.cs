using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MxAudit.Mail.Storage;

/// <summary>A seeded hash: strangers choose addresses and names, and must not be able to make them collide.</summary>
/// <remarks>
/// The NH family (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, 1999): words times secret words, summed. Two texts collide with a chance of 2^-32 whatever
/// they are, and a word of eight bytes costs one multiplication of 32 bits.
/// </remarks>
internal sealed class Seeded
{
    private const int WordsPerBlock = 64;

    private readonly ulong[] _keys = new ulong[WordsPerBlock + 4];

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

    /// <summary>The upper half is the better one.</summary>
    public ulong Hash(ReadOnlySpan<byte> text)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        ref ulong keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        int length = text.Length;
        ulong hash = Times((ulong)length, Unsafe.Add(ref keys, WordsPerBlock));
        if (length < 8) return hash + Times(Short(ref first, length), keys);
        int at = 0, key = 0;
        for (; at + 8 < length; at += 8)
        {
            hash += Times(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at)), Unsafe.Add(ref keys, key));
            if (++key < WordsPerBlock) continue;
            key = 0;
            hash = Times(hash ^ (hash >> 29), Unsafe.Add(ref keys, WordsPerBlock + 1)) + hash * (Unsafe.Add(ref keys, WordsPerBlock + 2) | 1);
        }
        return hash + Times(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8)), Unsafe.Add(ref keys, key));
    }

    /// <summary>Of a queue id and its origin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(ulong a, ulong b, ulong c, ushort origin)
    {
        ref ulong keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        return (uint)((Times(a, keys) + Times(b, Unsafe.Add(ref keys, 1)) + Times(c + origin, Unsafe.Add(ref keys, 2))) >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Times(ulong word, ulong key) => (ulong)(uint)((uint)word + (uint)key) * (uint)((uint)(word >> 32) + (uint)(key >> 32));

    private static ulong Short(ref byte first, int length)
    {
        if (length >= 4) return Unsafe.ReadUnaligned<uint>(ref first) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, length - 4)) << 32);
        return length == 0 ? 0 : first | ((ulong)Unsafe.Add(ref first, length >> 1) << 8) | ((ulong)Unsafe.Add(ref first, length - 1) << 40);
    }
}
