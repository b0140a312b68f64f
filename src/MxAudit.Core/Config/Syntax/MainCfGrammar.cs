using MxAudit.Input;
using Sprache;
using static MxAudit.Config.Syntax.TextGrammar;

namespace MxAudit.Config.Syntax;

/// <summary>One logical line of main.cf, of <c>postconf -n</c>, or behind <c>-o</c>: <c>name = value</c>.</summary>
internal static class MainCfGrammar
{
    /// <summary>util/split_nameval.c: blanks around the name and both ends of the value do not count. There are no quotes and no escapes.</summary>
    internal static readonly Parser<(string Name, string Value)> Assignment =
        from before in Blanks
        from name in Run1(c => c != '=' && !IsBlank(c))
        from sign in Parse.Char('=').Padded()
        from value in Rest
        select (name, value.TrimmedEnd());

    /// <summary>Null when the <c>=</c> is missing.</summary>
    internal static (string Name, string Value)? Read(string line) => Assignment.Whole().ReadFrom(line) is { WasSuccessful: true } read ? read.Value : null;
}
