using System.Text;
using MxAudit.Tests.Input;
using MxAudit.Tests.Mail;

namespace MxAudit.Tests.Invariants;

/// <summary>One long log in the forms that syslog daemons, containers and logrotate give it.</summary>
public sealed class DisguiseTests : IDisposable
{
    private static readonly Lazy<Story> Plain = new(() => Samples.ReadText(LongLog.Text(LongLog.Iso)));
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_long_log_is_long_and_tells_much()
    {
        Assert.InRange(LongLog.Entries.Count, 15_000, 25_000);
        using var audit = Audit.OfText(LongLog.Text(LongLog.Iso));
        Assert.Equal(0, audit.Log.UnreadLines);
        Assert.True(audit.Mail.Recipients.Count > 2000 && audit.Mail.Notices.Count > 500 && audit.Findings.Count > 5,
            $"{audit.Mail.Recipients.Count} {audit.Mail.Notices.Count} {audit.Findings.Count}");
    }

    [Fact]
    public void Classic_stamps() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Classic)));

    [Fact]
    public void Days_with_a_zero_in_front() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.ZeroPadded)));

    [Fact]
    public void Stamps_of_journalctl_short_iso() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.ShortIso)));

    [Fact]
    public void Months_of_other_languages()
    {
        Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.German)));
        Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Russian)));
    }

    [Fact]
    public void Weekdays_of_other_languages() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Weekday)));

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Dates_in_another_order(int form)
    {
        Func<Entry, string>[] forms = [LongLog.WithYear, LongLog.WithSlashes, LongLog.DayFirst, LongLog.OfWebServers];
        Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(forms[form])));
    }

    [Fact]
    public void Hosts_and_tags_in_columns() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Aligned)));

    [Fact]
    public void Behind_the_name_of_a_container() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Compose)));

    [Fact]
    public void Through_the_syslog_driver_of_docker() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Docker)));

    [Fact]
    public void Through_the_syslog_driver_of_docker_without_stamps_of_their_own()
    {
        // other tags are not looked for there
        var ofPostfix = LongLog.Entries.Where(entry => entry.Tag.StartsWith("postfix", StringComparison.Ordinal)).ToList();
        Assert.Equal(Samples.ReadText(LongLog.Text(LongLog.Iso, entries: ofPostfix)),
            Samples.ReadText(LongLog.Text(LongLog.DockerWithoutStamp, entries: ofPostfix)));
    }

    [Fact]
    public void Line_ends_of_windows() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Iso, "\r\n")));

    [Theory, InlineData(" \n"), InlineData("   \r\n")]
    public void Blanks_at_the_end_of_lines(string lineEnd) => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Iso, lineEnd)));

    [Fact]
    public void The_journal_as_json() => Assert.Equal(Plain.Value, Samples.ReadText(LongLog.Text(LongLog.Json)));

    [Fact]
    public void Another_name_of_the_instance()
    {
        var renamed = LongLog.Entries.Select(entry =>
            entry with { Tag = entry.Tag.StartsWith("postfix/", StringComparison.Ordinal) ? "postfix-mx2/" + entry.Tag["postfix/".Length..] : entry.Tag });
        using var audit = Audit.OfText(LongLog.Text(LongLog.Iso, entries: renamed));
        Assert.Equal(Plain.Value, Story.Of(audit, text => text.Replace(" postfix-mx2 ", " postfix ")));
    }

    [Fact]
    public void Long_queue_ids()
    {
        var ids = LongLog.LongIds(LongLog.Entries);
        var back = ids.ToDictionary(pair => pair.Value, pair => pair.Key);
        using var audit = Audit.OfText(LongLog.WithIds(LongLog.Text(LongLog.Iso), ids));
        Assert.Equal(Plain.Value.Totals, Story.Flat(audit.Mail.Totals));
        var story = Story.Of(audit, text => LongLog.WithIds(text, back));
        Assert.Equal(Plain.Value.Recipients.Split('\n').Order(), story.Recipients.Split('\n').Order());
        Assert.Equal(Plain.Value.Messages.Split('\n').Order(), story.Messages.Split('\n').Order());
        Assert.Equal(Plain.Value.Findings, story.Findings);
    }

    [Fact]
    public void Compressed() =>
        Assert.Equal(Plain.Value, Samples.Read(_folder.Write("mail.log.gz", TestLogs.Gzip(Encoding.UTF8.GetBytes(LongLog.Text(LongLog.Iso))))));

    [Theory, InlineData(true, "iso"), InlineData(false, "iso"), InlineData(true, "classic"), InlineData(false, "classic")]
    public void Two_rotated_halves_named_in_any_order(bool oldestFirst, string stamps)
    {
        Func<Entry, string> form = stamps == "iso" ? LongLog.Iso : LongLog.Classic;
        int half = LongLog.Entries.Count / 2;
        string newer = _folder.Write("mail.log", LongLog.Text(form, entries: LongLog.Entries.Skip(half)));
        string older = _folder.Write("mail.log.1.gz", TestLogs.Gzip(Encoding.UTF8.GetBytes(LongLog.Text(form, entries: LongLog.Entries.Take(half)))));
        Assert.Equal(Plain.Value, Samples.Read(oldestFirst ? [older, newer] : [newer, older]));
    }

    [Fact]
    public void What_copytruncate_wrote_twice_is_not_doubled()
    {
        int half = LongLog.Entries.Count / 2;
        string newer = _folder.Write("mail.log", LongLog.Text(LongLog.Classic, entries: LongLog.Entries.Skip(half - 300)));
        string older = _folder.Write("mail.log.1", LongLog.Text(LongLog.Classic, entries: LongLog.Entries.Take(half)));
        Assert.Equal(Plain.Value, Samples.Read(newer, older));
    }

    [Fact]
    public void The_rfc_5424_template_loses_the_daemon_and_the_totals_stay()
    {
        using var audit = Audit.OfText(LongLog.Text(LongLog.Rfc5424));
        Assert.Equal(Plain.Value.Totals, Story.Flat(audit.Mail.Totals));
        Assert.Equal(0, audit.Log.UnreadLines);
    }
}
