namespace MxAudit.Tests;

/// <summary>A text that a file of the repository must hold. With <c>MXAUDIT_ACCEPT=1</c> the file is written instead, and the diff is reviewed.</summary>
public static class Golden
{
    /// <summary>The directory with <c>MxAudit.sln</c>.</summary>
    public static string Repository { get; } = FindRepository();

    public static bool Accepting => Environment.GetEnvironmentVariable("MXAUDIT_ACCEPT") == "1";

    public static string PathOf(string file) => Path.Combine(Repository, file);

    public static void Holds(string file, string text)
    {
        string path = PathOf(file);
        if (Accepting)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        if (!File.Exists(path)) Assert.Fail($"{file} is not there. MXAUDIT_ACCEPT=1 dotnet test writes it.");
        if (File.ReadAllText(path) != text)
            Assert.Fail($"{file} is not what the program says. MXAUDIT_ACCEPT=1 dotnet test accepts the change.\n{FirstDifference(File.ReadAllLines(path), text.Split('\n'))}");
    }

    /// <summary>A part of a page written by hand: what stands between <c>&lt;!-- NAME --&gt;</c> and <c>&lt;!-- /NAME --&gt;</c>.</summary>
    public static void PartHolds(string file, string name, string text)
    {
        string page = File.ReadAllText(PathOf(file)), begin = $"<!-- {name} -->\n", end = $"<!-- /{name} -->";
        int from = page.IndexOf(begin, StringComparison.Ordinal), to = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, $"{file} has no part between {begin.Trim()} and {end}.");
        Holds(file, page[..(from + begin.Length)] + text + page[to..]);
    }

    /// <summary>Nothing in a directory but these files: a page whose subject is gone must go too.</summary>
    public static void HoldsNothingBut(string directory, IEnumerable<string> files)
    {
        string path = PathOf(directory);
        var left = Directory.Exists(path) ? Directory.GetFiles(path).Select(Path.GetFileName).Except(files) : [];
        Assert.Empty(left);
    }

    private static string FirstDifference(string[] was, string[] now)
    {
        for (int line = 0; line < Math.Max(was.Length, now.Length); line++)
        {
            string before = line < was.Length ? was[line] : "(end)", after = line < now.Length ? now[line] : "(end)";
            if (before != after) return $"line {line + 1}\n  file:    {before}\n  program: {after}";
        }
        return "The line ends differ.";
    }

    private static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "MxAudit.sln"))) return directory.FullName;
        throw new DirectoryNotFoundException("MxAudit.sln is in no directory above the tests.");
    }
}
