using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MxAudit.Log;

/// <summary>What the tags met so far mean: <c>smtpd[1234]: </c>, <c>relay/smtp[1235]: </c>. A process writes many lines, so its number is known too.</summary>
/// <remarks>One comparison of 24 bytes instead of letters and digits: 60 instructions instead of 170.</remarks>
internal sealed class TagMemo
{
    private const int PlaceBits = 10, LongestTag = 24;

    private struct Place
    {
        public ulong First, Second, Third;
        public int Length, Pid;
        public Daemon Daemon;
        public bool ByRelayService;
    }

    private readonly Place[] _places = new Place[1 << PlaceBits];

    /// <summary>Reads program and process. At least <see cref="PrefixMemo.RoomBehind"/> bytes must follow <paramref name="text"/>'s beginning.</summary>
    /// <returns>The length of the tag with the blank behind it; 0 when it is none of Postfix, or longer than most.</returns>
    public int Read(ReadOnlySpan<byte> text, scoped ref LogEvent happened)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        var bracket = Vector128.Create((byte)']');
        int length = BitOperations.TrailingZeroCount(Vector128.Equals(Vector128.LoadUnsafe(ref first), bracket).ExtractMostSignificantBits()
            | (Vector128.Equals(Vector128.LoadUnsafe(ref first, 16), bracket).ExtractMostSignificantBits() << 16));
        if (length is < 3 or >= LongestTag || (Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, length)) & 0xff_ffff) != 0x20_3a5d) return 0; // "]: "
        ulong a = WordAt(ref first, 0), b = WordAt(ref first, 8), c = 0;
        if (length < 8) (a, b) = (a & Low(length), 0);
        else if (length < 16) b &= Low(length - 8);
        else c = WordAt(ref first, 16) & Low(length - 16);
        ref var place = ref _places[(int)((a * 0x9e3779b97f4a7c15 + b * 0xc2b2ae3d27d4eb4f + c * 0x165667b19e3779f9) >> (64 - PlaceBits))];
        if (place.First != a || place.Second != b || place.Third != c || place.Length != length)
        {
            if (!TryLearn(text[..length], ref place)) return 0;
            (place.First, place.Second, place.Third, place.Length) = (a, b, c, length);
        }
        happened.Daemon = place.Daemon;
        happened.ByRelayService = place.ByRelayService;
        happened.Pid = place.Pid;
        return length + 3;
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

    private static ulong WordAt(ref byte first, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at));

    /// <summary>A mask of so many low bytes, 0 to 7.</summary>
    private static ulong Low(int bytes) => (1UL << (bytes * 8)) - 1;
}
