using MxAudit.Mail;
using MxAudit.Tables;

namespace MxAudit.Tests.Tables;

public class CellTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 16, 5, 46, TimeSpan.Zero);

    [Fact]
    public void A_time_is_written_with_offset() => Assert.Equal("2026-11-22T16:05:46+00:00", TimeText.Of(Time));

    [Fact]
    public void Milliseconds_are_written_only_where_the_time_has_them() => Assert.Equal("2026-11-22T16:05:46.050+00:00", TimeText.Of(Time.AddMilliseconds(50)));

    [Fact]
    public void Another_offset_is_kept() => Assert.Equal("2026-11-22T18:05:46+02:00", TimeText.Of(Time.ToOffset(TimeSpan.FromHours(2))));

    [Fact]
    public void What_is_not_known_is_empty()
    {
        Cell[] cells = [(string?)null, "", (long?)null, (double?)null, (DateTimeOffset?)null, default];
        Assert.All(cells, cell => Assert.Equal((CellKind.Empty, ""), (cell.Kind, cell.ToString())));
    }

    [Fact]
    public void An_unknown_flag_says_so() =>
        Assert.Equal(["unknown", "no", "yes"], new[] { Answer.Unknown, Answer.No, Answer.Yes }.Select(answer => Cell.Of(answer).ToString()));

    [Fact]
    public void A_delay_has_no_digits_that_the_log_had_not() => Assert.Equal("0.11", Cell.Of((double)0.11f).ToString());

    [Fact]
    public void The_null_sender_has_a_word() =>
        Assert.Equal(("<>", null, "a@example.com"), (Senders.Shown(""), Senders.Shown(null), Senders.Shown("a@example.com")));
}
