using ZstdSharp;

namespace MxAudit.Input;

internal enum Compression { None, Gzip, Xz, Zstandard, Bzip2 }

/// <summary>Compression is recognised by the first bytes of a file. Names lie: logrotate renames, administrators copy.</summary>
internal static class Compressions
{
    public const int MagicLength = 6;

    public static Compression Of(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0x1f, 0x8b, ..] => Compression.Gzip,
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => Compression.Xz,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression.Zstandard,
        [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18, ..] => Compression.Zstandard, // a frame to be skipped, which pzstd writes first
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => Compression.Bzip2,
        _ => Compression.None,
    };

    /// <summary>What the file is, and what turns it into text, where that is not done here; null for everything else.</summary>
    public static (string What, string Remedy)? NotRead(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0x1f, 0x9d, ..] => ("a file made by compress", "zcat"),
        [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', ..] => ("an lzip file", "lzip -dc"),
        [0x04, 0x22, 0x4d, 0x18, ..] => ("an lz4 file", "lz4 -dc"),
        [(byte)'P', (byte)'K', 3, 4, ..] => ("a zip archive", "unzip -p"),
        [(byte)'L', (byte)'P', (byte)'K', (byte)'S', (byte)'H', (byte)'H', ..] => ("a binary journal", "journalctl -o export --file"),
        _ => null,
    };

    public static Stream Open(Compression compression, LookAhead bytes) => compression switch
    {
        Compression.Gzip => new GzipMembers(bytes),
        Compression.Xz => new XzStreams(bytes),
        Compression.Zstandard => new DecompressionStream(bytes),
        Compression.Bzip2 => new Bzip2Streams(bytes),
        _ => bytes,
    };

    /// <summary>Completes <c>… ends in the middle of</c>.</summary>
    public static string Unit(Compression compression) => compression switch
    {
        Compression.Gzip => "a gzip member",
        Compression.Xz => "an xz stream",
        Compression.Zstandard => "a zst frame",
        Compression.Bzip2 => "a bzip2 stream",
        _ => "the file",
    };
}
