using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Invariants;

/// <summary>Daemons write side by side: the order of lines that are about different mail means nothing.</summary>
public class ShuffleTests
{
    /// <summary>Every kind of tale, none of which has anything to do with the others.</summary>
    private static string[][] Tales()
    {
        var tales = new List<string>();
        for (int i = 0; i < 200; i++)
        {
            string a = $"A{i:X5}", b = $"B{i:X5}", c = $"C{i:X5}", u = $"u{i}@example.com", local = "localhost[127.0.0.1]", joe = "joe@partner.example";
            var log = new Letters().After(i);
            tales.Add((i % 8) switch
            {
                0 => log.Arrives(a).Sent(a, u).Removed(a),
                1 => log.Arrives(a).Bounced(a, u).Notice(b).Links(a, b).Removed(a).Sent(b, joe).Removed(b),
                2 => log.Arrives(a, recipients: 2)
                    .Sent(a, u)
                    .Deferred(a, "v" + u)
                    .Postsuper(a, "requeued")
                    .Submitted(b, joe, requeued: a)
                    .Sent(b, "v" + u)
                    .Removed(b),
                3 => log.Arrives(a, messageId: a).Arrives(b, local, messageId: a).Sent(a, u, b, "127.0.0.1[127.0.0.1]:10024").Removed(a).Bounced(b, u).Notice(c)
                    .Links(b, c).Removed(b).Deferred(c, joe),
                4 => log.MessageId(a, $"20261122120000.{a}@mx2.fallback.example").Active(a, "double-bounce@mx2.fallback.example", 240).Probed(a, u).Removed(a),
                5 => log.Arrives(a).Deferred(a, u).Postsuper(a, "placed on hold"),
                6 => log.Arrives(a, messageId: a)
                    .Submitted(b, joe, a)
                    .Tried(a, u, "sent", "delivered via spam service", "spam", daemon: "pipe")
                    .Removed(a)
                    .Sent(b, u)
                    .Removed(b),
                _ => log.Arrives(a)
                    .MessageId(b, a)
                    .Active(b)
                    .Tried(a, "root@mx2.fallback.example", "sent", "forwarded as " + b, "local", daemon: "local")
                    .Removed(a)
                    .Sent(b, u)
                    .Removed(b),
            } is var tale ? tale.ToString().Replace("smtpd[123]", $"smtpd[{i + 1000}]") : "");
        }
        return [.. tales.Select(tale => tale.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Lines_of_different_mail_in_any_order_tell_the_same(int seed)
    {
        var tales = Tales();
        var inOrder = Samples.ReadText(string.Join('\n', tales.SelectMany(tale => tale)));
        var chance = new Random(seed);
        int[] next = new int[tales.Length];
        var open = Enumerable.Range(0, tales.Length).ToList();
        var mixed = new List<string>();
        while (open.Count > 0)
        {
            int at = chance.Next(open.Count), tale = open[at];
            mixed.Add(tales[tale][next[tale]++]);
            if (next[tale] == tales[tale].Length) open.RemoveAt(at);
        }
        var shuffled = Samples.ReadText(string.Join('\n', mixed));
        Assert.Equal(inOrder with { Findings = "" }, shuffled with { Findings = "" });
    }
}
