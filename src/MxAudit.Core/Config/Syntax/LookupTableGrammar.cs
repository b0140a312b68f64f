using System.Text;
using MxAudit.Input;
using Sprache;
using static MxAudit.Config.Syntax.TextGrammar;

namespace MxAudit.Config.Syntax;

/// <summary>One logical line of a lookup table's source.</summary>
internal static class LookupTableGrammar
{
    private static readonly Parser<char> Escaped = Parse.Char('\\').Then(_ => Parse.AnyChar);

    private static readonly Parser<string> Quoted =
        from open in Parse.Char('"')
        from inner in Escaped.Or(Parse.CharExcept("\"\\")).Many().Text()
        from close in Parse.Char('"').Optional()
        select inner;

    /// <summary>dict_cidr.c: <c>[!]network value</c>, and <c>if network</c> … <c>endif</c>.</summary>
    private static readonly Parser<PatternLine> Cidr =
        from word in (from condition in Parse.IgnoreCase("if").Then(_ => Run1(IsBlank)) select "if").Or(Parse.Return(""))
        from negated in Parse.Char('!').Then(_ => Blanks).Optional()
        from pattern in Run1(c => !IsBlank(c))
        from gap in Blanks
        from value in Rest
        select new PatternLine(word.Length > 0, negated.IsDefined, pattern, "", value.TrimmedEnd());

    private static readonly Parser<string> Delimited = input =>
    {
        if (input.AtEnd || char.IsLetterOrDigit(input.Current) || IsBlank(input.Current)) return Result.Failure<string>(input, "no pattern", ["/"]);
        var pattern = new StringBuilder();
        char delimiter = input.Current;
        var at = input.Advance();
        for (; !at.AtEnd && at.Current != delimiter; at = at.Advance())
        {
            if (at.Current == '\\' && at.Position + 1 < at.Source.Length)
            {
                pattern.Append('\\');
                at = at.Advance();
            }
            pattern.Append(at.Current);
        }
        return at.AtEnd ? Result.Failure<string>(at, "no end of the pattern", [delimiter.ToString()]) : Result.Success(pattern.ToString(), at.Advance());
    };

    /// <summary>dict_pcre.c, dict_regexp.c: <c>[!]/pattern/flags value</c>; any character that is no letter may stand for the slash.</summary>
    private static readonly Parser<PatternLine> Regular =
        from word in (from condition in Parse.IgnoreCase("if").Then(_ => Blanks) select "if").Or(Parse.Return(""))
        from negated in Parse.Char('!').Then(_ => Blanks).Optional()
        from pattern in Delimited
        from flags in Run(char.IsAsciiLetter)
        from gap in Blanks
        from value in Rest
        select new PatternLine(word.Length > 0, negated.IsDefined, pattern, flags, value.TrimmedEnd());

    /// <summary>aliases(5), postalias.c: <c>name: value</c>, the name in quotes where it has special characters.</summary>
    private static readonly Parser<(string Key, string Value)> Alias =
        from key in Quoted.Or(Run1(c => c is not (':' or '"')))
        from gap in Blanks
        from colon in Parse.Char(':')
        from value in Rest
        select (key.Trimmed(), value.Trimmed());

    internal static (string Key, string Value)? ReadAlias(string line) => Alias.ReadFrom(line) is { WasSuccessful: true } read ? read.Value : null;

    /// <summary>
    /// postmap.c: the key ends at the first blank that is not in quotes and has no <c>\</c> before it; both stay part of the key. Null: a quote is not closed.
    /// </summary>
    internal static (string Key, string Value)? ReadIndexed(string line)
    {
        bool isQuoted = false;
        int end = 0;
        for (; end < line.Length && (isQuoted || !IsBlank(line[end])); end++)
        {
            if (line[end] == '"') isQuoted = !isQuoted;
            else if (line[end] == '\\' && end + 1 < line.Length) end++;
        }
        return isQuoted ? null : (line[..end], line[end..].Trimmed());
    }

    internal static PatternLine? ReadCidr(string line) => Cidr.ReadFrom(line) is { WasSuccessful: true } read ? read.Value : null;

    internal static PatternLine? ReadPattern(string line) => Regular.ReadFrom(line) is { WasSuccessful: true } read ? read.Value : null;
}

/// <summary>One rule of a table of patterns or networks.</summary>
/// <param name="IsCondition">An <c>if</c>: the lines up to its <c>endif</c> count only where it holds.</param>
internal sealed record PatternLine(bool IsCondition, bool IsNegated, string Pattern, string Flags, string Value);
