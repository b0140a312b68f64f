using System.Globalization;
using MxAudit.Input;
using Sprache;

namespace MxAudit.Log.Grammar;

/// <summary>Small parts: numbers, ids, addresses, and text up to something.</summary>
internal static class TokenGrammar
{
    /// <summary>A literal, all of it or nothing.</summary>
    internal static Parser<string> Lit(string literal) => input =>
        string.CompareOrdinal(input.Source, input.Position, literal, 0, literal.Length) == 0 && input.Source.Length - input.Position >= literal.Length
            ? Result.Success(literal, input.MovedTo(input.Position + literal.Length)) : Result.Failure<string>(input, "not found", [$"\"{literal}\""]);

    internal static Parser<T> Whole<T>(this Parser<T> parser) => from value in parser from end in AtEnd select value;

    internal static readonly Parser<string> AtEnd = input =>
        input.AtEnd ? Result.Success("", input) : Result.Failure<string>(input, "more text", ["the end of the line"]);

    /// <summary>Everything up to the end of the line.</summary>
    internal static readonly Parser<string> Rest = input =>
        Result.Success(input.Source[input.Position..], input.MovedTo(input.Source.Length));

    /// <summary>The shortest text behind which <paramref name="then"/> can be read.</summary>
    internal static Parser<(string Before, T Then)> Earliest<T>(Parser<T> then) => input =>
    {
        for (var at = input; ; at = at.Advance())
        {
            var read = then(at);
            if (read.WasSuccessful) return Result.Success((input.Source[input.Position..at.Position], read.Value), read.Remainder);
            if (at.AtEnd) return Result.Failure<(string, T)>(input, "not found", read.Expectations);
        }
    };

    /// <summary>The longest text behind which <paramref name="then"/> can be read.</summary>
    internal static Parser<(string Before, T Then)> Latest<T>(Parser<T> then) => input =>
    {
        IResult<(string, T)> found = Result.Failure<(string, T)>(input, "not found", []);
        for (var at = input; ; at = at.Advance())
        {
            var read = then(at);
            if (read.WasSuccessful) found = Result.Success((input.Source[input.Position..at.Position], read.Value), read.Remainder);
            if (at.AtEnd) return found;
        }
    };

    /// <summary>Text up to a literal, which is taken too.</summary>
    internal static Parser<string> Until(string literal) => input =>
    {
        int at = input.Source.IndexOf(literal, input.Position, StringComparison.Ordinal);
        return at < 0 ? Result.Failure<string>(input, "not found", [$"text and then \"{literal}\""])
            : Result.Success(input.Source[input.Position..at], input.MovedTo(at + literal.Length));
    };

    /// <summary>Looks and takes nothing.</summary>
    internal static Parser<string> Ahead<T>(Parser<T> parser) =>
        input => parser(input) is { WasSuccessful: false } failed
            ? Result.Failure<string>(failed.Remainder, failed.Message, failed.Expectations)
            : Result.Success("", input);

    /// <summary>A quoted address of a line that may have been cut in it: nothing within is Postfix's.</summary>
    internal static readonly Parser<string> CutInQuotes = Ahead(Parse.Char('"').Then(_ => Rest).Where(text => text.Length >= Daemons.DeliveryLines.LikelyCut));

    /// <summary>Takes nothing, and only where <paramref name="parser"/> does not fit.</summary>
    internal static Parser<string> NotAhead<T>(Parser<T> parser) =>
        input => parser(input).WasSuccessful ? Result.Failure<string>(input, "unexpected", []) : Result.Success("", input);

    /// <summary>Where this does not fit, what else was expected is told.</summary>
    internal static Parser<T> Quietly<T>(Parser<T> parser) =>
        input => parser(input) is { WasSuccessful: true } read ? read : Result.Failure<T>(input, "not found", []);

    /// <summary>Items up to where <paramref name="end"/> begins; what is neither is the failure.</summary>
    internal static Parser<List<T>> ManyBefore<T, TEnd>(Parser<T> item, Parser<TEnd> end) => input =>
    {
        var items = new List<T>();
        while (!end(input).WasSuccessful)
        {
            var read = item(input);
            if (!read.WasSuccessful) return Result.Failure<List<T>>(read.Remainder, read.Message, read.Expectations);
            items.Add(read.Value);
            input = read.Remainder;
        }
        return Result.Success(items, input);
    };

    internal static readonly Parser<int> Here = input => Result.Success(input.Position, input);

    /// <summary>One to eighteen digits.</summary>
    internal static readonly Parser<long> Number =
        (from digits in Parse.Chars("0123456789").AtLeastOnce().Text() where digits.Length <= 18 select long.Parse(digits, CultureInfo.InvariantCulture))
            .Named("a number");

    internal static readonly Parser<string> Word = Parse.CharExcept(' ').AtLeastOnce().Text();

    internal static string Plain(long number) => number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);

    internal const string LongDigits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

    /// <summary>mail_queue.h: short, upper-case hexadecimal; or long, with the letter z between time (ten digits or more) and inode.</summary>
    internal static readonly Parser<string> QueueIdText =
        (from id in Parse.Char(c => char.IsAsciiLetterOrDigit(c), "a queue id").AtLeastOnce().Text() where IsShortId(id) || IsLongId(id) select id)
            .Named("a queue id");

    internal static bool IsShortId(string id) => id.Length is >= 6 and <= 24 && id.All(c => char.IsAsciiDigit(c) || c is >= 'A' and <= 'F');

    internal static bool IsLongId(string id) =>
        id.Length is >= 12 and <= 24 && id.LastIndexOf('z') >= 10 && !id.EndsWith('z') && id.All(c => LongDigits.Contains(c, StringComparison.Ordinal));

    internal static readonly Parser<string> QuotedText =
        from open in Parse.Char('"')
        from inner in Parse.Char('\\').Then(_ => Parse.AnyChar).Or(Parse.CharExcept("\"\\")).Many()
        from close in Parse.Char('"')
        select "";

    /// <summary>An address and its closing bracket. In external form (since 3.5) what is odd stands in quotes; anything may stand in quotes.</summary>
    internal static readonly Parser<string> Address = TextOf(QuotedText.Or(Parse.CharExcept(">\"").Select(_ => "")).Many())
        .FollowedBy(Parse.Char('>').Named("the end of an address, \">\""));

    /// <summary>An address of exactly the form that Postfix writes: <c>"quoted local part"@domain</c>, or nothing that needs quotes.</summary>
    internal static readonly Parser<string> StrictAddress =
        TextOf(from quoted in QuotedText.Optional() from plain in Parse.CharExcept("\"<>; \\").Many() select plain)
            .FollowedBy(Parse.Char('>').Named("the end of an address, \">\""));

    internal static Parser<string> TextOf<T>(Parser<T> parser) => input =>
    {
        var read = parser(input);
        return read.WasSuccessful
            ? Result.Success(input.Source[input.Position..read.Remainder.Position], read.Remainder)
            : Result.Failure<string>(read.Remainder, read.Message, read.Expectations);
    };

    internal static Parser<T> FollowedBy<T, TNext>(this Parser<T> parser, Parser<TNext> next) => from value in parser from skipped in next select value;

    /// <summary>A value and the <c>", "</c> behind it.</summary>
    internal static readonly Parser<string> Value = Until(", ");

    /// <summary>The last value of a line has no comma.</summary>
    internal static readonly Parser<string> ValueOrRest = Value.Or(Rest);

    /// <summary>RFC 3463: class 2, 4 or 5, subject and detail of up to three digits; leading zeros mean nothing.</summary>
    internal static readonly Parser<string> EnhancedStatus =
        (from kind in Parse.Chars("245").FollowedBy(Parse.Char('.'))
         from subject in Number.FollowedBy(Parse.Char('.'))
         from detail in Number
         where subject <= 999 && detail <= 999
         select $"{kind}.{subject}.{detail}").Named("a dsn");
}
