using System.Text;

namespace MxAudit.Tests.Advice;

/// <summary>As much of a shell and of postconf as the printed commands need: what main.cf is after them.</summary>
internal static class Shell
{
    /// <summary>Does every <c>postconf -e</c> and <c>-X</c> of the commands to a main.cf.</summary>
    public static string Apply(string mainCf, IEnumerable<string> commands)
    {
        var lines = mainCf.Split('\n').ToList();
        foreach (string[] words in commands.SelectMany(Simple).Where(words => words is ["postconf", "-e" or "-X", ..]))
            foreach (string word in words[2..])
            {
                string name = word.Split('=')[0].Trim();
                lines.RemoveAll(line => line.Split('=')[0].Trim() == name);
                if (words[1] == "-e") lines.Add(word);
            }
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The simple commands between <c>&amp;&amp;</c>, as words without their quotes.</summary>
    public static IEnumerable<string[]> Simple(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool quoted = false, begun = false;
        for (int i = 0; i < command.Length; i++)
        {
            char c = command[i];
            if (c == '\'') { quoted = !quoted; begun = true; }
            else if (!quoted && c == '\\') { word.Append(command[++i]); begun = true; }
            else if (!quoted && c == ' ') { if (begun) words.Add(word.ToString()); begun = word.Clear().Length > 0; }
            else { word.Append(c); begun = true; }
            if (!begun && words is [.., "&&"]) { yield return [.. words[..^1]]; words.Clear(); }
        }
        Assert.False(quoted, $"A quote is not closed: {command}");
        if (begun) words.Add(word.ToString());
        yield return [.. words];
    }
}
