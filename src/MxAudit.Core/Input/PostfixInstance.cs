using System.Text;

namespace MxAudit.Input;

/// <summary>One of the Postfix instances of this host.</summary>
/// <param name="Name">As its log lines say by default: <c>postfix</c> for the first one, <c>postfix-out</c>.</param>
/// <param name="Folder">Its configuration directory, for <c>-c</c>; empty for the one that programs take by themselves.</param>
public sealed record PostfixInstance(string Name, string Folder)
{
    private const string First = "postfix";

    /// <summary>The options that send a program to this instance.</summary>
    public IReadOnlyList<string> Options => Folder.Length == 0 ? [] : ["-c", Folder];

    /// <summary>Those that <c>postmulti -l</c> lists and that are enabled; the first one alone where it lists none.</summary>
    public static IReadOnlyList<PostfixInstance> Of(HostPrograms programs)
    {
        var others = programs.Run("postmulti", ["-l"]) is { Status: 0 } said
            ? Encoding.UTF8.GetString(said.Output).Split('\n').Select(Listed).OfType<PostfixInstance>() : [];
        return [new(First, ""), .. others];
    }

    /// <summary>All, or the one that is named. Where there is but one, it is meant, whatever its log lines call it.</summary>
    /// <exception cref="InputException">None of several has this name.</exception>
    public static IReadOnlyList<PostfixInstance> Of(HostPrograms programs, string? name)
    {
        var all = Of(programs);
        if (name is null || all.Count == 1) return all;
        return all.FirstOrDefault(instance => instance.Name == name) is { } named ? [named]
            : throw new InputException(
                $"There is no Postfix instance {name} here: postmulti lists {string.Join(", ", all.Select(instance => instance.Name))}.");
    }

    /// <summary><c>name group enabled directory</c>; the first instance has <c>-</c> for its name.</summary>
    private static PostfixInstance? Listed(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var name, _, "y" or "yes", var folder, ..] && name != "-"
            ? new PostfixInstance(name, folder) : null;
}
