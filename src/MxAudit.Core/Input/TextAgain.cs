using Microsoft.Win32.SafeHandles;

namespace MxAudit.Input;

/// <summary>The text of one source, read at any place.</summary>
internal abstract class TextAgain : IDisposable
{
    /// <summary>Fills <paramref name="into"/>; gives fewer bytes only where the text ends.</summary>
    public abstract int ReadAt(long offset, Span<byte> into);

    public abstract void Dispose();
}

/// <summary>A file whose bytes are the text. The handle belongs to the source: the file is followed through renames.</summary>
internal sealed class PlainFile(LogSource source) : TextAgain
{
    /// <summary>Once the text has moved into a compressed copy.</summary>
    private Spool? _decoded;

    public override int ReadAt(long offset, Span<byte> into) =>
        source.IsPlain ? ReadAt(source.File!, offset, into) : (_decoded ??= new Spool(source.Open)).ReadAt(offset, into);

    public static int ReadAt(SafeFileHandle file, long offset, Span<byte> into)
    {
        int given = 0;
        while (given < into.Length && RandomAccess.Read(file, into[given..], offset + given) is > 0 and var read) given += read;
        return given;
    }

    public override void Dispose() => _decoded?.Dispose();
}
