namespace MxAudit.Rules;

/// <summary>Commands that change lines of a table's file. The file of before is kept beside it, and none that is there is overwritten.</summary>
internal static class TableEdit
{
    public static string Of(string file, IEnumerable<string> edits) =>
        $"sed -i.$(date +%Y%m%d-%H%M%S) -E {ShellWord.Quoted(string.Join(';', edits))} {ShellWord.Of(file)}";

    /// <summary>The beginning of the line of an entry.</summary>
    public static string Key(string key) => $"^{key.Replace(".", "\\.", StringComparison.Ordinal)}[[:space:]]";
}
