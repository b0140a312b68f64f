using System.Globalization;
using System.Text;
using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>The stamps that lines begin with.</summary>
internal static class StampGrammar
{
    private static Parser<int> Digits(int count, int least, int most) =>
        from digits in Parse.Chars("0123456789").Repeat(count).Text()
        let number = int.Parse(digits, CultureInfo.InvariantCulture)
        where number >= least && number <= most
        select number;

    private static readonly Parser<string> Clock =
        from hours in Digits(2, 0, 23).FollowedBy(Parse.Char(':'))
        from minutes in Digits(2, 0, 59).FollowedBy(Parse.Char(':'))
        from seconds in Digits(2, 0, 60)
        from fraction in Parse.Chars(".,").Then(_ => Parse.Chars("0123456789").AtLeastOnce()).Optional()
        select "";

    private static readonly Parser<string> Offset =
        from sign in Parse.Chars("+-") from hours in Digits(2, 0, 23) from colon in Parse.Char(':').Optional() from minutes in Digits(2, 0, 59) select "";

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>RFC 3164 and maillog_file: <c>Nov  2 16:05:46[.ffffff]</c>, the day padded with a blank, a zero or not at all.</summary>
    internal static readonly Parser<string> BsdStamp =
        from name in Parse.AnyChar.Repeat(3).Text().FollowedBy(Parse.Char(' '))
        let month = Array.IndexOf(Months, name) + 1
        where month > 0
        from rest in DayAndClock(month)
        select "";

    private static Parser<string> DayAndClock(int month) =>
        from day in Parse.Char(' ').Then(_ => Digits(1, 1, 9)).Or(Digits(2, 1, 31)).Or(Digits(1, 1, 9)).FollowedBy(Parse.Char(' '))
        where day <= DateTime.DaysInMonth(2000, month)
        from clock in Clock
        select "";

    private static Parser<(int Day, int Month, int Year)> InDigits(char between) =>
        from year in Digits(4, 1, 9999).FollowedBy(Parse.Char(between))
        from month in Digits(2, 1, 12).FollowedBy(Parse.Char(between))
        from day in Digits(2, 1, 31)
        select (day, month, year);

    private static readonly Parser<string> IsoDate = from date in InDigits('-') where date.Day <= DateTime.DaysInMonth(date.Year, date.Month) select "";

    /// <summary>RFC 3339 and what journalctl makes of it: <c>2026-11-22T16:05:46[.ffffff][Z|+00:00|+0000]</c></summary>
    internal static readonly Parser<string> IsoStamp =
        from date in IsoDate
        from separator in Parse.Chars("T ")
        from clock in Clock
        from zone in Lit("Z").Or(Offset).Optional()
        select "";

    /// <summary>journalctl -o short-unix.</summary>
    private static readonly Parser<string> UnixStamp =
        from seconds in Number.Where(number => number is >= 100_000_000 and <= 99_999_999_999)
        from fraction in Parse.Char('.').Then(_ => Parse.Chars("0123456789").AtLeastOnce())
        select "";

    private static readonly Parser<string> Weekday = Parse.AnyChar
        .Repeat(3)
        .Text()
        .Where(text => text is "Sun" or "Mon" or "Tue" or "Wed" or "Thu" or "Fri" or "Sat");

    /// <summary>journalctl -o short-full: <c>Sun 2026-11-22 16:05:50 UTC</c></summary>
    private static readonly Parser<string> WeekdayStamp =
        from day in Weekday.FollowedBy(Parse.Char(' '))
        from stamp in IsoStamp.FollowedBy(Parse.Char(' '))
        from zone in Word.Where(text => text.Length <= 6)
        select "";

    /// <summary>logread of OpenWrt: <c>Sun Nov 22 16:05:50 2026</c></summary>
    private static readonly Parser<string> AsctimeStamp =
        from weekday in Weekday.FollowedBy(Parse.Char(' '))
        from name in Parse.AnyChar.Repeat(3).Text().Where(Months.Contains).FollowedBy(Parse.Char(' '))
        from day in Parse.Char(' ').Then(_ => Digits(1, 1, 9)).Or(Digits(2, 1, 31)).FollowedBy(Parse.Char(' '))
        from hours in Digits(2, 0, 23).FollowedBy(Parse.Char(':'))
        from minutes in Digits(2, 0, 59).FollowedBy(Parse.Char(':'))
        from seconds in Digits(2, 0, 60).FollowedBy(Parse.Char(' '))
        from year in Digits(4, 1, 9999)
        where day <= DateTime.DaysInMonth(year, Array.IndexOf(Months, name) + 1)
        select "";

    private static int MonthOf(string word)
    {
        string utf8 = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(word)),
            name = (utf8.Contains('\uFFFD', StringComparison.Ordinal) ? word : utf8).ToLowerInvariant();
        return MonthNames.Months.GetValueOrDefault(name.EndsWith('.') ? name[..^1] : name);
    }

    /// <summary>journalctl in another language: <c>Mär 22 16:05:46</c></summary>
    private static readonly Parser<string> MonthNameStamp =
        from name in Word.Where(word => word.Length <= 8).FollowedBy(Parse.Char(' '))
        let month = MonthOf(name)
        where month > 0
        from rest in DayAndClock(month)
        select "";

    /// <summary>Letters of any language, at most nine bytes, and perhaps a dot.</summary>
    private static bool IsWeekdayName(string word) =>
        (word.EndsWith('.') ? word[..^1] : word) is { Length: >= 1 and <= 9 } name && name.All(letter => char.IsAsciiLetter(letter) || letter >= 0x80);

    /// <summary>journalctl -o short-full in another language: <c>So 2026-11-22 16:05:50 CET</c></summary>
    private static readonly Parser<string> WeekdayNameStamp =
        from day in Word.Where(IsWeekdayName).FollowedBy(Parse.Char(' '))
        from check in Ahead(Parse.AnyChar.Repeat(10).Then(_ => Parse.Char(' ')))
        from stamp in IsoStamp.FollowedBy(Parse.Char(' '))
        from zone in Word.Where(text => text.Length <= 6)
        select "";

    private static readonly Parser<int> EnglishMonth =
        from name in Parse.AnyChar.Repeat(3).Text() let month = Array.IndexOf(Months, name) + 1 where month > 0 select month;

    private static Parser<(int Day, int Month, int Year)> DayMonthYear(char between) =>
        from day in Digits(2, 1, 31).FollowedBy(Parse.Char(between))
        from month in EnglishMonth.FollowedBy(Parse.Char(between))
        from year in Digits(4, 1, 9999)
        select (day, month, year);

    private static readonly Parser<(int Day, int Month, int Year)> MonthDayYear =
        from month in EnglishMonth.FollowedBy(Parse.Char(' '))
        from day in Parse.Char(' ').Then(_ => Digits(1, 1, 9)).Or(Digits(2, 1, 31)).FollowedBy(Parse.Char(' '))
        from year in Digits(4, 1, 9999)
        select (day, month, year);

    private static readonly Parser<(int Day, int Month, int Year)> YearMonthDay =
        from year in Digits(4, 1, 9999).FollowedBy(Parse.Char(' '))
        from month in EnglishMonth.FollowedBy(Parse.Char(' '))
        from day in Parse.Char(' ').Then(_ => Digits(1, 1, 9)).Or(Digits(2, 1, 31))
        select (day, month, year);

    private static readonly Parser<(int Day, int Month, int Year)> WithDots =
        from day in Digits(2, 1, 31).FollowedBy(Parse.Char('.'))
        from month in Digits(2, 1, 12).FollowedBy(Parse.Char('.'))
        from year in Digits(4, 1, 9999)
        select (day, month, year);

    /// <summary>
    /// <c>22-Nov-2026 16:05:46</c>, <c>22/Nov/2026:16:05:46 +0100</c>, <c>Nov 22 2026 16:05:46</c>, <c>2026/11/22 16:05:46</c>, <c>22.11.2026 16:05:46</c>,
    /// <c>2026 Nov 22 16:05:46</c>
    /// </summary>
    private static readonly Parser<string> OtherOrderStamp =
        from date in DayMonthYear('-')
            .FollowedBy(Parse.Char(' '))
            .Or(DayMonthYear('/').FollowedBy(Parse.Char(':')))
            .Or(MonthDayYear.Or(YearMonthDay).FollowedBy(Parse.Char(' ')))
            .Or(InDigits('/').Or(WithDots).FollowedBy(Parse.Char(' ')))
        where date.Day <= DateTime.DaysInMonth(date.Year, date.Month)
        from clock in Clock
        from zone in Parse.Char(' ').Then(_ => Offset).Optional()
        select "";

    /// <summary><c>Sun Nov 22 16:05:50</c>, <c>Sun Nov 22 2026 16:05:50</c></summary>
    private static readonly Parser<string> StampBehindWeekday = Weekday.FollowedBy(Parse.Char(' ')).Then(_ => BsdStamp.Or(OtherOrderStamp));

    private static Parser<string> Hexadecimal(int count) => Parse.Chars("0123456789abcdef").Repeat(count).Text();

    /// <summary>svlogd -t: <c>@400000006a85c2390a1b2c3d</c></summary>
    private static readonly Parser<string> LabelStamp =
        from sign in Parse.Char('@')
        from seconds in Hexadecimal(16)
        from nanoseconds in Hexadecimal(8)
        where ulong.Parse(seconds, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is >= 0x400000000000000A and <= 0x400000000000000A + 99_999_999_999UL
        select "";

    /// <summary>svlogd -tt: <c>2026-11-22_16:05:46.12345</c></summary>
    private static readonly Parser<string> UnderscoreStamp =
        from date in IsoDate
        from separator in Parse.Char('_')
        from clock in Clock
        select "";

    /// <summary>Stamps with a year, behind which a line may stand that has one of its own.</summary>
    internal static readonly Parser<string> DatedStamp = IsoStamp.Or(LabelStamp).Or(UnderscoreStamp);

    internal static readonly Parser<string> OtherStamp = BsdStamp.Or(UnixStamp)
        .Or(WeekdayStamp)
        .Or(AsctimeStamp)
        .Or(StampBehindWeekday)
        .Or(MonthNameStamp)
        .Or(WeekdayNameStamp)
        .Or(OtherOrderStamp);
}
