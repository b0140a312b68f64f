namespace MxAudit.Input;

/// <summary>
/// A file that somebody named and that is read as a whole: a queue listing, a saved configuration, DNS answers, settings. It may be a pipe, and may never end.
/// </summary>
public static class WholeFile
{
    /// <param name="most">Bytes that a file of this kind has at most.</param>
    /// <returns>Null: it has more.</returns>
    /// <exception cref="InputException">It can not be read: the message names it and says why.</exception>
    public static byte[]? Read(string path, int most)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var text = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, most) : 0);
            byte[] part = new byte[64 * 1024];
            for (int read; (read = stream.Read(part)) > 0;)
            {
                if (text.Length + read > most) return null;
                text.Write(part, 0, read);
            }
            return text.Length == text.Capacity ? text.GetBuffer() : text.ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path}{WhyNot(path, failure)}.") { IsDenied = failure is UnauthorizedAccessException };
        }
    }

    private static string WhyNot(string path, Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => ": there is no such file",
        UnauthorizedAccessException when Directory.Exists(path) => " is a directory; a file is expected",
        UnauthorizedAccessException => " can not be read: this user may not",
        _ => $" can not be read: {failure.Message.TrimEnd('.')}",
    };
}
