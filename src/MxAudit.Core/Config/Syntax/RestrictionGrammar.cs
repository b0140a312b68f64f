using MxAudit.Config.Smtpd;
using MxAudit.Config.Tables;
using Sprache;
using static MxAudit.Config.Syntax.TextGrammar;

namespace MxAudit.Config.Syntax;

/// <summary>smtpd_check.c smtpd_check_parse, generic_checks: restrictions between commas and blanks; some take the next word, which may be in braces.</summary>
internal static class RestrictionGrammar
{
    private static readonly Parser<string> Separators = Run(WordGrammar.IsSeparator);

    private static readonly Parser<string> Word = from word in Protected(WordGrammar.IsSeparator) from after in Separators select word;

    private static readonly Parser<string> WarnIfReject = from word in Word where word == "warn_if_reject" select word;

    private static readonly Parser<Restriction> Item =
        from warnings in WarnIfReject.Many()
        from name in Word
        from argument in RestrictionNames.TakesArgument(name) ? Word.Or(Parse.Return("")) : Parse.Return("")
        select new Restriction(name, WordGrammar.Unbraced(argument), warnings.Any());

    private static readonly Parser<IEnumerable<Restriction>> List = from before in Separators from items in Item.Many() select items;

    /// <param name="kind">What a table without a word in front stands for: <c>recipient</c> means <c>check_recipient_access</c>.</param>
    internal static IReadOnlyList<Restriction> Read(string text, string kind) =>
        [.. List.Parse(text).Select(item => TableShelf.IsTable(item.Name) ? item with { Name = $"check_{kind}_access", Argument = item.Name } : item)];
}
