using Sprache;
using static MxAudit.Log.Grammar.TokenGrammar;

namespace MxAudit.Log.Grammar;

/// <summary>
/// Postfix's format strings as parsers: <c>%s</c> is some text, <c>%S</c> the text that is wanted, and either at the end is whatever follows.
/// </summary>
internal static class TemplateGrammar
{
    /// <summary>Reads one template and gives the text at <c>%S</c>.</summary>
    internal static Parser<string> Template(string format)
    {
        var parts = new List<(string Literal, char Then)>();
        int from = 0;
        for (int percent; (percent = format.IndexOf('%', from)) >= 0; from = percent + 2) parts.Add((format[from..percent], format[percent + 1]));
        parts.Add((format[from..], '$'));

        var result = Lit(parts[0].Literal).Select(_ => "");
        for (int i = 0; i < parts.Count - 1; i++)
        {
            bool isWanted = parts[i].Then == 'S', toEnd = i + 1 == parts.Count - 1 && parts[i + 1].Literal.Length == 0;
            var gap = toEnd ? Rest : Until(parts[i + 1].Literal);
            result = from before in result from text in gap select isWanted ? text : before;
        }
        return result.Whole();
    }

    internal static Parser<string> AnyOf(params string[] formats) => formats.Select(Template).Aggregate((some, another) => some.Or(another));
}
