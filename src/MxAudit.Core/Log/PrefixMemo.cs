using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MxAudit.Log;

/// <summary>The beginning of the last ordinary line up to the program's name. The next line has the same, but for seconds and their fraction.</summary>
/// <remarks>Nine of ten lines need no more than these comparisons, sixteen bytes at once: 75 instructions instead of 700 for stamp, host and instance.</remarks>
internal sealed class PrefixMemo
{
    /// <summary>So many bytes must follow the prefix: readers of the tag load whole words.</summary>
    public const int RoomBehind = 32;

    private const int LongestPrefix = 208, Step = 16;

    /// <summary>The prefix, and ones where it must be the same: all but the digits of seconds and fraction, and what follows it.</summary>
    private readonly byte[] _image = new byte[LongestPrefix], _mask = new byte[LongestPrefix];
    private int _head, _fractionDigits, _length;
    private long _minute;

    public ushort Origin { get; private set; }

    public void Forget() => _length = 0;

    /// <summary>Remembers an ordinary line: a stamp at the beginning, with its fraction and offset, then host and instance up to <paramref name="length"/>.</summary>
    public void Remember(ReadOnlySpan<byte> line, long time, int length, ushort origin)
    {
        _length = 0;
        int head = line.Length > 19 && line[4] == '-' ? 16 : 12; // up to the colon before the seconds
        if (length > LongestPrefix || line.Length < length || line[head] != ':') return;
        int digits = 0;
        if (line[head + 3] == '.')
        {
            while (head + 4 + digits < length && (uint)(line[head + 4 + digits] - '0') <= 9) digits++;
            if (digits is not (3 or 6)) return;
        }
        (_head, _fractionDigits, Origin) = (head, digits, origin);
        line[..length].CopyTo(_image);
        _mask.AsSpan().Clear();
        _mask.AsSpan(0, length).Fill(0xff);
        _mask.AsSpan(head + 1, 2).Clear();
        _mask.AsSpan(head + 4, digits).Clear();
        _minute = time - Math.Abs(time % 60_000);
        _length = length;
    }

    /// <returns>The length of the prefix, so that the program's name follows; 0 when the line begins differently.</returns>
    public int Read(ReadOnlySpan<byte> line, out long time)
    {
        time = 0;
        int length = _length;
        if (length == 0 || line.Length < length + RoomBehind) return 0;
        ref byte first = ref MemoryMarshal.GetReference(line);
        if (!BeginsAlike(ref first, length)) return 0;
        uint clock = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, _head)); // ":SS" and what follows
        uint tens = ((clock >> 8) & 0xff) - '0', ones = ((clock >> 16) & 0xff) - '0';
        if (tens > 5 || ones > 9) return 0;
        uint milliseconds = (tens * 10 + ones) * 1000;
        if (_fractionDigits != 0)
        {
            ulong digits = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, _head + 4)) | (_fractionDigits == 3 ? 0x3030_3030_3000_0000UL : 0x3030_0000_0000_0000UL);
            digits &= _fractionDigits == 3 ? 0x3030_3030_30ff_ffffUL : 0x3030_ffff_ffff_ffffUL;
            if (!Digits.AreAll(digits)) return 0;
            milliseconds += (uint)(digits & 15) * 100 + (uint)((digits >> 8) & 15) * 10 + (uint)((digits >> 16) & 15);
        }
        time = _minute + milliseconds;
        return length;
    }

    private bool BeginsAlike(ref byte first, int length)
    {
        ref byte image = ref MemoryMarshal.GetArrayDataReference(_image), mask = ref MemoryMarshal.GetArrayDataReference(_mask);
        var difference = Vector128<byte>.Zero;
        for (nuint at = 0; at < (nuint)length; at += Step)
            difference |= (Vector128.LoadUnsafe(ref first, at) ^ Vector128.LoadUnsafe(ref image, at)) & Vector128.LoadUnsafe(ref mask, at);
        return difference == Vector128<byte>.Zero;
    }
}
