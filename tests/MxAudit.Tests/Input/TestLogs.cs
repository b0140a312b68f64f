using System.IO.Compression;
using System.Text;
using SharpCompress.Compressors.BZip2;

namespace MxAudit.Tests.Input;

/// <summary>Logs for tests to put into files, as they are and compressed.</summary>
internal static class TestLogs
{
    /// <summary>Lines numbered from <paramref name="first"/>; no two are alike.</summary>
    public static string Lines(int first, int count)
    {
        var text = new StringBuilder();
        for (int i = first; i < first + count; i++)
            text.Append($"2026-11-22T16:{i / 60 % 60:00}:{i % 60:00}.{i:000000}+00:00 mx2 postfix/smtp[{100 + i % 7}]: {i * 2654435761L % 0xfffffffL:X7}: to=<user{i}@example.com>, status=sent\n");
        return text.ToString();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Gzip(byte[] text) => Written(text, to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] Zstandard(byte[] text) => Written(text, to => new ZstdSharp.CompressionStream(to, leaveOpen: true));

    public static byte[] Bzip2(byte[] text) =>
        Written(text, to => BZip2Stream.Create(to, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false, leaveOpen: true));

    private static byte[] Written(byte[] text, Func<Stream, Stream> compress)
    {
        using var bytes = new MemoryStream();
        using (var stream = compress(bytes)) stream.Write(text);
        return bytes.ToArray();
    }

    public static string ReadAll(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Gives a few bytes per read, as pipes do.</summary>
    public sealed class Trickle(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, atOnce)]);
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, atOnce));
        public override bool CanSeek => false;
    }
}
