using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Queue;

/// <summary>
/// One line of <c>postqueue -p</c> or <c>mailq</c>, as src/postqueue/showq_compat.c writes it. Columns shift when an id or a size is wide, so blanks part them.
/// </summary>
internal static class PostqueueGrammar
{
    private static readonly string[] Weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private static readonly Parser<string> Blanks = Parse.Char(' ').AtLeastOnce().Text().Named("blanks");

    private static Parser<int> OneOf(string[] words, string name) =>
        words.Select((word, index) => Parse.String(word).Return(index)).Aggregate((a, b) => a.Or(b)).Named(name);

    private static Parser<int> Digits(int least, int limit, string name) =>
        (from digits in Parse.Char(char.IsAsciiDigit, "a digit").Repeat(least, 2).Text() let number = int.Parse(digits) where number <= limit select number)
            .Named(name);

    /// <summary>asctime(3) without the year: <c>Sun Nov  1 15:32:30</c>.</summary>
    private static readonly Parser<ListedTime> Time =
        from weekday in OneOf(Weekdays, "a weekday such as Sun").FollowedBy(Blanks)
        from month in OneOf(Months, "a month such as Nov").FollowedBy(Blanks)
        from day in Digits(1, 31, "a day of the month").FollowedBy(Blanks)
        from hour in Digits(2, 23, "an hour").FollowedBy(Parse.Char(':'))
        from minute in Digits(2, 59, "a minute").FollowedBy(Parse.Char(':'))
        from second in Digits(2, 60, "a second")
        select new ListedTime((DayOfWeek)weekday, month + 1, Math.Max(1, day), new TimeSpan(hour, minute, Math.Min(second, 59)));

    /// <summary><c>*</c> active, <c>!</c> on hold; none: in the maildrop, incoming or deferred, which this listing does not tell apart.</summary>
    private static readonly Parser<QueueName> Mark =
        Parse.Char('*').Return(QueueName.Active).Or(Parse.Char('!').Return(QueueName.Hold)).Or(Parse.Return(QueueName.Deferred));

    private static readonly Parser<PostqueueLine> Entry =
        from id in QueueIdText
        from queue in Mark
        from forced in Parse.Char('#').Optional()
        from gap1 in Blanks.Named("blanks and the size")
        from size in Number.FollowedBy(Blanks)
        from arrival in Time
        from sender in Blanks.Then(_ => Rest).Or(AtEnd)
        select new PostqueueLine.Entry(id, queue, forced.IsDefined, size, arrival, sender);

    /// <summary>In parentheses; it may hold more of them, and the last one ends it. An address that begins with one is quoted.</summary>
    private static readonly Parser<PostqueueLine> Reason = Parse.Char('(')
        .Named("a reason in parentheses")
        .Then(_ => ReasonText)
        .Select(text => new PostqueueLine.Reason(text));

    private static readonly Parser<PostqueueLine> Recipient =
        from first in Parse.CharExcept("( ").Named("a recipient")
        from more in Rest
        select new PostqueueLine.Recipient(first + more);

    /// <summary>Where a page has taken the blanks away, a word with an <c>@</c> is a recipient: no queue id has one.</summary>
    private static readonly Parser<PostqueueLine> AtLeftEdge =
        from address in Parse.CharExcept("( ").AtLeastOnce().Text().Where(word => word.Contains('@', StringComparison.Ordinal))
        from end in Blanks.Optional().Then(_ => AtEnd)
        select new PostqueueLine.Recipient(address);

    private static readonly Parser<PostqueueLine> Blank = AtEnd.Select(_ => new PostqueueLine.Blank());

    /// <summary>Reasons are right-aligned: a long one stands at the left edge. Recipients do not.</summary>
    private static readonly Parser<PostqueueLine> Indented = Blanks.Then(_ => Blank.Or(Reason).Or(Recipient));

    private static readonly Parser<PostqueueLine> Heading =
        from dashes in Parse.Char('-').AtLeastOnce().Named("a heading")
        from queue in Lit("Queue ID-")
        from more in Rest
        select new PostqueueLine.Heading();

    private static readonly Parser<PostqueueLine> Total =
        from dashes in Lit("-- ")
        from size in Number.FollowedBy(Lit(" Kbytes in "))
        from requests in Number.FollowedBy(Lit(" Request"))
        from plural in Parse.Char('s').Optional()
        from end in Lit(".").Whole()
        select new PostqueueLine.End();

    private static readonly Parser<PostqueueLine> Empty = Lit("Mail queue is empty").Whole().Select(_ => new PostqueueLine.End());

    private static readonly Parser<PostqueueLine> Line = Indented.Or(Reason).Or(Blank).Or(Entry).Or(Total).Or(Heading).Or(Empty).Or(AtLeftEdge);

    /// <summary>What the line says; null with the column, counted from 1, and what was expected and found there.</summary>
    public static PostqueueLine? Read(string line, out int column, out string why)
    {
        var read = Line.ReadFrom(line);
        (column, why) = (0, "");
        if (read.WasSuccessful) return read.Value;
        int at = Math.Min(read.Remainder.Position, line.Length);
        string rest = at == line.Length ? "the end of the line" : $"\"{line[at..Math.Min(line.Length, at + 24)]}\"";
        string expected = string.Join(" or ", read.Expectations.Where(one => one.Length > 0).Distinct().Take(4));
        (column, why) = (at + 1, $"expected {(expected.Length > 0 ? expected : "a message or a recipient")}, found {rest}");
        return null;
    }

    private static Parser<string> ReasonText => input =>
    {
        string text = input.Source[input.Position..].TrimEnd(' ');
        return text.EndsWith(')') ? Result.Success(text[..^1], input.MovedTo(input.Source.Length))
            : Result.Failure<string>(input.MovedTo(input.Position + text.Length), "the reason goes on", ["the end of the reason, \")\""]);
    };
}

/// <summary>What one line of the listing says.</summary>
internal abstract record PostqueueLine
{
    public sealed record Entry(string QueueId, QueueName Queue, bool ForcedExpire, long Size, ListedTime Arrival, string Sender) : PostqueueLine;
    public sealed record Reason(string Text) : PostqueueLine;
    public sealed record Recipient(string Address) : PostqueueLine;
    public sealed record Heading : PostqueueLine;
    public sealed record End : PostqueueLine;
    public sealed record Blank : PostqueueLine;
}
