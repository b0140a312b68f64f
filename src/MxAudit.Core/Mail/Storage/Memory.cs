using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MxAudit.Mail.Storage;

/// <summary>Memory that will be wanted soon is asked for: waiting for it is a good part of all time.</summary>
internal static unsafe partial class Memory
{
    /// <summary>Into the cache, where the processor can be told so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref place));
    }

    /// <summary>MADV_POPULATE_WRITE, since Linux 5.14. An older one refuses, and nothing is lost.</summary>
    private const int PopulateForWriting = 23;

    private static readonly nuint PageSize = (nuint)Environment.SystemPageSize;

    /// <summary>The whole pages in this stretch, from the system and in one call: otherwise it is interrupted for each page of it.</summary>
    public static void Populate(void* start, nuint bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        nuint first = ((nuint)start + PageSize - 1) & ~(PageSize - 1), end = ((nuint)start + bytes) & ~(PageSize - 1);
        if (first < end) _ = Advise((void*)first, end - first, PopulateForWriting);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
