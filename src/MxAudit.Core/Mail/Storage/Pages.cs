using System.Runtime.InteropServices;

namespace MxAudit.Mail.Storage;

/// <summary>Memory that will be written soon, asked for in one call: otherwise the system is interrupted for each page of it.</summary>
internal static unsafe partial class Pages
{
    /// <summary>MADV_POPULATE_WRITE, since Linux 5.14. An older one refuses, and nothing is lost.</summary>
    private const int PopulateForWriting = 23;

    private static readonly nuint Size = (nuint)Environment.SystemPageSize;

    /// <summary>The whole pages in this stretch of memory.</summary>
    public static void Populate(void* start, nuint bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        nuint first = ((nuint)start + Size - 1) & ~(Size - 1), end = ((nuint)start + bytes) & ~(Size - 1);
        if (first < end) _ = Advise((void*)first, end - first, PopulateForWriting);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
