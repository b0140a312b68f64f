namespace MxAudit.Commands;

/// <summary>Where <c>check</c> writes, and in which format.</summary>
/// <param name="Path">Null or <c>-</c>: standard output.</param>
internal sealed record CheckOutput(string? Path, string Format)
{
    public static readonly string[] Formats = ["text", "json", "ndjson", "nagios", "prometheus", "sarif", "junit"];

    private static readonly Dictionary<string, string> OfExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = "text", [".json"] = "json", [".ndjson"] = "ndjson", [".prom"] = "prometheus", [".sarif"] = "sarif", [".xml"] = "junit",
    };

    /// <summary>A file's extension tells its format; a format that was asked for goes to standard output, and wins where there is one file.</summary>
    /// <param name="asked">Null: none was.</param>
    /// <exception cref="UsageException">The same place twice, or no name.</exception>
    public static IReadOnlyList<CheckOutput> Of(IReadOnlyList<string> paths, string? asked)
    {
        if (paths.Count == 0) return [new CheckOutput(null, asked ?? "text")];
        if (paths.Any(path => path.Length == 0)) throw new UsageException("-o names no file.");
        if (paths.CountBy(path => path == "-" ? path : System.IO.Path.GetFullPath(path)).FirstOrDefault(path => path.Value > 1).Key is { } twice)
            throw new UsageException($"-o {twice}: named twice.");
        return [.. paths.Select(path => new CheckOutput(path,
            paths.Count == 1 && asked is not null ? asked : OfExtension.GetValueOrDefault(System.IO.Path.GetExtension(path)) ?? asked ?? "text"))];
    }

    /// <summary>Whether the words of a command line ask for the line of Nagios, even where the rest can not be read.</summary>
    public static bool IsForNagios(IReadOnlyList<string> words)
    {
        var options = words.TakeWhile(word => word != "--").ToArray();
        return options is ["check", ..]
            && (options.Any(word => word is "--format=nagios" or "--format:nagios") || options.Zip(options.Skip(1)).Contains(("--format", "nagios")));
    }
}
