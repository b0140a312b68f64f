using System.Text;
using MxAudit.Input;
using MxAudit.Log;

namespace MxAudit.Queue;

/// <summary>Reads what <c>postqueue -j</c> or <c>postqueue -p</c> printed; which of them, the content tells.</summary>
public static class QueueListing
{
    /// <summary>A million messages have some 300 MB.</summary>
    private const int LongestFile = 1 << 30;

    /// <exception cref="InputException">The file can not be read, or is no listing of a queue.</exception>
    public static QueueSnapshot OfFile(string path) =>
        Of(
            WholeFile.Read(path, LongestFile)
                ?? throw new InputException($"{path} is larger than {LongestFile >> 20} MB, and no queue listing is. Is it the right file?"),
            path);

    /// <param name="text">Nothing at all is what <c>postqueue -j</c> says of an empty queue.</param>
    /// <returns>Arrivals of <c>postqueue -p</c> are not dated yet: <see cref="QueueSnapshot.DatedBy"/>.</returns>
    public static QueueSnapshot Of(ReadOnlySpan<byte> text, string source)
    {
        if (text.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
        long line = 1;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            var first = end < 0 ? text : text[..end];
            if (IsFatal(first)) throw new InputException($"{source} holds no queue but a complaint: {PlainText.Of(first.TrimEnd((byte)'\r'))}.");
            if (!IsComplaint(first) && !first.Trim(" \t\r"u8).IsEmpty) break;
            text = end < 0 ? default : text[(end + 1)..];
            line++;
        }
        if (text.IsEmpty) return new QueueSnapshot(source, []);
        // A bracket alone may be the prompt of a shell: [root@mx2 ~]#
        return text.TrimStart(" \t"u8) is [(byte)'{', ..] or [(byte)'[', (byte)'{' or (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t' or (byte)']', ..]
            ? PostqueueJson.Read(text, source, line)
            : PostqueueText.Read(text, source, line);
    }

    /// <summary>Warnings on standard error get into a file by <c>2&gt;&amp;1</c>.</summary>
    internal static bool IsComplaint(ReadOnlySpan<byte> line) =>
        line.StartsWith("postqueue: "u8) || line.StartsWith("mailq: "u8) || line.StartsWith("sendmail: "u8);

    private static bool IsFatal(ReadOnlySpan<byte> line) => IsComplaint(line) && line.IndexOf(": fatal: "u8) >= 0;
}
