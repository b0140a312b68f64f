#pragma warning disable CA1416 // there is no Postfix on Windows
using MxAudit.Input;

namespace MxAudit.Tests.Input;

public sealed class LogSourcesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);

    private List<string> Names(params string[] names)
    {
        using var found = LogSources.Find([.. names.Select(name => name is "-" ? name : At(name))]);
        return [.. found.Sources.Select(source => Path.GetRelativePath(_folder.Path, source.Path ?? source.Name))];
    }

    private static string Refusal(params string[] names) => Assert.Throws<InputException>(() => LogSources.Find(names).Dispose()).Message;

    private void WriteSet(params string[] names)
    {
        foreach (string name in names) _folder.Write(name, TestLogs.Lines(name.GetHashCode(StringComparison.Ordinal) & 0xffff, 3));
    }

    [Fact]
    public void A_file_that_is_named_is_read_without_its_set()
    {
        WriteSet("mail.log", "mail.log.1");
        Assert.Equal(["mail.log"], Names("mail.log"));
    }

    [Fact]
    public void Where_Postfix_logs_without_syslog_its_file_is_the_log()
    {
        WriteSet("mail.log", "postfix.log", "postfix.log.20261122-101112.gz");
        List<string> Found(string? own)
        {
            using var found = LogSources.Find([], new LogPlaces { LogFolder = _folder.Path, PostfixLog = own });
            return [.. found.Sources.Select(source => Path.GetFileName(source.Path!))];
        }
        Assert.Equal(["postfix.log.20261122-101112.gz", "postfix.log"], Found(At("postfix.log")));
        Assert.Equal(["mail.log"], Found(null));
        Assert.Equal(["mail.log"], Found(At("gone.log")));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void So_it_is_where_nobody_may_list_its_folder()
    {
        WriteSet("postfix.log", "postfix.log.1");
        File.SetUnixFileMode(At("."), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute
            | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(At("postfix.log"), Everybody);
        AsNobody.Do(() =>
        {
            using var found = LogSources.Find([], new LogPlaces { LogFolder = At("none"), PostfixLog = At("postfix.log") });
            Assert.Equal(At("postfix.log"), Assert.Single(found.Sources).Path);
        });
    }

    [Fact]
    public void Pieces_of_a_set_are_read_oldest_first_whatever_the_order()
    {
        WriteSet("mail.log", "mail.log.1", "mail.log.2.gz", "mail.log.10.gz", "maillog", "maillog-20261122", "maillog-20261115.xz");
        Assert.Equal(["mail.log.10.gz", "mail.log.2.gz", "mail.log.1", "mail.log", "maillog-20261115.xz", "maillog-20261122", "maillog"],
            Names("mail.log", "mail.log.2.gz", "maillog", "maillog-20261122", "mail.log.10.gz", "mail.log.1", "maillog-20261115.xz"));
    }

    [Fact]
    public void Of_a_folder_the_logs_are_read_and_what_is_not_text_is_left_out_with_a_note()
    {
        WriteSet("mail.log", "mail.log.1", "mx3.log", "main.cf", "mail.err");
        _folder.Write("other.log", [1, 2, 3, 0, 0, 4]);
        Directory.CreateDirectory(At("older.log"));
        using var found = LogSources.Find([_folder.Path]);
        Assert.Equal(["mail.log.1", "mail.log", "mx3.log"], found.Sources.Select(source => Path.GetFileName(source.Path)));
        Assert.Equal([$"{At("other.log")} is not text and was left out."], found.Notes);
    }

    [Fact]
    public void A_folder_without_logs_is_refused()
    {
        Assert.Equal($"There is no file in the folder {_folder.Path}.", Refusal(_folder.Path));
        WriteSet("main.cf");
        Assert.Equal($"There is no log in the folder {_folder.Path}: its only file is not named mail.log* or maillog* or *.log*. Name the log itself.",
            Refusal(_folder.Path));
        WriteSet("main.cf", "master.cf");
        Assert.Equal($"There is no log in the folder {_folder.Path}: none of its 2 files is named mail.log* or maillog* or *.log*. Name the log itself.",
            Refusal(_folder.Path));
    }

    [Theory]
    [InlineData("mail.log*", "mail.log.1 mail.log"), InlineData("*.[12]", "mail.log.1"), InlineData("m*[!1]", "mail.log mx3.log"),
        InlineData("m?3.log", "mx3.log"), InlineData("mx[a-z0-9].log", "mx3.log")]
    public void Patterns_in_the_last_part_of_a_path_are_expanded(string pattern, string expected)
    {
        WriteSet("mail.log", "mail.log.1", "mx3.log", ".hidden.log");
        Directory.CreateDirectory(At("mail.logs"));
        Assert.Equal(expected.Split(' '), Names(pattern));
    }

    [Fact]
    public void A_file_whose_name_looks_like_a_pattern_is_found()
    {
        WriteSet("mail[1].log");
        Assert.Equal(["mail[1].log"], Names("mail[1].log"));
    }

    [Fact]
    public void A_pattern_that_nothing_fits_is_refused() => Assert.Equal($"No file fits '{At("*.log")}'.", Refusal(At("*.log")));

    [Fact]
    public void A_missing_file_is_refused_with_what_was_expected() =>
        Assert.Equal($"{At("mail.log")} does not exist; expected was a log file, a folder, '-' for standard input, or 'journal'.", Refusal(At("mail.log")));

    [Fact]
    public void A_device_is_refused() => Assert.StartsWith("/dev/null is a device;", Refusal("/dev/null"), StringComparison.Ordinal);

    [Fact]
    public void An_empty_name_is_refused() => Assert.Equal("An empty name was given where a log was expected.", Refusal(""));

    [Fact]
    public void A_file_without_rights_is_refused_with_what_helps()
    {
        WriteSet("mail.log");
        File.SetUnixFileMode(At("."), Everybody);
        File.SetUnixFileMode(At("mail.log"), UnixFileMode.None);
        AsNobody.Do(() => Assert.Contains("group", Refusal(At("mail.log"))));
    }

    internal const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Fact]
    public void A_binary_journal_is_refused_with_the_command_that_exports_it() =>
        Assert.Equal(
            $"{_folder.Write("x.journal", "LPKSHHRH")} is a binary journal, which is not read here. Try: journalctl -o export --file '{At("x.journal")}' | mxaudit check -",
            Refusal(At("x.journal")));

    [Fact]
    public void A_file_with_two_names_is_read_once()
    {
        WriteSet("mail.log");
        File.CreateSymbolicLink(At("link.log"), At("mail.log"));
        using var found = LogSources.Find([At("mail.log"), At("link.log"), At("mail.log")]);
        Assert.Single(found.Sources);
        Assert.Equal([$"{At("link.log")} and {At("mail.log")} are the same file, which is read once.", $"{At("mail.log")} was named twice and is read once."],
            found.Notes);
    }

    [Fact]
    public void NULs_that_copytruncate_left_at_the_beginning_are_skipped()
    {
        string lines = TestLogs.Lines(0, 3);
        _folder.Write("mail.log", new string('\0', 200_000) + lines);
        using var found = LogSources.Find([At("mail.log")]);
        Assert.Equal(lines, TestLogs.ReadAll(found.Sources[0].OpenAfterSkip()));
        Assert.StartsWith($"{At("mail.log")} begins with 200,000 NUL bytes", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_pipe_is_read_once_and_kept()
    {
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", At("pipe"))) mkfifo.WaitForExit();
        string lines = TestLogs.Lines(0, 3000);
        var writer = new Thread(() => File.WriteAllText(At("pipe"), lines));
        writer.Start();
        using var found = LogSources.Find([At("pipe")]);
        var source = Assert.Single(found.Sources);
        Assert.Equal((lines, lines, false), (TestLogs.ReadAll(source.Open()), TestLogs.ReadAll(source.Open()), source.CanReopen));
        writer.Join();
    }

    [Fact]
    public void What_was_lost_in_reading_is_among_the_notes()
    {
        _folder.Write("mail.log.2.gz", TestLogs.Gzip(TestLogs.Bytes(TestLogs.Lines(0, 3000)))[..^100]);
        using var found = LogSources.Find([At("mail.log.2.gz")]);
        Assert.Empty(found.Notes);
        TestLogs.ReadAll(found.Sources[0].Open());
        Assert.StartsWith($"{At("mail.log.2.gz")} ends in the middle of a gzip member; ", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_a_dash()
    {
        using var found = LogSources.Find(["-"], new LogPlaces { StandardInput = () => new MemoryStream("one\n"u8.ToArray()) });
        var source = Assert.Single(found.Sources);
        Assert.Equal(("-", null, "one\n"), (source.Name, source.Path, TestLogs.ReadAll(source.Open())));
    }

    [Fact]
    public void A_closed_standard_input_is_a_sentence()
    {
        using var found = LogSources.Find(["-"],
            new LogPlaces { StandardInput = () => throw new UnauthorizedAccessException("Access to the path is denied.") });
        Assert.Equal("-: there is no standard input, it is closed.", Assert.Throws<InputException>(() => TestLogs.ReadAll(found.Sources[0].Open())).Message);
    }

    [Fact]
    public void The_default_is_the_mail_log_with_its_rotated_set()
    {
        WriteSet("mail.log.1", "mail.log.2.gz", "mail.log-20261101.gz", "mail.log.save", "mail.err");
        _folder.Write("mail.log", "");
        using var found = LogSources.Find([], new LogPlaces { LogFolder = _folder.Path });
        Assert.Equal(["mail.log-20261101.gz", "mail.log.2.gz", "mail.log.1", "mail.log"], found.Sources.Select(source => Path.GetFileName(source.Path)));
    }

    [Fact]
    public void Without_a_mail_log_the_default_is_the_journal()
    {
        using var found = LogSources.Find([],
            new LogPlaces { LogFolder = _folder.Path, Journalctl = Journalctl("printf '__CURSOR=1\\nMESSAGE=%s\\n\\n' \"$*\"") });
        Assert.Equal("1970-01-01T00:00:00.000000+00:00 - -: --no-pager -o export SYSLOG_FACILITY=2\n", TestLogs.ReadAll(Assert.Single(found.Sources).Open()));
        Assert.Equal([$"There is no {At("mail.log")} and no {At("maillog")}; the journal is read."], found.Notes);
    }

    [Fact]
    public void The_journal_of_one_unit_can_be_named()
    {
        using var found = LogSources.Find(["journal:postfix@-.service"],
            new LogPlaces { Journalctl = Journalctl("printf '__CURSOR=1\\nMESSAGE=%s\\n\\n' \"$*\"") });
        Assert.Contains("-u postfix@-.service\n", TestLogs.ReadAll(found.Sources[0].Open()));
    }

    [Fact]
    public void A_journal_that_can_not_be_read_is_refused()
    {
        string Refused(string journalctl) =>
            Assert.Throws<InputException>(() => LogSources.Find(["journal"], new LogPlaces { Journalctl = journalctl })).Message;
        Assert.StartsWith("The journal can not be read: there is no program 'no-such-journalctl' here.", Refused("no-such-journalctl"),
            StringComparison.Ordinal);
        Assert.Equal("The journal can not be read: journalctl said: broken", Refused(Journalctl("echo broken >&2; exit 1")));
        Assert.Contains("group adm", Refused(Journalctl("echo 'No journal files were opened due to insufficient permissions.' >&2; exit 1")));
    }

    [Fact]
    public void A_journal_that_shows_only_a_part_says_so()
    {
        using var found = LogSources.Find(["journal"],
            new LogPlaces { Journalctl =
                Journalctl("echo 'Hint: You are currently not seeing messages from other users and the system.' >&2; printf '__CURSOR=1\\nMESSAGE=x\\n\\n'") });
        TestLogs.ReadAll(found.Sources[0].Open());
        Assert.StartsWith("The journal may be incomplete: ", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    private string Journalctl(string script)
    {
        string path = Path.Combine(_folder.Path, $"journalctl{Guid.NewGuid():N}");
        Script.Write(path, script);
        return path;
    }
}
