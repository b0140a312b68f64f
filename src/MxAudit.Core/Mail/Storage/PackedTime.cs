using System.Runtime.InteropServices;

namespace MxAudit.Mail.Storage;

/// <summary>Milliseconds since 1970 UTC in six bytes: four thousand years either way. <see cref="long.MinValue"/>, no time, is all zeros.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal readonly struct PackedTime
{
    private const long Bias = 1L << 47;

    private readonly ushort _high;
    private readonly uint _low;

    private PackedTime(long milliseconds)
    {
        long packed = milliseconds == long.MinValue ? 0 : Math.Clamp(milliseconds + Bias, 1, 2 * Bias - 1);
        (_high, _low) = ((ushort)(packed >> 32), (uint)packed);
    }

    public static implicit operator PackedTime(long milliseconds) => new(milliseconds);

    public static implicit operator long(PackedTime time)
    {
        long packed = ((long)time._high << 32) | time._low;
        return packed == 0 ? long.MinValue : packed - Bias;
    }
}
