using MxAudit.Input;
using Sprache;

namespace MxAudit.Tables;

/// <summary>
/// The filter language: <c>outcome=bounced alice@example.com since 2h and not (class=probe or size&gt;10MB)</c>. Terms side by side are joined by
/// <c>and</c>, which binds tighter than <c>or</c>. What comes next decides by its first word, so an error stands where it was made: a word with a sign of
/// comparison behind it is a column, any other is a text to search.
/// </summary>
internal static class FilterGrammar
{
    /// <summary>Parentheses recurse: more of them would exhaust the stack of the parser.</summary>
    private const int DeepestNesting = 40;
    private const int LongestText = 4000;

    private static readonly Dictionary<string, Comparing> Operators = new()
    {
        ["!="] = Comparing.IsNot, ["!~"] = Comparing.HasNot, ["<="] = Comparing.AtMost, [">="] = Comparing.AtLeast,
        ["="] = Comparing.Is, ["~"] = Comparing.Has, ["<"] = Comparing.Below, [">"] = Comparing.Above,
    };

    private static readonly Parser<string> Blanks = Parse.WhiteSpace.Many().Text();

    private static readonly Parser<Said> Word = Spoken(input => Taken(input, IsOfName, "a column"));

    private static readonly Parser<Comparing> Operator = input =>
    {
        foreach (int length in (int[])[2, 1])
            if (input.Position + length <= input.Source.Length && Operators.TryGetValue(input.Source.Substring(input.Position, length), out var how))
                return Blanks.Return(how)(input.MovedTo(input.Position + length));
        return Result.Failure<Comparing>(input, "no comparison", ["a comparison: = != < <= > >= ~ or !~"]);
    };

    private static readonly Parser<Said> Value = Spoken(input =>
        !input.AtEnd && input.Current is '"' or '\''
            ? Quoted(input)
            : Taken(input, c => !char.IsWhiteSpace(c) && c is not ('(' or ')' or '"' or '\''), "a value"));

    private static readonly Parser<FilterTerm> Compared =
        from column in Word from how in Operator from value in Value select new Comparison(column, how, value);

    private static readonly Parser<FilterTerm> Since = from word in Word from moment in Value select new Bound(Comparing.AtLeast, moment, word);

    private static readonly Parser<FilterTerm> Until = from word in Word from moment in Value select new Bound(Comparing.Below, moment, word);

    private static readonly Parser<FilterTerm> Quotation = from text in Value select new Anywhere(text, IsBare: false);

    private static readonly Parser<FilterTerm> Bare = from text in Spoken(input => Taken(input, IsBare, "a text")) select new Anywhere(text, IsBare: true);

    private static readonly Parser<FilterTerm> Group =
        from open in Character('(') from inner in Parse.Ref(() => Alternatives!) from close in Character(')') select inner;

    private static readonly Parser<FilterTerm> Term = input => Next(input) switch
    {
        "(" => Group(input),
        "\"" => Quotation(input),
        "since" => Since(input),
        "until" => Until(input),
        "" or ")" or "=" or "!" or "~" or ">" or "and" or "or" or "not" =>
            Result.Failure<FilterTerm>(input, "no term", ["a text, a column, since, until, not or ("]),
        _ => ComparesNext(input) ? Compared(input) : Bare(input),
    };

    private static readonly Parser<FilterTerm> Negated =
        from nots in Repeated(Keyword("not")) from term in Term select nots.Count % 2 == 0 ? term : new NotThat(term);

    private static readonly Parser<FilterTerm> Joined =
        from first in Negated
        from more in Repeated(input =>
            Next(input) is "or" or ")" or "" ? Stop<FilterTerm>(input) : Next(input) == "and" ? Keyword("and").Then(_ => Negated)(input) : Negated(input))
        select more.Count == 0 ? first : new AllOf([first, .. more]);

    private static readonly Parser<FilterTerm> Alternatives =
        from first in Joined
        from more in Repeated(input => Next(input) == "or" ? Keyword("or").Then(_ => Joined)(input) : Stop<FilterTerm>(input))
        select more.Count == 0 ? first : new AnyOf([first, .. more]);

    /// <returns>The term, or what is wrong; null and null: there is nothing but blanks.</returns>
    internal static (FilterTerm? Term, FilterError? Error) Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return (null, null);
        if (text.Length > LongestText) return (null, new FilterError(LongestText + 1, $"a filter has {LongestText} characters at most"));
        if (TooDeepAt(text) is { } deep) return (null, new FilterError(deep + 1, $"parentheses nest {DeepestNesting} deep at most"));
        var result = (from before in Blanks from term in Alternatives from end in End select term).ReadFrom(text);
        if (result.WasSuccessful) return (result.Value, null);
        int at = result.Remainder.Position;
        return (null, new FilterError(at + 1,
            $"{(at >= text.Length ? "the filter ends here" : $"here is \"{Ahead(text, at)}\"")}, expected is {string.Join(" or ", result.Expectations)}"));
    }

    private static readonly Parser<string> End = input =>
        input.AtEnd ? Result.Success("", input) : Result.Failure<string>(input, "there is more", ["and, or, or the end"]);

    /// <summary>
    /// The first word that comes, in small letters, with all that belongs to it: <c>not.example</c> is not <c>not</c>. A sign, a parenthesis, <c>"</c> for
    /// either quote; empty at the end.
    /// </summary>
    private static string Next(IInput input)
    {
        if (input.AtEnd) return "";
        if (input.Current is '\'' or '"') return "\"";
        int end = input.Position;
        while (end < input.Source.Length && IsBare(input.Source[end]) && !IsSign(input.Source[end]) && input.Source[end] != '\'') end++;
        return end == input.Position ? input.Current.ToString() : input.Source[input.Position..end].ToLowerInvariant();
    }

    /// <summary>Whether a word comes that could be a column, and behind it a sign of comparison.</summary>
    private static bool ComparesNext(IInput input)
    {
        int end = input.Position;
        while (end < input.Source.Length && IsOfName(input.Source[end])) end++;
        if (end == input.Position) return false;
        while (end < input.Source.Length && char.IsWhiteSpace(input.Source[end])) end++;
        return end < input.Source.Length && IsSign(input.Source[end]);
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static bool IsSign(char c) => c is '=' or '!' or '~' or '<' or '>';

    /// <summary>What a text may have in it without quotes around it: an address, a queue id, a Message-ID.</summary>
    private static bool IsBare(char c) => !char.IsWhiteSpace(c) && c is not ('(' or ')' or '"');

    private static Parser<Said> Keyword(string word) => input => Next(input) == word ? Word(input) : Stop<Said>(input);

    private static Parser<char> Character(char one) => input =>
        !input.AtEnd && input.Current == one ? Blanks.Return(one)(input.Advance()) : Result.Failure<char>(input, "missing", [$"{one}"]);

    /// <summary>As often as it goes. A failure behind the first character of an item is a failure of the whole; Sprache's own Many would forget it.</summary>
    private static Parser<IReadOnlyList<T>> Repeated<T>(Parser<T> item) => input =>
    {
        var items = new List<T>();
        while (true)
        {
            var one = item(input);
            if (!one.WasSuccessful && (one.Remainder.Position > input.Position || one.Expectations.Any()))
                return Result.Failure<IReadOnlyList<T>>(one.Remainder, one.Message, one.Expectations);
            if (!one.WasSuccessful) return Result.Success<IReadOnlyList<T>>(items, input);
            items.Add(one.Value);
            input = one.Remainder;
        }
    };

    /// <summary>No more of these: not an error.</summary>
    private static IResult<T> Stop<T>(IInput input) => Result.Failure<T>(input, "", []);

    private static Parser<Said> Spoken(Parser<string> parser) => input =>
        (from text in parser from after in Blanks select new Said(text, input.Position))(input);

    private static IResult<string> Taken(IInput input, Func<char, bool> fits, string expected)
    {
        int end = input.Position;
        while (end < input.Source.Length && fits(input.Source[end])) end++;
        return end == input.Position
            ? Result.Failure<string>(input, "nothing", [expected])
            : Result.Success(input.Source[input.Position..end], input.MovedTo(end));
    }

    /// <summary>A backslash protects the quote and itself.</summary>
    private static IResult<string> Quoted(IInput input)
    {
        var text = new System.Text.StringBuilder();
        char quote = input.Current;
        for (int at = input.Position + 1; at < input.Source.Length; at++)
        {
            char c = input.Source[at];
            if (c == quote) return Result.Success(text.ToString(), input.MovedTo(at + 1));
            if (c == '\\' && at + 1 < input.Source.Length && (input.Source[at + 1] == quote || input.Source[at + 1] == '\\')) c = input.Source[++at];
            text.Append(c);
        }
        return Result.Failure<string>(input, "open quote", [$"a closing {quote} behind it"]);
    }

    /// <summary>Where the nesting passes the bound. Parentheses in quotes count too; nobody writes so many.</summary>
    private static int? TooDeepAt(string text)
    {
        int depth = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '(' && ++depth > DeepestNesting) return at;
            if (text[at] == ')' && depth > 0) depth--;
        }
        return null;
    }

    private static string Ahead(string text, int at) => text.Length - at <= 20 ? text[at..] : $"{text[at..(at + 20)]}…";
}
