using MxAudit.Mail;
using MxAudit.Tables;

namespace MxAudit.Tests.Tables;

public class FilterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 18, 0, 0, TimeSpan.FromHours(1));

    private sealed record Letter(string Name, string? Domain, string Outcome, long? Size, double? Delay, DateTimeOffset? Time, Answer Trusted, long Attempts);

    private static readonly Letter[] Letters =
    [
        new("a", "mail.example.com", "bounced", 500, 0.2, Now.AddHours(-1), Answer.Yes, 1),
        new("b", "Example.NET", "delivered", 12_000_000, 7200, Now.AddHours(-3), Answer.No, 2),
        new("c", null, "bounced", null, null, null, Answer.Unknown, 3),
        new("d", "two words \"quoted\"", "expired", 1024, 90, Now.AddDays(-2), Answer.No, 10),
    ];

    private static readonly Table<Letter> Table = new("letters", "one letter", _ => Letters,
    [
        new("name", "Name", one => one.Name),
        new("domain", "Domain", one => one.Domain),
        new("outcome", "Outcome", one => one.Outcome),
        new("size", "Size", one => one.Size, ColumnKind.Size),
        new("delay_seconds", "Delay", one => one.Delay, ColumnKind.Duration),
        new("time", "Time", one => one.Time, ColumnKind.Time),
        new("trusted", "Trusted", one => one.Trusted, ColumnKind.Flag),
        new("attempts", "Attempts", one => one.Attempts, ColumnKind.Number),
    ]);

    [Theory]
    [InlineData("", "abcd")]
    [InlineData("outcome=bounced", "ac")]
    [InlineData("OUTCOME = Bounced", "ac")]
    [InlineData("outcome!=bounced", "bd")]
    [InlineData("domain~example", "ab")]
    [InlineData("domain !~ example", "cd")]
    [InlineData("domain=\"\"", "c")]
    [InlineData("domain!=''", "abd")]
    [InlineData("domain=\"two words \\\"quoted\\\"\"", "d")]
    [InlineData("\"two words\"", "d")]
    [InlineData("two words", "d")]
    [InlineData("since'4h'", "ab")]
    [InlineData("name>=b name<d", "bc")]
    [InlineData("outcome=bounced domain~example", "a")]
    [InlineData("outcome=bounced and not domain~example", "c")]
    [InlineData("outcome=expired or outcome=bounced domain~example", "ad")]
    [InlineData("(outcome=expired or outcome=bounced) domain~example", "a")]
    [InlineData("not (outcome=bounced or size>1kB)", "")]
    [InlineData("not (outcome=bounced or size>1MB)", "d")]
    [InlineData("not not outcome=bounced", "ac")]
    [InlineData("size>10MB", "b")]
    [InlineData("size=1KiB", "d")]
    [InlineData("size<=500", "a")]
    [InlineData("size!=500", "bcd")]
    [InlineData("delay_seconds>1h30m", "b")]
    [InlineData("delay_seconds=90", "d")]
    [InlineData("delay_seconds<1s", "a")]
    [InlineData("since 2h", "a")]
    [InlineData("since 2026-11-22T14:30", "ab")]
    [InlineData("until yesterday", "d")]
    [InlineData("since 4h until \"2026-11-22 16:00\"", "b")]
    [InlineData("time<2h", "bd")]
    [InlineData("time=\"\"", "c")]
    [InlineData("time~2026-11-22T17", "a")]
    [InlineData("trusted=no", "bd")]
    [InlineData("trusted!=true", "bcd")]
    [InlineData("trusted=unknown", "c")]
    [InlineData("attempts>=3", "cd")]
    [InlineData("attempts=10", "d")]
    public void A_filter_keeps(string text, string names) => Assert.Equal(names, Kept(text));

    [Theory]
    [InlineData("outcom=bounced", "column 1: letters has no column outcom; near to it: outcome")]
    [InlineData("outcome=bounced doman~x", "column 17: letters has no column doman; near to it: domain")]
    [InlineData("zzz=1", "column 1: letters has no column zzz; it has name, domain, outcome, size, delay_seconds, time, trusted, attempts")]
    [InlineData("colour=red", "column 1: letters has no column colour; it has name, domain, outcome, size, delay_seconds, time, trusted, attempts")]
    [InlineData("outcome ! bounced", "column 9: here is \"! bounced\", expected is a comparison: = != < <= > >= ~ or !~")]
    [InlineData("=bounced", "column 1: here is \"=bounced\", expected is a text, a column, since, until, not or (")]
    [InlineData("bounced and )", "column 13: here is \")\", expected is a text, a column, since, until, not or (")]
    [InlineData("since", "column 6: the filter ends here, expected is a value")]
    [InlineData("outcome=", "column 9: the filter ends here, expected is a value")]
    [InlineData("outcome=bounced and", "column 20: the filter ends here, expected is a text, a column, since, until, not or (")]
    [InlineData("(outcome=bounced", "column 17: the filter ends here, expected is )")]
    [InlineData("outcome=bounced) x", "column 16: here is \") x\", expected is and, or, or the end")]
    [InlineData("(size>1 or (name=b and outcome!))", "column 31: here is \"!))\", expected is a comparison: = != < <= > >= ~ or !~")]
    [InlineData("name=\"abc", "column 6: here is \"\"abc\", expected is a closing \" behind it")]
    [InlineData("or name=a", "column 1: here is \"or name=a\", expected is a text, a column, since, until, not or (")]
    [InlineData("size>big", "column 6: big is no size; 2000, 64kB, 10MB and 1MiB are")]
    [InlineData("delay_seconds>2x", "column 15: 2x is no length of time; 90s, 15m, 2h, 1h30m, 7d and 2w are")]
    [InlineData("attempts>many", "column 10: many is no number, and attempts is one")]
    [InlineData("trusted=maybe", "column 9: maybe is not yes, no or unknown")]
    [InlineData("since later", "column 7: later is no time; 2026-11-22, 2026-11-22T15:00, 02:10, 24h, 7d and yesterday are")]
    public void A_wrong_filter_says_where_and_what(string text, string sentence) => Assert.Equal(sentence, Filter.Read(text, Table, Now).Error?.ToString());

    private static readonly string[] Said =
        ["alice@example.com", "<bob+list@example.net>", "4A1B2C3D4E5F", "mx1.example.com[192.0.2.10]:25", "o'brien@not.example", "2026-11-22T17:00"];

    private static readonly Table<string> Texts = new("texts", "a text", _ => Said, [new("said", "Said", text => text), new("empty", "Empty", _ => "")]);

    /// <summary>What stands on a screen or in a mail can be typed as it is.</summary>
    [Theory]
    [InlineData("alice", "alice@example.com")]
    [InlineData("ALICE@example.com", "alice@example.com")]
    [InlineData("<bob+list@example.net>", "<bob+list@example.net>")]
    [InlineData("list@ .net", "<bob+list@example.net>")]
    [InlineData("4A1B2C3D4E5F", "4A1B2C3D4E5F")]
    [InlineData("[192.0.2.10]:25", "mx1.example.com[192.0.2.10]:25")]
    [InlineData("o'brien", "o'brien@not.example")]
    [InlineData("not.example", "o'brien@not.example")]
    [InlineData("2026-11-22T17:00", "2026-11-22T17:00")]
    [InlineData("not example", "4A1B2C3D4E5F 2026-11-22T17:00")]
    [InlineData("(alice or bob) and not .net", "alice@example.com")]
    [InlineData("alice or said=4a1b2c3d4e5f", "alice@example.com 4A1B2C3D4E5F")]
    [InlineData("said~example \"alice\"", "alice@example.com")]
    [InlineData("nobody@example.com", "")]
    public void A_bare_text_is_sought_in_every_column(string filter, string texts)
    {
        var reading = Filter.Read(filter, Texts, Now);
        Assert.True(reading.Filter is { Doubts: [] }, reading.Error?.ToString());
        Assert.Equal(texts, string.Join(' ', Texts.Rows(Writers.Specimen.Audit(), [0], reading.Filter).Select(cells => cells[0].ToString())));
    }

    [Theory]
    [InlineData("outcome bounced", "column 1: outcome is a column, and alone it is a text to search; outcome=value compares it")]
    [InlineData("bounced \"outcome\"", "")]
    public void A_column_alone_is_a_text_and_doubted(string filter, string doubt) =>
        Assert.Equal(doubt, string.Join("; ", Filter.Read(filter, Table, Now).Filter!.Doubts));

    /// <summary>No row could pass, or all would: that is hardly meant.</summary>
    [Theory]
    [InlineData("outcome=bouncd", "column 9: outcome is never bouncd; near to it: bounced")]
    [InlineData("sender=x or not (outcome != Deffered)", "column 29: outcome is never Deffered; near to it: deferred")]
    [InlineData("notice_fate=xyz", "column 13: notice_fate is never xyz; it is unknown, delivered, deferred, undeliverable")]
    [InlineData("outcome=Bounced outcome!=\"\" outcome~bounc sender=bouncd reason_class=user-unknown", "")]
    public void A_word_that_its_column_never_has_is_doubted(string filter, string doubt) =>
        Assert.Equal(doubt, string.Join("; ", Filter.Read(filter, RecipientsTable.Definition, Now).Filter!.Doubts));

    [Fact]
    public void Since_needs_a_table_with_times() =>
        Assert.Contains("domains has no time", Filter.Read("since 2h", DomainsTable.Definition, Now).Error!.Sentence);

    [Theory]
    [InlineData("(", ")", "parentheses nest 40 deep at most")]
    [InlineData("not ", "", "a filter has 4000 characters at most")]
    public void No_filter_exhausts_the_stack(string before, string after, string sentence)
    {
        string deep = string.Concat(Enumerable.Repeat(before, 100_000)) + "name=a" + string.Concat(Enumerable.Repeat(after, 100_000));
        Assert.Contains(before == "(" ? "a filter has 4000 characters at most" : sentence, Filter.Read(deep, Table, Now).Error!.Sentence);
        string shorter = string.Concat(Enumerable.Repeat(before, 990)) + "name=a" + string.Concat(Enumerable.Repeat(after, 990));
        var reading = Filter.Read(shorter, Table, Now);
        if (before == "(") Assert.Equal(sentence, reading.Error!.Sentence);
        else Assert.Equal("a", Kept(shorter));
    }

    [Fact]
    public void Nested_as_deep_as_allowed_and_wrong_at_the_bottom_is_told_at_once()
    {
        string text = new string('(', 40) + "name=" + new string(')', 40);
        double megabytes = Effort.InMegabytes(() => Assert.Equal(46, Filter.Read(text, Table, Now).Error!.Column), 100);
        Assert.True(megabytes <= 100, $"It took as long as {megabytes:0} MB of noise.");
    }

    [Fact]
    public void Hostile_text_gives_a_filter_or_a_sentence()
    {
        var random = new Random(20261122);
        string[] pieces = ["outcome", "=", "!", "~", "<", ">", "(", ")", " ", "\"", "'", "\\", "and", "or", "not", "since", "2h", "é", "\0", "size", "10MB"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var reading = Filter.Read(text, Table, Now);
            Assert.True(reading.Filter is null != reading.Error is null);
            if (reading.Error is { } error) Assert.InRange(error.Column, 1, text.Length + 1);
        }
    }

    [Fact]
    public void Cells_at_hand_are_judged_as_rows_are()
    {
        var filter = Filter.Read("outcome=bounced since 2h", Table, Now).Filter!;
        Assert.Equal(["a"], Table.Rows(Writers.Specimen.Audit(), Table.AllColumns, filter).Select(cells => cells[0].ToString()));
    }

    [Fact]
    public void A_column_is_asked_only_when_the_answer_depends_on_it()
    {
        var table = new Table<int>("t", "a number", _ => [1, 2],
            [
                new("number", "Number", n => n, ColumnKind.Number),
                new("dear", "Dear", n => n == 1 ? "x" : throw new InvalidOperationException("asked for in vain")),
            ]);
        Assert.Single(table.Rows(Writers.Specimen.Audit(), [0], Filter.Read("number=1 and dear=x", table, Now).Filter));
    }

    [Fact]
    public void A_million_rows_make_no_garbage_in_the_filter()
    {
        var wanted = Filter.Read("outcome=bounced domain~example (size>10MB or since 2h) not attempts>5", Table, Now).Filter!.Over(Table.Columns);
        Assert.True(wanted(Letters[0]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int kept = 0;
        for (int i = 0; i < 1_000_000; i++)
            if (wanted(Letters[i & 3])) kept++;
        Assert.Equal(250_000, kept);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000);
    }

    [Theory]
    [InlineData("|", "name domain outcome size delay_seconds time trusted attempts and or not since until")]
    [InlineData("ou|", "outcome")]
    [InlineData("outcome=bounced and t|", "time trusted")]
    [InlineData("not (s|ize", "size since")]
    [InlineData("trusted=|", "yes no unknown")]
    [InlineData("trusted != n|", "no")]
    [InlineData("alice@o|", "")]
    [InlineData("alice@example.com o|", "outcome or")]
    [InlineData("since |", "1h 24h 7d today yesterday")]
    [InlineData("outcome=|", "")]
    [InlineData("name=\"ou|", "")]
    public void The_word_at_the_cursor_is_completed(string text, string words)
    {
        int position = text.IndexOf('|');
        Assert.Equal(words, string.Join(' ', FilterCompletion.At(text.Replace("|", ""), position, Table).Words));
    }

    [Theory]
    [InlineData("outcome=|", "delivered bounced \"too big\"")]
    [InlineData("outcome=b|", "bounced")]
    [InlineData("size>1 outcome!=de|", "delivered")]
    [InlineData("(domain~mail.e|", "mail.example")]
    [InlineData("domain=a@mail.e|", "")]
    [InlineData("delay_seconds>|", "1m 15m 1h 1d")]
    [InlineData("outcome=bounced |", "name domain outcome size delay_seconds time trusted attempts and or not since until")]
    public void What_a_column_has_is_offered_behind_the_sign(string text, string words)
    {
        int position = text.IndexOf('|');
        string[] values = ["delivered", "bounced", "too big"];
        var completion = FilterCompletion.At(text.Replace("|", ""), position, Table,
            column => Table.ColumnNames[column] == "outcome" ? values : ["mail.example"]);
        Assert.Equal(words, string.Join(' ', completion.Words));
    }

    private static string Kept(string text)
    {
        var reading = Filter.Read(text, Table, Now);
        Assert.True(reading.Filter is not null, reading.Error?.ToString());
        return string.Concat(Table.Rows(Writers.Specimen.Audit(), [0], reading.Filter).Select(cells => cells[0].ToString()));
    }

    [Theory]
    [InlineData("backscatter-no-verify")]
    [InlineData("seed-primary-down")]
    public void The_filter_made_of_a_cell_keeps_its_row(string story)
    {
        using var audit = Screens.Headless.AuditOf(story);
        foreach (var table in AllTables.InOrder)
        {
            var rows = table.Open(audit);
            for (int row = 0; row < rows.Count; row += 1 + rows.Count / 50)
                foreach (int column in table.AllColumns)
                {
                    string text = Filter.TextFor(table.ColumnNames[column], rows.At(row, column).ToString());
                    var (filter, error) = Filter.Read(text, table, audit.Mail.Now!.Value);
                    Assert.True(error is null, $"{table.Name}: {text}: {error}");
                    Assert.True(rows.PassedBy(filter!)(row), $"{table.Name} row {row}: {text}");
                }
        }
    }

    [Theory]
    [InlineData("", "name=a", "name=a")]
    [InlineData("size>1", "name=a", "size>1 name=a")]
    [InlineData("size>1 or size<1", "name=a", "(size>1 or size<1) name=a")]
    [InlineData("size>1 name=a", "name=a", "size>1 name=a")]
    public void A_filter_is_narrowed_by_one_more_term(string filter, string term, string both) => Assert.Equal(both, Filter.TextOfBoth(filter, term));
}
