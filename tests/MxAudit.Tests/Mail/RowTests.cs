using System.Runtime.CompilerServices;
using MxAudit.Log;
using MxAudit.Mail.Storage;

namespace MxAudit.Tests.Mail;

/// <summary>Rows are packed: what goes in must come out, and they must not grow by accident.</summary>
public sealed class RowTests
{
    [Fact]
    public void Rows_are_as_small_as_they_were_measured()
    {
        Assert.Equal(84, Unsafe.SizeOf<LifeRow>());
        Assert.Equal(42, Unsafe.SizeOf<AttemptRow>());
        Assert.Equal(38, Unsafe.SizeOf<RejectRow>());
        Assert.Equal(12, Unsafe.SizeOf<RecipientRow>());
    }

    [Theory]
    [InlineData(1_795_363_550_275, 1_795_363_550_275)]
    [InlineData(1_795_363_550_275, 1_795_363_551_276)]
    [InlineData(1_795_363_550_275, 1_795_363_549_000)]
    [InlineData(1_795_363_550_275, 1_895_363_550_275)]
    [InlineData(1_795_363_550_275, long.MinValue)]
    [InlineData(long.MinValue, 1_795_363_550_275)]
    [InlineData(-62_135_596_800_000, 1_795_363_550_275)]
    public void The_end_of_a_life_is_kept_to_the_millisecond(long born, long ended)
    {
        var row = new LifeRow { BornAt = born };
        Assert.Equal(long.MinValue, (long)row.EndedAt);
        row.EndedAt = ended;
        Assert.Equal(ended, (long)row.EndedAt);
        Assert.Equal(born, (long)row.BornAt);
    }

    [Fact]
    public void Of_the_hash_of_a_Message_ID_the_upper_48_bits_are_kept()
    {
        var row = new LifeRow { MessageIdHash = 0xfedc_ba98_7654_3210, Size = -1, SaslOrNotice = -1 };
        Assert.Equal(0xfedc_ba98_7654_0000, row.MessageIdHash);
        Assert.Equal((-1, -1), (row.Size, row.SaslOrNotice));
    }

    [Theory]
    [InlineData(1000, 1000, false)]
    [InlineData(1000, 1163, false)]
    [InlineData(1000, 1000 + 4_000_000_000, false)]
    [InlineData(1000, 1000 + 5_000_000_000, true)]
    [InlineData(1000, 999, true)]
    [InlineData(1000, (1L << 48) + 5, true)]
    public void A_Message_ID_that_is_far_from_the_first_line_says_so(long first, long messageId, bool isFarAway)
    {
        var row = new LifeRow { FirstLine = (ulong)first };
        Assert.Equal(0UL, row.MessageIdLine);
        row.MessageIdLine = (ulong)messageId;
        Assert.Equal(isFarAway, row.MessageIdIsFarAway);
        Assert.Equal(isFarAway ? 0UL : (ulong)messageId, row.MessageIdLine);
    }

    [Fact]
    public void Every_status_code_and_every_status_with_every_stage_is_kept()
    {
        foreach (byte kind in new byte[] { 2, 4, 5 })
            foreach (ushort subject in new ushort[] { 0, 1, 7, 999 })
                foreach (ushort detail in new ushort[] { 0, 9, 10, 999 })
                    Assert.Equal(new Dsn(kind, subject, detail), (Dsn)new PackedDsn(new Dsn(kind, subject, detail)));
        foreach (var status in Enum.GetValues<DeliveryStatus>())
            foreach (var stage in Enum.GetValues<Stage>())
            {
                var row = new AttemptRow { Stage = stage, Status = status };
                Assert.Equal((status, stage), (row.Status, row.Stage));
            }
        Assert.True((Dsn)default(PackedDsn) is { IsNone: true });
    }
}
