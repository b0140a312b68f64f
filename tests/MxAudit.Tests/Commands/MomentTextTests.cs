using MxAudit.Commands;
using MxAudit.Tables;

namespace MxAudit.Tests.Commands;

public class MomentTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-22", "2026-11-22T00:00:00+01:00")]
    [InlineData("2026-11-22T15:00", "2026-11-22T15:00:00+01:00")]
    [InlineData("2026-11-22T15:00:07", "2026-11-22T15:00:07+01:00")]
    [InlineData("2026-11-22 15:00", "2026-11-22T15:00:00+01:00")]
    [InlineData("2026-11-22T15:00:07.25", "2026-11-22T15:00:07.250+01:00")]
    [InlineData("2026-11-22T15:00Z", "2026-11-22T15:00:00+00:00")]
    [InlineData("2026-11-22T15:00:00-05:00", "2026-11-22T15:00:00-05:00")]
    [InlineData("24h", "2026-11-21T23:30:00+00:00")]
    [InlineData("24H", "2026-11-21T23:30:00+00:00")]
    [InlineData("1h30m", "2026-11-22T22:00:00+00:00")]
    [InlineData("7d", "2026-11-15T23:30:00+00:00")]
    [InlineData("90m", "2026-11-22T22:00:00+00:00")]
    [InlineData("today", "2026-11-23T00:00:00+01:00")]
    [InlineData("yesterday", "2026-11-22T00:00:00+01:00")]
    [InlineData("00:30", "2026-11-23T00:30:00+01:00")] // now, with this offset
    [InlineData("00:31", "2026-11-22T00:31:00+01:00")]
    [InlineData("02:10", "2026-11-22T02:10:00+01:00")]
    [InlineData("02:10:33", "2026-11-22T02:10:33+01:00")] // as a line of a log has it
    public void A_moment_has_many_forms(string text, string moment) =>
        Assert.Equal(moment, TimeText.Of(MomentText.Of("--since", text, Now, TimeSpan.FromHours(1))));

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("24")]
    [InlineData("99999d")]
    [InlineData("2147483647h")]
    [InlineData("2026-13-01")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("22.11.2026")]
    [InlineData("24:00")]
    [InlineData("2:10")]
    public void What_is_no_moment_is_refused(string text) => Assert.Throws<UsageException>(() => MomentText.Of("--since", text, Now, TimeSpan.FromHours(1)));

    [Theory]
    [InlineData("+01:00", 60)]
    [InlineData("-05:30", -330)]
    [InlineData("+0200", 120)]
    [InlineData("Z", 0)]
    public void An_offset_has_a_sign(string text, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), MomentText.OffsetOf(text));

    [Theory]
    [InlineData("01:00")]
    [InlineData("+15:00")]
    [InlineData("CET")]
    public void What_is_no_offset_is_refused(string text) => Assert.Throws<UsageException>(() => MomentText.OffsetOf(text));
}
