using System.Buffers.Binary;
using MxAudit.Input;

namespace MxAudit.Tests.Input;

public sealed class JournalExportTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private const string Record = """
        __CURSOR=s=1;i=1
        __REALTIME_TIMESTAMP=1795363550275790
        _SOURCE_REALTIME_TIMESTAMP=1795363550275778
        _HOSTNAME=mx2
        _COMM=smtpd
        SYSLOG_IDENTIFIER=postfix/smtpd
        _PID=973
        SYSLOG_PID=972
        MESSAGE=connect from unknown[192.0.2.7]


        """;

    private const string Line = "2026-11-22T16:05:50.275778+00:00 mx2 postfix/smtpd[972]: connect from unknown[192.0.2.7]\n";

    public void Dispose() => _folder.Dispose();

    private static (string Text, string? Incomplete) Read(byte[] export, int atOnce = int.MaxValue)
    {
        using var source = LogSource.OfStream("-", () => new TestLogs.Trickle(export, atOnce));
        return (TestLogs.ReadAll(source.Open()), source.Incomplete);
    }

    private static string Read(string export) => Read(TestLogs.Bytes(export)).Text;

    /// <summary>A field whose value is not plain text.</summary>
    private static byte[] Binary(string name, byte[] value)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, value.Length);
        return [.. TestLogs.Bytes(name + "\n"), .. length, .. value, (byte)'\n'];
    }

    [Fact]
    public void A_record_becomes_a_line() => Assert.Equal(Line, Read(Record));

    [Theory]
    [InlineData(1), InlineData(13), InlineData(5000)]
    public void Records_become_the_same_lines_however_little_comes_at_once(int atOnce) =>
        Assert.Equal((Line + Line + Line, null), Read(TestLogs.Bytes(Record + Record + Record), atOnce));

    [Fact]
    public void The_program_and_its_process_stand_in_for_a_missing_tag() =>
        Assert.Equal(Line.Replace("postfix/smtpd[972]", "smtpd[973]"), Read(Record.Replace("SYSLOG_", "OTHER_")));

    [Fact]
    public void The_time_of_the_journal_stands_in_for_the_time_of_the_sender() =>
        Assert.Equal(Line.Replace("275778", "275790"), Read(Record.Replace("_SOURCE_", "_OTHER_")));

    [Theory]
    [InlineData("1795363550275778", "16:05:50.275778"), InlineData("1795363550000007", "16:05:50.000007"), InlineData("1795363551000000", "16:05:51.000000")]
    public void Every_record_has_its_own_time(string microseconds, string time) =>
        Assert.Equal(Line + Line.Replace("16:05:50.275778", time) + Line, Read(Record + Record.Replace("1795363550275778", microseconds) + Record));

    [Fact]
    public void A_record_without_a_pid_has_no_brackets() =>
        Assert.Equal(Line.Replace("[972]", ""), Read(Record.Replace("_PID=", "_OTHER=")));

    [Fact]
    public void A_binary_message_stays_one_line()
    {
        byte[] message = Binary("MESSAGE", TestLogs.Bytes("to=<a@example.com>\n\nMESSAGE=x\tcaf\u00e9\0\u001b[1m"));
        byte[] export =
        [
            .. TestLogs.Bytes("__CURSOR=1\n_HOSTNAME=mx2\n__REALTIME_TIMESTAMP=0\nSYSLOG_IDENTIFIER=postfix/smtp\n"),
            .. message,
            .. TestLogs.Bytes("\n" + Record),
        ];
        foreach (int atOnce in (int[])[1, 10, int.MaxValue])
            Assert.Equal(("1970-01-01T00:00:00.000000+00:00 mx2 postfix/smtp: to=<a@example.com>  MESSAGE=x caf\u00e9  [1m\n" + Line, null),
                Read(export, atOnce));
    }

    [Fact]
    public void A_large_binary_field_that_is_not_wanted_is_passed_over()
    {
        byte[] dump = new byte[20 << 20];
        new Random(1).NextBytes(dump);
        byte[] export = [.. TestLogs.Bytes(Record.TrimEnd() + "\n"), .. Binary("COREDUMP", dump), .. TestLogs.Bytes("\n" + Record)];
        Assert.Equal((Line + Line, null), Read(export));
    }

    [Fact]
    public void An_export_that_is_cut_off_keeps_what_it_has_and_says_so()
    {
        byte[] export = [.. TestLogs.Bytes(Record + Record.TrimEnd() + "\n"), .. Binary("_OTHER", new byte[100])];
        Assert.Equal((Line + Line, null), Read(export));
        Assert.Equal((Line + Line, "- ends in the middle of a journal record."), Read(export[..^50]));
        Assert.Equal((Line + Line, "- ends in the middle of a journal record."), Read(export[..^105]));
    }

    [Fact]
    public void What_no_journal_wrote_passes_as_it_is() =>
        Assert.Equal(Line + "-- Boot 1 --\n" + Line, Read(Record + "-- Boot 1 --\n" + Record));

    [Fact]
    public void Spaces_in_a_tag_do_not_shift_the_line() =>
        Assert.Equal(Line.Replace("postfix/smtpd[", "post_fix["), Read(Record.Replace("postfix/smtpd", "post fix")));

    [Fact]
    public void A_time_that_is_nonsense_does_no_harm() =>
        Assert.StartsWith("1970-01-01T00:00:00.000000+00:00 mx2 ", Read(Record.Replace("1795363550", "99999999999999999")), StringComparison.Ordinal);

    [Fact]
    public void An_export_is_recognised_in_files_and_within_compression()
    {
        string plain = _folder.Write("mail.export", Record), gzip = _folder.Write("mail.export.gz", TestLogs.Gzip(TestLogs.Bytes(Record)));
        foreach (string path in (string[])[plain, gzip])
        {
            using var source = LogSource.OfFile(path, path);
            Assert.Equal(Line, TestLogs.ReadAll(source.Open()));
            Assert.Null(source.Length);
        }
    }

    [Fact]
    public void Journal_records_as_JSON_are_left_as_they_are()
    {
        const string json = """{"__CURSOR":"s=1","MESSAGE":"connect from unknown[192.0.2.7]"}""" + "\n";
        Assert.Equal(json, Read(json));
    }
}
