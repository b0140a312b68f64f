using System.Runtime.Versioning;
using MxAudit.Input;
using MxAudit.Tests.Dns;
using MxAudit.Tests.Input;

namespace MxAudit.Tests;

/// <summary>What changes on the host while somebody looks, besides a log that grows. Small scripts stand for its programs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WatchLiveTests : IDisposable
{
    private static string Line(int number) => $"Nov 22 16:00:0{number} mx2 postfix/qmgr[7]: 4ABCDEF012{number}: removed\n";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Beside(string name) => Path.Combine(_folder.Path, name);

    private AuditRequest Request => new()
    {
        Year = 2026,
        UtcOffset = TimeSpan.Zero,
        Programs = new HostPrograms { Folders = [_folder.Path] },
        LogPlaces = new LogPlaces { Journalctl = Beside("journalctl") }
    };

    /// <summary>A program that prints a file, and counts how often it was called.</summary>
    private void Have(string program) => Script.Write(Beside(program), $"echo >> '{Beside(program)}.calls'\nexec cat '{Beside(program)}.says'");

    private void Says(string program, string text) => File.WriteAllText(Beside($"{program}.says"), text);

    private int CallsOf(string program) => File.ReadAllLines(Beside($"{program}.calls")).Length;

    /// <summary>Asks as the screens do, until there is news.</summary>
    private static void WaitUntilDue(Watch watch) => Assert.True(SpinWait.SpinUntil(watch.IsDue, TimeSpan.FromSeconds(30)));

    /// <summary>Longer than the least pause between audits.</summary>
    private static void IsNotDue(Watch watch)
    {
        for (int look = 0; look < 15; look++)
        {
            Thread.Sleep(100);
            Assert.False(watch.IsDue());
        }
    }

    private static string Queued(string id, string queue = "deferred") =>
        $$"""{"queue_name": "{{queue}}", "queue_id": "{{id}}", "arrival_time": 1795363550, "message_size": 10, "sender": "a@example.com", "recipients": [{"address": "b@example.org"}]}"""
            + "\n";

    [Fact]
    public void The_live_queue_is_listed_again_and_only_a_change_is_news()
    {
        Have("postqueue");
        Says("postqueue", Queued("4ABCDEF0121"));
        using var watch = new Watch(Request with { LiveQueue = LiveEvidence.Required }, follows: true) { QueueEvery = TimeSpan.FromMilliseconds(50) };
        using var before = watch.Audit();
        Assert.Equal(["4ABCDEF0121"], before.Queue!.Messages.Select(message => message.QueueId));
        IsNotDue(watch);
        Assert.InRange(CallsOf("postqueue"), 2, 100);
        Says("postqueue", Queued("4ABCDEF0121", "active") + Queued("4ABCDEF0122"));
        WaitUntilDue(watch);
        using var after = watch.Audit();
        Assert.Equal(["4ABCDEF0121", "4ABCDEF0122"], after.Queue!.Messages.Select(message => message.QueueId));
        Assert.Single(before.Queue.Messages); // who looks at the audit before sees what it saw
    }

    [Fact]
    public void The_live_queue_is_not_listed_more_often_than_wanted()
    {
        Have("postqueue");
        Says("postqueue", Queued("4ABCDEF0121"));
        using var watch = new Watch(Request with { LiveQueue = LiveEvidence.Required }, follows: true);
        watch.Audit().Dispose();
        Says("postqueue", Queued("4ABCDEF0122"));
        IsNotDue(watch);
        Assert.Equal(1, CallsOf("postqueue"));
    }

    [Fact]
    public void A_queue_that_can_not_be_listed_for_once_is_said_and_comes_back()
    {
        Have("postqueue");
        Says("postqueue", Queued("4ABCDEF0121"));
        File.WriteAllText(Beside("mail.log"), Line(1));
        using var watch = new Watch(Request with { Logs = [Beside("mail.log")], LiveQueue = LiveEvidence.IfPossible }, follows: true)
        {
            QueueEvery = TimeSpan.FromMilliseconds(50),
        };
        watch.Audit().Dispose();
        File.Delete(Beside("postqueue.says"));
        WaitUntilDue(watch);
        using (var without = watch.Audit())
        {
            Assert.Null(without.Queue);
            Assert.NotEmpty(without.Notes);
        }
        Says("postqueue", Queued("4ABCDEF0122"));
        WaitUntilDue(watch);
        using var again = watch.Audit();
        Assert.Equal("4ABCDEF0122", Assert.Single(again.Queue!.Messages).QueueId);
        Assert.Empty(again.Notes);
    }

    [Fact]
    public void The_journal_is_read_again_whole_every_so_often()
    {
        Have("journalctl");
        Says("journalctl", Journal(1));
        using var watch = new Watch(Request with { Logs = ["journal"] }, follows: true) { JournalEvery = TimeSpan.FromMilliseconds(50) };
        using (var first = watch.Audit()) Assert.Equal(1, first.Log.Lines);
        Says("journalctl", Journal(1) + Journal(2));
        WaitUntilDue(watch);
        using (var second = watch.Audit())
        {
            Assert.Equal(2, second.Log.Lines); // the first one is not counted twice
            Assert.Equal(2, second.Mail.Lives.Count);
        }
        Assert.Equal(2, CallsOf("journalctl"));
        using var patient = new Watch(Request with { Logs = ["journal"] }, follows: true);
        patient.Audit().Dispose();
        IsNotDue(patient); // a minute
    }

    private static string Journal(int second) =>
        $"__CURSOR=s=1;i={second}\n__REALTIME_TIMESTAMP={1795363550000000 + second * 1000000}\n_HOSTNAME=mx2\nSYSLOG_IDENTIFIER=postfix/smtpd\nSYSLOG_PID=7\nMESSAGE=4ABCDEF012{second}: client=mail.example.com[192.0.2.7]\n\n";

    [Fact]
    public void DNS_is_asked_once_while_the_log_grows_and_again_when_all_is_read_again()
    {
        using var server = new SmallNameServer("example.com MX 10 mx1.example.com", "mx1.example.com A 192.0.2.10");
        Directory.CreateDirectory(Beside("postfix"));
        File.WriteAllText(Beside("postfix/main.cf"), "relay_domains = example.com\n");
        File.WriteAllText(Beside("mail.log"), Line(1));
        using var watch = new Watch(
            Request with { Logs = [Beside("mail.log")], Config = Beside("postfix"), Dns = "live", DnsServer = server.Address }, follows: true);
        using (var first = watch.Audit()) Assert.StartsWith("mx1.example.com", Assert.Single(first.Dns!.Of("example.com")!.Mx).ToString());
        int asked = server.Questions.Count;
        Assert.True(asked > 0);
        File.AppendAllText(Beside("mail.log"), Line(2));
        WaitUntilDue(watch);
        using (var second = watch.Audit())
        {
            Assert.Equal(2, second.Log.Lines);
            Assert.NotNull(second.Dns!.Of("example.com"));
        }
        Assert.Equal(asked, server.Questions.Count);
        watch.Audit(anew: true).Dispose();
        Assert.Equal(2 * asked, server.Questions.Count);
    }
}
