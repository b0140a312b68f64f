using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MxAudit.Mail.Storage;

/// <summary>Memory that will be wanted soon is asked for: waiting for it is a good part of all time.</summary>
internal static unsafe class Memory
{
    /// <summary>Into the cache, where the processor can be told so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref place));
    }
}
