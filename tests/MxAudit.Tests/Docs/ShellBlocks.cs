using System.Text;
using System.Text.RegularExpressions;

namespace MxAudit.Tests.Docs;

/// <summary>The commands of a page: what its <c>sh</c> blocks ask of <c>mxaudit</c>.</summary>
internal static partial class ShellBlocks
{
    /// <summary>One array of words for each call of the program, without its name.</summary>
    public static IEnumerable<string[]> CallsOf(string page) =>
        from block in Block().Matches(page)
        from line in block.Groups[1].Value.Replace("\\\n", " ").Split('\n')
        from command in Commands(line)
        where CallOf(command) is not null
        select CallOf(command)!;

    private static string[]? CallOf(List<string> command) => command switch
    {
        ["mxaudit" or "./mxaudit" or "artifacts/publish/mxaudit", .. var words] => [.. words],
        ["dotnet", "run", .. var words] when words.IndexOf("--") is >= 0 and var dashes => [.. words[(dashes + 1)..]],
        _ => null,
    };

    /// <summary>The words of the commands of a line, parted at <c>|</c>, <c>;</c>, <c>&amp;&amp;</c> and <c>||</c>; a comment ends the line.</summary>
    private static List<List<string>> Commands(string line)
    {
        var commands = new List<List<string>> { new() };
        var word = new StringBuilder();
        bool inWord = false;
        for (int i = 0; i <= line.Length; i++)
        {
            char c = i < line.Length ? line[i] : ' ';
            if (c is '\'' or '"' && line.IndexOf(c, i + 1) is >= 0 and var end)
            {
                word.Append(line, i + 1, end - i - 1);
                (i, inWord) = (end, true);
            }
            else if (!inWord && c == '#') break;
            else if (c is not (' ' or '|' or ';' or '&' or '>' or '<')) (_, inWord) = (word.Append(c), true);
            else
            {
                if (inWord) commands[^1].Add(word.ToString());
                word.Clear();
                inWord = false;
                if (c is '|' or ';' or '&' && commands[^1].Count > 0) commands.Add([]);
            }
        }
        return commands;
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
