using System.Runtime.InteropServices;

namespace MxAudit.Mail.Storage;

/// <summary>Zeroed memory of its own, outside the garbage collector's heap, given back as a whole. It is no cost before it is used.</summary>
internal sealed unsafe partial class Pages : IDisposable
{
    /// <summary>So large is a page where the system gives large ones: one first write instead of 512, each of which the system has to serve.</summary>
    public const int Huge = 1 << 21;

    /// <summary>Of <c>mmap</c> and <c>madvise</c> (Linux).</summary>
    private const int ReadAndWrite = 1 | 2, PrivateAnonymousUnreserved = 0x02 | 0x20 | 0x4000, AdviseHuge = 14, PopulateForWriting = 23;

    private static readonly nuint SystemPage = (nuint)Environment.SystemPageSize;

    private byte* _taken;
    private readonly nuint _length;

    /// <remarks>Where there is room for a huge page, the start lies at a multiple of <see cref="Huge"/>, and huge pages are asked for.</remarks>
    public Pages(nuint bytes)
    {
        bool huge = bytes >= Huge;
        if (!OperatingSystem.IsLinux())
        {
            Start = _taken = (byte*)NativeMemory.AllocZeroed(bytes);
            return;
        }
        _length = huge ? bytes + Huge : bytes;
        _taken = (byte*)Map(null, _length, ReadAndWrite, PrivateAnonymousUnreserved, -1, 0);
        if (_taken == (byte*)-1) throw new InsufficientMemoryException();
        Start = huge ? (byte*)(((nuint)_taken + Huge - 1) & ~(nuint)(Huge - 1)) : _taken;
        if (huge) _ = Advise(Start, bytes, AdviseHuge);
    }

    public byte* Start { get; }

    /// <summary>The whole pages in this stretch, from the system and in one call: otherwise it is interrupted for each page of it.</summary>
    /// <remarks>Since Linux 5.14. An older one refuses, and nothing is lost.</remarks>
    public static void Populate(byte* start, nuint bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        nuint first = ((nuint)start + SystemPage - 1) & ~(SystemPage - 1), end = ((nuint)start + bytes) & ~(SystemPage - 1);
        if (first < end) _ = Advise((byte*)first, end - first, PopulateForWriting);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Views of a history may outlive their audit, and nobody knows the last one: then the memory goes with it.</summary>
    ~Pages() => Free();

    private void Free()
    {
        if (_taken == null) return; // by now it may be somebody else's
        if (OperatingSystem.IsLinux()) _ = Unmap(_taken, _length);
        else NativeMemory.Free(_taken);
        _taken = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* start, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
