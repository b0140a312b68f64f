using MxAudit.Input;
using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary><c>time="2026-11-22T16:05:46Z" level=info msg="postfix/smtpd[123]: …"</c></summary>
internal static class LogfmtGrammar
{
    private static readonly Parser<char> Escaped = Parse.Char('\\').Then(_ => Parse.AnyChar).Select(letter => letter is 'n' or 'r' or 't' ? ' ' : letter);

    private static readonly Parser<string> Quoted =
        from open in Parse.Char('"')
        from text in Escaped.Or(Parse.CharExcept("\"\\")).Many().Text()
        from close in Parse.Char('"')
        select text;

    private static readonly Parser<(string Key, string Value)> Pair =
        from key in Parse.Char(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '@' or '-', "a key").AtLeastOnce().Text()
        from sign in Parse.Char('=')
        from value in Quoted.Or(Parse.CharExcept(" \"").Many().Text())
        from end in AtEnd.Or(Parse.Char(' ').AtLeastOnce().Return(""))
        select (key, value);

    /// <summary>The message of such a record; null where the line is none.</summary>
    internal static string? MessageIn(string line) =>
        Pair.Many().Whole().ReadFrom(line) is { WasSuccessful: true } read ? read.Value.LastOrDefault(pair => pair.Key is "msg" or "message").Value : null;
}
