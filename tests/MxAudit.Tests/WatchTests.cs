using MxAudit.Input;
using MxAudit.Tests.Input;
using MxAudit.Writers;

namespace MxAudit.Tests;

/// <summary>An audit that goes on says, at any moment, what an audit of the same text would say.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private AuditRequest Request => new() { Logs = [Path.Combine(_folder.Path, "mail.log")], Year = 2026, UtcOffset = TimeSpan.Zero };

    [Theory]
    [InlineData("backscatter-no-verify", false)]
    [InlineData("backscatter-no-verify", true)]
    [InlineData("seed-primary-down", false)]
    [InlineData("noise-content-filter", true)]
    public void A_story_told_in_pieces_with_a_rotation_between_ends_as_the_whole_story(string story, bool copyTruncate)
    {
        string[] lines = File.ReadAllLines(new Scenarios.Story(story).Log);
        string log = Request.Logs[0];
        int piece = lines.Length / 4 + 1;
        File.WriteAllLines(log, lines[..piece]);
        using var watch = new Watch(Request, follows: true);
        watch.Audit().Dispose();
        for (int i = 1; i < 4; i++)
        {
            if (i == 2 && copyTruncate)
            {
                File.Copy(log, log + ".1");
                File.WriteAllText(log, "");
            }
            else if (i == 2) File.Move(log, log + ".1");
            File.AppendAllLines(log, lines[(piece * i)..Math.Min(lines.Length, piece * (i + 1))]);
            using var audit = watch.Audit();
            string text = string.Join('\n', lines[..Math.Min(lines.Length, piece * (i + 1))]) + "\n";
            using var whole = Audit.OfText(text, Request);
            Assert.Equal(whole.Mail.Totals, audit.Mail.Totals);
            Assert.Equal(whole.Log.Lines, audit.Log.Lines);
            Assert.Equal(whole.Findings.Select(finding => (finding.Rule.Id, finding.Subject, finding.Count)),
                audit.Findings.Select(finding => (finding.Rule.Id, finding.Subject, finding.Count)));
            Assert.All(audit.Findings.SelectMany(finding => finding.Proofs).Where(proof => proof.Line is not null),
                proof => Assert.Contains(audit.Locate(proof.Line!.Value).Text, text));
        }
    }

    [Fact]
    public void Progress_reaches_the_end_of_a_set_plain_or_compressed()
    {
        string log = Request.Logs[0];
        byte[][] pieces = [.. Enumerable.Range(0, 3).Select(i => TestLogs.Bytes(TestLogs.Lines(i * 6_000, 6_000)))];
        File.WriteAllBytes(log + ".2.gz", TestLogs.Gzip(pieces[0]));
        File.WriteAllBytes(log + ".1", pieces[1]);
        File.WriteAllBytes(log, pieces[2]);
        string[] set = [log, log + ".1", log + ".2.gz"];
        var progress = new ReadingProgress();
        using var audit = Audit.Run(Request with { Logs = set, Progress = progress });
        Assert.Equal(ReadingPhase.Done, progress.Phase);
        Assert.Equal(audit.Log.Lines, progress.Lines);
        Assert.Equal(set.Sum(file => new FileInfo(file).Length), progress.BytesInAll);
        Assert.Equal(progress.BytesInAll, progress.Bytes);
        Assert.Equal(1, progress.Share);
    }

    [Fact]
    public void Progress_goes_on_with_every_buffer_and_never_back()
    {
        byte[] text = TestLogs.Bytes(TestLogs.Lines(0, 20_000));
        var progress = new ReadingProgress();
        var told = new List<long>();
        var places = new LogPlaces { StandardInput = () => new Heard(text, () => { if (progress.Phase == ReadingPhase.Reading) told.Add(progress.Bytes); }) };
        using var audit = Audit.Run(Request with { Logs = ["-"], LogPlaces = places, Progress = progress });
        Assert.Equal(told.Order(), told);
        Assert.InRange(told.Distinct().Count(), 5, int.MaxValue);
        Assert.Equal(text.Length, progress.Bytes);
        Assert.Null(progress.Share);
    }

    private sealed class Heard(byte[] text, Action read) : MemoryStream(text)
    {
        public override int Read(Span<byte> buffer)
        {
            read();
            return base.Read(buffer);
        }
    }

    [Theory]
    [InlineData(ReadingPhase.Opening, "looking at the evidence")]
    [InlineData(ReadingPhase.Reading, "reading 43 %, 430 of 1,000 MB, 215 MB/s, 3 s left")]
    [InlineData(ReadingPhase.Following, "following the mail of 2,700,000 lines")]
    [InlineData(ReadingPhase.Judging, "asking the rules")]
    public void Progress_is_said_in_words(ReadingPhase phase, string words)
    {
        var progress = Specimen(430_000_000, 1_000_000_000, phase);
        Assert.Equal(words, ProgressWords.Of(progress, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Where_the_length_is_not_known_there_is_no_share() =>
        Assert.Equal("reading, 430 MB, 215 MB/s", ProgressWords.Of(Specimen(430_000_000, null, ReadingPhase.Reading), TimeSpan.FromSeconds(2)));

    private static ReadingProgress Specimen(long bytes, long? all, ReadingPhase phase)
    {
        var progress = new ReadingProgress { Phase = phase, BytesInAll = all };
        progress.Tell(bytes, 2_700_000);
        return progress;
    }
}
