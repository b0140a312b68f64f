using MxAudit.Input;
using Sprache;
using static MxAudit.Config.Syntax.TextGrammar;

namespace MxAudit.Config.Syntax;

/// <summary>What an audit asks of the eight fields of a master.cf entry.</summary>
internal sealed record MasterFields(string Name, string Type, string Command, IReadOnlyList<string> Arguments);

/// <summary>master(5): fields between blanks; an argument in braces may have blanks inside (since 3.0).</summary>
internal static class MasterCfGrammar
{
    private static readonly Parser<string> Field = from field in Run1(c => !IsBlank(c)) from gap in Blanks select field;

    private static readonly Parser<string> Argument = from argument in Protected(IsBlank) from gap in Blanks select argument;

    private static readonly Parser<MasterFields> Entry =
        from name in Field
        from type in Field
        from other in Field.Repeat(5)
        from command in Field
        from arguments in Argument.Many()
        select new MasterFields(name, type, command, [.. arguments]);

    private static readonly Parser<string> Commented =
        from sign in Run1(c => c is '#' or ' ')
        from name in Field
        from type in Field
        where Types.Contains(type)
        from other in Field.Repeat(6)
        select $"{name}/{type}";

    internal static readonly string[] Types = ["inet", "unix", "unix-dgram", "fifo", "pass"];

    internal static MasterFields? Read(string line) => Entry.Whole().ReadFrom(line) is { WasSuccessful: true } read ? read.Value : null;

    /// <summary>The service that this comment would start if its <c>#</c> were taken away.</summary>
    internal static string? ReadCommented(string line) =>
        line.StartsWith('#') && line.Length < 500 && Commented.ReadFrom(line) is { WasSuccessful: true } read ? read.Value : null;

    /// <summary>
    /// The settings of <c>-o name=value</c>, <c>-oname=value</c> and <c>-o { name = value }</c>, in their order. What stands behind a word that is no
    /// option is for another program: <c>argv=/usr/bin/vacation -o …</c>.
    /// </summary>
    internal static IEnumerable<(string Name, string Value)> Overrides(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith('-') || arguments[i] == "--") yield break;
            if (!arguments[i].StartsWith("-o", StringComparison.Ordinal)) continue;
            string text = arguments[i].Length > 2 ? arguments[i][2..] : ++i < arguments.Count ? arguments[i] : "";
            if (MainCfGrammar.Read(WordGrammar.Unbraced(text)) is { } read) yield return read;
        }
    }
}
