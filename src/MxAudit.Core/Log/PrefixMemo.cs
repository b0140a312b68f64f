using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MxAudit.Log;

/// <summary>
/// The beginning of the last ordinary line up to the program's name. The next line has the same, but for
/// seconds and their fraction, and now and then the minute.
/// </summary>
/// <remarks>
/// Nine of ten lines need no more than these comparisons, sixteen bytes at once: 105 instructions instead of 700 for stamp, host and instance.
/// </remarks>
internal sealed class PrefixMemo
{
    /// <summary>So many bytes must follow the prefix: readers of the tag load whole words.</summary>
    public const int RoomBehind = 32;

    private const int LongestPrefix = 208, Step = 16, UsualPrefix = 3 * Step;

    /// <summary>
    /// The prefix, and behind its room the mask: ones where it must be the same, which is all but the digits of seconds and fraction, and what follows it.
    /// </summary>
    private readonly byte[] _image = new byte[2 * LongestPrefix];
    private int _head, _fractionDigits, _length;
    private long _minute;

    /// <summary>Ones where digits stand in the eight bytes behind the minute's colon; the digit zero where none does.</summary>
    private ulong _digits, _zeros;

    public ushort Origin { get; private set; }

    public void Forget() => _length = 0;

    /// <summary>
    /// Remembers an ordinary line: a stamp at the beginning, with its fraction and offset, then host and instance up to <paramref name="length"/>.
    /// </summary>
    public void Remember(ReadOnlySpan<byte> line, long time, int length, ushort origin)
    {
        _length = 0;
        int head = line.Length > 19 && line[4] == '-' ? 16 : 12; // up to the colon before the seconds
        if (length > LongestPrefix || line.Length < length || line[head] != ':' || time < 0) return;
        int digits = 0;
        if (line[head + 3] == '.')
        {
            while (head + 4 + digits < length && (uint)(line[head + 4 + digits] - '0') <= 9) digits++;
            if (digits is not (3 or 6)) return;
        }
        (_head, _fractionDigits, Origin) = (head, digits, origin);
        line[..length].CopyTo(_image);
        var mask = _image.AsSpan(LongestPrefix);
        mask.Clear();
        mask[..length].Fill(0xff);
        mask.Slice(head + 1, 2).Clear();
        mask.Slice(head + 4, digits).Clear();
        _digits = digits switch { 0 => 0xffff, 3 => 0xffff_ff00_ffff, _ => 0xffff_ffff_ff00_ffff };
        _zeros = 0x3030_3030_3030_3030UL & ~_digits;
        _minute = time - time % 60_000;
        _length = length;
    }

    /// <returns>The length of the prefix, so that the program's name follows; 0 when the line begins differently.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(ReadOnlySpan<byte> line, out long time)
    {
        time = 0;
        int length = _length;
        if (length == 0 || line.Length < length + RoomBehind) return 0;
        ref byte first = ref MemoryMarshal.GetReference(line);
        if (!BeginsAlike(ref first, length)) return ReadInOtherMinute(line, out time);
        ref byte clock = ref Unsafe.Add(ref first, _head + 1);
        ulong digits = (Unsafe.ReadUnaligned<ulong>(ref clock) & _digits) | _zeros; // "SS.fffff", zeros where the form has no digit
        if (!Digits.AreAll(digits) || (byte)digits > '5' || (_fractionDigits == 6 && (uint)(Unsafe.Add(ref clock, 8) - '0') > 9)) return 0;
        digits &= 0x0f0f_0f0f_0f0f_0f0fUL;
        ulong pairs = digits * 10 + (digits >> 8); // each byte: its digit and the next one
        time = _minute + (long)((pairs & 0xff) * 1000 + ((pairs >> 24) & 0xff) * 10 + ((digits >> 40) & 15));
        return length;
    }

    /// <summary>Only the minute is another one: it is remembered instead. An hour can be the beginning of a new year, and is read in full.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadInOtherMinute(ReadOnlySpan<byte> line, out long time)
    {
        time = 0;
        (byte Tens, byte Ones) now = (line[_head - 2], line[_head - 1]), before = (_image[_head - 2], _image[_head - 1]);
        if (now == before || (uint)(now.Tens - '0') > 5 || (uint)(now.Ones - '0') > 9) return 0;
        long minute = _minute;
        (_image[_head - 2], _image[_head - 1]) = now;
        _minute += ((now.Tens - before.Tens) * 10 + now.Ones - before.Ones) * 60_000L;
        int length = BeginsAlike(ref MemoryMarshal.GetReference(line), _length) ? Read(line, out time) : 0;
        if (length == 0) (_minute, _image[_head - 2], _image[_head - 1]) = (minute, before.Tens, before.Ones);
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool BeginsAlike(ref byte first, int length)
    {
        ref byte image = ref MemoryMarshal.GetArrayDataReference(_image);
        var difference = Difference(ref first, ref image, 0) | Difference(ref first, ref image, Step) | Difference(ref first, ref image, 2 * Step);
        for (nuint at = UsualPrefix; at < (nuint)length; at += Step) difference |= Difference(ref first, ref image, at);
        return difference == Vector128<byte>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Difference(ref byte first, ref byte image, nuint at) =>
        (Vector128.LoadUnsafe(ref first, at) ^ Vector128.LoadUnsafe(ref image, at)) & Vector128.LoadUnsafe(ref image, at + LongestPrefix);
}
