using MxAudit.Input;
using Sprache;
using static MxAudit.Config.Syntax.TextGrammar;

namespace MxAudit.Config.Syntax;

/// <summary>One part of a value. Inner texts are parts again, and are read when they are needed.</summary>
internal abstract record MacroPart;

internal sealed record PlainPart(string Text) : MacroPart;

/// <summary>
/// <c>$name</c>, or one of two texts by whether the name has a value: <c>${name?text}</c>, <c>${name:text}</c>, <c>${name?{text}:{text}}</c>.
/// </summary>
internal sealed record NamePart(string Name, string? IfSet, string? IfEmpty) : MacroPart;

/// <summary><c>${{left} operator {right} ? {text} : {text}}</c></summary>
internal sealed record ComparisonPart(string Left, string Operator, string Right, string IfTrue, string IfFalse) : MacroPart;

/// <summary><c>${function{text}}</c>, of late releases.</summary>
internal sealed record CallPart(string Function, string Text) : MacroPart;

/// <summary>util/mac_parse.c and mac_expand.c.</summary>
internal static class MacroGrammar
{
    private static readonly string[] Operators =
        ["==level", "!=level", "<=level", ">=level", "<level", ">level", "==", "!=", "<=", ">=", "<", ">"];

    private static readonly Parser<MacroPart> Plain = Run1(c => c != '$').Select(text => new PlainPart(text));

    private static readonly Parser<MacroPart> Dollar = Parse.String("$$").Return(new PlainPart("$"));

    private static readonly Parser<MacroPart> Bare = from dollar in Parse.Char('$') from name in Name select new NamePart(name, null, null);

    private static readonly Parser<MacroPart> Bracketed =
        from dollar in Parse.Char('$')
        from body in Between('{', '}').Or(Between('(', ')'))
        from part in Inner(body)
        select part;

    private static readonly Parser<IEnumerable<MacroPart>> Template = Plain.Or(Dollar).Or(Bare).Or(Bracketed).Many();

    private static readonly Parser<string> Braced = Between('{', '}').Select(text => text.Trimmed());

    /// <summary>Since 3.0 both sides may be braced, and then blanks are allowed around them.</summary>
    private static readonly Parser<(string, string?)> Choice =
        from yes in Braced.Padded()
        from no in Parse.Char(':').Padded().Then(_ => Braced.Or(Rest)).Optional()
        from end in Blanks.Whole()
        select (yes, no.GetOrDefault());

    private static readonly Parser<MacroPart> Test =
        from name in Name.Padded()
        from part in (from mark in Parse.Char('?') from choice in Choice select (MacroPart)new NamePart(name, choice.Item1, choice.Item2 ?? ""))
            .Or(from mark in Parse.Char('?') from text in Rest select new NamePart(name, text, ""))
            .Or(from mark in Parse.Char(':') from text in Braced.Padded().Whole().Or(Rest) select new NamePart(name, null, text))
            .Or(from text in Between('{', '}') from end in Blanks.Whole() select new CallPart(name, text))
            .Or(from end in AtEnd select new NamePart(name, null, null))
        select part;

    private static readonly Parser<MacroPart> Comparison =
        from left in Braced.Padded()
        from comparison in Operators.Select(name => Parse.String(name).Text()).Aggregate((one, other) => one.Or(other))
        from right in Braced.Padded()
        from mark in Parse.Char('?')
        from choice in Choice
        select new ComparisonPart(left, comparison, right, choice.Item1, choice.Item2 ?? "");

    private static Parser<MacroPart> Inner(string body) => input =>
        Comparison.Or(Test).Whole().ReadFrom(body) is { WasSuccessful: true } read
            ? Result.Success(read.Value, input)
            : Result.Failure<MacroPart>(input, "not a macro", ["a macro"]);

    /// <summary>Null where the text is no template: an unfinished <c>${</c>, a <c>$</c> without name.</summary>
    internal static IReadOnlyList<MacroPart>? Read(string text) => Template.Whole().ReadFrom(text) is { WasSuccessful: true } read ? [.. read.Value] : null;
}
