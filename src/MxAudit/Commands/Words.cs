using System.CommandLine;
using System.CommandLine.Parsing;
using MxAudit.Tables;

namespace MxAudit.Commands;

/// <summary>The words of a command line that belong to no option.</summary>
internal sealed record Words(IReadOnlyList<string> BeforeDashes, IReadOnlyList<string> AfterDashes)
{
    public IEnumerable<string> All => [.. BeforeDashes, .. AfterDashes];

    /// <summary>The parser takes an unknown option for one more file: it is refused here. Behind <c>--</c> a word may begin with a dash.</summary>
    /// <exception cref="UsageException">An option that is not known.</exception>
    public static Words Of(ParseResult parsed, Argument<string[]> argument)
    {
        string[] words = parsed.GetValue(argument) ?? [];
        var tokens = parsed.Tokens;
        int dashes = tokens.Select(token => token.Type).ToList().IndexOf(TokenType.DoubleDash);
        int behind = dashes < 0 ? 0 : Math.Min(words.Length, tokens.Count - dashes - 1);
        var before = words[..^behind];
        if (before.FirstOrDefault(word => word.Length > 1 && word[0] == '-') is { } unknown)
            throw new UsageException(
                $"There is no option {unknown}{NearNames.To(unknown.Split('=')[0], parsed.CommandResult.Command.Options.Select(option => option.Name))}; a file of that name goes behind \"--\". Try \"mxaudit {parsed.CommandResult.Command.Name} --help\".");
        return new Words(before, words[^behind..]);
    }
}
