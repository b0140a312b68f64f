using System.Runtime.InteropServices;

namespace MxAudit.Commands;

/// <summary>How many columns the terminal has that standard output goes to. The console of .NET would set the terminal up to tell it.</summary>
internal static partial class TerminalWidth
{
    /// <summary>TIOCGWINSZ of Linux.</summary>
    private const nuint AskForSize = 0x5413;

    private const int StandardOutput = 1;

    /// <summary>Null: it is no terminal, or one that does not know.</summary>
    public static int? Now => OperatingSystem.IsLinux() && Ask(StandardOutput, AskForSize, out var size) == 0 && size.Columns > 0 ? size.Columns : null;

    private struct Size
    {
        public ushort Lines, Columns, Width, Height;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Ask(int file, nuint request, out Size size);
}
