using System.Collections.Concurrent;
using MxAudit.Screens;

namespace MxAudit.Tests.Screens;

/// <summary>Every key on every screen, where there is little or nothing to show.</summary>
public class OddEvidenceTests
{
    private const string Line = "Nov 22 16:51:03 mx2 postfix/smtpd[7]: 4ABCDEF0121: client=mail.example.org[192.0.2.7]\n";
    private const string Held =
        """{"queue_name": "hold", "queue_id": "4ABCDEF0121", "arrival_time": 0, "message_size": 10, "sender": "", "recipients": [{"address": "b@example.org"}]}""";
    private const string BeingWritten =
        """{"queue_name": "incoming", "queue_id": "4ABCDEF0121", "arrival_time": 0, "message_size": 0, "sender": "", "recipients": []}""";

    public static TheoryData<string?, string?, int, int> Evidence
    {
        get
        {
            var evidence = new TheoryData<string?, string?, int, int>();
            foreach (var (width, height) in ((int, int)[])[(60, 16), (80, 24), (200, 60)])
                foreach (var (log, queue) in ((string?, string?)[])[(Line, null), (null, Held), (null, BeingWritten), (null, ""), (Line, Held),
                    (Line + Line.Replace("client", "klient"), "")])
                    evidence.Add(log, queue, width, height);
            return evidence;
        }
    }

    [Theory, MemberData(nameof(Evidence))]
    public void No_key_breaks_a_screen(string? log, string? queue, int width, int height)
    {
        using var audit = Audit.OfText(log, new AuditRequest { Now = DateTimeOffset.UnixEpoch, Year = 2026, UtcOffset = TimeSpan.Zero }, queue: queue);
        var posted = new ConcurrentQueue<Action>();
        var shell = new Shell { Post = posted.Enqueue };
        shell.Show(audit);
        foreach (var tab in shell.Tabs)
            foreach (string key in tab.Keys.Concat(shell.Keys).SelectMany(hint => hint.Keys).Where(key => key is not ("q" or "Ctrl+C")).ToArray())
            {
                shell.GoTo(tab);
                Assert.All((string[])[key, "Esc", "Esc"], pressed => Assert.NotEmpty(Picture(pressed).Trim()));
            }
        Assert.False(shell.Left);

        string Picture(string key)
        {
            shell.Press(key);
            while (posted.TryDequeue(out var action)) action();
            var canvas = new Canvas(width, height);
            shell.Draw(canvas);
            return canvas.ToString();
        }
    }
}
