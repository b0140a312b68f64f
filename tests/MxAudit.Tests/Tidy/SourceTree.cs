namespace MxAudit.Tests.Tidy;

/// <summary>The files of the repository, without what a build or a tool leaves behind (see <c>.gitignore</c>).</summary>
internal static class SourceTree
{
    private static readonly string[] Leftovers = ["bin", "obj", "artifacts", "TestResults", ".git", ".vs", ".idea"];
    private static readonly string[] Packed = [".gz", ".xz", ".zst", ".bz2", ".png"];

    /// <summary>Paths relative to the repository, with <c>/</c>.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. In(Golden.Repository)
        .Select(path => Path.GetRelativePath(Golden.Repository, path))
        .Order(StringComparer.Ordinal)];

    public static IEnumerable<string> TextFiles =>
        Files.Where(file => !Packed.Contains(Path.GetExtension(file)) && !file.EndsWith(".user", StringComparison.Ordinal));

    public static IEnumerable<string> CodeIn(string folder) =>
        Files.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    public static string[] LinesOf(string file) => File.ReadAllLines(Golden.PathOf(file));

    /// <remarks>.git is a folder, or a file where the repository lies elsewhere.</remarks>
    private static IEnumerable<string> In(string directory) =>
        Directory.GetFileSystemEntries(directory)
            .Where(entry => !Leftovers.Contains(Path.GetFileName(entry)))
            .SelectMany(entry => Directory.Exists(entry) ? In(entry) : [entry]);
}
