using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MxAudit.Log;

/// <summary>What the tags met so far mean: <c>smtpd[</c>, <c>relay/smtp[</c>. Sixteen bytes at once, no comparison by letters.</summary>
internal sealed class TagMemo
{
    private const int Places = 64;

    private struct Place
    {
        public ulong First, Second;
        public Daemon Daemon;
        public bool ByRelayService;
    }

    private readonly Place[] _places = new Place[Places];

    /// <summary>Reads the name before <c>[</c>. At least sixteen bytes must follow <paramref name="text"/>'s beginning.</summary>
    /// <returns>The length of the name; 0 when it is none of Postfix, or longer than fifteen bytes.</returns>
    public int Read(ReadOnlySpan<byte> text, out Daemon daemon, out bool byRelayService)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        uint brackets = Vector128.Equals(Vector128.LoadUnsafe(ref first), Vector128.Create((byte)'[')).ExtractMostSignificantBits();
        int length = BitOperations.TrailingZeroCount(brackets);
        daemon = Daemon.Unknown;
        byRelayService = false;
        if (brackets == 0 || length == 0) return 0;
        ulong a = Unsafe.ReadUnaligned<ulong>(ref first), b = 0;
        if (length < 8) a &= (1UL << (length * 8)) - 1;
        else if (length > 8) b = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 8)) & ((1UL << ((length - 8) * 8)) - 1);
        ref var place = ref _places[(int)((a * 0x9e3779b97f4a7c15 + b * 0xc2b2ae3d27d4eb4f) >> 58)];
        if (place.First != a || place.Second != b)
        {
            var name = text[..length];
            if (name.IndexOfAny((byte)' ', (byte)':') >= 0) return 0;
            int slash = name.LastIndexOf((byte)'/');
            var known = Tag.DaemonOf(name[(slash + 1)..]);
            if (known == Daemon.Unknown) return 0;
            place.First = a;
            place.Second = b;
            place.Daemon = known;
            place.ByRelayService = slash >= 0 && name[..slash].SequenceEqual("relay"u8);
        }
        daemon = place.Daemon;
        byRelayService = place.ByRelayService;
        return length;
    }
}
