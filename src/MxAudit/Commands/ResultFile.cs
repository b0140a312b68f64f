using System.Runtime.InteropServices;
using System.Text;
using MxAudit.Writers;

namespace MxAudit.Commands;

/// <summary>Where a result goes: standard output, or a file that appears whole or not at all.</summary>
internal static class ResultFile
{
    private const int BufferSize = 64 * 1024;
    private const int BrokenPipe = 32; // EPIPE

    public static bool IsStandardOutput(string? path) => path is null or "-";

    /// <param name="path">Null or <c>-</c>: standard output.</param>
    /// <exception cref="OutputException">The result can not be written.</exception>
    public static void Write(string? path, Terminal terminal, Action<Stream> write)
    {
        if (terminal.Veil is { } veil) write = Through(veil, write);
        try
        {
            if (IsStandardOutput(path))
            {
                write(terminal.Output);
                terminal.Output.Flush();
            }
            else if (IsDevice(path!)) WriteTo(path!, FileMode.Open, write);
            else Replace(Path.GetFullPath(TargetOf(path!)), write);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            // Whoever reads has read enough.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{(IsStandardOutput(path) ? "Standard output" : path)} can not be written: {WhyNot(path, e)}");
        }
    }

    /// <summary>Of the file that was asked for, not of the one that would have become it.</summary>
    private static string WhyNot(string? path, Exception failure)
    {
        string message = failure.Message.Split(" : '")[0]; // the library names the file behind it, which may be a temporary one
        if (IsStandardOutput(path) || IsDevicePath(path!)) return $"{message}.";
        if (Directory.Exists(path)) return "it is a folder.";
        string folder = Path.GetDirectoryName(Path.GetFullPath(path!)) is { Length: > 0 } parent ? parent : "/";
        return !Directory.Exists(folder) ? $"there is no folder {folder}."
            : failure is UnauthorizedAccessException ? $"this user may not write to {folder}."
            : $"{message}.";
    }

    private static Action<Stream> Through(Func<Stream, Stream> veil, Action<Stream> write) => stream =>
    {
        using var veiled = veil(stream);
        write(veiled);
    };

    public static void MakeDirectoryOf(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"The directory of {path} can not be made: {e.Message}");
        }
    }

    /// <summary>Text: UTF-8 without mark.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteText(string? path, Terminal terminal, Action<TextWriter> write) => Write(path, terminal, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 16 * 1024, leaveOpen: true) { NewLine = "\n" };
        write(writer);
    });

    /// <summary>A device or a pipe is written to, never replaced by a file.</summary>
    private static bool IsDevice(string path)
    {
        if (IsDevicePath(path)) return true;
        if (!File.Exists(path)) return false;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        return !stream.CanSeek;
    }

    private static bool IsDevicePath(string path) =>
        Path.GetFullPath(path) is var full && (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>A link stays a link: what it points to is replaced.</summary>
    private static string TargetOf(string path) =>
        new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static void Replace(string path, Action<Stream> write)
    {
        string temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        // and then the program ends, as it would without
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => File.Delete(temporary));
        try
        {
            WriteTo(temporary, FileMode.CreateNew, write);
            if (!OperatingSystem.IsWindows() && File.Exists(path)) File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void WriteTo(string path, FileMode mode, Action<Stream> write)
    {
        using var stream = new FileStream(path, mode, FileAccess.Write, FileShare.Read, BufferSize);
        write(stream);
        stream.Flush();
    }
}
