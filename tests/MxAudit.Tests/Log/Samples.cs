using System.Runtime.CompilerServices;
using System.Text;

namespace MxAudit.Tests.Log;

/// <summary>Lines of real Postfix from <c>Log/Samples</c>, one of each shape, and lines that are spoilt on purpose.</summary>
internal static class Samples
{
    /// <summary>Each line as text of one character per byte.</summary>
    public static IReadOnlyList<string> Lines { get; } = [.. Directory.GetFiles(Folder(), "*.log")
        .Order(StringComparer.Ordinal)
        .SelectMany(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).Split('\n'))
        .Where(line => line.Length > 0)];

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Samples");

    private static readonly string[] Pieces =
    [
        "\"", "<", ">", "(", ")", "[", "]", "; ", ", ", ": ", " ", "=", "\\", ">, relay=none, ", "; from=<x> to=<y> proto=ESMTP helo=<z>", "status=sent (ok)",
        " from ", "@", "C0FFEE1: ", "NOQUEUE: ", "warning: ", "delay=0.5, ", "dsn=4.4.1, ", "orig_to=<", "postfix/smtpd[1]: ", "Nov 22 15:28:54 ", "| ",
        "stdout F ", "<22>", "1 ", "2026-11-22T16:05:46Z ", "-",
    ];

    /// <summary>A sample with one to three faults: bytes flipped, cut, doubled, fields exchanged, quotes and brackets put in.</summary>
    public static string Spoilt(Random chance)
    {
        string line = Lines[chance.Next(Lines.Count)];
        for (int faults = chance.Next(1, 4); faults > 0; faults--) line = Spoil(line, chance);
        return line;
    }

    private static string Spoil(string line, Random chance)
    {
        if (line.Length == 0) return Pieces[chance.Next(Pieces.Length)];
        int at = chance.Next(line.Length), length = chance.Next(Math.Min(40, line.Length - at) + 1);
        switch (chance.Next(8))
        {
            case 0: return line[..at] + (char)chance.Next(256) + line[(at + 1)..];
            case 1: return line[..at] + (char)(line[at] ^ (1 << chance.Next(8))) + line[(at + 1)..];
            case 2: return line[..at];
            case 3: return line[..at] + line[(at + length)..];
            case 4: return line[..(at + length)] + line[at..];
            case 5:
                var fields = line.Split(", ");
                if (fields.Length < 3) goto default;
                int one = chance.Next(fields.Length), another = chance.Next(fields.Length);
                (fields[one], fields[another]) = (fields[another], fields[one]);
                return string.Join(", ", fields);
            case 6:
                string other = Lines[chance.Next(Lines.Count)];
                return line[..at] + other[Math.Min(other.Length, at)..];
            default: return line[..at] + Pieces[chance.Next(Pieces.Length)] + line[at..];
        }
    }
}
