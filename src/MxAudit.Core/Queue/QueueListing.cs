using System.Text;
using MxAudit.Input;

namespace MxAudit.Queue;

/// <summary>Reads what <c>postqueue -j</c> or <c>postqueue -p</c> printed; which of them, the content tells.</summary>
public static class QueueListing
{
    /// <exception cref="InputException">The file can not be read, or is no listing of a queue.</exception>
    public static QueueSnapshot OfFile(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new InputException($"{path} is a directory; a file with the output of postqueue -j is expected.");
            return Of(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can not be read: {e.Message.TrimEnd('.')}.");
        }
    }

    /// <param name="text">Nothing at all is what <c>postqueue -j</c> says of an empty queue.</param>
    public static QueueSnapshot Of(ReadOnlySpan<byte> text, string source)
    {
        if (text.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
        var rest = AfterComplaints(text, source).TrimStart(" \t\r\n"u8);
        if (rest.IsEmpty) return new QueueSnapshot(source, []);
        long firstLine = 1 + text[..^rest.Length].Count((byte)'\n');
        if (rest[0] is (byte)'{' or (byte)'[') return PostqueueJson.Read(rest, source, firstLine);
        throw new InputException($"{source} is not a queue listing: the output of postqueue -j is expected.");
    }

    /// <summary>Warnings get into a file by <c>2&gt;&amp;1</c>. They come first.</summary>
    private static ReadOnlySpan<byte> AfterComplaints(ReadOnlySpan<byte> text, string source)
    {
        while (text.StartsWith("postqueue: "u8))
        {
            int end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            if (line.StartsWith("postqueue: fatal: "u8)) throw new InputException($"{source} holds no queue but a complaint: {Log.PlainText.Of(line)}.");
            text = end < 0 ? default : text[(end + 1)..];
        }
        return text;
    }
}
