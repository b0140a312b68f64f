using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class ScratchTests
{
    private const string Stamp = "2026-11-22T16:05:46Z", Line = Stamp + " mx2 postfix/smtpd[123]: C0FFEE1: client=mail.partner.example[203.0.113.44]";

    private static readonly byte[] Fixed = GC.AllocateArray<byte>(1, pinned: true);

    private static nint PlaceOf(ReadOnlySpan<byte> text) => Unsafe.ByteOffset(ref Fixed[0], ref MemoryMarshal.GetReference(text));

    public static TheoryData<string> Decoded => new(
        $$"""{"log":"{{Line}}\n","stream":"stdout","time":"{{Stamp}}"}""",
        $$"""{"log":"{{Line}}\n","stream":"stdout","time":"{{Stamp}}","attrs":"{{new string('x', 9_000)}}"}""",
        $"time=\"{Stamp}\" level=info msg=\"{Line}\"",
        "\u001b[36mpostfix-1  | \u001b[0m" + Line,
        Line.Replace("C0FFEE1", "\u001b[32mC0FFEE1\u001b[0m"));

    /// <summary>A text is looked up by its address a moment later, and another thread can have the garbage collected before.</summary>
    [Theory]
    [MemberData(nameof(Decoded))]
    public void Texts_of_a_decoded_line_stay_where_they_are(string line)
    {
        byte[][] garbage = [.. Enumerable.Range(0, 1_000).Select(_ => new byte[1_000])];
        var scanner = new LineScanner(new Origins());
        scanner.Begin(new LogClock(2026, TimeSpan.Zero));
        var happened = new LogEvent();
        Assert.True(scanner.Read(Encoding.UTF8.GetBytes(line), default, ref happened));
        nint before = PlaceOf(happened.ClientName);
        Array.Clear(garbage);
        for (int i = 0; i < 3; i++) GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        Assert.Equal(before, PlaceOf(happened.ClientName));
        Assert.Equal("mail.partner.example[203.0.113.44]", Encoding.UTF8.GetString(happened.ClientName));
    }
}
