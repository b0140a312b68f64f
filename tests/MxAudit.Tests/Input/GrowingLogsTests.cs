using System.Text;
using MxAudit.Input;

namespace MxAudit.Tests.Input;

/// <summary>What was written is what is read: every line, once, in order, through both kinds of rotation.</summary>
public sealed class GrowingLogsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StringBuilder _written = new();
    private string Log => Path.Combine(_folder.Path, "mail.log");

    public void Dispose() => _folder.Dispose();

    private string Beside(string name) => Path.Combine(_folder.Path, name);

    /// <summary>As syslog does: opened once for a piece of the set, appended to.</summary>
    private void Write(string text, string? path = null)
    {
        using var log = new FileStream(path ?? Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        log.Write(Encoding.UTF8.GetBytes(text));
        _written.Append(text);
    }

    private void WriteLines(int count) => Write(TestLogs.Lines(_written.Length, count));

    private void CopyTruncate(string copy, Action<string>? then = null)
    {
        File.Copy(Log, Beside(copy));
        using (var log = new FileStream(Log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) log.SetLength(0);
        then?.Invoke(Beside(copy));
    }

    private GrowingLogs Open(params string[] names) => new(LogSources.Find(names.Length == 0 ? [Log] : names));

    private static string ReadAll(GrowingLogs logs)
    {
        var text = new StringBuilder();
        foreach (var source in logs.Now().Sources)
            using (var stream = source.OpenAfterSkip()) text.Append(TestLogs.ReadAll(stream));
        return text.ToString();
    }

    private static void Compress(string path)
    {
        File.WriteAllBytes(path + ".gz", TestLogs.Gzip(File.ReadAllBytes(path)));
        File.Delete(path);
    }

    private void HasAll(GrowingLogs logs)
    {
        Assert.True(logs.Look());
        Assert.Equal(_written.ToString(), ReadAll(logs));
        Assert.False(logs.Look());
    }

    [Fact]
    public void New_lines_are_news_once()
    {
        WriteLines(10);
        using var logs = Open();
        Assert.Equal(_written.ToString(), ReadAll(logs));
        Assert.False(logs.Look());
        WriteLines(5);
        HasAll(logs);
    }

    [Fact]
    public void The_beginning_of_a_line_waits_until_the_line_is_whole_or_goes_on_no_more()
    {
        WriteLines(3);
        using var logs = Open();
        string whole = ReadAll(logs);
        Write("2026-11-22T17:00:00.000000+00:00 mx2 postfix/qmgr[1]: 4ABC");
        Assert.False(logs.Look());
        Assert.Equal(whole, ReadAll(logs));
        Write("DEF0123: removed\n");
        HasAll(logs);
        Write("a last line without an end");
        Assert.False(logs.Look());
        HasAll(logs);
    }

    [Fact]
    public void After_a_rotation_by_rename_the_old_file_is_read_to_its_end_and_then_the_new_one()
    {
        WriteLines(20);
        using var logs = Open();
        ReadAll(logs);
        WriteLines(5);
        File.Move(Log, Beside("mail.log.1"));
        Write(TestLogs.Lines(9_000, 2), Beside("mail.log.1")); // whoever writes was not told yet
        WriteLines(7);
        HasAll(logs);
        Assert.Equal(["mail.log.1", "mail.log"], logs.Now().Sources.Select(source => Path.GetFileName(source.Name)));
        File.Delete(Beside("mail.log.1"));
        WriteLines(1);
        HasAll(logs);
    }

    [Fact]
    public void A_rotated_set_is_followed_through_the_next_rotations_of_all_its_names()
    {
        WriteLines(4);
        Compress(Rotated(2));
        WriteLines(4);
        Rotated(1);
        WriteLines(4);
        using var logs = Open(Beside("mail.log*"));
        Assert.Equal(_written.ToString(), ReadAll(logs));
        File.Move(Beside("mail.log.2.gz"), Beside("mail.log.3.gz"));
        File.Move(Beside("mail.log.1"), Beside("mail.log.2"));
        Compress(Beside("mail.log.2"));
        Rotated(1);
        WriteLines(4);
        HasAll(logs);

        string Rotated(int number)
        {
            File.Move(Log, Beside($"mail.log.{number}"));
            return Beside($"mail.log.{number}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_copytruncate_the_text_is_read_from_the_copy(bool compressed)
    {
        WriteLines(50);
        using var logs = Open();
        string before = ReadAll(logs);
        var shown = logs.Now().Sources[0];
        using var again = new LogText([shown]);
        string line = Encoding.UTF8.GetString(again.LineAt(new LinePosition(0, 0)));
        WriteLines(5);
        CopyTruncate("mail.log.1", then: compressed ? Compress : null);
        HasAll(logs);
        WriteLines(3);
        HasAll(logs);
        Assert.Equal(line, Encoding.UTF8.GetString(again.LineAt(new LinePosition(0, 0))));
        Assert.Equal(before.Split('\n')[40], Encoding.UTF8.GetString(again.LineAt(new LinePosition(0, before.Split('\n')[..40].Sum(one => one.Length + 1)))));
        Assert.Equal(1, logs.Cuts);
    }

    [Fact]
    public void A_log_that_was_cut_and_has_grown_beyond_its_old_length_is_known_as_cut()
    {
        WriteLines(5);
        using var logs = Open();
        ReadAll(logs);
        CopyTruncate("mail.log.1");
        WriteLines(50);
        HasAll(logs);
        CopyTruncate("mail.log.2");
        WriteLines(200);
        HasAll(logs);
        Assert.Equal(2, logs.Cuts);
    }

    [Fact]
    public void A_writer_who_keeps_its_place_leaves_NULs_that_are_no_line()
    {
        WriteLines(5);
        using var logs = Open();
        ReadAll(logs);
        using (var writer = new FileStream(Log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.Seek(0, SeekOrigin.End);
            CopyTruncate("mail.log.1");
            string line = TestLogs.Lines(700, 1);
            writer.Write(Encoding.UTF8.GetBytes(line));
            _written.Append(line);
        }
        HasAll(logs);
    }

    [Fact]
    public void A_log_that_was_emptied_without_a_copy_is_forgotten_and_that_is_said()
    {
        WriteLines(5);
        using var logs = Open();
        ReadAll(logs);
        File.WriteAllText(Log, "");
        File.WriteAllText(Beside("mail.log.1"), TestLogs.Lines(5_000, 20)); // of another day
        _written.Clear();
        Write(TestLogs.Lines(600, 2));
        HasAll(logs);
        Assert.Contains(logs.Now().Notes, note => note.Contains("no copy of what it held is beside it or in a folder there"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_copy_may_be_in_a_folder_beside_the_log(bool compressed)
    {
        Directory.CreateDirectory(Beside("old"));
        File.WriteAllText(Beside("old/other.log"), TestLogs.Lines(5_000, 20));
        WriteLines(20);
        using var logs = Open();
        ReadAll(logs);
        WriteLines(5);
        CopyTruncate("old/mail.log.1", then: compressed ? Compress : null);
        HasAll(logs);
        WriteLines(3);
        HasAll(logs);
        Assert.Empty(logs.Now().Notes);
        Assert.Equal(Beside($"old/mail.log.1{(compressed ? ".gz" : "")}"), logs.Now().Sources[0].Name);
    }

    [Fact]
    public void A_file_that_is_moved_to_another_folder_is_read_to_its_end_there()
    {
        string elsewhere = Directory.CreateDirectory(Beside("archive")).FullName;
        WriteLines(20);
        using var logs = Open();
        ReadAll(logs);
        File.Move(Log, Path.Combine(elsewhere, "mail.log-20261122"));
        Write(TestLogs.Lines(9_000, 2), Path.Combine(elsewhere, "mail.log-20261122")); // whoever writes was not told yet
        WriteLines(7);
        HasAll(logs);
        Assert.Empty(logs.Now().Notes);
        Assert.Equal(Path.Combine(elsewhere, "mail.log-20261122"), logs.Now().Sources[0].Name);
    }

    [Fact]
    public void A_copy_that_is_far_away_is_missed_and_that_is_said()
    {
        Directory.CreateDirectory(Beside("far/away"));
        WriteLines(5);
        using var logs = Open();
        ReadAll(logs);
        CopyTruncate("far/away/mail.log.1");
        _written.Clear();
        Write(TestLogs.Lines(600, 2));
        HasAll(logs);
        Assert.Contains(logs.Now().Notes, note => note.Contains("was emptied"));
    }

    [Fact]
    public void While_the_new_file_is_not_there_yet_or_empty_nothing_is_missed()
    {
        WriteLines(5);
        using var logs = Open();
        ReadAll(logs);
        File.Move(Log, Beside("mail.log.1"));
        Assert.False(logs.Look());
        File.WriteAllText(Log, "");
        Assert.False(logs.Look());
        Assert.Equal(_written.ToString(), ReadAll(logs));
        WriteLines(2);
        HasAll(logs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_a_writer_and_a_rotation_at_any_moment_every_line_is_read_once(bool copyTruncate)
    {
        const int rotations = 8, linesBetween = 400;
        WriteLines(10);
        using var logs = Open();
        int piecesWritten = 0;
        var writer = new Thread(() =>
        {
            for (int piece = 1; piece <= rotations; piece++, piecesWritten++)
            {
                for (int i = 0; i < linesBetween; i += 20) WriteLines(20);
                int looks = Volatile.Read(ref _looks);
                if (copyTruncate && !Comes(() => Volatile.Read(ref _looks) > looks + 1)) return; // a cut of what nobody has looked at leaves no way to know
                if (copyTruncate) CopyTruncate($"mail.log.{piece}");
                else File.Move(Log, Beside($"mail.log.{piece}"));
                WriteLines(20);
                if (!Comes(() => copyTruncate ? Volatile.Read(ref _cutsSeen) == piece : Volatile.Read(ref _piecesSeen) == piece + 1)) return;
            }
        });
        writer.Start();
        bool ended;
        do
        {
            ended = writer.Join(0);
            logs.Look();
            Interlocked.Increment(ref _looks);
            Volatile.Write(ref _cutsSeen, logs.Cuts);
            Volatile.Write(ref _piecesSeen, logs.Now().Sources.Count);
        }
        while (!ended);
        Assert.Equal(rotations, piecesWritten);
        Assert.Equal(_written.ToString(), ReadAll(logs));
    }

    private int _looks, _cutsSeen, _piecesSeen;

    private static bool Comes(Func<bool> what) => SpinWait.SpinUntil(what, TimeSpan.FromSeconds(30));
}
