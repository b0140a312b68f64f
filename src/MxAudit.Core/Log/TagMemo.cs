using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MxAudit.Log;

/// <summary>What the tags met so far mean: <c>smtpd[1234]: </c>, <c>relay/smtp[1235]: </c>. A process writes many lines, so its number is known too.</summary>
/// <remarks>One comparison of 24 bytes instead of letters and digits: 75 instructions instead of 170.</remarks>
internal sealed unsafe class TagMemo
{
    private const int PlaceBits = 12, LongestTag = 24, CacheLine = 64;

    /// <summary>Two of them fill a cache line.</summary>
    private struct Place
    {
        public ulong First, Second, Third;
        public int Pid;
        public byte Length;
        public Daemon Daemon;
        public bool ByRelayService;
    }

    private readonly byte[] _room = GC.AllocateArray<byte>((sizeof(Place) << PlaceBits) + CacheLine, pinned: true);
    private readonly Place* _places;

    public TagMemo() => _places = (Place*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_room)) + CacheLine - 1) & -CacheLine);

    /// <summary>Reads program and process from <paramref name="at"/> on. At least <see cref="PrefixMemo.RoomBehind"/> bytes must follow.</summary>
    /// <returns>Where the message begins; 0 when the tag is none of Postfix, or longer than most.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(ReadOnlySpan<byte> line, int at, scoped ref LogEvent happened)
    {
        ref byte first = ref Unsafe.Add(ref MemoryMarshal.GetReference(line), at);
        int length = LengthUpToBracket(ref first);
        if ((uint)(length - 3) > LongestTag - 3 || at + length < LongestTag) return 0;
        ref byte end = ref Unsafe.Add(ref first, length);
        if ((Unsafe.ReadUnaligned<uint>(ref end) & 0xff_ffff) != 0x20_3a5d) return 0; // "]: "
        // The 24 bytes before the bracket: the tag, and where it is shorter a part of the prefix, which is the same in all lines.
        ulong a = WordBefore(ref end, 8), b = WordBefore(ref end, 16), c = WordBefore(ref end, 24);
        ref var place = ref PlaceOf(a);
        if (place.First != a || place.Second != b || place.Third != c || place.Length != length) return ReadAnew(line, at, length, ref happened);
        return Take(place, at, ref happened);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Take(in Place place, int at, scoped ref LogEvent happened)
    {
        happened.Daemon = place.Daemon;
        happened.ByRelayService = place.ByRelayService;
        happened.Pid = place.Pid;
        return at + place.Length + 3;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadAnew(ReadOnlySpan<byte> line, int at, int length, scoped ref LogEvent happened)
    {
        ref byte end = ref Unsafe.Add(ref MemoryMarshal.GetReference(line), at + length);
        ref var place = ref PlaceOf(WordBefore(ref end, 8));
        if (!TryLearn(line.Slice(at, length), ref place)) return 0;
        (place.First, place.Second, place.Third, place.Length) = (WordBefore(ref end, 8), WordBefore(ref end, 16), WordBefore(ref end, 24), (byte)length);
        return Take(place, at, ref happened);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Place PlaceOf(ulong lastWord) => ref _places[Scatter.Over(PlaceBits, lastWord)];

    /// <summary>32 when there is none near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LengthUpToBracket(ref byte first)
    {
        var bracket = Vector128.Create((byte)']');
        return BitOperations.TrailingZeroCount(Vector128.Equals(Vector128.LoadUnsafe(ref first), bracket).ExtractMostSignificantBits()
            | (Vector128.Equals(Vector128.LoadUnsafe(ref first, 16), bracket).ExtractMostSignificantBits() << 16));
    }

    /// <summary>From <c>relay/smtp[1235</c>.</summary>
    private static bool TryLearn(ReadOnlySpan<byte> tag, ref Place place)
    {
        int open = tag.IndexOf((byte)'[');
        if (open <= 0) return false;
        var name = tag[..open];
        if (name.IndexOfAny((byte)' ', (byte)':') >= 0) return false;
        int slash = name.LastIndexOf((byte)'/');
        var daemon = Tag.DaemonOf(name[(slash + 1)..]);
        var number = new Cursor(tag[(open + 1)..]);
        if (daemon == Daemon.Unknown || !number.TakeNumber(out long pid) || !number.AtEnd || pid > int.MaxValue) return false;
        place.Daemon = daemon;
        place.ByRelayService = slash >= 0 && name[..slash].SequenceEqual("relay"u8);
        place.Pid = (int)pid;
        return true;
    }

    private static ulong WordBefore(ref byte end, int bytes) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Subtract(ref end, bytes));
}
