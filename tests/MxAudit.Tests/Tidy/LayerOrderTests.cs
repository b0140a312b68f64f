using System.Text.RegularExpressions;

namespace MxAudit.Tests.Tidy;

/// <summary>Who may know whom: a folder uses folders to its left, never to its right. See ARCHITECTURE.md.</summary>
public partial class LayerOrderTests
{
    /// <summary>From left to right. Folders of one group do not know each other, but for <see cref="MayKnowNeighbour"/>.</summary>
    private static readonly string[][] Order =
    [
        ["Input"], ["Log"], ["Mail"], ["Queue", "Config", "Dns"], ["Rules"], ["Advice"], [Root], ["Tables"], ["Writers"], ["Views"], ["Commands", "Screens"],
    ];

    /// <summary>The files that lie in no folder: <c>Audit.cs</c>, the flow itself.</summary>
    private const string Root = "";

    /// <summary>A verb may open a screen.</summary>
    private static readonly (string Folder, string Knows) MayKnowNeighbour = ("Commands", "Screens");

    private static readonly string[] Projects = ["src/MxAudit.Core", "src/MxAudit"];

    public static TheoryData<string> Code => [.. Projects.SelectMany(SourceTree.CodeIn)];

    [Theory, MemberData(nameof(Code))]
    public void A_folder_uses_folders_to_its_left(string file)
    {
        if (file == "src/MxAudit/Program.cs") return; // where the program begins
        string folder = FolderOf(file);
        int place = PlaceOf(folder);
        Assert.True(place >= 0, $"{folder} has no place in the order of layers.");
        var toItsRight = FoldersUsedBy(file)
            .Where(used => used != folder && (used, folder) != (MayKnowNeighbour.Knows, MayKnowNeighbour.Folder) && PlaceOf(used) >= place);
        Assert.Empty(toItsRight);
    }

    [Theory, MemberData(nameof(Code))]
    public void A_namespace_is_a_folder(string file)
    {
        if (file == "src/MxAudit/Program.cs") return;
        string[] folders = file.Split('/')[2..^1];
        string code = CodeOf(file);
        var declared = Namespace().Match(code);
        Assert.True(declared.Success, "It has no file-scoped namespace.");
        string expected = string.Join('.', ["MxAudit", .. folders]);
        // A folder within a folder is either a namespace of its own, or only a shelf for files.
        Assert.True(expected == declared.Groups[1].Value || (folders.Length > 1 && declared.Groups[1].Value == $"MxAudit.{folders[0]}"),
            $"{declared.Groups[1].Value} is not {expected}.");
    }

    private static int PlaceOf(string folder) => Array.FindIndex(Order, group => group.Contains(folder));

    private static string FolderOf(string file) => file.Split('/') is [_, _, var folder, _, ..] ? folder : Root;

    /// <summary>By its <c>using</c> lines, by names like <c>Mail.Message</c>, and the root by the words of the flow.</summary>
    private static HashSet<string> FoldersUsedBy(string file)
    {
        string code = CodeOf(file);
        var used = Using().Matches(code).Select(match => match.Groups[1].Value).ToHashSet();
        foreach (string folder in Order.SelectMany(group => group).Where(folder => folder != Root))
            if (Regex.IsMatch(code, $@"(?<![.\w])(MxAudit\.)?{folder}\.[A-Z]\w*") && Declares(code, folder) is false) used.Add(folder);
        if (FlowWords().IsMatch(code)) used.Add(Root);
        return used;
    }

    /// <summary>A member that is called like a folder (<c>Log.Files</c>) is no use of the folder.</summary>
    private static bool Declares(string code, string name) => Regex.IsMatch(code, $@"\b[\w<>?]+ {name}\b\s*[,)=>{{]");

    /// <summary>The code without its comments and strings.</summary>
    private static string CodeOf(string file) => CommentsAndStrings().Replace(File.ReadAllText(Golden.PathOf(file)), " ");

    [GeneratedRegex(@"""""""[\s\S]*?""""""|""(\\.|[^""\\\n])*""|//[^\n]*")]
    private static partial Regex CommentsAndStrings();

    [GeneratedRegex(@"^using (?:static )?MxAudit\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\bAuditRe(quest|sult)\b|(?<![.\w])Audit\.(Run|OfText)\b|\bNotEvaluated\b(?= )")]
    private static partial Regex FlowWords();
}
