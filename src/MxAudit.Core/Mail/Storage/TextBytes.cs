using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MxAudit.Mail.Storage;

/// <summary>Compares the bytes of short texts without a call: addresses and relays are looked up for each line.</summary>
internal static class TextBytes
{
    /// <summary>So many are compared at once.</summary>
    public const int Step = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreAlike(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other)
    {
        if (text.Length != other.Length) return false;
        return text.Length < Step
            ? text.SequenceEqual(other)
            : AreAlike(ref MemoryMarshal.GetReference(text), ref MemoryMarshal.GetReference(other), text.Length);
    }

    /// <summary>Of <see cref="Step"/> bytes at least: the last of them by themselves, so that some are looked at twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreAlike(ref byte text, ref byte other, int length)
    {
        var difference = Difference(ref text, ref other, (nuint)(length - Step));
        for (int at = 0; at < length - Step; at += Step) difference |= Difference(ref text, ref other, (nuint)at);
        return difference == Vector128<byte>.Zero;
    }

    private static Vector128<byte> Difference(ref byte text, ref byte other, nuint at) =>
        Vector128.LoadUnsafe(ref text, at) ^ Vector128.LoadUnsafe(ref other, at);
}
