using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MxAudit.Mail.Storage;

/// <summary>A seeded 64-bit hash, eight bytes at a time: multiply to 128 bits and fold.</summary>
internal static class Seeded
{
    private const ulong K0 = 0xa0761d6478bd642f, K1 = 0xe7037ed1a0b428db;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    public static ulong Hash(ReadOnlySpan<byte> text, ulong seed)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        int length = text.Length;
        ulong hash = seed ^ (K0 + (ulong)length);
        if (length >= 8)
        {
            int at = 0;
            for (; at + 16 < length; at += 16) hash = Mix(Word(ref first, at) ^ K0, Word(ref first, at + 8) ^ hash);
            if (at + 8 < length) { hash = Mix(Word(ref first, at) ^ K1, hash); }
            return Mix(Mix(Word(ref first, length - 8) ^ K1, hash ^ K0), hash ^ K1);
        }
        ulong tail = 0;
        if (length >= 4)
            tail = Unsafe.ReadUnaligned<uint>(ref first) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, length - 4)) << 32);
        else if (length > 0)
            tail = first | ((ulong)Unsafe.Add(ref first, length >> 1) << 8) | ((ulong)Unsafe.Add(ref first, length - 1) << 16);
        return Mix(Mix(tail ^ K1, hash ^ K0), hash ^ K1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte first, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at));
}
