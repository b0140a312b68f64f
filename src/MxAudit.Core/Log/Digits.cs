using System.Runtime.CompilerServices;

namespace MxAudit.Log;

/// <summary>Decimal digits, eight at once.</summary>
internal static class Digits
{
    /// <summary>Each of the eight bytes is <c>0</c> to <c>9</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreAll(ulong eight) =>
        ((eight & 0xf0f0_f0f0_f0f0_f0f0UL) | (((eight + 0x0606_0606_0606_0606UL) & 0xf0f0_f0f0_f0f0_f0f0UL) >> 4)) == 0x3333_3333_3333_3333UL;
}
