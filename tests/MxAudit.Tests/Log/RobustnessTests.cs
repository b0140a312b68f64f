using System.Text;
using MxAudit.Log;

namespace MxAudit.Tests.Log;

public class RobustnessTests
{
    [Fact]
    public void A_hundred_thousand_spoilt_lines_give_one_event_each_and_no_exception()
    {
        var chance = new Random(4711);
        var scanner = new LineScanner(new Origins());
        scanner.Begin(new LogClock(2026, TimeSpan.Zero));
        var kinds = new int[Enum.GetValues<EventKind>().Length];
        var happened = new LogEvent();
        for (int i = 0; i < 100_000; i++)
        {
            byte[] line = Encoding.Latin1.GetBytes(Samples.Spoilt(chance));
            if (i % 3 == 0) line = line[..chance.Next(line.Length + 1)];
            scanner.Read(line, default, ref happened);
            kinds[(int)happened.Kind]++;
        }
        Assert.Equal(100_000, kinds.Sum());
        Assert.All(Enum.GetValues<EventKind>().Except([EventKind.RepeatedLast]), kind => Assert.True(kinds[(int)kind] > 0, $"no {kind} among the lines"));
    }

    [Fact]
    public void Spoilt_json_records_throw_nothing()
    {
        var chance = new Random(4711);
        var lines = new ReadLines();
        for (int i = 0; i < 10_000; i++)
        {
            string text = System.Text.Json.JsonSerializer.Serialize(Samples.Lines[chance.Next(Samples.Lines.Count)]);
            byte[] line = Encoding.Latin1.GetBytes(i % 2 == 0
                ? $"{{\"log\":{text},\"time\":\"2026-11-22T16:05:46.04Z\"}}"
                : $"{{\"_HOSTNAME\":\"vm\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"_PID\":\"1\",\"MESSAGE\":{text}}}");
            for (int faults = chance.Next(3); faults > 0; faults--) line[chance.Next(line.Length)] = (byte)chance.Next(256);
            lines.Read(line.AsSpan(0, i % 5 == 0 ? chance.Next(line.Length) : line.Length));
        }
    }

    [Theory]
    [InlineData("postfix/smtp[1]: C0FFEE1: to=<", "(")]
    [InlineData("postfix/smtp[1]: C0FFEE1: to=<", ">, relay=none, ")]
    [InlineData("postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[b]: 550 ", "; from=<a> to=<")]
    [InlineData("postfix/cleanup[1]: C0FFEE1: reject: header ", "; from=<a> to=<b>: ")]
    [InlineData("postfix/smtp[1]: C0FFEE1: to=<\"", "\\")]
    [InlineData("postfix/qmgr[1]: C0FFEE1: from=<", ">, size=")]
    public void The_longest_lines_are_read_in_few_steps_by_both(string begin, string again)
    {
        string line = Filled(LineGrammar.LongestLine), longest = Filled(64 * 1024);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(TwoReadersTests.Disagreements([line]));
        Assert.NotEmpty(LineGrammar.Explain(longest));
        // Each step of the grammar makes some bytes of garbage, so that garbage counts steps, on every machine alike. The scanner makes none.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000 * (line.Length + longest.Length));
        Assert.InRange(Effort.InMegabytes(() => _ = new ReadLines()[longest], 10), 0, 10);

        string Filled(int length) => "Nov 22 15:28:54 mx2 " + begin + string.Concat(Enumerable.Repeat(again, (length - 20 - begin.Length) / again.Length));
    }

    [Fact]
    public void The_scanner_makes_no_garbage()
    {
        byte[][] lines = [.. Samples.Lines.Where(line => !line.StartsWith('{')).Select(Encoding.Latin1.GetBytes)];
        var scanner = new LineScanner(new Origins());
        scanner.Begin(new LogClock(2026, TimeSpan.Zero));
        var happened = new LogEvent();
        foreach (byte[] line in lines) scanner.Read(line, default, ref happened); // hosts and instances are learnt once
        long garbage = long.MaxValue;
        for (int attempt = 0; attempt < 5 && garbage != 0; attempt++) // a collection for another thread counts the rest of this one's allocation block
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100_000; i++) scanner.Read(lines[i % lines.Length], default, ref happened);
            garbage = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, garbage);
    }
}
