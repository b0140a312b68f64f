using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>Colours for a terminal: <c>ESC [ 0 ; 36 m</c>, and grep's <c>ESC [ K</c>.</summary>
internal static class ColourGrammar
{
    private static readonly Parser<string> Colour = Lit("\u001b[").Then(_ => Parse.Chars("0123456789;").Many()).Then(_ => Parse.Chars("mK")).Return("");

    private static readonly Parser<string> Plain = Colour.Or(Parse.AnyChar.Select(letter => letter.ToString())).Many().Select(string.Concat);

    /// <summary>The text without colours; null where there are none.</summary>
    internal static string? Without(string text) =>
        text.Contains('\u001b', StringComparison.Ordinal) && Plain.Parse(text) is var plain && plain.Length < text.Length ? plain : null;
}
