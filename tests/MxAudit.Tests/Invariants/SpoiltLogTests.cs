using System.Text;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Invariants;

/// <summary>Logs that no Postfix wrote: spoilt, hostile, huge.</summary>
public class SpoiltLogTests
{
    /// <summary><c>MXAUDIT_MANY=1</c>: a million lines.</summary>
    private static int Many => Environment.GetEnvironmentVariable("MXAUDIT_MANY") == "1" ? 1_000_000 : 100_000;

    [Fact]
    public void Spoilt_lines_break_nothing_and_none_is_lost()
    {
        byte[][] lines = [.. LongLog.Entries.Select(LongLog.Iso).Select(Encoding.UTF8.GetBytes)];
        var chance = new Random(7);
        var log = new MemoryStream();
        for (int i = 0; i < Many; i++)
        {
            byte[] line = [.. lines[chance.Next(lines.Length)]];
            for (int times = chance.Next(4); times > 0; times--) line = Spoilt(line, lines, chance);
            log.Write(line);
            log.WriteByte((byte)'\n');
        }
        string text = Encoding.Latin1.GetString(log.ToArray());
        long count = text.Count(c => c == '\n');
        using var audit = Audit.OfText(text);
        Assert.Equal(count, audit.Log.Lines);
        Assert.Equal(audit.Log.UnreadLines, audit.Log.Unread.Sum(shape => shape.Count));
        Assert.InRange(audit.Log.PostfixLines, audit.Log.UnreadLines, count);
        foreach (var table in MxAudit.Tables.AllTables.InOrder.Where(table => table.Name != "messages" || Many > 100_000))
            Assert.InRange(table.Rows(audit, table.AllColumns).Count(), 0, Many);
    }

    private static byte[] Spoilt(byte[] line, byte[][] others, Random chance)
    {
        if (line.Length == 0) return line;
        int at = chance.Next(line.Length);
        byte[] other = others[chance.Next(others.Length)];
        switch (chance.Next(5))
        {
            case 0: return line[..at];
            case 1: line[at] = (byte)(chance.Next(2) == 0 ? chance.Next(32, 127) : chance.Next(256)); return [.. line.Where(b => b != '\n')];
            case 2: return [.. line[..at], .. line[Math.Min(line.Length, at + chance.Next(1, 20))..]];
            case 3: return [.. line[..at], .. other[chance.Next(other.Length)..]];
            default: return [.. line[..at], .. line[at..Math.Min(line.Length, at + chance.Next(1, 20))], .. line[at..]];
        }
    }

    [Theory, InlineData(""), InlineData("\n"), InlineData("\0\0\0\0\0\0\0\0")]
    public void A_log_without_a_line_of_postfix_is_no_audit(string text) => Assert.Throws<MxAudit.Input.InputException>(() => Audit.OfText(text));

    private const string Good = "2026-11-22T16:05:46.040952+00:00 mx2 postfix/smtpd[1]: connect from mail.partner.example[203.0.113.44]\n";

    [Fact]
    public void One_line_of_ten_megabytes_is_cut_and_counted()
    {
        using var audit = Audit.OfText(Good + "2026-11-22T16:05:46.040952+00:00 mx2 postfix/smtpd[1]: " + new string('x', 10 << 20) + "\n" + Good);
        Assert.Equal((3, 3, 1, 1), (audit.Log.Lines, audit.Log.PostfixLines, audit.Log.UnreadLines, audit.Log.CutLines));
    }

    [Fact]
    public void A_flood_of_shapes_takes_no_more_room_than_a_few()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Many; i++)
            text.Append("2026-11-22T16:05:46.040952+00:00 mx2 postfix/smtpd[1]: ")
                .Append(string.Concat($"{i}".Select(digit => (char)('a' + digit - '0'))))
                .Append(" went wrong\n");
        using var audit = Audit.OfText(text.ToString());
        Assert.Equal(Many, audit.Log.UnreadLines);
        Assert.Equal(Many, audit.Log.Unread.Sum(shape => shape.Count));
        Assert.InRange(audit.Log.Unread.Count, 1000, 5001);
    }

    /// <summary>The bytes that reading, deriving and telling took: what grows with the square shows here, on any machine.</summary>
    private static long Work(Func<int, string> log, int size)
    {
        string text = log(size);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var audit = Audit.OfText(text);
        _ = Story.Of(audit);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string LogOf(int size, Action<Letters, int> each, Action<Letters>? before = null, Action<Letters>? after = null)
    {
        var log = new Letters();
        before?.Invoke(log);
        for (int i = 0; i < size; i++) each(log, i);
        after?.Invoke(log);
        return log.ToString();
    }

    private static void AssertGrowsWithTheLog(Func<int, string> log, int size) => Assert.InRange((double)Work(log, 2 * size) / Work(log, size), 1, 2.6);

    [Fact]
    public void A_message_with_many_recipients() =>
        AssertGrowsWithTheLog(
            size => LogOf(size, (log, i) => log.Bounced("A00001", $"u{i}@example.com"), log => log.Arrives("A00001", recipients: size),
                log => log.Notice("B00001").Links("A00001", "B00001")),
            50_000);

    [Fact]
    public void A_message_with_many_recipients_through_a_filter() =>
        AssertGrowsWithTheLog(
            size => LogOf(size, (log, i) => log.Sent("A00001", $"u{i}@example.com", "B00001", "127.0.0.1[127.0.0.1]:10024").Sent("B00001", $"u{i}@example.com"),
                log => log.Arrives("A00001", messageId: "m", recipients: size).Arrives("B00001", "localhost[127.0.0.1]", messageId: "m", recipients: size)),
            50_000);

    [Fact]
    public void A_message_that_was_tried_many_times() =>
        AssertGrowsWithTheLog(size => LogOf(size, (log, _) => log.After(300).Deferred("A00001", "u@example.com"), log => log.Arrives("A00001")), 25_000);

    [Fact]
    public void One_address_probed_and_refused_many_times() =>
        AssertGrowsWithTheLog(size => LogOf(size,
            (log, i) => log.After(10)
                .MessageId($"A{i:X6}", $"20261122120000.A{i:X6}@mx2.fallback.example")
                .Active($"A{i:X6}", "double-bounce@mx2.fallback.example", 240)
                .Probed($"A{i:X6}", "u@example.com", "undeliverable")
                .Removed($"A{i:X6}")
                .Line("smtpd: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 550 5.1.1 <u@example.com>: Recipient address rejected: undeliverable address: Address lookup failed; from=<a@bank.example> to=<u@example.com> proto=SMTP helo=<x>")), 10_000);
}
