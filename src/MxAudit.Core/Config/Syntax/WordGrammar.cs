using MxAudit.Input;
using Sprache;
using static MxAudit.Config.Syntax.TextGrammar;

namespace MxAudit.Config.Syntax;

/// <summary>Lists: words between commas and blanks; <c>{ … }</c> protects what is inside (since 3.0).</summary>
internal static class WordGrammar
{
    private static readonly Parser<string> Separators = Run(IsSeparator);

    private static readonly Parser<IEnumerable<string>> Words =
        (from word in Protected(IsSeparator) from after in Separators select word).Many();

    internal static bool IsSeparator(char c) => c == ',' || IsBlank(c);

    internal static IReadOnlyList<string> Read(string text) => [.. Separators.Then(_ => Words).ReadFrom(text).Value];

    /// <summary><c>{ a b }</c> without its braces and their blanks; other text as it is.</summary>
    internal static string Unbraced(string text) => text.StartsWith('{') && text.EndsWith('}') && text.Length > 1 ? text[1..^1].Trimmed() : text;
}
