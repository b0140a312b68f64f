namespace MxAudit.Commands;

/// <summary>A small file that an option names: a baseline, suppressions, settings.</summary>
internal static class InputFile
{
    private const long MostBytes = 16 * 1024 * 1024;

    /// <exception cref="UsageException">It can not be read.</exception>
    public static byte[] Read(string option, string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var text = new MemoryStream();
            byte[] part = new byte[64 * 1024];
            for (int read; (read = stream.Read(part)) > 0;)
            {
                text.Write(part, 0, read);
                if (text.Length > MostBytes) throw new UsageException($"{option} {path}: more than {MostBytes / 1024 / 1024} MiB; this is not such a file.");
            }
            return text.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{option} {path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file." : $"can not be read: {e.Message}")}");
        }
    }
}
