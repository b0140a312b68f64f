using MxAudit.Input;
using Sprache;

namespace MxAudit.Config.Syntax;

/// <summary>Small parts of all grammars here. None recurses: what nests is measured by counting, so that no input can exhaust the stack.</summary>
internal static class TextGrammar
{
    /// <summary>As many such characters as there are, maybe none.</summary>
    internal static Parser<string> Run(Func<char, bool> fits) => input =>
    {
        int end = input.Position;
        while (end < input.Source.Length && fits(input.Source[end])) end++;
        return Taken(input, end);
    };

    internal static Parser<string> Run1(Func<char, bool> fits) =>
        from text in Run(fits) where text.Length > 0 select text;

    internal static readonly Parser<string> Rest = input => Taken(input, input.Source.Length);

    internal static readonly Parser<string> Blanks = Run(IsBlank);

    internal static readonly Parser<string> AtEnd = input =>
        input.AtEnd ? Result.Success("", input) : Result.Failure<string>(input, "there is more", ["the end"]);

    internal static readonly Parser<string> Name = Run1(IsNameCharacter);

    /// <summary>isspace(3): a blank of a web page, which looks the same, is part of a word.</summary>
    internal static bool IsBlank(char c) => c is ' ' or (>= '\t' and <= '\r');

    /// <summary>Without blanks at its ends.</summary>
    internal static string Trimmed(this string text) => text.Trim(BlankCharacters);

    internal static string TrimmedEnd(this string text) => text.TrimEnd(BlankCharacters);

    internal static readonly char[] BlankCharacters = [' ', '\t', '\n', '\v', '\f', '\r'];

    internal static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>The text between an opening bracket, which is here, and its counterpart; both are taken.</summary>
    internal static Parser<string> Between(char open, char close) => input =>
    {
        if (input.AtEnd || input.Current != open) return Result.Failure<string>(input, "no bracket", [$"'{open}'"]);
        int depth = 0;
        for (int at = input.Position; at < input.Source.Length; at++)
        {
            if (input.Source[at] == open) depth++;
            else if (input.Source[at] == close && --depth == 0)
                return Result.Success(input.Source[(input.Position + 1)..at], input.MovedTo(at + 1));
        }
        return Result.Failure<string>(input, $"no closing '{close}'", [$"'{close}'"]);
    };

    /// <summary>Text with whole braces in it, up to a character of the given kind outside of braces.</summary>
    internal static Parser<string> Protected(Func<char, bool> ends) => input =>
    {
        int depth = 0, at = input.Position;
        for (; at < input.Source.Length; at++)
        {
            char c = input.Source[at];
            if (depth == 0 && ends(c)) break;
            if (c == '{') depth++;
            else if (c == '}' && depth > 0) depth--;
        }
        return at == input.Position ? Result.Failure<string>(input, "nothing", ["text"]) : Taken(input, at);
    };

    internal static Parser<T> Whole<T>(this Parser<T> parser) => from value in parser from end in AtEnd select value;

    internal static Parser<T> Padded<T>(this Parser<T> parser) => from before in Blanks from value in parser from after in Blanks select value;

    private static IResult<string> Taken(IInput input, int end) => Result.Success(input.Source[input.Position..end], input.MovedTo(end));
}
