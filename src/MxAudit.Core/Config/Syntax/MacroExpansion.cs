using System.Globalization;
using System.Text;

namespace MxAudit.Config.Syntax;

/// <summary>Why a value can not be expanded, as a sentence.</summary>
internal sealed class MacroException(string message) : Exception(message);

/// <summary>
/// Replaces macros by values of values. Bounded in depth, length and work: a configuration of a few hundred bytes can ask for more than
/// any machine has.
/// </summary>
internal sealed class MacroExpansion(Func<string, string> valueOf)
{
    private const int DeepestCall = 100; // the limit of util/mac_expand.c
    private const int LongestText = 1 << 20;
    private const int MostWork = 4 << 20;

    private readonly Dictionary<string, string> _known = [];
    private readonly List<string> _open = [];
    private int _depth;

    /// <summary>After a failure: the parameter whose value was being read; null for the text itself.</summary>
    internal string? StoppedIn => _open.Count > 0 ? _open[^1] : null;
    private int _work;

    /// <exception cref="MacroException"/>
    internal string Expand(string text)
    {
        var into = new StringBuilder();
        Expand(text, into);
        return into.ToString();
    }

    private void Expand(string text, StringBuilder into)
    {
        if (!text.Contains('$')) { Append(text, into); return; }
        if (++_depth > DeepestCall) throw new MacroException($"it nests more than {DeepestCall} deep");
        _work += text.Length;
        CheckSize(into);
        foreach (var part in MacroGrammar.Read(text) ?? throw new MacroException($"'{Short(text)}' is not a valid macro"))
        {
            _work++;
            switch (part)
            {
                case PlainPart plain: Append(plain.Text, into); break;
                case NamePart name: Expand(name, into); break;
                case CallPart call: Append(Called(call.Function, Inner(call.Text)), into); break;
                case ComparisonPart comparison: Expand(Holds(comparison) ? comparison.IfTrue : comparison.IfFalse, into); break;
            }
        }
        _depth--;
    }

    private void Expand(NamePart part, StringBuilder into)
    {
        if (part is { IfSet: null, IfEmpty: null }) { Lookup(part.Name, into); return; }
        var value = new StringBuilder();
        Lookup(part.Name, value);
        if ((value.Length > 0 ? part.IfSet : part.IfEmpty) is { } text) Expand(text, into);
    }

    private void Lookup(string name, StringBuilder into)
    {
        if (_open.Contains(name)) throw new MacroException($"${name} refers to itself");
        if (!_known.TryGetValue(name, out string? value))
        {
            _open.Add(name);
            _known[name] = value = Inner(valueOf(name));
            _open.RemoveAt(_open.Count - 1);
        }
        Append(value, into);
    }

    private void Append(string text, StringBuilder into)
    {
        into.Append(text);
        _work += text.Length;
        CheckSize(into);
    }

    private void CheckSize(StringBuilder into)
    {
        if (into.Length > LongestText || _work > MostWork) throw new MacroException("it grows beyond all measure");
    }

    private bool Holds(ComparisonPart part)
    {
        string left = Inner(part.Left), right = Inner(part.Right);
        int order = part.Operator.EndsWith("level", StringComparison.Ordinal) ? Levels(left, right) : Values(left, right);
        return part.Operator[..(part.Operator.Length > 1 && part.Operator[1] == '=' ? 2 : 1)] switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>global/mac_midna.c has these two. A name that can not be changed stays as it is.</summary>
    private static string Called(string function, string text)
    {
        try
        {
            return function switch
            {
                "domain_to_ascii" => Names.GetAscii(text),
                "domain_to_utf8" => Names.GetUnicode(text),
                _ => throw new MacroException($"there is no function '{Short(function)}'"),
            };
        }
        catch (ArgumentException) { return text; }
    }

    private static readonly IdnMapping Names = new();

    private string Inner(string text)
    {
        var value = new StringBuilder();
        Expand(text, value);
        return value.ToString();
    }

    /// <summary>As numbers when both are digits only, else as text.</summary>
    private static int Values(string left, string right) =>
        long.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out long one)
        && long.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out long other)
            ? one.CompareTo(other) : string.CompareOrdinal(left, right);

    private static int Levels(string left, string right) =>
        (PostfixVersion.Read(left) ?? throw new MacroException($"'{Short(left)}' is not a compatibility level"))
        .CompareTo(PostfixVersion.Read(right) ?? throw new MacroException($"'{Short(right)}' is not a compatibility level"));

    private static string Short(string text) => Redaction.OfText(text.Length > 40 ? text[..40] + "…" : text);
}
