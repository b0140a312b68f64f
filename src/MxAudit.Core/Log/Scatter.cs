using System.Runtime.CompilerServices;

namespace MxAudit.Log;

/// <summary>
/// Places in a table for numbers that are much alike in some of their bits, as the letters of names or the upper bits of a sum: all bits have a say.
/// </summary>
internal static class Scatter
{
    /// <returns>From 0 to below 2 to the power of <paramref name="bits"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Over(int bits, ulong number) => (int)((number * 0x9e3779b97f4a7c15) >> (64 - bits));
}
