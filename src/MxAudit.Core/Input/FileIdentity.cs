using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MxAudit.Input;

internal enum FileKind { Regular, Folder, Pipe, Device }

/// <summary>What the kernel says a name stands for: two names with the same device and inode are one file.</summary>
internal readonly record struct FileIdentity(FileKind Kind, ulong Device, ulong Inode)
{
    /// <summary>Null where nothing has that name, or it may not be known. Links are followed.</summary>
    public static unsafe FileIdentity? Of(string path)
    {
        const int atCurrentFolder = -100, basicStatistics = 0x7ff;
        const int modeAt = 28, inodeAt = 32, deviceMajorAt = 136, deviceMinorAt = 140; // struct statx of <linux/stat.h>
        byte* found = stackalloc byte[256];
        if (Native.StatX(atCurrentFolder, path, 0, basicStatistics, found) != 0) return null;
        ulong device = ((ulong)*(uint*)(found + deviceMajorAt) << 32) | *(uint*)(found + deviceMinorAt);
        FileKind kind = (*(ushort*)(found + modeAt) & 0xf000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0x1000 or 0xc000 => FileKind.Pipe,
            _ => FileKind.Device,
        };
        return new FileIdentity(kind, device, *(ulong*)(found + inodeAt));
    }
}

/// <summary>What an open file is, and what it is called by now.</summary>
internal static class OpenFile
{
    public static FileIdentity? IdentityOf(SafeFileHandle file) => FileIdentity.Of(LinkOf(file));

    /// <summary>Whole; null when it has none any more.</summary>
    public static string? PathOf(SafeFileHandle file)
    {
        string? target = File.ResolveLinkTarget(LinkOf(file), returnFinalTarget: false)?.FullName;
        return target is null || target.EndsWith(" (deleted)", StringComparison.Ordinal) ? null : target;
    }

    private static string LinkOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";
}

internal static partial class Native
{
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* found);
}
