using MxAudit.Screens;
using MxAudit.Tests.Input;

namespace MxAudit.Tests.Screens;

/// <summary>Screens on a log that grows while somebody looks.</summary>
public sealed class FollowTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string[] _lines = File.ReadAllLines(new Scenarios.Story("backscatter-no-verify").Log);
    private readonly Watch _watch;

    public FollowTests()
    {
        File.WriteAllLines(Log, _lines[..(_lines.Length / 3)]);
        _watch = new Watch(new AuditRequest { Logs = [Log], Year = 2026, UtcOffset = TimeSpan.Zero }, follows: true);
    }

    private string Log => Path.Combine(_folder.Path, "mail.log");

    public void Dispose()
    {
        _watch.Dispose();
        _folder.Dispose();
    }

    /// <summary>What the thread of the audit does when there is news.</summary>
    private void Refresh(Headless screens)
    {
        var before = screens.Shell.Audit;
        screens.Shell.Prepare(_watch.Audit())();
        before?.Dispose();
        screens.Pump();
    }

    [Fact]
    public void Cursor_filter_and_order_stay_when_there_is_news()
    {
        using var screens = new Headless(140, 40, _watch.Audit());
        screens.Press("8 /").Type("outcome!=delivered").Press("Enter").Press("s").Until(() => screens.Screen.Contains(" of "));
        screens.Press("j j j");
        string row = RowUnderCursor(screens);
        File.AppendAllLines(Log, _lines[(_lines.Length / 3)..]);
        string head = screens.Screen.Split('\n')[1];
        Refresh(screens);
        Assert.Equal(row, RowUnderCursor(screens));
        Assert.Contains("/outcome!=delivered", screens.Screen);
        Assert.NotEqual(head, screens.Screen.Split('\n')[1]); // there are more rows
    }

    /// <summary>As with <c>less +F</c>; also in a table that was opened from another screen.</summary>
    [Theory, InlineData("8"), InlineData("3 Enter m")]
    public void A_cursor_on_the_last_row_goes_on_with_the_last_row_and_any_other_stays_on_its_own(string way)
    {
        using var screens = new Headless(140, 20, _watch.Audit());
        screens.Press(way).Until(() => !screens.Screen.Contains("working"));
        screens.Press("G");
        string last = RowUnderCursor(screens);
        AppendTo(_lines.Length / 2, from: _lines.Length / 3);
        Refresh(screens);
        Assert.NotEqual(last, RowUnderCursor(screens));
        Assert.DoesNotContain(" more ▼", screens.Screen);
        screens.Press("k");
        string before = RowUnderCursor(screens);
        AppendTo(_lines.Length, from: _lines.Length / 2);
        Refresh(screens);
        Assert.Equal(before, RowUnderCursor(screens));
        Assert.Contains(" more ▼", screens.Screen);
    }

    [Theory, InlineData("8 Enter j j j"), InlineData("2 J")]
    public void Who_reads_a_text_stays_where_they_read(string way)
    {
        using var screens = new Headless(80, 20, _watch.Audit());
        string[] seen = screens.Press(way).Screen.Split('\n')[10..12];
        AppendTo(_lines.Length / 3 + 2, from: _lines.Length / 3);
        Refresh(screens);
        Assert.Equal(seen, screens.Screen.Split('\n')[10..12]);
    }

    private void AppendTo(int to, int from) => File.AppendAllLines(Log, _lines[from..to]);

    /// <summary>The first line of what Enter opens.</summary>
    private static string RowUnderCursor(Headless screens)
    {
        string text = screens.Press("Enter").Screen.Split('\n')[2];
        screens.Press("Esc");
        return text;
    }

    [Fact]
    public void A_screen_that_was_opened_stays_open_and_tells_what_happened_since()
    {
        using var screens = new Headless(140, 40, _watch.Audit());
        screens.Press("8 Enter");
        string trace = screens.Screen;
        File.AppendAllLines(Log, _lines[(_lines.Length / 3)..]);
        Refresh(screens);
        Assert.Equal("Trace", screens.Shell.Current.Title);
        Assert.Equal(trace.Split('\n')[2], screens.Screen.Split('\n')[2]);
    }

    [Fact]
    public void New_findings_are_announced_once()
    {
        using var screens = new Headless(140, 40, audit: null, follows: true);
        using var reading = new Reading(screens.Shell, _watch) { Post = screens.Shell.Post };
        reading.Start();
        screens.Until(() => screens.Shell.Audit is not null);
        Assert.Contains("following", screens.Screen);
        File.AppendAllLines(Log, _lines[(_lines.Length / 3)..]);
        var first = screens.Shell.Audit;
        screens.Until(() => screens.Shell.Audit != first);
        Assert.Matches("(?m)^(New: |[0-9]+ new findings, the worst: )[A-Z]{3}[0-9]{3} ", screens.Screen);
        screens.Press("j");
        Assert.DoesNotContain("new finding", screens.Screen);
    }

    [Fact]
    public void What_is_frozen_stays_and_says_so_until_p_is_pressed_again()
    {
        using var screens = new Headless(140, 40, audit: null, follows: true);
        using var reading = new Reading(screens.Shell, _watch) { Post = screens.Shell.Post };
        reading.Start();
        screens.Until(() => screens.Shell.Audit is not null);
        var first = screens.Shell.Audit;
        screens.Press("p");
        Assert.Contains("FROZEN", screens.Screen);
        File.AppendAllLines(Log, _lines[(_lines.Length / 3)..]);
        for (int look = 0; look < 4; look++) // longer than a look and the least pause take
        {
            Thread.Sleep(500);
            screens.Pump();
        }
        Assert.Same(first, screens.Shell.Audit);
        screens.Press("p").Until(() => screens.Shell.Audit != first);
        Assert.DoesNotContain("FROZEN", screens.Screen);
    }

    [Fact]
    public void A_log_that_is_gone_is_told_until_there_is_one_again()
    {
        var request = new AuditRequest { Logs = [Log], Year = 2026, UtcOffset = TimeSpan.Zero };
        using var watch = new Watch(request, follows: true) { RotationMayTake = TimeSpan.Zero };
        using var screens = new Headless(80, 24, audit: null, follows: true);
        using var reading = new Reading(screens.Shell, watch) { Post = screens.Shell.Post };
        reading.Start();
        screens.Until(() => screens.Shell.Audit is not null);
        File.Move(Log, Log + ".1");
        screens.Until(() => screens.Screen.Split('\n')[0].EndsWith(" mail.log is gone", StringComparison.Ordinal));
        Assert.Contains("mail.log is gone: what is seen stays as it is", screens.Screen);
        File.WriteAllLines(Log, _lines[(_lines.Length / 3)..]);
        screens.Until(() => screens.Screen.Split('\n')[0].EndsWith(" following", StringComparison.Ordinal));
    }

    /// <summary>Between two names a log is nowhere.</summary>
    [Fact]
    public void A_rotation_may_take_a_moment()
    {
        _watch.Audit();
        File.Move(Log, Log + ".1");
        _watch.IsDue();
        Assert.Null(_watch.Missing);
    }

    [Fact]
    public void Without_following_p_says_why_it_does_nothing()
    {
        using var screens = new Headless(80, 24, _watch.Audit());
        screens.Press("p");
        Assert.Contains("the evidence is not followed", screens.Screen);
    }

    [Fact]
    public void The_first_picture_comes_before_the_log_is_read_and_keys_work_meanwhile()
    {
        using var pipe = new Held();
        var request = new AuditRequest
        {
            Logs = ["-"],
            LogPlaces = new MxAudit.Input.LogPlaces { StandardInput = () => pipe },
            Year = 2026,
            UtcOffset = TimeSpan.Zero,
        };
        using var watch = new Watch(request);
        using var screens = new Headless(80, 24, audit: null);
        using var reading = new Reading(screens.Shell, watch) { Post = screens.Shell.Post };
        reading.Start();
        screens.Press("8 ? Esc 2");
        Assert.Equal("Findings", screens.Shell.Current.Title);
        Assert.Null(screens.Shell.Audit);
        pipe.LetGo(TestLogs.Bytes(string.Join('\n', _lines) + "\n"));
        screens.Until(() => screens.Shell.Audit is not null);
        Assert.Contains("BKS", screens.Screen);
    }

    /// <summary>A pipe that gives nothing until it is told to.</summary>
    private sealed class Held : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();

        public void LetGo(byte[] text)
        {
            Write(text);
            Position = 0;
            _open.Set();
        }

        public override int Read(Span<byte> buffer)
        {
            Assert.True(_open.Wait(TimeSpan.FromSeconds(60)));
            return base.Read(buffer);
        }
    }
}
