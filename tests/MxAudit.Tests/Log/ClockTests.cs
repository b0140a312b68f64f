using System.Globalization;
using System.Text;
using MxAudit.Tests.Invariants;

namespace MxAudit.Tests.Log;

/// <summary>Stamps without a year or an offset.</summary>
public sealed class ClockTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private sealed class Noon(DateTimeOffset now, TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.CreateCustomTimeZone("here", offset, "here", "here");
    }

    private enum Ids { Long, Short, Silent }

    private static readonly DateTime NewYear = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>One message an hour, three days before and after a New Year, with stamps of a clock at <paramref name="offset"/>.</summary>
    private static string Days(double from, double to, TimeSpan offset, Ids ids, string prefix = "")
    {
        var text = new StringBuilder();
        for (int hour = (int)(from * 24); hour < to * 24; hour++)
        {
            var moment = NewYear.AddHours(hour).AddMinutes(7);
            string id = ids == Ids.Long ? LongLog.LongId(moment, hour + 200) : $"{hour + 4096:X4}0000B1";
            string messageId = ids == Ids.Short ? $"{moment:yyyyMMddHHmmss}.{id}@mx2.fallback.example" : "x@partner.example";
            string stamp = (moment + offset).ToString("MMM d HH:mm:ss", CultureInfo.InvariantCulture);
            if (stamp[5] == ' ') stamp = stamp.Insert(4, " ");
            foreach (string line in new[]
            {
                $"smtpd[1]: {id}: client=mail.partner.example[203.0.113.44]",
                $"cleanup[2]: {id}: message-id=<{messageId}>",
                $"qmgr[3]: {id}: from=<joe@partner.example>, size=5, nrcpt=1 (queue active)",
            })
                text.Append(CultureInfo.InvariantCulture, $"{prefix}{stamp} mx2 postfix/{line}\n");
        }
        return text.ToString();
    }

    private static string Span(AuditResult audit) =>
        $"{audit.Mail.First?.UtcDateTime:yyyy-MM-dd HH:mm:ss} {audit.Mail.Last?.UtcDateTime:yyyy-MM-dd HH:mm:ss} {audit.Notes.Count(note => note.Contains("--year") || note.Contains("--utc-offset"))}";

    private const string Truth = "2025-12-29 00:07:00 2026-01-03 23:07:00 0";

    public static TheoryData<string> Offsets => ["00:00", "05:30", "-08:00", "13:00", "-11:00"];

    [Theory, MemberData(nameof(Offsets))]
    public void Long_ids_tell_year_and_offset(string offset)
    {
        using var audit = Audit.OfText(Days(-3, 3, TimeSpan.Parse(offset, CultureInfo.InvariantCulture), Ids.Long), new AuditRequest());
        Assert.Equal(Truth, Span(audit));
    }

    [Theory, MemberData(nameof(Offsets))]
    public void Message_ids_made_here_tell_year_and_offset(string offset)
    {
        using var audit = Audit.OfText(Days(-3, 3, TimeSpan.Parse(offset, CultureInfo.InvariantCulture), Ids.Short), new AuditRequest());
        Assert.Equal(Truth, Span(audit));
    }

    [Theory, InlineData("mx2-1  | "), InlineData("<22>")]
    public void Also_behind_another_prefix(string prefix)
    {
        using var audit = Audit.OfText(Days(-3, 3, TimeSpan.FromHours(-8), Ids.Long, prefix), new AuditRequest());
        Assert.Equal(Truth, Span(audit));
    }

    [Theory, MemberData(nameof(Offsets))]
    public void Rotated_pieces_across_new_year_are_put_in_order(string offset)
    {
        var there = TimeSpan.Parse(offset, CultureInfo.InvariantCulture);
        string[] logs =
        [
            _folder.Write("mail.log", Days(1, 3, there, Ids.Short)),
            _folder.Write("mail.log.1", Days(-1, 1, there, Ids.Short)),
            _folder.Write("mail.log.2", Days(-3, -1, there, Ids.Short)),
        ];
        using var audit = Audit.Run(new AuditRequest { Logs = logs });
        Assert.Equal(Truth, Span(audit));
        Assert.Equal(logs.Reverse(), audit.Log.Files);
    }

    [Fact]
    public void A_piece_that_tells_nothing_lies_beside_one_that_does()
    {
        string[] logs =
        [
            _folder.Write("mail.log", Days(1, 3, TimeSpan.Zero, Ids.Silent)),
            _folder.Write("mail.log.1", Days(-1, 1, TimeSpan.Zero, Ids.Short)),
            _folder.Write("mail.log.2", Days(-3, -1, TimeSpan.Zero, Ids.Silent)),
        ];
        using var audit = Audit.Run(new AuditRequest { Logs = logs });
        Assert.Equal(Truth, Span(audit));
        Assert.Equal(logs.Reverse(), audit.Log.Files);
    }

    [Fact]
    public void What_the_user_says_goes_before_what_the_lines_tell()
    {
        using var audit = Audit.OfText(Days(-3, 3, TimeSpan.FromHours(1), Ids.Long), new AuditRequest { Year = 2019, UtcOffset = TimeSpan.FromHours(3) });
        Assert.Equal("2019-12-28 22:07:00 2020-01-03 21:07:00 0", Span(audit));
    }

    [Fact]
    public void A_told_year_is_that_of_the_oldest_piece()
    {
        string[] logs = [_folder.Write("mail.log", Days(1, 3, TimeSpan.Zero, Ids.Silent)), _folder.Write("mail.log.1", Days(-3, 1, TimeSpan.Zero, Ids.Silent))];
        using var audit = Audit.Run(new AuditRequest { Logs = logs, Year = 2025, UtcOffset = TimeSpan.Zero });
        Assert.Equal(Truth, Span(audit));
    }

    [Fact]
    public void With_nothing_to_infer_from_the_file_time_is_taken_and_that_is_said()
    {
        string log = _folder.Write("mail.log", Days(-3, 3, TimeSpan.Zero, Ids.Silent));
        File.SetLastWriteTimeUtc(log, NewYear.AddDays(3));
        using var audit = Audit.Run(new AuditRequest
        {
            Logs = [log],
            Clock = new Noon(new DateTimeOffset(2031, 6, 1, 12, 0, 0, TimeSpan.Zero), TimeSpan.Zero),
        });
        Assert.Equal(Truth[..^1] + "2", Span(audit));
    }

    [Fact]
    public void Without_a_file_the_clock_and_zone_of_this_machine_are_taken_and_that_is_said()
    {
        using var audit = Audit.OfText(Days(-3, 3, TimeSpan.FromHours(2), Ids.Silent),
            new AuditRequest { Clock = new Noon(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(2)) });
        Assert.Equal(Truth[..^1] + "2", Span(audit));
    }

    [Fact]
    public void A_log_whose_stamps_are_complete_says_nothing()
    {
        using var audit = Audit.OfText(
            "2026-11-22T16:05:46.040952+00:00 mx2 postfix/smtpd[1]: connect from mail.partner.example[203.0.113.44]\n", new AuditRequest());
        Assert.Equal("2026-11-22 16:05:46 2026-11-22 16:05:46 0", Span(audit));
    }

    [Fact]
    public void An_iso_stamp_without_an_offset_has_a_year()
    {
        using var audit = Audit.OfText("2026-11-22T16:05:46 mx2 postfix/smtpd[1]: connect from mail.partner.example[203.0.113.44]\n",
            new AuditRequest { Clock = new Noon(new DateTimeOffset(2031, 6, 1, 12, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1)) });
        Assert.Equal("2026-11-22 15:05:46 2026-11-22 15:05:46 1", Span(audit));
    }

    [Fact]
    public void A_stranger_can_not_set_the_clock_with_a_message_id()
    {
        string line = "Nov 22 16:05:46 mx2 postfix/cleanup[1]: A00001: message-id=<19990101000000.B00001@mx2.fallback.example>\n";
        using var audit = Audit.OfText(line, new AuditRequest { Clock = new Noon(new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero), TimeSpan.Zero) });
        Assert.Equal("2026-11-22 16:05:46 2026-11-22 16:05:46 2", Span(audit));
    }
}
